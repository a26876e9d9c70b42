"""Prices in euros at dated rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount in euros; ``rate_day`` is the day of the rate used, None for euros themselves."""

    amount: Decimal
    rate_day: dt.date | None


def at(amount: Decimal | None, currency: str, moment: dt.datetime) -> Euros | None:
    """What ``amount`` was worth: the last rate known on that day; None without price or rate."""
    raise NotImplementedError
