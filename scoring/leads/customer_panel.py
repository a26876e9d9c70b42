"""What a customer's page shows of their score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.panels import Panel
from crm.profiles.shown import money
from scoring.leads import explaining
from scoring.models import LeadScore

if TYPE_CHECKING:
    from crm.models import Customer


def current(customer: Customer) -> Panel | None:
    """The score, what it may bring and the strongest reasons; one query."""
    lead = LeadScore.objects.filter(pk=customer.pk).first()
    if lead is None:
        return None
    return Panel(
        title=_("Lead score %(score)d, %(segment)s: %(value)s expected")
        % {
            "score": lead.score,
            "segment": lead.get_segment_display(),
            "value": money(lead.expected_value, lead.currency),
        },
        headers=[_("Why"), _("Points")],
        rows=[
            [fact, format_html("<b>{}</b>", explaining.signed(points))]
            for fact, points in explaining.in_short(lead)
        ],
        link=_page(lead),
        link_text=_("Open the lead"),
    )


def _page(lead: LeadScore) -> str:
    # No link where this model has no admin.
    has_page = tiles.list_link("scoring.leadscore")
    return reverse("admin:scoring_leadscore_change", args=[lead.pk]) if has_page else ""
