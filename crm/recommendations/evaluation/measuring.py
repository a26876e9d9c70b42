"""The evaluation: split, learn, rank, measure, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.confidence import Calibration

Split = Literal["last", "time"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: ``table`` is the JSON that is stored, printed and shown (docs)."""

    table: dict[str, Any]
    winners: Mapping[str, str]
    calibration: Calibration | None


def evaluate(
    lessons: Lessons,
    *,
    split: Split = "last",
    k: int = 10,
    names: Sequence[str] = (),
    most_customers: int | None = None,
) -> Evaluation:
    """Hold out purchases, learn from the rest and measure every algorithm on both questions.

    ``last``: of each customer with two purchases or more the last one; ``time``: everything from
    a day on. ``most_customers``: measured on a seeded sample of so many. Raises DomainError
    ``too_few_purchases`` where nothing can be held out.
    """
    raise NotImplementedError
