"""Decision trees as flat arrays: looked up without scikit-learn, all trees at once.

Every feature's thresholds, of all trees together, cut its values into bins. A table says for a
bin and a tree which leaves that value leaves open, one bit each; the tables of the seven
features, put together by AND, leave exactly one bit: the leaf. So a client costs seven look-ups
instead of a walk down every tree. What a leaf owes to each feature is found by walking.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
# One bit of a table each.
LEAVES_LIMIT: Final = 64
TREES_LIMIT: Final = 2_000
# Entries of the tables, eight bytes each.
TABLES_LIMIT: Final = 16_000_000
# Rows looked up together: what they need stays in the processor's cache.
_CHUNK: Final = 256
# Rows walked together: each has a place in every tree.
_WALKED: Final = 1_000
_BIAS: Final = 1023
_ALL_LEAVES: Final = np.uint64(2**64 - 1)


@dataclass(frozen=True, eq=False)
class Trees:
    """``starts`` has each tree's first node; ``feature`` is -1 at a leaf.

    A row goes ``left`` (a node's number) where its feature is at most the ``threshold``.
    ``value`` is what a leaf says, and at other nodes the mean of the rows learned from that
    came there. The margin of a row is ``offset`` + ``weight`` x the sum of its leaves.
    """

    starts: NDArray[np.int32]
    feature: NDArray[np.int8]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    offset: float
    weight: float
    width: int

    @property
    def count(self) -> int:
        """The number of trees."""
        return len(self.starts)

    @property
    def base(self) -> float:
        """The margin of a client of whom nothing is known."""
        return self.offset + self.weight * float(self.value[self.starts].sum())

    def margins(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the margin of every row."""
        lookup = self._lookup
        result = np.empty(len(features))
        codes = [
            np.searchsorted(cuts, features[:, place])
            for place, cuts in enumerate(lookup.thresholds)
        ]
        open_leaves = np.empty((_CHUNK, self.count), dtype=np.uint64)
        others = np.empty_like(open_leaves)
        for start in range(0, len(features), _CHUNK):
            size = min(_CHUNK, len(features) - start)
            left, right = open_leaves[:size], others[:size]
            for place, table in enumerate(lookup.tables):
                found = left if place == 0 else right
                table.take(codes[place][start : start + size], axis=0, out=found, mode="clip")
                if place:
                    np.bitwise_and(left, right, out=left)
            result[start : start + size] = self._leaf_values(left).sum(axis=1)
        return self.offset + self.weight * result

    def margin_of_one(self, row: NDArray[np.float32]) -> float:
        """Return the margin of one row, as :meth:`margins`, sooner."""
        lookup = self._lookup
        values = row.tolist()
        open_leaves = lookup.tables[0][bisect_left(lookup.cuts[0], values[0])]
        for place in range(1, self.width):
            open_leaves = (
                open_leaves & lookup.tables[place][bisect_left(lookup.cuts[place], values[place])]
            )
        return self.offset + self.weight * float(self._leaf_values(open_leaves).sum())

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to the margin; with :attr:`base` they sum to it.

        Down a tree, each step changes the mean of the rows that are still with us: the change
        is owed to the feature that decided the step.
        """
        owed = np.empty((len(features), self.width))
        for start in range(0, len(features), _WALKED):
            part = features[start : start + _WALKED]
            owed[start : start + _WALKED] = self._walked(part)
        return owed

    def _walked(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        rows = len(features)
        total = np.zeros(rows * self.width)
        row_numbers = np.repeat(np.arange(rows), self.count)
        nodes = np.tile(self.starts, rows)
        while len(nodes):
            asked = self.feature[nodes].astype(np.intp)
            inner = asked >= 0
            nodes, row_numbers, asked = nodes[inner], row_numbers[inner], asked[inner]
            is_left = features[row_numbers, asked] <= self.threshold[nodes]
            after = np.where(is_left, self.left[nodes], self.right[nodes])
            change = self.value[after] - self.value[nodes]
            total += np.bincount(row_numbers * self.width + asked, change, minlength=len(total))
            nodes = after
        return self.weight * total.reshape(rows, self.width)

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """Return what :meth:`from_arrays` makes trees of."""
        return {
            "starts": self.starts,
            "feature": self.feature,
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "value": self.value,
            "sum": np.array([self.offset, self.weight]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], width: int) -> Trees:
        """Make trees of arrays from anywhere.

        Raises:
            ValueError: they do not fit together, or point anywhere but down the tree.

        """
        offset, weight = arrays["sum"].astype(np.float64).tolist()
        trees = cls(
            starts=_column(arrays["starts"], "i", np.int32),
            feature=_column(arrays["feature"], "i", np.int8),
            threshold=_column(arrays["threshold"], "f", np.float64),
            left=_column(arrays["left"], "i", np.int32),
            right=_column(arrays["right"], "i", np.int32),
            value=_column(arrays["value"], "f", np.float64),
            offset=offset,
            weight=weight,
            width=width,
        )
        trees.check()
        return trees

    def check(self) -> None:
        """Make sure that every row finds its leaf in every tree.

        Raises:
            ValueError: it might not.

        """
        size = len(self.feature)
        starts = self.starts.astype(np.int64)
        columns = (self.threshold, self.left, self.right, self.value)
        fits = (
            1 <= len(starts) <= TREES_LIMIT
            and all(len(column) == size for column in columns)
            and starts[0] == 0
            and (np.diff(starts) > 0).all()
            and starts[-1] < size
            and size * len(starts) <= 2 * TABLES_LIMIT
            and np.isfinite([self.offset, self.weight]).all()
            and np.isfinite(self.value).all()
            and ((self.feature >= -1) & (self.feature < self.width)).all()
        )
        if not fits:
            raise ValueError("The arrays of the trees do not fit together.")
        numbers = np.arange(size)
        ends = np.append(starts[1:], size)[np.searchsorted(starts, numbers, side="right") - 1]
        inner = self.feature >= 0
        children = np.concatenate([self.left[inner], self.right[inner]]).astype(np.int64)
        below = np.tile(numbers[inner], 2)
        # After the parent, within the tree, each node the child of one: no loops, no strays.
        is_tree = (
            (children > below).all()
            and (children < np.tile(ends[inner], 2)).all()
            and np.array_equal(np.sort(children), np.setdiff1d(numbers, starts))
        )
        leaves = np.add.reduceat((~inner).astype(np.int64), starts)
        if (
            not is_tree
            or leaves.max() > LEAVES_LIMIT
            or not np.isfinite(self.threshold[inner]).all()
        ):
            raise ValueError("The arrays of the trees do not make trees.")

    @cached_property
    def _lookup(self) -> _Lookup:
        return _Lookup.of(self)

    def _leaf_values(self, open_leaves: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return the values of the leaves that are left, one bit for each tree."""
        # A power of two as a floating-point number has its exponent in the bits from 52 on.
        exponents = open_leaves.view(np.int64).astype(np.float64).view(np.int64) >> 52
        exponents &= 0x7FF
        exponents += self._lookup.places
        return self._lookup.leaves.take(exponents, mode="clip")


@dataclass(frozen=True, slots=True, eq=False)
class _Lookup:
    """``tables`` has a bit for each leaf, by feature, bin and tree."""

    thresholds: tuple[NDArray[np.float64], ...]
    cuts: tuple[Sequence[float], ...]
    tables: tuple[NDArray[np.uint64], ...]
    leaves: NDArray[np.float64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, trees: Trees) -> _Lookup:
        thresholds = tuple(
            np.unique(trees.threshold[trees.feature == place]) for place in range(trees.width)
        )
        tables = tuple(
            np.full((len(cuts) + 1, trees.count), _ALL_LEAVES, dtype=np.uint64)
            for cuts in thresholds
        )
        leaves = np.zeros((trees.count, LEAVES_LIMIT))
        for tree, start in enumerate(trees.starts.tolist()):
            number = 0
            for number, (node, bounds) in enumerate(_leaves(trees, start)):
                leaves[tree, number] = trees.value[node]
                bit = np.uint64(1 << number)
                for place, (low, high) in bounds.items():
                    first, last = np.searchsorted(thresholds[place], (low, high)).tolist()
                    closed = tables[place][:, tree]
                    closed[: first + 1 if low > -np.inf else 0] &= ~bit
                    closed[last + 1 :] &= ~bit
            # Bits without a leaf are closed to every value.
            tables[0][:, tree] &= np.uint64((1 << number + 1) - 1)
        return cls(
            thresholds=thresholds,
            cuts=tuple(cuts.tolist() for cuts in thresholds),
            tables=tables,
            leaves=leaves.ravel(),
            places=np.arange(trees.count) * LEAVES_LIMIT - _BIAS,
        )


def _leaves(trees: Trees, start: int) -> Iterator[tuple[int, dict[int, tuple[float, float]]]]:
    """Yield a tree's leaves with their bounds: a feature is above the first, at most the second."""
    waiting: list[tuple[int, dict[int, tuple[float, float]]]] = [(start, {})]
    while waiting:
        node, bounds = waiting.pop()
        place = int(trees.feature[node])
        if place < 0:
            yield node, bounds
            continue
        cut = float(trees.threshold[node])
        low, high = bounds.get(place, (-np.inf, np.inf))
        waiting.append((int(trees.left[node]), {**bounds, place: (low, min(high, cut))}))
        waiting.append((int(trees.right[node]), {**bounds, place: (max(low, cut), high)}))


def _column(array: NDArray[np.generic], kind: str, dtype: type[Number]) -> NDArray[Number]:
    if array.ndim != 1 or array.dtype.kind != kind:
        raise ValueError("An array of the trees has the wrong shape or type.")
    narrow = array.astype(dtype)
    if not np.array_equal(narrow, array, equal_nan=kind == "f"):
        raise ValueError("An array of the trees has numbers that are too great.")
    return narrow
