"""How much more, or less, a product is bought lately than it used to be.

On public purchases this is worth more than any tuning of the neighbours: seasons, new products
and those that are hardly on the shelf any more (docs/crm-recommendations-engine.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases

# Days after which a purchase counts half as lately.
HALF_LIFE = 30.0
# So many purchases as usual are put to both sides: a few purchases are no trend.
USUAL = 2.0


# How far it is followed, as a power: the first is the default, 0 leaves it out.
POWERS = (1.0, 0.5, 0.0)


def of(purchases: Purchases, as_of: int) -> NDArray[np.float32]:
    """Per product, lately bought by as expected: 1 is as ever. Lines of one day count once."""
    number = len(purchases.products)
    customer, product, day = purchases.customer, purchases.product, purchases.day
    first = np.ones(len(purchases), dtype=bool)
    first[1:] = (
        (customer[1:] != customer[:-1]) | (day[1:] != day[:-1]) | (product[1:] != product[:-1])
    )
    product, age = product[first], np.maximum(as_of - day[first], 0)
    lately = np.bincount(product, weights=np.exp2(-age / HALF_LIFE), minlength=number)
    ever = np.bincount(product, minlength=number)
    expected = ever * (lately.sum() / max(ever.sum(), 1))
    found: NDArray[np.float32] = ((lately + USUAL) / (expected + USUAL)).astype(np.float32)
    return found
