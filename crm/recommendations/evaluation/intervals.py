"""Bootstrap intervals: the customers measured drawn again and again, the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DRAWS = 1_000
_EDGES = (2.5, 97.5)
_DIGITS = 4
# Drawn at a time: a few megabytes for 100,000 customers.
_PIECE = 50


class Interval(TypedDict):
    """A figure and the interval that holds it with 95 %; None where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


class Drawn:
    """Means of columns of figures, over the customers and over each draw of them."""

    def __init__(self, columns: Mapping[str, NDArray[np.float64]], seed: int) -> None:
        self._names = {name: place for place, name in enumerate(columns)}
        table = np.column_stack(list(columns.values()))
        # As figures: a product with truth values is taken one by one.
        is_there = (~np.isnan(table)).astype(np.float64)
        filled = np.nan_to_num(table, nan=0.0)
        number = len(table)
        with np.errstate(invalid="ignore", divide="ignore"):
            self._value = filled.sum(axis=0) / is_there.sum(axis=0)
            self._draws = np.empty((DRAWS, table.shape[1]))
            generator = np.random.default_rng(seed)
            for start in range(0, DRAWS, _PIECE):
                taken = np.stack(
                    [
                        np.bincount(generator.integers(number, size=number), minlength=number)
                        for _draw in range(_PIECE)
                    ]
                ).astype(np.float64)
                self._draws[start : start + _PIECE] = (taken @ filled) / (taken @ is_there)

    def mean(self, name: str) -> Interval:
        place = self._names[name]
        return _interval(self._value[place], self._draws[:, place])

    def difference(self, name: str, other: str) -> Interval:
        """Of the same customers: by how much the first mean is above the second."""
        one, two = self._names[name], self._names[other]
        return _interval(
            self._value[one] - self._value[two], self._draws[:, one] - self._draws[:, two]
        )


def of_share(share: float, number: int, seed: int) -> Interval:
    """Of a share of ``number`` things, each drawn again."""
    draws = np.random.default_rng(seed).binomial(max(1, number), share, DRAWS) / max(1, number)
    return _interval(share, draws)


def _interval(value: float, draws: NDArray[np.float64]) -> Interval:
    draws = draws[~np.isnan(draws)]
    if np.isnan(value) or not len(draws):
        return {"value": None, "low": None, "high": None}
    low, high = np.percentile(draws, _EDGES)
    return {
        "value": round(float(value), _DIGITS),
        "low": round(float(low), _DIGITS),
        "high": round(float(high), _DIGITS),
    }
