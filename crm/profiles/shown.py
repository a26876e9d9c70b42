"""A customer's profile as the page's header shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from crm.models import CustomerProfile, DuplicateCandidate

if TYPE_CHECKING:
    from crm.models import Customer

Segment = CustomerProfile.Segment

SEGMENT_COLOURS = {
    Segment.VIP: "success",
    Segment.STANDARD: "info",
    Segment.AT_RISK: "warning",
    Segment.PROSPECT: "",
    Segment.INACTIVE: "danger",
}


@dataclass(frozen=True, slots=True)
class Head:
    """Figures as (label, value, remark); ``scores`` as (letter, what it says, 1-5)."""

    customer: Customer
    segment: str = ""
    segment_label: str = ""
    figures: list[tuple[str, str, str]] = field(default_factory=list)
    scores: list[tuple[str, str, int]] = field(default_factory=list)
    families: list[tuple[str, int]] = field(default_factory=list)
    grapes: list[tuple[str, int]] = field(default_factory=list)
    budget: str = ""
    quality: int | None = None
    duplicates: list[DuplicateCandidate] = field(default_factory=list)


def money(amount: Any, currency: str) -> str:  # noqa: ANN401 - a decimal
    """An amount as people write it: 1 234,50 EUR."""
    return f"{number_format(amount, 2, force_grouping=True)}\N{NO-BREAK SPACE}{currency}".strip()


def head(customer: Customer) -> Head:
    """What the header says; two queries."""
    profile = CustomerProfile.objects.filter(pk=customer.pk).first()
    pairs = DuplicateCandidate.objects.filter(
        Q(first=customer) | Q(second=customer), state=DuplicateCandidate.State.OPEN
    ).select_related("first", "second")[:3]
    if profile is None:
        return Head(customer, duplicates=list(pairs))
    liked: dict[str, Any] = profile.preferences
    budget = liked.get("budget")
    return Head(
        customer,
        segment=profile.segment,
        segment_label=profile.get_segment_display(),
        figures=_figures(profile) if profile.purchases else [],
        scores=_scores(profile),
        families=_shares(liked.get("families", [])),
        grapes=_shares(liked.get("grapes", [])),
        budget=money(budget, profile.currency) if budget else "",
        quality=profile.quality,
        duplicates=list(pairs),
    )


def _figures(profile: CustomerProfile) -> list[tuple[str, str, str]]:
    bottles = number_format(profile.bottles, 0, force_grouping=True) if profile.bottles else ""
    return [
        (
            _("Revenue"),
            money(profile.revenue, profile.currency),
            _("%(amount)s in 12 months")
            % {"amount": money(profile.revenue_year, profile.currency)},
        ),
        (
            _("Purchases"),
            number_format(profile.purchases, force_grouping=True),
            _("%(count)s bottles") % {"count": bottles} if bottles else "",
        ),
        (
            _("Last purchase"),
            _day(profile.last_sale_on),
            _("first on %(day)s") % {"day": _day(profile.first_sale_on)},
        ),
    ]


def _scores(profile: CustomerProfile) -> list[tuple[str, str, int]]:
    if profile.recency_score is None:
        return []
    return [
        ("R", _("how recently"), profile.recency_score),
        ("F", _("how often"), profile.frequency_score or 0),
        ("M", _("for how much"), profile.monetary_score or 0),
    ]


def _shares(shares: list[list[Any]]) -> list[tuple[str, int]]:
    return [(word, round(float(part) * 100)) for word, part in shares]


def _day(day: Any) -> str:  # noqa: ANN401 - a date or None
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"
