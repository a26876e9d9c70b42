"""Approved recommendations into a mailing tool, and into the contact history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core import tiles
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from crm.admin.recommendations import nothing
from crm.admin.recommendations.bulk import campaign_file, mark_contacted
from crm.admin.recommendations.forms import CampaignForm
from crm.models import Interaction, RecommendationRules
from crm.recommendations import campaigns, rules

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest


@page(
    "crm/recommendations/campaign/",
    name="crm_recommendation_campaign",
    permission="crm.export_recommendation",
)
def campaign(request: StaffRequest) -> HttpResponseBase:
    """Who could be reached by each channel; a post downloads the file or notes the contact."""
    form = CampaignForm(data=request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if "contacted" not in request.POST:
                return campaign_file(
                    None, channel=data["channel"], tool=data["tool"], format=data["format"]
                )
            told = mark_contacted(
                None, channel=data["channel"], campaign=data["campaign"], request=request
            )
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
        else:
            messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:crm_recommendation_campaign"))
    empty = nothing.to_use(request)
    return render(
        request,
        "admin/crm/recommendation/campaign.html",
        title=_("For a campaign"),
        form=form,
        empty=empty,
        ways=[] if empty else _ways(),
        email_too=rules.current().consent == RecommendationRules.Consent.EMAIL,
        link=tiles.list_link("crm.recommendation", "?contacted=no"),
    )


def _ways() -> list[dict[str, Any]]:
    """By channel how many can be reached, and why the others cannot."""
    words = dict(Interaction.Channel.choices)
    found = []
    for channel in campaigns.CHANNELS:
        preview = campaigns.outlook(channel)
        found.append(
            {
                "label": words[channel],
                "customers": preview.customers,
                "left_out": preview.sentences(),
                "is_exact": preview.is_exact,
            }
        )
    return found
