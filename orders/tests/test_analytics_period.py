from __future__ import annotations

import datetime as dt

import pytest

from backoffice.core.errors import DomainError
from backoffice.core.figures import period
from backoffice.core.figures.comparison import Compared, Rate
from backoffice.core.figures.period import Days
from orders.analytics import scope, steps

TODAY = dt.date(2026, 3, 31)


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    ("name", "days", "before"),
    [
        ("7", Days(day(3, 25), TODAY), Days(day(3, 18), day(3, 24))),
        ("30", Days(day(3, 2), TODAY), Days(day(1, 31), day(3, 1))),
        ("this_month", Days(day(3, 1), TODAY), Days(day(2, 1), day(2, 28))),
        ("last_month", Days(day(2, 1), day(2, 28)), Days(day(1, 1), day(1, 31))),
    ],
)
def test_a_period_is_compared_with_as_many_days_or_the_month_before(
    name: str, days: Days, before: Days
):
    found = period.named(name, today=TODAY)

    assert (found.days, found.before) == (days, before)


def test_this_month_is_compared_with_the_same_days_of_the_last():
    found = period.named("this_month", today=day(3, 9))

    assert found.before == Days(day(2, 1), day(2, 9))


def test_a_period_of_days_ends_today_at_the_latest():
    found = period.custom(day(3, 30), day(12, 31), today=TODAY)

    assert (found.days, found.before) == (Days(day(3, 30), TODAY), Days(day(3, 28), day(3, 29)))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (day(3, 2), day(3, 1), "until"),
        (day(4, 1), day(4, 2), "since"),
        (day(1, 1, year=1999), TODAY, "since"),
        (day(1, 1, year=2015), TODAY, "since"),
    ],
    ids=["ends before it begins", "future", "too early", "too long"],
)
def test_a_period_that_is_none_is_refused_with_the_day_that_is_wrong(
    first: dt.date, last: dt.date, field: str
):
    with pytest.raises(DomainError) as refused:
        period.custom(first, last, today=TODAY)

    assert (refused.value.code, refused.value.field) == ("bad_period", field)


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(DomainError, match="last_month"):
        period.named("yesterday")
    with pytest.raises(DomainError, match="whatsapp"):
        scope.origin_of("fax")


def test_the_week_told_of_is_monday_to_sunday_before():
    monday = period.last_week(day(4, 20))
    sunday = period.last_week(day(4, 26))

    assert monday.days == sunday.days == Days(day(4, 13), day(4, 19))
    assert monday.before == Days(day(4, 6), day(4, 12))


def test_a_day_begins_on_the_companys_clock_which_moves():
    # Ramadan ends: from 22 March 2026 Morocco is an hour ahead of UTC again, until September.
    before = Days(day(3, 21), day(3, 21))
    moved = Days(day(3, 22), day(3, 22))

    assert before.start == dt.datetime(2026, 3, 21, 0, tzinfo=dt.UTC)
    assert moved.end == dt.datetime(2026, 3, 22, 23, tzinfo=dt.UTC)


def test_steps_are_days_weeks_from_monday_or_months():
    days = steps.steps_of(Days(day(3, 30), day(4, 1)))
    weeks = steps.steps_of(Days(day(1, 1), day(6, 30)))
    months = steps.steps_of(Days(day(11, 15, year=2024), day(2, 1)))

    assert [step.first for step in days] == [day(3, 30), day(3, 31), day(4, 1)]
    assert [step.first for step in weeks[:3]] == [day(1, 1), day(1, 5), day(1, 12)]
    assert [step.first for step in months][:2] == [day(11, 15, year=2024), day(12, 1, year=2024)]
    assert (weeks[0].unit, months[0].unit, len(months)) == ("week", "month", 16)


def test_a_change_is_a_share_of_what_was_before():
    assert [Compared(now, before).change for now, before in ((5, 4), (0, 4), (4, 0))] == [
        0.25,
        -1.0,
        None,
    ]


def test_a_rates_interval_is_wilsons():
    # By hand: z = 1.96, p = 0.9, n = 10.
    low, high = Rate(9, 10).interval

    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert Rate(0, 0).value is None
