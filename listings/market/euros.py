"""Prices in euros at dated rates."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from listings.models import ExchangeRate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

EURO = "EUR"
_CENT = Decimal("0.01")
# What a column of twelve digits before the point holds.
_MOST = Decimal("999999999999.99")


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount in euros; ``rate_day`` is the day of the rate used, None for euros themselves."""

    amount: Decimal
    rate_day: dt.date | None


class Rates:
    """All rates of some currencies at hand, for pricing many listings without a query for each."""

    def __init__(self, currencies: Iterable[str]) -> None:
        self._days: dict[str, list[dt.date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        wanted = {code.upper() for code in currencies} - {EURO, ""}
        rows = ExchangeRate.objects.filter(currency__in=wanted).order_by("currency", "day")
        for currency, day, rate in rows.values_list("currency", "day", "rate"):
            self._days[currency].append(day)
            self._rates[currency].append(rate)

    def at(self, amount: Decimal | None, currency: str, moment: dt.datetime) -> Euros | None:
        """As :func:`at`, without asking the database."""
        currency = currency.upper()
        if amount is None or currency == EURO:
            return _in_euros(amount, None)
        days = self._days.get(currency, [])
        index = bisect_right(days, day_of(moment)) - 1
        if index < 0:
            return None
        return _in_euros(amount / self._rates[currency][index], days[index])


def at(amount: Decimal | None, currency: str, moment: dt.datetime) -> Euros | None:
    """What ``amount`` was worth: the last rate known on that day; None without price or rate."""
    currency = currency.upper()
    if amount is None or currency in {"", EURO}:
        return _in_euros(amount, None) if currency else None
    rates = ExchangeRate.objects.filter(currency=currency, day__lte=day_of(moment))
    found = rates.order_by("-day").values_list("rate", "day").first()
    return _in_euros(amount / found[0], found[1]) if found else None


def day_of(moment: dt.datetime) -> dt.date:
    """The company's day on which something was offered."""
    return timezone.localtime(moment).date()


def _in_euros(amount: Decimal | None, rate_day: dt.date | None) -> Euros | None:
    if amount is None:
        return None
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    # "JPY 999999999999" is no price, and a price that rounds to nothing neither.
    return Euros(cents, rate_day) if 0 < cents <= _MOST else None
