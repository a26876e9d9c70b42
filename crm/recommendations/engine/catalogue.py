"""What is known of the products that can be proposed, beside the purchases' columns. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One row per product, in the order of ``Purchases.products``; empty ones know nothing."""

    names: Sequence[str]
    # Category (else colour); -1: unknown. Diversity counts these.
    family: NDArray[np.int32]
    # Of one bottle (of one unit, where there are no bottles); NaN: unknown.
    price: NDArray[np.float32]
    # Words of each kind for content: {"grapes": [["Riesling"], ...], "region": ..., "text": ...}.
    words: Mapping[str, Sequence[Sequence[str]]]

    def __len__(self) -> int:
        return len(self.names)


def unknown(products: NDArray[np.generic]) -> Catalogue:
    """Of products of which nothing but the key is known."""
    number = len(products)
    return Catalogue(
        names=[str(key) for key in products],
        family=np.full(number, -1, dtype=np.int32),
        price=np.full(number, np.nan, dtype=np.float32),
        words={},
    )
