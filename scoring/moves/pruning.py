"""Forgetting what nobody looks at any more of scores that were."""

from __future__ import annotations

import datetime as dt
from time import monotonic
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from crm.models import Customer
from scoring.models import ScoreDay, ScoringRun, SegmentChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model, QuerySet

# Points older than so many years are thinned: the last one of each month stays.
POINT_YEARS: Final = 2
# Changes of segment, days and runs are kept so long.
KEPT: Final = dt.timedelta(days=365)
# Each day of a month has its part of the customers: a night looks at one in 28.
PARTS: Final = 28
_CUSTOMERS_AT_A_TIME: Final = 10_000
_ROWS_AT_A_TIME: Final = 20_000
_THIN: Final = """
DELETE FROM scoring_scorepoint AS point
WHERE customer_id >= %s AND customer_id < %s AND day < %s AND EXISTS (
    SELECT FROM scoring_scorepoint AS later
    WHERE later.customer_id = point.customer_id AND later.day > point.day
        AND later.day < (date_trunc('month', point.day::timestamp) + interval '1 month')::date
)
"""


def prune() -> int:
    """Each night; the number of rows that went. What a night leaves over, another takes."""
    until = monotonic() + settings.JOB_TIMEOUT / 2
    today = timezone.localdate()
    count = 0
    for deleted in _pruned(today):
        count += deleted
        if monotonic() > until:
            break
    return count


def _pruned(today: dt.date) -> Iterator[int]:
    since = timezone.now() - KEPT
    yield from _delete(SegmentChange, SegmentChange.objects.filter(changed_at__lt=since))
    yield from _delete(ScoringRun, ScoringRun.objects.filter(finished_at__lt=since))
    yield from _delete(ScoreDay, ScoreDay.objects.filter(day__lt=today - KEPT))
    yield from _thinned(today)


def _delete(model: type[Model], rows: QuerySet[Model]) -> Iterator[int]:
    """Delete them in slices, each its own transaction."""
    while True:
        keys = list(rows.order_by().values_list("pk", flat=True)[:_ROWS_AT_A_TIME])
        if not keys:
            return
        # Nothing refers to these rows: one statement.
        yield model._base_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001 - Django's public name


def _thinned(today: dt.date) -> Iterator[int]:
    """Of the customers whose turn it is, the points of whole months that are long ago."""
    if today.day > PARTS:
        return
    before = today.replace(day=1, year=today.year - POINT_YEARS)
    ids = Customer.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ids["first"] is None:
        return
    first, end = _part(ids["first"], ids["last"] + 1, today.day - 1)
    for start in range(first, end, _CUSTOMERS_AT_A_TIME):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_THIN, [start, min(start + _CUSTOMERS_AT_A_TIME, end), before])
            yield cursor.rowcount


def _part(first: int, end: int, number: int) -> tuple[int, int]:
    """The ids of this part of all from ``first`` to before ``end``."""
    span = end - first
    return first + span * number // PARTS, first + span * (number + 1) // PARTS
