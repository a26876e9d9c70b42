"""What scores of earlier days had promised: the chance that a version meant by a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.engine import scale
from scoring.engine.artifact import UnreadableModel
from scoring.figures.cohorts import rate
from scoring.figures.outcomes import USUAL
from scoring.models import ScoringModel
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.core.figures.comparison import Rate
    from scoring.figures.cohorts import Cohort, Count

# A score is rounded: the first and the last one stand for the middle of half a point.
_LEAST: Final = 0.25
BIN: Final = 10
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers with a score from ``low`` to ``high``: their mean ``chance``, and who bought."""

    low: int
    high: int
    chance: float
    came: Rate


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether chances came true, by tens of points; ``left_out`` customers' versions are gone.

    ``promised`` is the mean chance of all that are counted.
    """

    bins: tuple[Bin, ...]
    promised: float
    came: Rate
    left_out: int


def kept(cohort: Cohort) -> Kept | None:
    """None where no version of the cohort can be read and means chances of its horizon."""
    chances = _chances({one.version for one in cohort.counts}, cohort.horizon)
    counts = [one for one in cohort.counts if one.version in chances]
    if not counts:
        return None

    def promised(some: Sequence[Count]) -> float:
        told = [chances[one.version][one.score] * one.customers for one in some]
        return sum(told) / sum(one.customers for one in some)

    bins = []
    for place in range(BINS):
        inside = [one for one in counts if min(one.score // BIN, BINS - 1) == place]
        if inside:
            high = 100 if place == BINS - 1 else BIN * place + BIN - 1
            bins.append(Bin(BIN * place, high, promised(inside), rate(inside)))
    came = rate(counts)
    left_out = cohort.everybody.total - came.total
    return Kept(tuple(bins), promised(counts), came, left_out)


def _chances(versions: set[int], horizon: int) -> dict[int, list[float]]:
    """By version the chance of each score from 0 to 100."""
    found = {}
    for row in ScoringModel.objects.defer("artifact", "report", "reference").filter(
        pk__in=versions
    ):
        if (row.horizon_days or USUAL) != horizon:
            continue
        try:
            average = active.compiled(row).calibration.average
        except UnreadableModel:
            continue
        points = np.clip(np.arange(101, dtype=np.float64), _LEAST, 100 - _LEAST)
        found[row.pk] = scale.sigmoid(scale.log_odds(points, average)).tolist()
    return found
