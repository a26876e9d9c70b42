from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from orders.alerts import worktime

if TYPE_CHECKING:
    from pytest_django import Settings

CASABLANCA = ZoneInfo("Africa/Casablanca")


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """In November 2036; the 3rd is a Monday."""
    return dt.datetime(2036, 11, day, hour, minute, tzinfo=CASABLANCA)


@pytest.mark.parametrize(
    ("now", "hours", "since"),
    [
        (at(5, 15), 2, at(5, 13)),
        # Monday noon: three hours of it, six of Friday.
        (at(3, 12), 9, dt.datetime(2036, 10, 31, 12, tzinfo=CASABLANCA)),
        # In the night the day before counts.
        (at(5, 23), 1, at(5, 17)),
        (at(5, 3), 1, at(4, 17)),
        (at(8, 12), 9, at(7, 9)),
        (at(5, 18), 9, at(5, 9)),
    ],
)
def test_hours_of_work_ago(settings: Settings, now: dt.datetime, hours: int, since: dt.datetime):
    settings.WORKING_HOURS = "mon-fri 09:00-18:00"

    assert worktime.ago(now, hours) == since


def test_a_lunch_break_and_a_saturday(settings: Settings):
    settings.WORKING_HOURS = "mon-fri 08:30-12:00, mon-fri 14:00-18:00, sat 09:00-13:00"

    # Monday 9:00: half an hour, Saturday four, half an hour of Friday afternoon.
    assert worktime.ago(at(10, 9), 5) == at(7, 17, 30)


def test_without_a_setting_every_hour_counts(settings: Settings):
    settings.WORKING_HOURS = ""

    assert worktime.ago(at(10, 9), 48) == at(8, 9)


@pytest.mark.parametrize(
    "text",
    [
        "all day",
        "mon-fri 9-18",
        "fri-mon 09:00-18:00",
        "mon 18:00-09:00",
        "mon 25:00-26:00",
        "thu-sat 12:30-14:00",
    ],
)
def test_a_setting_that_says_nothing_is_named_at_the_start(settings: Settings, text: str):
    settings.WORKING_HOURS = f"sat 09:00-13:00, {text}"

    [problem] = worktime.check_working_hours()

    assert (problem.id, f"“{text}”" in problem.msg) == ("orders.E001", True)


def test_the_default_is_read():
    assert worktime.check_working_hours() == []
