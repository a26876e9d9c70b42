from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ

from backoffice.core.jobs import enqueue, tasks
from backoffice.core.jobs.queue import give_back_taken
from backoffice.testing import jobs

if TYPE_CHECKING:
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings


def queued() -> list[tuple[str, tuple[object, ...]]]:
    return [(entry.task["func"], entry.task["args"]) for entry in OrmQ.objects.order_by("pk")]


@pytest.mark.django_db
def test_a_task_is_queued_by_name_and_ids():
    enqueue(jobs.kill_worker, 12)

    assert queued() == [("backoffice.testing.jobs.kill_worker", (12,))]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_queued_task_along():
    with transaction.atomic():
        enqueue(tasks.beat)
        transaction.set_rollback(True)

    assert queued() == []


@pytest.mark.django_db
def test_with_redis_a_task_is_handed_over_on_commit(
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    # The hand-over itself goes to the database here: what counts is when.
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(tasks.beat)
        before_commit = queued()

    assert before_commit == []
    assert queued() == [("backoffice.core.jobs.tasks.beat", ())]


@pytest.mark.django_db
def test_what_a_dead_cluster_had_taken_is_there_again():
    enqueue(tasks.beat)
    OrmQ.objects.update(lock=timezone.now() + timedelta(seconds=Conf.RETRY))

    give_back_taken()

    assert OrmQ.objects.filter(lock__lte=timezone.now()).count() == 1


def test_an_entry_is_not_delivered_again_while_it_may_still_be_running():
    rounds = 2 + -(-(Conf.QUEUE_LIMIT + Conf.BULK) // Conf.WORKERS)

    assert Conf.TIMEOUT * rounds + 30 < Conf.RETRY
