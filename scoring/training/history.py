"""Features as of a past day from purchases, and what each customer did after it.

At a day, only purchases up to and including that day make the figures, and only purchases of
the following days, as many as the horizon has, make the outcome. A model is learned from days
so early that their outcomes were known on the day it is tested from.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import clients
from scoring.training.dataset import (
    MINIMUM_LEARNED,
    MINIMUM_TESTED,
    TEMPORAL,
    Dataset,
    Split,
    by_lot,
    is_enough,
    require_outcomes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Earlier days learned from: a year of them at 90 days; older habits are no guide.
WINDOWS: Final = 4
HORIZON_LIMIT: Final = 3_650
# Customers of our own looked at on one day, chosen by lot: more teach nothing that figures would
# show, and take longer than a job may. A file has its time.
MOST: Final = 20_000
MOST_OF_FILE: Final = 50_000
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """One row each, by day (number of :meth:`datetime.date.toordinal`) and customer's number.

    Several purchases of a customer on one day are one. ``amount`` is what was paid, returns
    taken off; ``is_purchase`` tells a day with nothing but returns from the others.
    """

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    amount: NDArray[np.float64]
    is_purchase: NDArray[np.bool_]
    customers: int

    @classmethod
    def of(
        cls,
        customer: NDArray[np.int64],
        day: NDArray[np.int64],
        amount: NDArray[np.float64],
    ) -> Purchases:
        """Join the lines of each customer's day; ``customer`` counts from 0."""
        order = np.lexsort((day, customer))
        customer, day, amount = customer[order], day[order], amount[order]
        is_first = np.ones(len(day), dtype=bool)
        is_first[1:] = (np.diff(customer) != 0) | (np.diff(day) != 0)
        starts = np.flatnonzero(is_first)
        bought = np.logical_or.reduceat(amount >= 0, starts)
        count = int(customer.max()) + 1
        return cls(customer[starts], day[starts], np.add.reduceat(amount, starts), bought, count)


def as_of(purchases: Purchases, day: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the customers known on a day, and their figures as they were known then.

    Purchases are contacts; e-mails and visits are not known from purchases and are 0.
    """
    known = (purchases.day <= day) & purchases.is_purchase
    customer, when = purchases.customer[known], purchases.day[known]
    count = np.bincount(customer, minlength=purchases.customers)
    first = np.full(purchases.customers, day)
    last = np.zeros(purchases.customers, dtype=np.int64)
    np.minimum.at(first, customer, when)
    np.maximum.at(last, customer, when)
    paid = purchases.day <= day
    spent = np.bincount(
        purchases.customer[paid], purchases.amount[paid], minlength=purchases.customers
    )
    rows = np.zeros((purchases.customers, len(clients.FIELDS)))
    rows[:, clients.RECENCY] = day - last
    rows[:, clients.CONTACTS] = count
    rows[:, clients.SPENT] = np.maximum(spent, 0.0)
    rows[:, clients.AGE] = day - first
    there = np.flatnonzero(count)
    return there, rows[there]


def window(purchases: Purchases, day: int, horizon: int) -> Dataset:
    """Return the customers known on a day and whether each bought in the days after it.

    Of more than MOST_OF_FILE customers so many, chosen by lot: the same ones on every day.
    """
    there, rows = as_of(purchases, day)
    if len(there) > MOST_OF_FILE:
        chosen = np.sort(
            np.argsort(there.astype(np.uint64) * _SPREAD, kind="stable")[:MOST_OF_FILE]
        )
        there, rows = there[chosen], rows[chosen]
    after = (purchases.day > day) & (purchases.day <= day + horizon) & purchases.is_purchase
    bought = np.bincount(purchases.customer[after], minlength=purchases.customers) > 0
    return Dataset(rows, bought[there].astype(np.int64), np.full(len(there), day))


def split(purchases: Purchases, as_of_day: dt.date, horizon: int) -> Split:
    """Return rows of earlier days to learn from, and those of ``as_of_day`` as the test.

    Where the history is too short for earlier days, the customers of that day are divided by
    lot.

    Raises:
        DomainError: the history ends before the horizon does, or has too few outcomes.

    """
    require_horizon(horizon)
    day = as_of_day.toordinal()
    require_future(int(purchases.day.max()), day, horizon)
    test = window(purchases, day, horizon)
    require_outcomes(test, MINIMUM_TESTED)
    days = [day - number * horizon for number in range(1, WINDOWS + 1)]
    # The first day has seen a horizon of history itself.
    begin = int(purchases.day.min()) + horizon
    earlier = [window(purchases, one, horizon) for one in reversed(days) if one >= begin]
    learn = together(earlier) if earlier else None
    if learn is None or not is_enough(learn, MINIMUM_LEARNED):
        return by_lot(test)
    return Split(TEMPORAL, learn, test)


def whole(parts: Split) -> Dataset:
    """Return all rows of a split together."""
    return together([parts.learn, parts.test])


def require_horizon(horizon: int) -> None:
    """Raise ``DomainError`` unless the number of days can be meant."""
    if 1 <= horizon <= HORIZON_LIMIT:
        return
    raise DomainError(
        _("The horizon is %(days)s days. Give 1 to %(limit)s.")
        % {"days": horizon, "limit": HORIZON_LIMIT},
        code="out_of_range",
        field="horizon",
        value=horizon,
    )


def together(parts: list[Dataset]) -> Dataset:
    """Return all rows of several; moments only where all have them."""
    moments = [part.moments for part in parts if part.moments is not None]
    return Dataset(
        np.concatenate([part.clients for part in parts]),
        np.concatenate([part.bought for part in parts]),
        np.concatenate(moments) if len(moments) == len(parts) else None,
    )


def require_future(last: int, day: int, horizon: int) -> None:
    """Raise ``DomainError`` where records that end on ``last`` do not tell who bought after it."""
    # A year mistyped, or an order dated ahead, tells nothing of the days until then.
    last = min(last, timezone.localdate().toordinal())
    # The last purchases of a small shop may be some days before the end of its records.
    if last >= day + horizon - max(3, horizon // 10):
        return
    raise DomainError(
        _(
            "The purchases end on %(end)s, so nobody knows yet who bought in the %(days)s days"
            " after %(day)s. Give %(latest)s or an earlier day."
        )
        % {
            "end": dt.date.fromordinal(last),
            "days": horizon,
            "day": dt.date.fromordinal(day),
            "latest": dt.date.fromordinal(max(1, last - horizon)),
        },
        code="horizon_open",
        field="as_of",
    )
