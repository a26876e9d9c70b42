"""What the scores come to at the end of a day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone

from scoring.engine import scale
from scoring.figures import drift
from scoring.models import LeadScore, ScoreDay

if TYPE_CHECKING:
    import datetime as dt

    from scoring.models import ScoringModel

_TENS = 10


def write(day: dt.date, version: ScoringModel) -> ScoreDay:
    """Count all scores as they are now, as those of ``day``; what was counted before is replaced.

    With them goes how far the customers have drifted from those the version learned from.
    """
    by_score = LeadScore.objects.order_by().values("score").annotate(leads=Count("pk"))
    leads = dict(by_score.values_list("score", "leads"))
    segments: Counter[str] = Counter()
    histogram = [0] * _TENS
    for score, count in leads.items():
        segments[scale.segment(score)] += count
        histogram[min(score // _TENS, _TENS - 1)] += count
    total = sum(leads.values())
    points = sum(score * count for score, count in leads.items())
    row, _created = ScoreDay.objects.update_or_create(
        day=day,
        defaults={
            "model": version,
            "hot": segments[scale.HOT],
            "warm": segments[scale.WARM],
            "cold": segments[scale.COLD],
            "average": points / total if total else 0.0,
            "histogram": histogram,
            "drift": drift.of(version.reference, day),
            "computed_at": timezone.now(),
        },
    )
    return row
