"""What a customer's purchases have in common with a product, word by word. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from crm.recommendations.engine import rhythm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block
    from crm.recommendations.engine.facts import Facts

# Of each customer so many products are compared: bought most often, then last.
COMPARED = 20
# Words that two products share, or they are not alike.
FEWEST_SHARED = 2
# From so many purchases on, and from such a share of them, there is a taste.
PURCHASES = 3
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Liked:
    """The purchases of a block's customers, as words."""

    # Rows x COMPARED: products, -1 behind the end.
    products: NDArray[np.int64]
    # Rows x words: purchases (a product on a day) that have the word; and all of them.
    words: NDArray[np.int32]
    purchases: NDArray[np.int64]

    @classmethod
    def of(cls, facts: Facts, block: Block) -> Self:
        """Count."""
        rows = len(block.purchases.customers)
        pairs = rhythm.pairs(block.purchases)
        order = np.lexsort((pairs.product, -pairs.last, -pairs.times, pairs.customer))
        customer = pairs.customer[order]
        begins = np.searchsorted(customer, np.arange(rows))
        rank = np.arange(len(customer)) - begins[customer]
        chosen = rank < COMPARED
        products = np.full((rows, COMPARED), -1, dtype=np.int64)
        products[customer[chosen], rank[chosen]] = pairs.product[order][chosen]
        sizes = np.diff(facts.word_starts)[pairs.product]
        pair = np.repeat(np.arange(len(pairs.product)), sizes)
        first = np.cumsum(sizes) - sizes
        word = facts.word[
            facts.word_starts[pairs.product][pair] + np.arange(len(pair)) - first[pair]
        ]
        number = len(facts.words)
        counts = np.bincount(
            pairs.customer[pair].astype(np.int64) * number + word,
            weights=pairs.times[pair],
            minlength=rows * number,
        )
        purchases = np.bincount(pairs.customer, weights=pairs.times, minlength=rows)
        return cls(
            products,
            counts.reshape(rows, number).astype(np.int32),
            purchases.astype(np.int64),
        )

    def most_like(
        self, facts: Facts, row: NDArray[np.int64], product: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each place the product that shares the most words with it, where one does."""
        table = facts.table()
        wanted = table[product]
        best, most = np.full(len(row), -1, dtype=np.int64), np.zeros(len(row), dtype=np.int64)
        for rank in range(COMPARED):
            mine = self.products[row, rank]
            theirs = table[mine]
            common = np.zeros(len(row), dtype=np.int64)
            for column in range(table.shape[1]):
                words = wanted[:, column : column + 1]
                common += ((theirs == words) & (words >= 0)).any(axis=1)
            better = (common > most) & (mine >= 0) & (mine != product)
            best[better], most[better] = mine[better], common[better]
        places = np.flatnonzero(most >= FEWEST_SHARED)
        return places, best[places]

    def tastes(
        self, facts: Facts, row: NDArray[np.int64], product: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Place, word, share: of each place's words the one that stands out most in the purchases.

        Against how many products have it: who buys red as everybody does has no taste for it.
        """
        table = facts.table()
        words = table[product]
        if not words.size:
            empty = np.empty(0, dtype=np.int64)
            return empty, empty, np.empty(0)
        counts = np.where(words >= 0, self.words[row[:, None], words], 0)
        share = counts / np.maximum(self.purchases[row], 1)[:, None]
        usual = facts.spread() / max(facts.products, 1)
        outstanding = np.where((words >= 0) & (share >= SHARE), share - usual[words], -np.inf)
        best = outstanding.argmax(axis=1)
        at = np.arange(len(row))
        places = np.flatnonzero((outstanding[at, best] > 0) & (self.purchases[row] >= PURCHASES))
        return places, words[places, best[places]], share[places, best[places]]
