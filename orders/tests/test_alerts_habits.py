"""Median and MAD on histories small enough to compute by hand."""

from __future__ import annotations

from decimal import Decimal
from math import exp, log

import pytest

from orders.alerts.habits import Bar, Earlier, judge

OWN = Bar(orders=5, customers=1, deviations=3.5, factor=2.5)
ALL = Bar(orders=20, customers=5, deviations=5, factor=10)


def history(*values: float | str, customer: int = 1) -> list[Earlier]:
    return [Earlier(number, customer, Decimal(value)) for number, value in enumerate(values)]


# Logarithms to base 2: 9, 10, 10, 10, 11, 11, 13; median 10; distances 1 0 0 0 1 1 3, MAD 1.
SPREAD = history(512, 1024, 1024, 1024, 2048, 2048, 8192)


def test_the_bar_is_so_many_deviations_from_the_median():
    """1024 x 2 ** (3.5 x 1.4826 x 1) = 37,357.2; the greatest value before was 8,192."""
    limit = 1024 * 2 ** (3.5 * 1.4826)
    assert round(limit, 1) == 37357.2

    assert judge(Decimal(37000), SPREAD, OWN) is None
    unusual = judge(Decimal(38000), SPREAD, OWN)

    assert unusual is not None
    # 2 ** ((log2(38000) - 10) / (3.5 x 1.4826)) bars
    assert unusual.excess == pytest.approx(log(38000 / 1024) / log(limit / 1024))
    assert (unusual.low, unusual.high, unusual.orders) == (1024, 2048, 7)


def test_too_little_is_as_unusual_as_too_much():
    limit = 1024 / 2 ** (3.5 * 1.4826)
    assert round(limit, 2) == 28.07

    assert judge(Decimal(29), SPREAD, OWN) is None
    assert judge(Decimal(28), SPREAD, OWN) is not None


def test_one_odd_order_before_moves_nothing():
    """The mean would be 858,333; the median is 2,000, the MAD half of log(2500 / 2000)."""
    odd = history(1500, 2000, 2000, 2000, 2500, 5_140_000)

    unusual = judge(Decimal(10_000_000), odd, OWN)

    assert unusual is not None
    assert (unusual.low, unusual.high) == (2000, 2375)


@pytest.mark.parametrize(
    ("value", "is_unusual"), [(6000, False), (12_000, False), (12_600, True), (1990, True)]
)
def test_who_always_orders_the_same_may_order_a_little_more(value: int, is_unusual: bool):  # noqa: FBT001 - a table
    """A MAD of zero: two and a half times as much or as little is the bar."""
    always = history(*[5000] * 8)

    assert (judge(Decimal(value), always, OWN) is not None) == is_unusual


def test_what_was_accepted_once_is_not_unusual():
    before = history(2000, 2000, 2000, 2000, 2000, 2000, 2000, 50_000)

    assert judge(Decimal(50_000), before, OWN) is None
    assert judge(Decimal(50_001), before, OWN) is not None


def test_two_orders_only_say_nothing():
    assert judge(Decimal(1_000_000), history(1000, 1000), OWN) is None
    assert judge(Decimal(1_000_000), history(1000, 1000, 1000, 1000), OWN) is None
    assert judge(Decimal(1_000_000), history(*[1000] * 5), OWN) is not None


def test_five_lines_of_one_order_are_one_order():
    lines = [Earlier(1, 1, Decimal(1000)) for _number in range(5)]

    assert judge(Decimal(1_000_000), lines, OWN) is None


def test_growth_of_a_tenth_each_month_is_no_alarm():
    """After a year of it the next month lies within what twelve months spread over."""
    months = [1000 * 1.1**month for month in range(12)]

    assert judge(Decimal(1000 * 1.1**12), history(*months), OWN) is None


def test_twice_as_much_before_a_feast_is_no_alarm():
    """Ramadan, the new school year: the first such order of a customer who is regular else."""
    before = history(2000, 2200, 1900, 2000, 2100, 2000, 2000, 2300)

    assert judge(Decimal(4400), before, OWN) is None


def test_over_all_customers_each_of_them_weighs_once():
    """One large customer with a hundred orders is not what everybody orders.

    Medians 1000, 2000, 3000, 4000 and 50,000: the median is 3,000, the MAD log(3000 / 2000)
    = 0.405 or log 3 = 1.099 in the middle of 0, 0.288, 0.405, 1.099, 2.813: 0.405.
    """
    large = [Earlier(100 + number, 9, Decimal(50_000)) for number in range(100)]
    small = [Earlier(customer, customer, Decimal(1000 * customer)) for customer in range(1, 5)]
    limit = exp(5 * 1.4826 * log(3000 / 2000))
    assert round(3000 * limit) == 60602

    assert judge(Decimal(500), [*small, *large], ALL) is None
    assert judge(Decimal(60_000), [*small, *large], ALL) is None
    assert judge(Decimal(60_700), [*small, *large], ALL) is not None
    assert judge(Decimal(151), [*small, *large], ALL) is None
    assert judge(Decimal(148), [*small, *large], ALL) is not None


def test_few_customers_are_not_everybody():
    four = [Earlier(number, number % 4, Decimal(1000)) for number in range(40)]

    assert judge(Decimal(1_000_000), four, ALL) is None
