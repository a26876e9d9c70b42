"""What is kept of the purchases to tell why: counts that anybody can count again. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.engine.catalogue import Catalogue
    from crm.recommendations.engine.purchases import Purchases

# Of each product so many others are kept that the same customers bought.
COMPANIONS = 60
# Fewer customers than this are no argument.
FEWEST = 2
# As in algorithms.item_based: how many in common are needed to be sure.
SHRINKAGE = 20.0
# Cells of a dense piece: 16 MB of float32.
CELLS = 4_000_000
# Kinds of words nobody would say aloud as a reason.
UNSAID = frozenset({"text"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Kept with what was learnt, so that a run and a single customer are told the same."""

    # Sparse, products x products: of the column's product (the one proposed) the rows'
    # products, and how many customers bought both.
    starts: NDArray[np.int64]
    companion: NDArray[np.int32]
    customers: NDArray[np.int32]
    # Words of the products: ``word_starts`` of each product into ``word``, positions in ``words``
    # (kind and word, two columns).
    word_starts: NDArray[np.int64]
    word: NDArray[np.int32]
    words: NDArray[np.str_]

    @classmethod
    def learn(cls, lessons: Lessons) -> Self:
        """Count; memory grows with products, not with their square."""
        return cls(*_companions(lessons.purchases), *_words(lessons.catalogue))

    @property
    def products(self) -> int:
        """So many it knows."""
        return len(self.starts) - 1

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        found = cls(
            starts=arrays["starts"].astype(np.int64, casting="safe"),
            companion=arrays["companion"].astype(np.int32, casting="safe"),
            customers=arrays["customers"].astype(np.int32, casting="safe"),
            word_starts=arrays["word_starts"].astype(np.int64, casting="safe"),
            word=arrays["word"].astype(np.int32, casting="safe"),
            words=arrays["words"].astype(np.str_),
        )
        found.check()
        return found

    def table(self) -> NDArray[np.int32]:
        """Products x words of the product with the most: -1 behind the end; one more row of -1.

        The last row is what position -1 finds: a product without words.
        """
        sizes = np.diff(self.word_starts)
        found = np.full((self.products + 1, int(sizes.max(initial=0))), -1, dtype=np.int32)
        place = np.repeat(np.arange(self.products), sizes)
        found[place, np.arange(len(place)) - self.word_starts[place]] = self.word
        return found

    def shared(
        self, ones: Sequence[int], others: Sequence[int], most: int = 4
    ) -> list[list[list[str]]]:
        """Of each two products kind and word of what both have.

        Of many those that fewest products have.
        """
        # Lists: a few words at a time, numpy would take ten times as long.
        starts, word = self.word_starts.tolist(), self.word.tolist()
        spread, words = self.spread().tolist(), self.words.tolist()
        found = []
        for one, other in zip(ones, others, strict=True):
            both = set(word[starts[one] : starts[one + 1]])
            both &= set(word[starts[other] : starts[other + 1]])
            rarest = sorted(both, key=lambda each: (spread[each], each))[:most]
            found.append(sorted(words[each] for each in rarest))
        return found

    def spread(self) -> NDArray[np.int64]:
        """Of each word, how many products have it."""
        return np.bincount(self.word, minlength=len(self.words))

    def check(self) -> None:
        """Raises ValueError where the arrays do not fit together."""
        number = self.products
        if not (
            _fits(self.starts, self.companion, number, number)
            and self.customers.shape == self.companion.shape
            and _fits(self.word_starts, self.word, number, len(self.words))
            and self.words.shape[1:] == (2,)
        ):
            raise ValueError("The counts of the purchases do not fit together.")


def _fits(starts: NDArray[np.int64], positions: NDArray[np.int32], number: int, among: int) -> bool:
    return (
        starts.shape == (number + 1,)
        and starts[0] == 0
        and starts[-1] == len(positions)
        and not (np.diff(starts) < 0).any()
        and not (positions < 0).any()
        and not (positions >= among).any()
    )


def _companions(
    purchases: Purchases,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """By product the others with the most customers in common for their size, and how many."""
    bought = _once(purchases)
    number = bought.shape[1]
    by_product = bought.T.tocsr()
    buyers = np.diff(by_product.indptr).astype(np.float32)
    step = max(CELLS // max(number, 1), 1)
    sizes, companions, customers = [np.zeros(1, np.int64)], [], []
    for start in range(0, number, step):
        piece = slice(start, min(start + step, number))
        common = (by_product[piece] @ bought).toarray()
        common[np.arange(len(common)), np.arange(piece.start, piece.stop)] = 0
        common[common < FEWEST] = 0
        strength = common / (np.sqrt(buyers[piece, None] * buyers[None, :]) + SHRINKAGE)
        kept = min(COMPANIONS, number)
        best = np.argpartition(-strength, kept - 1, axis=1)[:, :kept]
        order = np.argsort(-np.take_along_axis(strength, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        counts = np.take_along_axis(common, best, axis=1)
        sizes.append((counts > 0).sum(axis=1))
        companions.append(best[counts > 0].astype(np.int32))
        customers.append(counts[counts > 0].astype(np.int32))
    nothing = [np.empty(0, np.int32)]
    return (
        np.cumsum(np.concatenate(sizes)),
        np.concatenate(companions or nothing),
        np.concatenate(customers or nothing),
    )


def _once(purchases: Purchases) -> csr_matrix:
    """Customers x products, 1 where bought."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow import

    ones = np.ones(len(purchases), dtype=np.float32)
    shape = (len(purchases.customers), len(purchases.products))
    # A copy: what follows sorts in place.
    found = csr_matrix((ones, purchases.product.copy(), purchases.starts), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found


def _words(
    catalogue: Catalogue,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.str_]]:
    """Each product's words, as positions in the list of all; kinds and words in order."""
    known: dict[tuple[str, str], int] = {}
    starts, found = [0], list[int]()
    kinds = [kind for kind in catalogue.words if kind not in UNSAID]
    for product in range(len(catalogue)):
        mine = {(kind, word) for kind in kinds for word in catalogue.words[kind][product] if word}
        found.extend(known.setdefault(pair, len(known)) for pair in sorted(mine))
        starts.append(len(found))
    words = np.array(list(known), dtype=np.str_) if known else np.empty((0, 2), dtype=np.str_)
    return np.array(starts, dtype=np.int64), np.array(found, dtype=np.int32), words
