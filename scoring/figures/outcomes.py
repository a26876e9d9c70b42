"""Which cohorts are looked at; kept once counted, since those of a large house take seconds.

Two horizons: the one that chances are of, and a month, whose outcomes are there sooner. Of each,
the latest day whose days after it are over, and the ends of the months before.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Min
from django.utils import timezone

from backoffice.core.figures.period import ONE_DAY
from scoring.figures import cohorts
from scoring.figures.cohorts import Cohort, Count
from scoring.models import ScoreDay, ScoreOutcome, ScoringModel

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT: Final = 30
# Of a version that does not say, as the shipped one.
USUAL: Final = 90
MONTHS: Final = 12
# Sales that come in later than this after the last day change nothing any more.
LATE: Final = dt.timedelta(days=14)
# A night's counting ends after so many seconds; the rest is the next night's.
_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of one horizon: ``latest``, and the ends of months, the oldest first.

    ``known_on`` is the day from which there are any; None where nobody was ever scored.
    """

    horizon: int
    known_on: dt.date | None
    latest: Cohort | None
    months: tuple[Cohort, ...]


def of(horizon: int, today: dt.date) -> Outcomes:
    """What is known today. Nothing is counted now but where nothing is kept yet, the latest."""
    first = first_day()
    if first is None:
        return Outcomes(horizon, None, None, ())
    known_on = first + dt.timedelta(days=horizon + 1)
    if known_on > today:
        return Outcomes(horizon, known_on, None, ())
    rows = ScoreOutcome.objects.filter(horizon_days=horizon).values_list("day", "counts")
    kept = {day: Cohort(day, horizon, tuple(Count(*one) for one in counts)) for day, counts in rows}
    latest, *months = _days(first, horizon, today)
    # From midnight on the latest day is one that is counted in the morning.
    newest = max((day for day in kept if day <= latest), default=None)
    found = kept[newest] if newest else cohorts.count(latest, horizon)
    return Outcomes(
        horizon, known_on, found, tuple(kept[day] for day in months[::-1] if day in kept)
    )


def horizons() -> tuple[int, ...]:
    """The days that chances of the version in use are of, then a month."""
    row = ScoringModel.objects.filter(is_active=True).values_list("horizon_days").first()
    return tuple(dict.fromkeys(((row[0] if row else None) or USUAL, SHORT)))


def keep_counting(today: dt.date) -> int:
    """Count what is not kept yet or may still change, the latest first; how many were counted.

    To be called each night, after the scores of the day. Kept ones nobody asks for any more go.
    """
    first = first_day()
    # Where the latest day is the end of a month it is asked for once.
    wanted = [] if first is None else list(dict.fromkeys(_wanted(first, today)))
    known = {
        (row.day, row.horizon_days): row for row in ScoreOutcome.objects.defer("counts").order_by()
    }
    gone = [row.pk for key, row in known.items() if key not in wanted]
    ScoreOutcome.objects.filter(pk__in=gone).delete()
    began, counted = time.monotonic(), 0
    for day, horizon in wanted:
        if _is_settled(known.get((day, horizon))):
            continue
        if time.monotonic() - began > _PATIENCE:
            break
        _keep(cohorts.count(day, horizon))
        counted += 1
    return counted


def first_day() -> dt.date | None:
    """The first day that was scored; None where there is none."""
    found: dt.date | None = ScoreDay.objects.aggregate(day=Min("day"))["day"]
    return found


def _wanted(first: dt.date, today: dt.date) -> Iterator[tuple[dt.date, int]]:
    for horizon in horizons():
        for day in _days(first, horizon, today):
            yield day, horizon


def _days(first: dt.date, horizon: int, today: dt.date) -> list[dt.date]:
    """The latest day whose horizon is over (today is not), then ends of months to ``first``."""
    latest = today - dt.timedelta(days=horizon + 1)
    if latest < first:
        return []
    found, day = [latest], latest + ONE_DAY
    while len(found) <= MONTHS:
        day = day.replace(day=1) - ONE_DAY
        if day < first:
            break
        found.append(day)
    return found


def _is_settled(row: ScoreOutcome | None) -> bool:
    """Whether it was counted when no sale of its days could come in any more."""
    if row is None:
        return False
    last = row.day + dt.timedelta(days=row.horizon_days)
    return timezone.localdate(row.computed_at) > last + LATE


def _keep(found: Cohort) -> None:
    counts = [[one.version, one.score, one.customers, one.bought] for one in found.counts]
    ScoreOutcome.objects.update_or_create(
        day=found.day,
        horizon_days=found.horizon,
        defaults={"counts": counts, "computed_at": timezone.now()},
    )
