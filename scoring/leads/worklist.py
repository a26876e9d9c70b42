"""Whom to contact today: hot leads that do not rest and may be reached, the best first."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crm.models import CustomerIdentity
from scoring.leads import handling
from scoring.models import LeadScore
from scoring.models.lead import Segment

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet


def to_contact(day: dt.date | None = None) -> QuerySet[LeadScore]:
    """The hot leads that do not rest on ``day`` (today) and may be reached, by expected value."""
    return LeadScore.objects.filter(is_to_contact(day))


def is_to_contact(day: dt.date | None = None) -> Q:
    """The condition of :func:`to_contact`."""
    return Q(segment=Segment.HOT) & ~is_resting(day) & may_be_reached()


def may_be_reached(*channels: str) -> Q:
    """By one of these ways of :func:`handling.handle`, by any where none is named.

    There is consent for it, and an address or a number.
    """
    # One look for all ways: a question for each costs PostgreSQL six times as long.
    ways = [handling.WAYS[channel] for channel in channels or handling.WAYS]
    allowed = (Q(kind=way.kind, **{f"customer__{way.consent}": True}) for way in ways)
    known = CustomerIdentity.objects.filter(reduce(or_, allowed), customer=OuterRef("customer"))
    return Q(Exists(known))


def is_resting(day: dt.date | None = None) -> Q:
    """Called or written to lately; on the day of ``rests_until`` the rest is over."""
    return Q(rests_until__isnull=False, rests_until__gt=day or timezone.localdate())
