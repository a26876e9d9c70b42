"""Local days of moments, for statements: by our own rules of time zones.

PostgreSQL has rules of its own, which may be older: ``AT TIME ZONE``, and with it Django's
``__date``, then puts the last or first hour of a day into another one than Python does. Here the
statement is told the moments at which days begin, or each zone's changes.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from backoffice.core.figures.period import ONE_DAY, midnight

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_YEAR: Final = 1970
# Nothing of ours is older or younger; nearer the ends of time there is no midnight in UTC.
_FIRST: Final = dt.date(1900, 1, 1)
_LAST: Final = dt.date(9999, 1, 1)
# No clocks were ever changed twice in a week.
_STRIDE: Final = dt.timedelta(days=7)
_EXACT: Final = dt.timedelta(seconds=1)


def within(column: str, first: dt.date | None = None, last: dt.date | None = None) -> Q:
    """The rows whose moment lies within these local days, ends included; None leaves one open."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{column}__gte": _begin(min(first, _LAST))})
    if last is not None:
        found &= Q(**{f"{column}__lt": _begin(min(last, _LAST) + ONE_DAY)})
    return found


def day_of(column: str) -> str:
    """The local date of a ``timestamptz`` column of ours, as an expression."""
    return f"({column} AT TIME ZONE 'UTC' + {_shift(column)})::date"


def _begin(day: dt.date) -> dt.datetime:
    return midnight(max(day, _FIRST))


def _shift(column: str) -> str:
    # The latest first: most rows are of these years.
    until = timezone.now().year + 2
    *changes, (_since, first) = reversed(changes_of(settings.TIME_ZONE, until))
    cases = " ".join(
        f"WHEN {column} >= TIMESTAMPTZ '{since:%Y-%m-%d %H:%M:%S}+00' THEN {_interval(offset)}"
        for since, offset in changes
    )
    return f"CASE {cases} ELSE {_interval(first)} END" if cases else _interval(first)


def _interval(offset: dt.timedelta) -> str:
    return f"INTERVAL '{offset.total_seconds():.0f} s'"


@lru_cache
def changes_of(zone: str, until: int) -> tuple[tuple[dt.datetime, dt.timedelta], ...]:
    """From which moment which distance from UTC holds, up to the year ``until``."""
    return tuple(_changes(ZoneInfo(zone), until))


def _changes(zone: ZoneInfo, until: int) -> Iterator[tuple[dt.datetime, dt.timedelta]]:
    now = dt.datetime(_FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(until, 1, 1, tzinfo=dt.UTC)
    offset = _offset(now, zone)
    yield now, offset
    while now < end:
        later = now + _STRIDE
        if _offset(later, zone) != offset:
            since = _moment(now, later, zone)
            offset = _offset(since, zone)
            yield since, offset
        now = later


def _moment(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When between these two the clocks were changed."""
    old = _offset(before, zone)
    while after - before > _EXACT:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after


def _offset(moment: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
