"""What people said of recommendations, and how often what was stated came true."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, IntegerField, Sum, Value
from django.db.models.functions import Cast, Floor, Least
from django.utils import timezone

from backoffice.core.figures.comparison import Rate
from crm.models import Recommendation, RecommendationFeedback
from crm.recommendations import rules as rules_in_force
from crm.recommendations.auditing.counting import COUNTED, made_in

if TYPE_CHECKING:
    from backoffice.core.figures.period import Days

# Wider bins than those of the distributions: few are contacted.
BINS = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What was done and thought of the recommendations that count."""

    actions: Counter[str]
    stars: Counter[int]
    rejections: Counter[str]


@dataclass(frozen=True, slots=True)
class Bin:
    """Contacted recommendations that stated a confidence from ``low`` to ``high`` (0-1)."""

    low: float
    high: float
    stated: float
    bought: Rate


def said(days: Days | None = None) -> Said:
    """Of recommendations made in ``days``; two queries."""
    of = RecommendationFeedback.objects.filter(recommendation__status__in=COUNTED).filter(
        made_in(days, prefix="recommendation__")
    )
    actions: Counter[str] = Counter()
    stars: Counter[int] = Counter()
    grouped = of.order_by().values_list("action", "rating").annotate(number=Count("pk"))
    for action, rating, number in grouped:
        actions[action] += number
        if rating is not None:
            stars[rating] += number
    rejected = Recommendation.objects.filter(made_in(days), status=Recommendation.Status.REJECTED)
    reasons = rejected.order_by().values_list("rejection").annotate(number=Count("pk"))
    return Said(actions, stars, Counter(dict(reasons)))


def calibration(days: Days | None = None) -> tuple[Bin, ...]:
    """Stated against observed, of those contacted so long ago that the horizon is over; one query.

    What is stated is of the next purchase, whenever it is; what is observed ends with the horizon:
    the second may be lower without the first being wrong.
    """
    until = timezone.now() - dt.timedelta(days=rules_in_force.current().horizon_days)
    rows = (
        Recommendation.objects.filter(made_in(days), contacted_at__lte=until)
        .order_by()
        .annotate(
            bin=Cast(Least(Floor(F("confidence") * Value(BINS)), Value(BINS - 1)), IntegerField())
        )
        .values_list("bin")
        .annotate(number=Count("pk"), stated=Sum("confidence"), bought=Count("bought_on"))
        .order_by("bin")
    )
    return tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            stated=float(stated) / number,
            bought=Rate(bought, number),
        )
        for place, number, stated, bought in rows
    )
