"""One pass over all recommendations, from which every total, rate and distribution is added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, IntegerField, Q, Sum, Value
from django.db.models.functions import Cast, Floor, Least

from crm.models import Recommendation
from crm.models.recommendation import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.core.figures.period import Days

Status = Recommendation.Status
# Bars of the distributions: tenths of confidence, tens of the data score; 1 and 100 in the last.
BINS = 10
# Replaced ones were superseded by newer ones of the same customers: they do not count.
COUNTED = (Status.PENDING, Status.APPROVED, Status.REJECTED)


class Group(NamedTuple):
    """Recommendations that are alike in all that is counted; sums over them."""

    status: str
    repeat_algorithm: str
    new_algorithm: str
    segment: str
    confidence_bin: int
    quality_bin: int
    number: int
    confidence: Decimal
    quality: int
    rated: int
    stars: int
    contacted: int
    bought: int


@dataclass(slots=True)
class Tally:
    """Sums of some recommendations, with the averages and rates that follow."""

    by_status: Counter[str] = field(default_factory=Counter)
    confidence: Decimal = Decimal(0)
    quality: int = 0
    rated: int = 0
    stars: int = 0
    contacted: int = 0
    bought: int = 0

    def add(self, group: Group) -> None:
        self.by_status[group.status] += group.number
        self.confidence += group.confidence
        self.quality += group.quality
        self.rated += group.rated
        self.stars += group.stars
        self.contacted += group.contacted
        self.bought += group.bought

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def decided(self) -> int:
        return self.by_status[Status.APPROVED] + self.by_status[Status.REJECTED]

    @property
    def average_confidence(self) -> float | None:
        """0-1."""
        return float(self.confidence / self.total) if self.total else None

    @property
    def average_quality(self) -> float | None:
        """0-100."""
        return self.quality / self.total if self.total else None

    @property
    def average_rating(self) -> float | None:
        """1-5, over those that were rated."""
        return self.stars / self.rated if self.rated else None

    def rate(self, status: str) -> float | None:
        """0-1, of all that count."""
        return self.by_status[status] / self.total if self.total else None

    @property
    def approved_of_decided(self) -> float | None:
        return self.by_status[Status.APPROVED] / self.decided if self.decided else None


@dataclass(slots=True)
class Counts:
    """What :func:`count` added up.

    A recommendation has two lists: it counts once with the algorithm of each, once only where one
    algorithm made both. ``lists`` has the number of lists by algorithm and question.
    """

    all: Tally = field(default_factory=Tally)
    replaced: int = 0
    by_algorithm: dict[str, Tally] = field(default_factory=dict)
    lists: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_segment: dict[str, Tally] = field(default_factory=dict)
    confidence_bins: list[Counter[str]] = field(
        default_factory=lambda: [Counter() for _bin in range(BINS)]
    )
    quality_bins: list[Counter[str]] = field(
        default_factory=lambda: [Counter() for _bin in range(BINS)]
    )

    def add(self, group: Group) -> None:
        if group.status not in COUNTED:
            self.replaced += group.number
            return
        self.all.add(group)
        made_by = {
            Question.REPEAT.value: group.repeat_algorithm,
            Question.NEW.value: group.new_algorithm,
        }
        for algorithm in set(made_by.values()) - {""}:
            self.by_algorithm.setdefault(algorithm, Tally()).add(group)
        for question, algorithm in made_by.items():
            if algorithm:
                self.lists[algorithm, question] += group.number
        self.by_segment.setdefault(group.segment, Tally()).add(group)
        self.confidence_bins[group.confidence_bin][group.status] += group.number
        self.quality_bins[group.quality_bin][group.status] += group.number


def made_in(days: Days | None, *, prefix: str = "") -> Q:
    """Made in these days; all of them without."""
    if days is None:
        return Q()
    created = f"{prefix}created_at"
    return Q(**{f"{created}__gte": days.start, f"{created}__lt": days.end})


def count(days: Days | None = None) -> Counts:
    """Of the recommendations made in ``days``; one query, whatever their number."""
    return added_up(_groups(days))


def added_up(groups: Iterable[Group]) -> Counts:
    counts = Counts()
    for group in groups:
        counts.add(group)
    for found in (counts.by_algorithm, counts.by_segment):
        most_first = sorted(found.items(), key=lambda one: (-one[1].total, one[0]))
        found.clear()
        found.update(most_first)
    return counts


def _groups(days: Days | None) -> Iterable[Group]:
    rows = (
        Recommendation.objects.filter(made_in(days))
        .order_by()
        .annotate(
            confidence_bin=Cast(
                Least(Floor(F("confidence") * Value(BINS)), Value(BINS - 1)),
                IntegerField(),
            ),
            # Whole numbers: the division leaves out the rest.
            quality_bin=Least(F("quality") / Value(BINS), Value(BINS - 1)),
        )
        .values_list(
            "status",
            "repeat_algorithm",
            "new_algorithm",
            "segment",
            "confidence_bin",
            "quality_bin",
        )
        .annotate(
            number=Count("pk"),
            sum_confidence=Sum("confidence"),
            sum_quality=Sum("quality"),
            rated=Count("rating"),
            stars=Sum("rating", default=0),
            contacted=Count("contacted_at"),
            bought=Count("bought_on"),
        )
    )
    return [Group(*row) for row in rows]
