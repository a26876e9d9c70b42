"""What money is worth for the order of results alone, also where no rate is known yet.

Rates are those of the desk (``listings.market.euros``). Without one a listing would fall out of
every bound; ``data/rough_rates.csv`` says about how many units a euro is, which is near enough to
tell 2 million yen from a bound of 9,000 euros. Nothing of it is ever shown or kept.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils import timezone

from listings.market import euros

_FILE = Path(__file__).parent / "data" / "rough_rates.csv"


def today(amount: Decimal, currency: str) -> Decimal:
    """What ``amount`` is in euros now; the amount itself in a currency that nobody knows."""
    if currency == euros.EURO:
        return amount
    worth = euros.at(amount, currency, timezone.now())
    return worth.amount if worth else about(amount, currency) or amount


def about(amount: Decimal | None, currency: str) -> Decimal | None:
    """About what ``amount`` is in euros, without asking for rates."""
    units = _rates().get(currency)
    return round(amount / units, 2) if amount is not None and units else None


@cache
def _rates() -> dict[str, Decimal]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["currency"]: Decimal(row["units_per_euro"]) for row in rows}
