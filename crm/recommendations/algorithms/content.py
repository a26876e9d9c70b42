"""Products like those the customer bought, by what is written about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crm.recommendations.engine.catalogue import Catalogue

# A taste is told by so many words at most: those that part the catalogue best.
WORDS = 400
# What a kind of word counts; others count 1.
KINDS = {"text": 0.3, "price": 0.5}
BANDS = 5
WEIGHTING = Weighting(half_life=365.0, is_repeated=True)


@dataclass(frozen=True, slots=True)
class Content:
    """Products x words, rows of length 1; a customer's taste is the mean of what they bought."""

    name: ClassVar[str] = "content"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    # "kind:word".
    words: NDArray[np.str_]
    weights: NDArray[np.float16]

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Count the words; rare ones weigh more, those of one product only tell nothing."""
        words, weights = _weights(_described(lessons.catalogue))
        return cls(words, weights)

    def again(self, lessons: Lessons) -> Self:
        """There is nothing to choose."""
        return self.fit(lessons)

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - the same for both
        """The cosine of taste and product; -inf where they share no word."""
        weights = self.weights.astype(np.float32)
        # Rounded: arithmetic on one customer differs from that on many in the last digits.
        found = np.round(self.tastes(block) @ weights.T, 5)
        found[found <= 0] = -np.inf
        return np.asarray(found, dtype=np.float32)

    def tastes(self, block: Block) -> NDArray[np.float32]:
        """Customers x words, rows of length 1 (0 of who bought nothing that is described)."""
        bought = matrix(block.purchases, block.as_of, WEIGHTING)
        taste = bought @ self.weights.astype(np.float32)
        lengths = np.linalg.norm(taste, axis=1, keepdims=True)
        return np.asarray(taste / np.maximum(lengths, 1e-9), dtype=np.float32)

    @property
    def products(self) -> int:
        """So many it knows."""
        return len(self.weights)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        return {"words": self.words, "weights": self.weights}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        words, weights = arrays["words"], arrays["weights"].astype(np.float16, casting="safe")
        is_whole = words.dtype.kind == "U" and weights.shape[1:] == words.shape
        if not is_whole or not np.isfinite(weights).all():
            raise ValueError("The words of the products do not fit together.")
        return cls(words.astype(np.str_), weights)


def _described(catalogue: Catalogue) -> list[Sequence[str]]:
    """The words of each product, each with its kind; its price band is one."""
    described: list[list[str]] = [[] for _ in range(len(catalogue))]
    for kind, of_products in catalogue.words.items():
        for product, words in enumerate(of_products):
            described[product].extend(f"{kind}:{word.casefold()}" for word in words if word)
    known = np.isfinite(catalogue.price) & (catalogue.price > 0)
    if known.any():
        edges = np.quantile(catalogue.price[known], np.arange(1, BANDS) / BANDS)
        bands = np.searchsorted(edges, catalogue.price, side="right")
        for place in np.flatnonzero(known):
            described[place].append(f"price:{bands[place] + 1}")
    return [sorted(set(words)) for words in described]


def _weights(
    described: Sequence[Sequence[str]],
) -> tuple[NDArray[np.str_], NDArray[np.float16]]:
    number = len(described)
    every = np.array([word for words in described for word in words], dtype=np.str_)
    rows = np.repeat(np.arange(number), [len(words) for words in described])
    known, place, counts = np.unique(every, return_inverse=True, return_counts=True)
    rarity = np.log((1 + number) / (1 + counts)) + 0.1
    rarity *= [KINDS.get(str(word).partition(":")[0], 1.0) for word in known]
    # What parts the catalogue best: rare enough to tell, common enough to be shared.
    merit = np.where(counts > 1, rarity * counts, 0.0)
    chosen = np.sort(np.lexsort((known, -merit))[:WORDS])
    chosen = chosen[merit[chosen] > 0]
    column = np.full(len(known), -1)
    column[chosen] = np.arange(len(chosen))
    table = np.zeros((number, len(chosen)), dtype=np.float32)
    used = column[place] >= 0
    table[rows[used], column[place[used]]] = rarity[place[used]]
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return known[chosen], table.astype(np.float16)
