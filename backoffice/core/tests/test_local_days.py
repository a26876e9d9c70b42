"""Local days in statements are those of Python, whatever PostgreSQL knows of time zones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
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


def test_the_second_of_a_change_is_found():
    changes = dict(local_days.changes_of("Europe/Paris", 2027))

    assert changes[dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)] == dt.timedelta(hours=2)
    assert changes[dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)] == dt.timedelta(hours=1)
