"""What a row of the list of leads shows besides the lead itself: fetched for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.models import CustomerIdentity, CustomerProfile
from crm.profiles.shown import money
from scoring.admin.lead_filters import LATELY
from scoring.leads import handling
from scoring.models import SegmentChange
from scoring.models.lead import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import Customer
    from scoring.models import LeadScore

# A customer's addresses and numbers in a row; the page has all.
MOST_WAYS = 3
SCHEMES = {CustomerIdentity.Kind.PHONE: "tel", CustomerIdentity.Kind.EMAIL: "mailto"}
ICONS = {CustomerIdentity.Kind.PHONE: "call", CustomerIdentity.Kind.EMAIL: "mail"}
TONES = {Segment.HOT: "hot", Segment.WARM: "warm", Segment.COLD: "cold"}


@dataclass(frozen=True, slots=True)
class Way:
    """A number or an address; ``link`` is empty where the customer does not want it used."""

    value: str
    icon: str
    link: str


@dataclass(frozen=True, slots=True)
class Row:
    """``channels`` are those by which the lead may be contacted (crm's names)."""

    ways: Sequence[Way]
    channels: Sequence[str]
    change: str
    warmer: bool


def rows_of(leads: Sequence[LeadScore]) -> dict[int, Row]:
    """By customer; two queries, however many there are."""
    ids = [lead.pk for lead in leads]
    known: dict[int, list[CustomerIdentity]] = {}
    identities = CustomerIdentity.objects.filter(customer__in=ids, kind__in=SCHEMES)
    for one in identities.order_by("-kind", "-is_confirmed", "pk"):
        known.setdefault(one.customer_id, []).append(one)
    since = timezone.now() - LATELY
    changes = SegmentChange.objects.filter(customer__in=ids, changed_at__gte=since)
    last = {one.customer_id: one for one in changes.order_by("changed_at", "pk")}
    return {
        lead.pk: _row(lead.customer, known.get(lead.pk, ()), last.get(lead.pk)) for lead in leads
    }


def ways(customer: Customer, identities: Sequence[CustomerIdentity]) -> list[Way]:
    """Numbers first; a link only to what the customer allows."""
    allowed = {
        CustomerIdentity.Kind.PHONE: customer.consent_phone,
        CustomerIdentity.Kind.EMAIL: customer.consent_email,
    }
    return [
        Way(
            one.value,
            ICONS[CustomerIdentity.Kind(one.kind)],
            # A letter of an address may be one that ends an address in a link.
            f"{SCHEMES[CustomerIdentity.Kind(one.kind)]}:{quote(one.value, safe='@+')}"
            if allowed[CustomerIdentity.Kind(one.kind)]
            else "",
        )
        for one in identities
    ]


def _row(
    customer: Customer, identities: Sequence[CustomerIdentity], change: SegmentChange | None
) -> Row:
    return Row(
        ways(customer, identities)[:MOST_WAYS],
        handling.ways_of(customer, [one.kind for one in identities]),
        changed(change) if change else "",
        warmer=change is not None and _RANK[change.after] > _RANK[change.before],
    )


_RANK: dict[str, int] = {Segment.COLD: 0, Segment.WARM: 1, Segment.HOT: 2}


def changed(change: SegmentChange) -> str:
    """Until when it was what, and whether only the model is another one."""
    told = _("%(segment)s until %(day)s") % {
        "segment": change.get_before_display(),
        "day": date_format(localtime(change.changed_at), "SHORT_DATE_FORMAT"),
    }
    return " ".join((told, _("(new model)"))) if change.by_model else told


def place(customer: Customer) -> str:
    """Where they are, and what they are to us."""
    profile: CustomerProfile | None = getattr(customer, "profile", None)
    segment = profile.get_segment_display() if profile else ""
    town = f"{customer.postal_code} {customer.city}".strip()
    return " · ".join(filter(None, (segment, town)))


def value(lead: LeadScore) -> tuple[str, str]:
    """The expected value, and what it is the product of."""
    product = _("%(percent)s %% of %(amount)s") % {
        "percent": percent(lead.chance),
        "amount": money(lead.usual_purchase, lead.currency),
    }
    return money(lead.expected_value, lead.currency), product


def percent(chance: float) -> str:
    """In whole percent; what is not nothing is not called so."""
    if 0 < chance < 0.01:  # noqa: PLR2004 - one percent
        return "< 1"
    return str(round(100 * chance))


def contact(lead: LeadScore) -> tuple[str, str]:
    """The last contact, and who dealt with the lead."""
    day = lead.last_contact_on
    first = date_format(day, "SHORT_DATE_FORMAT") if day else pgettext("contact", "never")
    if lead.handled_at is None:
        return first, ""
    who = lead.handled_by
    name = (who.get_full_name() or who.get_username()) if who else "–"
    moment = date_format(localtime(lead.handled_at), "SHORT_DATE_FORMAT")
    second = _("dealt with by %(person)s on %(day)s") % {"person": name, "day": moment}
    if lead.rests_until and lead.rests_until > timezone.localdate():
        rests = date_format(lead.rests_until, "SHORT_DATE_FORMAT")
        second = ", ".join((second, _("rests until %(day)s") % {"day": rests}))
    return first, second
