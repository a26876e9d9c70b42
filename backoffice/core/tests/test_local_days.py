"""Local days in statements are those of Python, whatever PostgreSQL knows of time zones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection

from backoffice.core import local_days

if TYPE_CHECKING:
    from pytest_django import Settings

ZONES = ("Africa/Casablanca", "Europe/Paris", "America/St_Johns", "Asia/Kolkata", "UTC")


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_each_hour_belongs_to_the_day_that_python_says(settings: Settings, zone: str):
    settings.TIME_ZONE = zone
    day = local_days.day_of("moment")
    statement = (
        f"SELECT moment, {day} FROM generate_series(TIMESTAMPTZ '2024-01-01 00:30+00',"  # noqa: S608 - ours
        " TIMESTAMPTZ '2027-12-31 23:30+00', INTERVAL '1 hour') AS moment"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()

    assert len(rows) == 4 * 365 * 24 + 24
    assert [row for row in rows if row[0].astimezone(ZoneInfo(zone)).date() != row[1]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_rows_of_some_days_are_those_that_python_says(settings: Settings, zone: str):
    settings.TIME_ZONE = zone
    # Morocco and Europe change their clocks among these.
    start = dt.datetime(2026, 9, 10, 0, 30, tzinfo=dt.UTC)
    moments = [start + dt.timedelta(hours=hours) for hours in range(50 * 24)]
    User.objects.bulk_create(User(username=f"{one:%m%d%H}", date_joined=one) for one in moments)

    def joined(*days: dt.date | None) -> list[dt.datetime]:
        rows = User.objects.filter(local_days.within("date_joined", *days))
        return list(rows.order_by("date_joined").values_list("date_joined", flat=True))

    def by_hand(first: dt.date, last: dt.date) -> list[dt.datetime]:
        return [one for one in moments if first <= one.astimezone(ZoneInfo(zone)).date() <= last]

    for day in (dt.date(2026, 9, 19), dt.date(2026, 9, 20), dt.date(2026, 10, 25)):
        assert joined(day, day) == by_hand(day, day)
        assert joined(day) == joined(day, dt.date.max) == by_hand(day, dt.date.max)
        assert joined(None, day) == joined(dt.date.min, day) == by_hand(dt.date.min, day)
    assert joined() == moments
    assert joined(dt.date.max) == joined(None, dt.date.min) == []


def test_the_second_of_a_change_is_found():
    changes = dict(local_days.changes_of("Europe/Paris", 2027))

    assert changes[dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)] == dt.timedelta(hours=2)
    assert changes[dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)] == dt.timedelta(hours=1)
