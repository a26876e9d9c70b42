from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ, Task

from backoffice.core.jobs import claim, sweeper, tasks
from backoffice.core.models import Heartbeat
from backoffice.messaging.models import InboundMessage
from backoffice.testing import jobs
from backoffice.testing.messages import received_message

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
Status = InboundMessage.Status
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def only_our_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "_lanes", {})
    sweeper.register_lane(jobs.LANE, jobs.kill_worker)


def queued_ids() -> list[int]:
    return [entry.task["args"][0] for entry in OrmQ.objects.order_by("pk")]


def test_rows_that_are_due_or_were_left_are_enqueued():
    now = timezone.now()
    expected = [
        received_message(queued_at=None),
        received_message(queued_at=None, next_attempt_at=now - HOUR),
        received_message(queued_at=now - HOUR),
        received_message(queued_at=None, status=Status.PROCESSING, claimed_at=now - HOUR),
    ]

    assert sweeper.sweep() == 4
    assert queued_ids() == [row.pk for row in expected]


def test_rows_that_somebody_else_will_see_to_are_left_alone():
    now = timezone.now()
    received_message()
    received_message(queued_at=None, next_attempt_at=now + HOUR)
    received_message(queued_at=None, status=Status.PROCESSING, claimed_at=now)
    received_message(queued_at=None, status=Status.DONE)

    assert sweeper.sweep() == 0
    assert queued_ids() == []


def test_a_second_run_enqueues_nothing_again():
    received_message(queued_at=None)

    assert [sweeper.sweep(), sweeper.sweep()] == [1, 0]


def test_a_lost_entry_is_replaced_after_a_while():
    row = received_message(queued_at=None)
    sweeper.sweep()
    OrmQ.objects.all().delete()

    with time_machine.travel(timezone.now() + sweeper.PATIENCE, tick=False):
        assert sweeper.sweep() == 1
    assert queued_ids() == [row.pk]


def test_a_backlog_does_not_grow_however_long_it_lasts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeper, "QUEUE_IS_SHORT", 10)
    for _number in range(30):
        received_message(queued_at=None)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        swept = []
        for _minute in range(60):
            swept.append(sweeper.sweep())
            clock.shift(timedelta(minutes=1))

    assert swept == [10, *[0] * 59]


def test_a_short_queue_is_topped_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeper, "QUEUE_IS_SHORT", 10)
    for _number in range(15):
        received_message(queued_at=None)

    first = sweeper.sweep()
    OrmQ.objects.all().delete()

    assert [first, sweeper.sweep()] == [10, 5]


def test_a_claim_and_the_sweeper_do_not_enqueue_a_living_attempt():
    row = received_message()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        claim(jobs.LANE, row.pk)
        alive = sweeper.sweep()
        clock.shift(jobs.LANE.lease)
        dead = sweeper.sweep()

    assert (alive, dead) == (0, 1)


def test_the_queries_do_not_grow_with_the_rows(django_assert_num_queries: DjangoAssertNumQueries):
    for count in (1, 3):
        for _number in range(count):
            received_message(queued_at=None)
        # Length of the queue, savepoint, rows, stamp, one insert each, release.
        with django_assert_num_queries(5 + count):
            sweeper.sweep()


def test_prune_forgets_old_records():
    now = timezone.now()
    days = {"new": 1, "old": 4, "very old": 31}
    for name, age in days.items():
        for success in (True, False):
            Task.objects.create(
                id=f"{name}{success}",
                name=name,
                func="f",
                started=now,
                stopped=now - timedelta(days=age),
                success=success,
            )
        Heartbeat.objects.create(name=f"worker:{name}", beat_at=now - timedelta(days=age, hours=-1))

    tasks.prune()

    left = set(Task.objects.values_list("name", "success"))
    assert left == {("new", True), ("new", False), ("old", False)}
    assert [*Heartbeat.objects.values_list("name", flat=True)] == ["worker:new"]
