"""Whom to contact today: hot leads that do not rest, those first that promise most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from scoring.models import LeadScore
from scoring.models.lead import Segment

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet


def to_contact(day: dt.date | None = None) -> QuerySet[LeadScore]:
    """The hot leads that do not rest on ``day`` (today), by expected value."""
    return LeadScore.objects.filter(is_hot_and_awake(day))


def is_hot_and_awake(day: dt.date | None = None) -> Q:
    """The condition of :func:`to_contact`."""
    return Q(segment=Segment.HOT) & ~is_resting(day)


def is_resting(day: dt.date | None = None) -> Q:
    """Called or written to lately; on the day of ``rests_until`` the rest is over."""
    return Q(rests_until__isnull=False, rests_until__gt=day or timezone.localdate())
