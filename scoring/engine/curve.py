"""A logistic curve over the logarithms of the features, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Margin = ``base`` + sum of ``slope`` x (ln(1 + feature) - ``centre``).

    ``centre`` has the means of the rows learned from, so what a feature adds is told against
    the average client.
    """

    slope: NDArray[np.float64]
    centre: NDArray[np.float64]
    base: float

    def margins(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the margin of every row."""
        result: NDArray[np.float64] = self.base + self.contributions(features).sum(axis=1)
        return result

    def margin_of_one(self, row: NDArray[np.float32]) -> float:
        """Return the margin of one row."""
        return float(self.margins(row[np.newaxis])[0])

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to the margin; with ``base`` they sum to it."""
        result: NDArray[np.float64] = self.slope * (
            np.log1p(features.astype(np.float64)) - self.centre
        )
        return result

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """Return what :meth:`from_arrays` makes a curve of."""
        return {"slope": self.slope, "centre": self.centre, "sum": np.array([self.base])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], width: int) -> Curve:
        """Make a curve of arrays from anywhere.

        Raises:
            ValueError: they do not fit together, or are not finite.

        """
        slope, centre = (arrays[name].astype(np.float64) for name in ("slope", "centre"))
        (base,) = arrays["sum"].astype(np.float64).tolist()
        if slope.shape != (width,) or centre.shape != (width,):
            raise ValueError("The arrays of the curve do not fit together.")
        if not np.isfinite([*slope, *centre, base]).all():
            raise ValueError("The arrays of the curve are not finite.")
        return cls(slope, centre, base)
