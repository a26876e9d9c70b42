"""All questions at once: what the page and the document show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils import timezone

from backoffice.core.figures.steps import Bucket, moments, steps_of
from scoring.engine import scale
from scoring.figures import alert, foretold, outcomes
from scoring.models import LeadScore, ScoreDay, ScoringModel, SegmentChange

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.core.figures.period import Days, Period
    from backoffice.core.figures.steps import Step
    from scoring.figures.alert import Drift
    from scoring.figures.foretold import Kept
    from scoring.figures.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Day:
    """What all scores came to at the end of a day; ``drift`` is each feature's index."""

    day: dt.date
    version: int
    hot: int
    warm: int
    cold: int
    average: float
    drift: dict[str, float]


@dataclass(frozen=True, slots=True)
class Move:
    """From a segment into another one, in the step of this number (from 1); 0 is the time before.

    ``by_model``: another version says so, the customer did nothing.
    """

    step: int
    before: str
    after: str
    by_model: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of today, and how they moved in ``period``."""

    period: Period
    made_at: dt.datetime
    today: dt.date
    steps: tuple[Step, ...]
    # Customers by score, and expected value by segment and currency.
    scores: dict[int, int]
    values: dict[tuple[str, str], Decimal]
    days: tuple[Day, ...]
    moves: Counter[Move]
    outcomes: tuple[Outcomes, ...]
    promises: Kept | None
    drift: Drift | None
    version: ScoringModel | None

    @property
    def customers(self) -> int:
        """Living customers with a score."""
        return sum(self.scores.values())

    @property
    def segments(self) -> Counter[str]:
        """Customers by segment."""
        found: Counter[str] = Counter()
        for score, customers in self.scores.items():
            found[scale.segment(score)] += customers
        return found

    def by_step(self) -> list[Day | None]:
        """Each step's last day with scores; None where there is none."""
        firsts = [step.first for step in self.steps]
        shown: list[Day | None] = []
        for begin, end in zip(firsts, [*firsts[1:], None], strict=True):
            inside = [
                one for one in self.days if one.day >= begin and (end is None or one.day < end)
            ]
            shown.append(inside[-1] if inside else None)
        return shown


def build(period: Period) -> Report:
    """The figures as they are now: a fixed number of queries once each night's cohorts are kept."""
    today = timezone.localdate()
    steps = steps_of(period.days)
    scores, values = _now()
    known = tuple(outcomes.of(horizon, today) for horizon in outcomes.horizons())
    latest = known[0].latest
    return Report(
        period=period,
        made_at=timezone.now(),
        today=today,
        steps=steps,
        scores=scores,
        values=values,
        days=_days(period.days),
        moves=_moves(period, steps),
        outcomes=known,
        promises=foretold.kept(latest) if latest else None,
        drift=alert.latest(),
        version=ScoringModel.objects.defer("artifact", "reference").filter(is_active=True).first(),
    )


def _now() -> tuple[dict[int, int], dict[tuple[str, str], Decimal]]:
    rows = (
        LeadScore.objects.order_by()
        .values_list("score", "currency")
        .annotate(customers=Count("pk"), value=Sum("expected_value"))
    )
    scores: Counter[int] = Counter()
    values: dict[tuple[str, str], Decimal] = {}
    for score, currency, customers, value in rows:
        scores[score] += customers
        key = scale.segment(score), currency
        values[key] = values.get(key, Decimal(0)) + value
    return dict(sorted(scores.items())), values


def _days(days: Days) -> tuple[Day, ...]:
    rows = ScoreDay.objects.filter(day__gte=days.first, day__lte=days.last).order_by("day")
    return tuple(
        Day(
            row.day,
            row.model_id,
            row.hot,
            row.warm,
            row.cold,
            row.average,
            {name: float(one["psi"]) for name, one in row.drift.items()},
        )
        for row in rows
    )


def _moves(period: Period, steps: tuple[Step, ...]) -> Counter[Move]:
    rows = (
        SegmentChange.objects.filter(
            changed_at__gte=period.before.start, changed_at__lt=period.days.end
        )
        .order_by()
        .annotate(step=Bucket("changed_at", moments(steps)))
        .values_list("step", "before", "after", "by_model")
        .annotate(customers=Count("pk"))
    )
    return Counter({Move(*row): customers for *row, customers in rows})
