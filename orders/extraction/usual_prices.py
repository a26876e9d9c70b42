"""What our products usually cost, as ranges learned from labelled orders (a data file)."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from orders.checks import VAT_RATES

_FILE = Path(__file__).parent / "data" / "usual_prices.json"
# A price may be this many times below or above everything seen so far.
_ROOM = Decimal(3)
# Charges such as transport may come on top of the goods.
_CHARGES = Decimal("0.12")
_ROUNDING = Decimal("0.005")


@lru_cache(maxsize=1)
def _ranges() -> dict[str, list[str]]:
    ranges: dict[str, list[str]] = json.loads(_FILE.read_text("utf-8"))["ranges"]
    return ranges


def key(product: str, unit: str, currency: str) -> str:
    return f"{product}/{unit}/{currency}"


def is_unusual(price: Decimal, product: str, unit: str, currency: str) -> bool:
    """Whether a price lies far outside what was ever seen; never where nothing was."""
    known = [
        bounds
        for name, bounds in _ranges().items()
        if name.startswith(f"{product}/{unit}/") and (not currency or name.endswith(currency))
    ]
    if not product or not known:
        return False
    low = min(Decimal(bounds[0]) for bounds in known) / _ROOM
    high = max(Decimal(bounds[1]) for bounds in known) * _ROOM
    return not low <= price <= high


def explains(amount: Decimal, total: Decimal) -> bool:
    """Whether a total is the amount of the goods, with or without tax and charges."""
    for rate in VAT_RATES:
        goods = amount * (1 + rate)
        if goods * (1 - _ROUNDING) <= total <= goods * (1 + _CHARGES) + 1:
            return True
    return False
