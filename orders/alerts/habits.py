"""What is usual, and how far from it a value must be to be unusual: median and MAD of logarithms.

Quantities and prices vary by factors, so distances are taken between logarithms. The median and
the median absolute deviation (MAD) do not move when one order in ten was odd. A value is unusual
when it lies

- farther from the median than so many deviations (the MAD x 1.4826, which for normally
  distributed values is the standard deviation), and farther than a least factor: who always
  ordered 5,000 has a MAD of zero, and 6,000 is no cause for alarm, and
- outside of everything there was before: what was accepted once is not unusual.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

# Makes the MAD of normally distributed values their standard deviation.
_NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that was accepted before: in which order, for whom."""

    order_id: int
    customer_id: int | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """From when on a value is unusual; nothing is said with less history than this."""

    orders: int
    customers: int
    deviations: float
    factor: float


@dataclass(frozen=True, slots=True)
class Unusual:
    """How a value differs: the usual range (the middle half), and from how many orders it is known.

    ``excess`` is the distance from the median in bars: 1 is at the bar, 2 twice as far.
    """

    low: Decimal
    high: Decimal
    orders: int
    excess: float


def judge(value: Decimal, earlier: Sequence[Earlier], bar: Bar) -> Unusual | None:
    """How ``value`` (above 0) differs from ``earlier``, or None where it does not."""
    if not is_known(earlier, bar):
        return None
    values = sorted(entry.value for entry in earlier)
    if values[0] <= value <= values[-1]:
        return None
    centre, limit = _centre_and_limit(_logarithms(earlier, bar), bar)
    excess = abs(log(value) - centre) / limit
    if excess <= 1:
        return None
    low, _middle, high = quantiles(values, n=4, method="inclusive")
    orders = len({entry.order_id for entry in earlier})
    return Unusual(low, high, orders, excess)


def is_known(earlier: Iterable[Earlier], bar: Bar) -> bool:
    """Whether there is enough history to judge by."""
    rows = list(earlier)
    orders = {entry.order_id for entry in rows}
    customers = {entry.customer_id for entry in rows}
    return len(orders) >= bar.orders and len(customers) >= bar.customers


def _logarithms(earlier: Sequence[Earlier], bar: Bar) -> list[float]:
    """One for each order line; over several customers one for each, so that none outweighs all."""
    if bar.customers == 1:
        return [log(entry.value) for entry in earlier]
    of_customer: dict[int | None, list[float]] = {}
    for entry in earlier:
        of_customer.setdefault(entry.customer_id, []).append(log(entry.value))
    return [median(logs) for logs in of_customer.values()]


def _centre_and_limit(logs: Sequence[float], bar: Bar) -> tuple[float, float]:
    centre = median(logs)
    deviation = _NORMAL * median(abs(entry - centre) for entry in logs)
    return centre, max(bar.deviations * deviation, log(bar.factor))
