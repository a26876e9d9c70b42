"""What the page of one lead shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.profiles.shown import head, money
from crm.recommendations import customer_panel
from scoring import advice
from scoring.admin import lead_history, lead_reasons, lead_rows, lead_trend
from scoring.admin.lead_following import WALK, list_url, query
from scoring.leads import handling
from scoring.models import LeadScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from backoffice.core.admin.staff import StaffRequest
    from crm.models import CustomerIdentity

# The channel that each dialog notes; others have none.
CHANNELS = {"call_done": "call", "email_done": "email"}
# Of a model that does not say.
HORIZON = 90


def leads() -> QuerySet[LeadScore]:
    """Leads with what the page reads of them; the model's bytes stay where they are."""
    related = ("customer__profile", "customer__merged_into", "handled_by", "model")
    return LeadScore.objects.select_related(*related).defer(
        "model__artifact", "model__report", "model__reference"
    )


def context(request: StaffRequest, lead: LeadScore, actions: Iterable[Any]) -> dict[str, Any]:
    """All that the page's template needs; a constant number of queries."""
    identities = list(
        lead.customer.identities.filter(kind__in=lead_rows.SCHEMES).order_by("-kind", "pk")
    )
    value, product = lead_rows.value(lead)
    contact, handled = lead_rows.contact(lead)
    may = request.user.has_perm
    return {
        "lead": lead,
        "place": lead_rows.place(lead.customer),
        "value": value,
        "product": product,
        "chance": lead_rows.percent(lead.chance),
        "horizon": lead.model.horizon_days or HORIZON,
        "advice": _advice(lead, identities),
        "handled": handled,
        "is_resting": lead.rests_until is not None and lead.rests_until > timezone.localdate(),
        "ways": lead_rows.ways(lead.customer, identities),
        "dialogs": _dialogs(request, lead, actions, identities),
        "why": lead_reasons.why(lead),
        "facts": _facts(lead, contact),
        "head": head(lead.customer),
        "trend": lead_trend.chart(lead),
        "history": lead_history.of(lead, request.user),
        "history_links": lead_history.links(lead, request.user),
        "proposed": customer_panel.current(lead.customer)
        if may("crm.view_recommendation")
        else None,
        "model_link": _model_link(request, lead),
        "waiting": tiles.badge_counts().get("scoring.leadscore", 0),
        "back": list_url(request),
        "walk": query(request),
        "may_see_customer": may("crm.view_customer"),
    }


def _advice(lead: LeadScore, identities: Iterable[CustomerIdentity]) -> str:
    """What to do: nothing where nobody may be contacted, whatever the score says."""
    customer = lead.customer
    if customer.merged_into is not None:
        sentence = _("This customer was merged into “%(kept)s”: contact that one.")
        return sentence % {"kept": customer.merged_into}
    if customer.archived_at is not None:
        return _("This customer is archived: the score goes with the next scoring.")
    if not handling.ways_of(customer, [one.kind for one in identities]):
        return _("Nobody may contact this customer: there is no consent, or no number or address.")
    return advice.of_segment(lead.segment)


def _dialogs(
    request: StaffRequest,
    lead: LeadScore,
    actions: Iterable[Any],
    identities: Sequence[CustomerIdentity],
) -> dict[str, dict[str, Any]]:
    """The page's dialogs by name: those the person may open and the customer allows."""
    channels = handling.ways_of(lead.customer, [one.kind for one in identities])
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("scoring_leadscore_")
        channel = CHANNELS.get(name)
        if channel is None or channel in channels:
            path = reverse(f"admin:{action.action_name}", args=[lead.pk])
            path += query(request, **({WALK: "1"} if channel else {}))
            found[name] = {"title": action.description, "icon": action.icon, "path": path}
    return found


def _facts(lead: LeadScore, contact: str) -> list[tuple[str, str]]:
    """What the score was computed from, as it was known then."""
    opened = _("%(opened)d of %(sent)d") % {
        "opened": lead.emails_opened,
        "sent": lead.emails_sent,
    }
    return [
        (_("Last contact"), contact),
        (_("Known since"), date_format(lead.known_since, "SHORT_DATE_FORMAT")),
        (_("Contacts"), _count(lead.total_contacts)),
        (_("Spent"), money(lead.total_spent, lead.currency)),
        (_("Usual purchase"), money(lead.usual_purchase, lead.currency)),
        (_("E-mails opened"), opened if lead.emails_sent else _("none sent")),
        (_("Website visits"), _count(lead.website_visits)),
    ]


def _count(number: int) -> str:
    return number_format(number, force_grouping=True)


def _model_link(request: StaffRequest, lead: LeadScore) -> str:
    """Empty where the versions have no page, or not for this person."""
    may_see = request.user.has_perm("scoring.view_scoringmodel")
    has_page = may_see and tiles.list_link("scoring.scoringmodel")
    return reverse("admin:scoring_scoringmodel_change", args=[lead.model_id]) if has_page else ""
