"""All algorithms learnt together, and what they answer: the one thing runs and pages ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm, Block, Lessons
    from crm.recommendations.confidence import Calibration


@dataclass(frozen=True, slots=True)
class Learnt:
    """The algorithms by name, the winner of each question, and how sure their answers are.

    ``products`` are the keys (ids) in the order of the scores' columns.
    """

    products: NDArray[np.generic]
    as_of: int
    algorithms: Mapping[str, Algorithm]
    winners: Mapping[str, str]
    calibration: Calibration | None
    seed: int = 0

    def scores(self, block: Block, question: str, algorithm: str = "") -> NDArray[np.float32]:
        """Of the algorithm, else of the question's winner; -inf where the question excludes.

        REPEAT: only what the customer bought; NEW: only what they did not.
        """
        raise NotImplementedError


def learn(
    lessons: Lessons,
    *,
    names: Sequence[str] = (),
    winners: Mapping[str, str] | None = None,
    calibration: Calibration | None = None,
) -> Learnt:
    """Fit the named algorithms (all of them, without names)."""
    raise NotImplementedError
