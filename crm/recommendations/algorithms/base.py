"""What an algorithm is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.engine.catalogue import Catalogue
    from crm.recommendations.engine.purchases import Purchases

# The two questions; crm.models.Question has the same values.
REPEAT = "repeat"
NEW = "new"


@dataclass(frozen=True, slots=True)
class Lessons:
    """What an algorithm learns from: everything known on the evening before ``as_of``."""

    purchases: Purchases
    catalogue: Catalogue
    # Days since 1970-01-01: "today". No line is of this day or later.
    as_of: int
    # Per customer of the purchases, a small number for their segment; None: segments unknown.
    segment: NDArray[np.int32] | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Some customers to score: what they bought so far, and when it is that we ask."""

    purchases: Purchases
    as_of: int
    segment: NDArray[np.int32] | None = None


class Algorithm(Protocol):
    """One way to answer.

    ``questions`` are those it can answer: REPEAT scores what the customer bought before, NEW what
    they never bought. Scores are float32, customers x products; higher is better; -inf: it has
    nothing to say of the product for this customer (never proposed by it). The caller removes
    what the question excludes: scores of the other question's products do not matter.
    """

    name: ClassVar[str]
    questions: ClassVar[frozenset[str]]

    @classmethod
    def fit(cls, lessons: Lessons) -> Self: ...

    def again(self, lessons: Lessons) -> Self:
        """Learnt from other purchases, with the settings that were chosen for these."""
        ...

    def scores(self, block: Block, question: str) -> NDArray[np.float32]: ...

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything it learnt, small enough to keep: :meth:`load` makes it again."""
        ...

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self: ...


class Blend(Protocol):
    """An algorithm that answers from what the others answer (the hybrid).

    :func:`crm.recommendations.engine.learning.learn` fits it after all others and hands it
    those, by name. ``arrays`` keep only its own; after ``load``, ``over`` gives it the others
    again. It asks them itself, in one block at a time, and takes out what the question excludes
    (:func:`exclude`) before it compares their ranks. ``weights``: by name, times what each counts
    (what people think of its proposals); 1 where a name is absent.
    """

    name: ClassVar[str]
    questions: ClassVar[frozenset[str]]

    @classmethod
    def fit(cls, lessons: Lessons, others: Mapping[str, Algorithm]) -> Self: ...

    def over(self, others: Mapping[str, Algorithm]) -> Self: ...

    def scores(
        self, block: Block, question: str, weights: Mapping[str, float] | None = None
    ) -> NDArray[np.float32]: ...

    def arrays(self) -> dict[str, NDArray[np.generic]]: ...

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self: ...


def exclude(scores: NDArray[np.float32], block: Block, question: str) -> None:
    """Put -inf, in place, where the question excludes: REPEAT what was not bought, NEW what was."""
    customer, product = block.purchases.customer, block.purchases.product
    if question == NEW:
        scores[customer, product] = -np.inf
        return
    kept = scores[customer, product]
    scores.fill(-np.inf)
    scores[customer, product] = kept
