"""Rates of exchange for the demo's weeks: invented, but near to what they could be."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from django.utils import timezone

from listings.models import ExchangeRate

# Units for one euro.
_NEAR = {
    "USD": 1.16,
    "GBP": 0.87,
    "CHF": 0.94,
    "HKD": 9.05,
    "AED": 4.26,
    "JPY": 172.0,
}
_DAYS = 190
_SATURDAY = 5


def load() -> int:
    """One rate per currency and working day up to today; how many."""
    today = timezone.localdate()
    days = [today - dt.timedelta(days=back) for back in range(_DAYS)]
    rows = [
        ExchangeRate(currency=code, day=day, rate=_rate(near, day), source="demo")
        for day in days
        if day.weekday() < _SATURDAY
        for code, near in _NEAR.items()
    ]
    return len(ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True))


def _rate(near: float, day: dt.date) -> Decimal:
    # A slow wave of one percent, the same on every machine.
    sway = 1 + math.sin(day.toordinal() / 17) / 100
    return Decimal(str(round(near * sway, 4)))
