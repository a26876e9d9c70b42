from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import pytest
import time_machine
from django_q.models import Schedule

from backoffice.core.jobs import schedules, tasks

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_declared", {})
    Schedule.objects.all().delete()


def stored() -> list[tuple[object, ...]]:
    columns = ("name", "func", "schedule_type", "minutes", "next_run")
    return [*Schedule.objects.order_by("name").values_list(*columns)]


def test_declared_schedules_are_there_once(settings: Settings):
    settings.TIME_ZONE = "UTC"
    schedules.register_schedule("a rhythm", tasks.beat, minutes=5)
    schedules.register_schedule("each night", tasks.prune, daily_at=time(3, 20))

    with time_machine.travel(NOW, tick=False):
        schedules.ensure_schedules()
        schedules.ensure_schedules()

    assert stored() == [
        ("auto:a rhythm", "backoffice.core.jobs.tasks.beat", "I", 5, NOW),
        (
            "auto:each night",
            "backoffice.core.jobs.tasks.prune",
            "D",
            None,
            datetime(2026, 3, 3, 3, 20, tzinfo=UTC),
        ),
    ]


def test_a_second_time_moves_no_run_and_asks_little(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    schedules.register_schedule("a rhythm", tasks.beat, minutes=5)
    schedules.ensure_schedules()
    Schedule.objects.update(next_run=NOW)

    # Savepoint, lock, the removed, the existing, release.
    with django_assert_num_queries(5):
        schedules.ensure_schedules()

    assert [row[-1] for row in stored()] == [NOW]


def test_a_changed_rhythm_is_taken_over(settings: Settings):
    settings.TIME_ZONE = "UTC"
    schedules.register_schedule("it", tasks.beat, daily_at=time(3))
    schedules.ensure_schedules()

    schedules.register_schedule("it", tasks.beat, daily_at=time(4))
    with time_machine.travel(NOW, tick=False):
        schedules.ensure_schedules()

    assert [row[-1] for row in stored()] == [datetime(2026, 3, 3, 4, 0, tzinfo=UTC)]


def test_a_removed_one_goes_and_those_of_staff_stay():
    Schedule.objects.create(name="auto:gone", func="x")
    Schedule.objects.create(name="made by hand", func="y")

    schedules.ensure_schedules()

    assert [row[0] for row in stored()] == ["made by hand"]


@pytest.mark.parametrize("rhythm", [{}, {"minutes": 0}, {"minutes": 1, "daily_at": time(1)}])
def test_a_schedule_needs_one_rhythm(rhythm: dict[str, object]):
    with pytest.raises(ValueError, match="Schedule it: give either"):
        schedules.register_schedule("it", tasks.beat, **rhythm)  # type: ignore[arg-type]
