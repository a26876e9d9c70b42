"""The market of a reference (or, without one, of a model), and the place of an offer in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from listings.models import Listing

DAYS = 90
MINIMUM = 5  # comparables below which nothing is said


@dataclass(frozen=True, slots=True)
class Market:
    """Offers for sale of the last ``DAYS`` days, one per trader and watch, in euros.

    ``trend`` is the change of the median against the ``DAYS`` before, as a share (-0.05), or None.
    """

    count: int
    median: Decimal | None
    low: Decimal | None  # first quartile
    high: Decimal | None  # third quartile
    trend: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """``share`` of the median that an offer is above (+) or below (-); None: too few."""

    market: Market
    share: float | None

    def sentence(self) -> str:
        """Say it: 12 % under the median of 9 offers in 90 days; or that there are too few."""
        raise NotImplementedError


def places(listings: Sequence[Listing]) -> dict[int, Place]:
    """The place of each listing in its market, by id; a constant number of queries."""
    raise NotImplementedError


def market(*, reference: str = "", brand: str = "", model: str = "") -> Market:
    """The market of a reference, or of a model."""
    raise NotImplementedError
