"""Holding purchases out: what is learnt from, and what is then to be guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.recommendations.algorithms.base import Block, Lessons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases

Split = Literal["last", "time"]
# ``time``: so much of the baskets (a customer's days) lies before the day.
_LEARNT_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``lessons`` are what may be learnt from; of ``rows``, their customers, ``asked`` the day.

    ``targets`` are the pairs customer * products + product that were held out, sorted, each once;
    ``repeated`` says which of them the customer had bought before. ``eligible`` customers could
    have been measured, ``rows`` are those chosen. ``cutoff`` is the day of a split by time.
    """

    lessons: Lessons
    rows: NDArray[np.int64]
    asked: NDArray[np.int32]
    targets: NDArray[np.int64]
    repeated: NDArray[np.bool_]
    eligible: int
    cutoff: int | None = None

    def block(self, rows: NDArray[np.int64], asked: NDArray[np.int32]) -> Block:
        """What these customers had bought, as seen on the day each is asked about.

        Their days are moved so that everybody's day is ``as_of``: a gap of 30 days stays one.
        """
        history = self.lessons.purchases.of(rows)
        moved = (self.lessons.as_of - asked)[history.customer]
        seen = replace(history, day=(history.day + moved).astype(np.int32))
        return Block(seen, self.lessons.as_of)

    def baskets(self) -> NDArray[np.int32]:
        """How many days each of ``rows`` had bought on."""
        customer = baskets(self.lessons.purchases)[0]
        number = np.bincount(customer, minlength=len(self.lessons.purchases.customers))
        return number[self.rows].astype(np.int32)

    def of_question(self, *, repeat: bool) -> NDArray[np.int64]:
        """The targets that the question is about."""
        targets: NDArray[np.int64] = self.targets[self.repeated == repeat]
        return targets


def hold_out(lessons: Lessons, split: Split, *, most_customers: int | None = None) -> HeldOut:
    """Raises DomainError ``too_few_purchases`` where no customer bought before and after."""
    found = _last(lessons) if split == "last" else _by_time(lessons)
    if not len(found.rows):
        sentence = _(
            "Nothing can be measured: no customer has purchases on two days or more (before and"
            " after the day of the split). Give more purchases."
        )
        raise DomainError(sentence, code="too_few_purchases")
    if most_customers is None or len(found.rows) <= most_customers:
        return found
    chosen = np.random.default_rng(lessons.seed).choice(
        len(found.rows), most_customers, replace=False
    )
    chosen.sort()
    return replace(found, rows=found.rows[chosen], asked=found.asked[chosen])


def _last(lessons: Lessons) -> HeldOut:
    """Of each customer with two days or more, all lines of the last one."""
    purchases = lessons.purchases
    first, last = _first_and_last(purchases)
    is_held = (first < last)[purchases.customer] & (purchases.day == last[purchases.customer])
    rows = np.flatnonzero(first < last)
    return _held(lessons, is_held, rows, last[rows], as_of=lessons.as_of)


def _by_time(lessons: Lessons) -> HeldOut:
    """Everything from a day on; asked about are the customers who bought before and after."""
    purchases = lessons.purchases
    if not len(purchases):
        return _last(lessons)
    cutoff = _cutoff(purchases)
    is_held = purchases.day >= cutoff
    first, last = _first_and_last(purchases)
    rows = np.flatnonzero((first < cutoff) & (last >= cutoff))
    found = _held(lessons, is_held, rows, np.full(len(rows), cutoff, np.int32), as_of=cutoff)
    return replace(found, cutoff=cutoff)


def _cutoff(purchases: Purchases) -> int:
    """The day before which the stated share of all baskets lies; never the first one."""
    days = np.sort(baskets(purchases)[1])
    cutoff = int(days[min(int(len(days) * _LEARNT_SHARE), len(days) - 1)])
    return max(cutoff, int(days[0]) + 1)


def baskets(purchases: Purchases) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Customer and day of each basket: the lines are sorted so."""
    customer, day = purchases.customer, purchases.day
    begins = np.ones(len(day), dtype=np.bool_)
    begins[1:] = (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])
    return customer[begins], day[begins]


def _first_and_last(purchases: Purchases) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Each customer's first and last day; of one without a line both are 0."""
    starts = purchases.starts
    has_any = starts[1:] > starts[:-1]
    first = np.zeros(len(has_any), dtype=np.int32)
    last = first.copy()
    first[has_any] = purchases.day[starts[:-1][has_any]]
    last[has_any] = purchases.day[starts[1:][has_any] - 1]
    return first, last


def _held(
    lessons: Lessons,
    is_held: NDArray[np.bool_],
    rows: NDArray[np.int64],
    asked: NDArray[np.int32],
    *,
    as_of: int,
) -> HeldOut:
    purchases = lessons.purchases
    learnt = purchases.where(~is_held)
    targets = np.unique(_pairs(purchases.where(is_held)))
    # Segments were made of all purchases, those held out too.
    kept = replace(lessons, purchases=learnt, as_of=as_of, segment=None)
    repeated = np.isin(targets, _pairs(learnt))
    return HeldOut(kept, rows, asked, targets, repeated, len(rows))


def _pairs(purchases: Purchases) -> NDArray[np.int64]:
    return purchases.customer.astype(np.int64) * len(purchases.products) + purchases.product
