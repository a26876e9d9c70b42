"""Scores of the year before today, as the nightly runs would have left them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from scoring.engine import features, scale
from scoring.figures.drift import Tally
from scoring.live import figures
from scoring.models import LeadScore, ScoreDay, ScorePoint, SegmentChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.demo.versions import Term

# Each day of the last so many, before that once a week.
DAILY, WEEKS = 30, 52
# When the nightly run was done, and when its changes were told.
SCORED, TOLD = dt.time(4, 11), dt.time(7, 15)


@dataclass(slots=True)
class _Book:
    """What was written so far, and the latest score of each customer."""

    scores: dict[int, int] = field(default_factory=dict)
    points: list[ScorePoint] = field(default_factory=list)
    changes: list[SegmentChange] = field(default_factory=list)
    days: list[ScoreDay] = field(default_factory=list)


def load(terms: Sequence[Term], today: dt.date) -> dict[int, int]:
    """Write points, changes of segment and days; the scores of yesterday by customer.

    ``terms`` says which version was in use when.
    """
    book = _Book()
    term = terms[0]
    for day in days(today):
        before, term = term, next(one for one in reversed(terms) if one.since <= day)
        _score(book, day, term, by_model=before is not term)
    ScorePoint.objects.bulk_create(book.points)
    SegmentChange.objects.bulk_create(book.changes)
    ScoreDay.objects.bulk_create(book.days)
    return book.scores


def note_changes(yesterday: Mapping[int, int]) -> None:
    """Write who is in another segment than yesterday: the next morning's e-mail tells of them."""
    SegmentChange.objects.bulk_create(
        SegmentChange(
            customer_id=lead.pk,
            before=before,
            after=lead.segment,
            score=lead.score,
            changed_at=lead.scored_at,
        )
        for lead in LeadScore.objects.filter(pk__in=yesterday).order_by("pk")
        if (before := scale.segment(yesterday[lead.pk])) != lead.segment
    )


def days(today: dt.date) -> Iterator[dt.date]:
    """The days that are scored, the oldest first; today is not."""
    weekly = range(7 * WEEKS, DAILY, -7)
    for ago in (*weekly, *range(DAILY, 0, -1)):
        yield today - dt.timedelta(days=ago)


def _score(book: _Book, day: dt.date, term: Term, *, by_model: bool) -> None:
    at = _moment(day, SCORED)
    now: dict[int, int] = {}
    drift = Tally(term.version.reference)
    for block in figures.blocks(day):
        looked_at = features.of_clients(block.rows)
        drift.add(looked_at)
        found = term.compiled.scores(looked_at)
        now.update(zip(block.ids.tolist(), found.tolist(), strict=True))
    for customer, score in now.items():
        before = book.scores.get(customer)
        if score == before:
            continue
        book.points.append(
            ScorePoint(customer_id=customer, day=day, score=score, model=term.version)
        )
        if before is not None and scale.segment(before) != scale.segment(score):
            book.changes.append(
                SegmentChange(
                    customer_id=customer,
                    before=scale.segment(before),
                    after=scale.segment(score),
                    score=score,
                    changed_at=at,
                    by_model=by_model,
                    told_at=_moment(day, TOLD),
                )
            )
    book.scores = now
    row = _day(day, term, list(now.values()), at)
    row.drift = drift.drift()
    book.days.append(row)


def _day(day: dt.date, term: Term, scores: Sequence[int], at: dt.datetime) -> ScoreDay:
    counts = Counter(map(scale.segment, scores))
    tens = np.minimum(np.array(scores, dtype=np.int64) // 10, 9)
    return ScoreDay(
        day=day,
        model=term.version,
        hot=counts[scale.HOT],
        warm=counts[scale.WARM],
        cold=counts[scale.COLD],
        average=float(np.mean(scores)) if scores else 0.0,
        histogram=np.bincount(tens, minlength=10).tolist(),
        computed_at=at,
    )


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
