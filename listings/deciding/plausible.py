"""What no watch can be: refused wherever a person types facts in, on a page or in a sheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST, NEWEST = 1850, 2100
SMALLEST, LARGEST = Decimal(5), Decimal(99)
_LETTERS = 3
# Clocks and time zones differ.
_AHEAD = dt.timedelta(days=1)


def faults(facts: Mapping[str, object]) -> dict[str, str]:
    """A sentence for each field whose value cannot be; absent fields are not looked at."""
    found: dict[str, str] = {}
    price, currency = facts.get("price"), str(facts.get("currency") or "")
    year, size = facts.get("year"), facts.get("size_mm")
    if currency and not (len(currency) == _LETTERS and currency.isascii() and currency.isalpha()):
        found["currency"] = _("Write the currency with three letters: EUR, USD, CHF.")
    if isinstance(price, Decimal) and price <= 0:
        found["price"] = _("Write a price above zero, or leave it empty.")
    elif price is not None and not currency and "currency" in facts:
        found["currency"] = _("Say in which currency the price is: EUR, USD, CHF.")
    if year is not None and not (isinstance(year, int) and OLDEST <= year <= NEWEST):
        told = _("Write the watch's year between %(first)d and %(last)d.")
        found["year"] = told % {"first": OLDEST, "last": NEWEST}
    offered = facts.get("offered_at")
    if isinstance(offered, dt.datetime) and offered > timezone.now() + _AHEAD:
        found["offered_at"] = _("Write a day that is not in the future.")
    if isinstance(size, Decimal) and not SMALLEST <= size <= LARGEST:
        told = _("Write the size in millimetres, between %(least)d and %(most)d.")
        found["size_mm"] = told % {"least": SMALLEST, "most": LARGEST}
    return found
