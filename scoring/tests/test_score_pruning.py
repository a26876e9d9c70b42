"""What is forgotten of earlier scores, and what is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from crm.models import Customer
from scoring.models import ScoreDay, ScorePoint, ScoringModel, ScoringRun, SegmentChange
from scoring.moves import pruning
from scoring.tests import moving
from scoring.versions import keeping

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 10, 3, 50, tzinfo=dt.UTC)


@pytest.fixture
def version() -> ScoringModel:
    return keeping.in_use()


def points(row: Customer, version: ScoringModel, *days: str) -> None:
    ScorePoint.objects.bulk_create(
        ScorePoint(customer=row, day=day, score=10 + place, model=version)
        for place, day in enumerate(days)
    )


def left(row: Customer) -> list[str]:
    days = ScorePoint.objects.filter(customer=row).order_by("day").values_list("day", flat=True)
    return [day.isoformat() for day in days]


def on_its_day(row: Customer) -> dt.datetime:
    """A night on which it is the customer's turn."""
    ids = sorted(Customer.objects.values_list("pk", flat=True))
    for day in range(1, pruning.PARTS + 1):
        first, end = pruning._part(ids[0], ids[-1] + 1, day - 1)
        if first <= row.pk < end:
            return NOW.replace(day=day)
    raise AssertionError


def test_of_points_older_than_two_years_each_month_keeps_its_last(version: ScoringModel):
    row = moving.customer()
    points(
        row,
        version,
        *("2023-12-31", "2024-01-01", "2024-01-31", "2024-02-10", "2024-03-01", "2024-03-31"),
        *("2024-04-01", "2024-04-02", "2026-04-01", "2026-04-02"),
    )

    with time_machine.travel(on_its_day(row), tick=False):
        assert pruning.prune() == 2
        assert pruning.prune() == 0

    assert left(row) == [
        *("2023-12-31", "2024-01-31", "2024-02-10", "2024-03-31"),
        *("2024-04-01", "2024-04-02", "2026-04-01", "2026-04-02"),
    ]


def test_in_a_month_every_customer_has_their_turn_once(version: ScoringModel):
    rows = [moving.customer(f"C{number}") for number in range(60)]
    for row in rows:
        points(row, version, "2023-05-01", "2023-05-02")

    taken = []
    for day in range(1, 31):
        with time_machine.travel(NOW.replace(day=day), tick=False):
            taken.append(pruning.prune())

    assert sum(taken) == len(rows)
    assert max(taken) <= 3
    assert taken[28:] == [0, 0]
    assert {tuple(left(row)) for row in rows} == {("2023-05-02",)}


def test_changes_days_and_runs_are_kept_a_year(version: ScoringModel):
    row = moving.customer()
    with time_machine.travel(NOW, tick=False):
        for days in (364, 366):
            moment = timezone.now() - dt.timedelta(days=days)
            change = {"customer": row, "before": "Cold", "after": "Hot", "score": 80}
            SegmentChange.objects.create(**change, changed_at=moment)
            ScoreDay.objects.create(day=moment.date(), model=version, computed_at=moment)
            ScoringRun.objects.create(
                status="done", day=moment.date(), model=version, finished_at=moment
            )

        assert pruning.prune() == 3

    assert SegmentChange.objects.count() == 1
    assert ScoreDay.objects.get().day == dt.date(2025, 4, 11)
    assert ScoringRun.objects.count() == 1


def test_what_is_left_over_when_time_is_up_goes_another_night(
    version: ScoringModel, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.JOB_TIMEOUT = 0
    monkeypatch.setattr(pruning, "_ROWS_AT_A_TIME", 2)
    row = moving.customer()
    for _number in range(3):
        change = {"customer": row, "before": "Cold", "after": "Hot", "score": 80}
        SegmentChange.objects.create(**change, changed_at=NOW - dt.timedelta(days=400))

    with time_machine.travel(NOW, tick=False):
        assert [pruning.prune(), pruning.prune(), pruning.prune()] == [2, 1, 0]


def test_without_customers_there_is_nothing_to_do():
    assert pruning.prune() == 0
