"""When a reading says it is 90 % sure, how often is it right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, FloatField, Func, IntegerField, Q, Sum, Value

from backoffice.core.figures.comparison import Rate
from orders.analytics.scope import Scope, during
from orders.models import FieldOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Proposed values with a confidence from ``low`` to below ``high`` (1 belongs to the last)."""

    low: float
    high: float
    # Nothing where there is no value in the bin.
    mean_confidence: float | None
    kept: Rate


@dataclass(frozen=True, slots=True)
class FieldReliability:
    """How often a field's proposed value was kept, beside how sure the reading was."""

    field: str
    mean_confidence: float
    kept: Rate


@dataclass(frozen=True, slots=True)
class Reliability:
    """``gap`` is the mean distance between confidence and kept share, weighted by values."""

    bins: tuple[Bin, ...]
    fields: tuple[FieldReliability, ...]
    values: int
    gap: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    field: str
    bin: int
    count: int
    kept: int
    confidence: float


def measured(scope: Scope) -> Reliability:
    """Of proposed values that a validation kept or changed in the period; one query.

    Rejected orders tell nothing about their fields and are not in it.
    """
    rows = _rows(scope)
    bins = tuple(_bin(index, rows) for index in range(BINS))
    count = sum(row.count for row in rows)
    distances = [
        abs(one.mean_confidence - one.kept.hits / one.kept.total) * one.kept.total
        for one in bins
        if one.mean_confidence is not None
    ]
    return Reliability(bins, _fields(rows), count, sum(distances) / count if count else None)


def _rows(scope: Scope) -> list[_Row]:
    proposed = FieldOutcome.objects.filter(
        during("decided_at", scope.period.days), confidence__isnull=False
    )
    if scope.origin is not None:
        proposed = proposed.filter(order__in=scope.orders())
    index = Func(
        F("confidence"),
        Value(0.0, output_field=FloatField()),
        Value(1.0, output_field=FloatField()),
        Value(BINS),
        function="width_bucket",
        output_field=IntegerField(),
    )
    counts = (
        proposed.order_by()
        .annotate(bin=index)
        .values_list("field", "bin")
        .annotate(
            count=Count("pk"), kept=Count("pk", filter=Q(was_kept=True)), sum=Sum("confidence")
        )
    )
    # A confidence of exactly 1 lies above the last bin, says width_bucket.
    return [_Row(field, min(bin_, BINS) - 1, *rest) for field, bin_, *rest in counts]


def _bin(index: int, rows: Iterable[_Row]) -> Bin:
    inside = [row for row in rows if row.bin == index]
    count, kept, mean = _sum(inside)
    return Bin(index / BINS, (index + 1) / BINS, mean, Rate(kept, count))


def _fields(rows: Iterable[_Row]) -> tuple[FieldReliability, ...]:
    grouped: dict[str, list[_Row]] = {}
    for row in rows:
        grouped.setdefault(row.field, []).append(row)
    found = []
    for field, group in grouped.items():
        count, kept, mean = _sum(group)
        found.append(FieldReliability(field, mean or 0.0, Rate(kept, count)))
    return tuple(sorted(found, key=lambda row: (-row.kept.total, row.field)))


def _sum(rows: Iterable[_Row]) -> tuple[int, int, float | None]:
    count = kept = 0
    confidence = 0.0
    for row in rows:
        count, kept, confidence = count + row.count, kept + row.kept, confidence + row.confidence
    return count, kept, confidence / count if count else None
