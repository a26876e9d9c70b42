"""From scores to a short list: business rules, diversity, ties. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ranked:
    """Customers x k; position -1 and score NaN behind the end of a shorter list."""

    product: NDArray[np.int32]
    score: NDArray[np.float32]


def rank(
    scores: NDArray[np.float32],
    k: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
    family: NDArray[np.int32] | None = None,
    families: int = 1,
) -> Ranked:
    """The best ``k`` of each row; equal scores by position, so that the same input ranks the same.

    ``allowed``: products (one row for all), or customers x products. With ``families`` of 2 or
    more a list has so many, where the customer's scored products have: the last places go to the
    best of the missing families (an unknown family, -1, is one).
    """
    raise NotImplementedError
