"""Our own customers' scores for programs: what the admin's list and page of a lead show."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring import advice
from scoring.engine import reasons
from scoring.leads import explaining
from scoring.leads.worklist import is_resting
from scoring.models import LeadScore, ScorePoint

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from scoring.api.lead_schemas import LeadFilters

_LARGEST_ID: Final = 2**63
_LARGEST_VALUE: Final = Decimal(10**12)


class _Place(NamedTuple):
    """After which lead a page begins: the list is by expected value, then by customer."""

    value: Decimal
    customer_id: int

    def written(self) -> str:
        return urlsafe_b64encode(f"{self.value}:{self.customer_id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str) -> _Place:
        """Raises ``DomainError`` where no page gave this cursor."""
        try:
            text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
            value, customer_id = text.split(":")
            place = cls(Decimal(value), int(customer_id))
            if abs(place.value) < _LARGEST_VALUE and 0 < place.customer_id < _LARGEST_ID:
                return place
        except (binascii.Error, ValueError, InvalidOperation):
            pass
        raise DomainError(
            _("This is no cursor: give the one under “next” of the page before, or none."),
            code="cursor",
            field="cursor",
            value=cursor,
        )


def page(filters: LeadFilters) -> dict[str, Any]:
    """The leads that promise most, and the cursor of the next page; null at the last one."""
    rows = _filtered(filters).order_by("-expected_value", "customer_id")
    if filters.cursor:
        after = _Place.read(filters.cursor)
        # One bound that the index is entered by; of equal values those that come later.
        rows = rows.filter(expected_value__lte=after.value).exclude(
            expected_value=after.value, customer__lte=after.customer_id
        )
    found = list(rows[: filters.limit + 1])
    last = found[filters.limit - 1] if len(found) > filters.limit else None
    following = last and _Place(last.expected_value, last.pk).written()
    return {"items": [_short(lead) for lead in found[: filters.limit]], "next": following}


def whole(customer_id: int) -> dict[str, Any]:
    """One customer's score with all that made it, and the days on which it changed.

    Raises:
        DoesNotExist: there is no such customer, or they have no score.

    """
    lead = _leads().get(customer=customer_id)
    points = ScorePoint.objects.filter(customer=customer_id).order_by("day")
    return _short(lead) | {
        "base": lead.base,
        "exact_score": explaining.exact(lead),
        "contributions": explaining.contributions_of(lead),
        "features": explaining.features_of(lead),
        "version": lead.model_id,
        "scored_at": lead.scored_at,
        "known_since": lead.known_since,
        "total_contacts": lead.total_contacts,
        "total_spent": lead.total_spent,
        "usual_purchase": lead.usual_purchase,
        "emails_sent": lead.emails_sent,
        "emails_opened": lead.emails_opened,
        "website_visits": lead.website_visits,
        "handled_at": lead.handled_at,
        "trend": list(points.values("day", "score")),
    }


def _leads() -> QuerySet[LeadScore]:
    # Of the customer only what is shown.
    return LeadScore.objects.select_related("customer").only(
        *(field.attname for field in LeadScore._meta.concrete_fields),  # noqa: SLF001 - Django's own
        "customer__name",
    )


def _filtered(filters: LeadFilters) -> QuerySet[LeadScore]:
    rows = _leads()
    if filters.segment is not None:
        rows = rows.filter(segment=filters.segment)
    if filters.min_score is not None:
        rows = rows.filter(score__gte=filters.min_score)
    if filters.resting is not None:
        rows = rows.filter(is_resting() if filters.resting else ~is_resting())
    return rows


def _short(lead: LeadScore) -> dict[str, Any]:
    told = reasons.sentences(
        explaining.contributions_of(lead), [*explaining.features_of(lead).values()]
    )
    return {
        "customer_id": lead.pk,
        "name": lead.customer.name,
        "score": lead.score,
        "segment": lead.segment,
        "recommendation": advice.of_segment(lead.segment),
        "reasons": told,
        "chance": lead.chance,
        "expected_value": lead.expected_value,
        "currency": lead.currency,
        "as_of": lead.as_of,
        "last_contact_on": lead.last_contact_on,
        "rests_until": lead.rests_until,
    }
