"""What our products usually cost, as ranges learned from labelled orders (a data file)."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orders.checks import VAT_RATES

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).parent / "data" / "usual_prices.json"
# A price may be this many times below or above everything seen so far.
_ROOM = Decimal(3)
# Charges such as transport may come on top of the goods.
_CHARGES = Decimal("0.12")
_ENOUGH = 3
_ROUNDING = Decimal("0.005")


@lru_cache(maxsize=1)
def _ranges() -> dict[str, list[str]]:
    ranges: dict[str, list[str]] = json.loads(FILE.read_text("utf-8"))["ranges"]
    return ranges


def key(product: str, unit: str, currency: str) -> str:
    return f"{product}/{unit}/{currency}"


def learned(labels: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the least and the most each product cost in labelled orders, from three prices on."""
    seen: dict[str, list[Decimal]] = defaultdict(list)
    for label in labels:
        for line in label["lines"]:
            if line["product"] and line["unit_price"] and label["currency"]:
                name = key(line["product"], line["unit"], label["currency"])
                seen[name].append(Decimal(str(line["unit_price"])))
    return {
        name: [str(min(prices)), str(max(prices))]
        for name, prices in sorted(seen.items())
        if len(prices) >= _ENOUGH
    }


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
