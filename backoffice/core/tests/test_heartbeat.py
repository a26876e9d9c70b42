from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from backoffice.core.jobs import heartbeat
from backoffice.core.models import Heartbeat

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beat_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_SPACING_SECONDS", 0)
    monkeypatch.setenv(heartbeat.NAME_VARIABLE, "worker:here:1")


def test_a_finished_job_is_a_beat():
    assert not heartbeat.worker_is_alive()

    for _job in range(2):
        heartbeat.record_beat(sender="django_q", task={})

    assert heartbeat.worker_is_alive()
    assert Heartbeat.objects.count() == 1


def test_a_worker_that_finished_nothing_for_long_is_not_alive(settings: Settings):
    settings.JOB_TIMEOUT = 60
    heartbeat.record_beat()

    with time_machine.travel(timezone.now() + timedelta(seconds=241), tick=False):
        assert not heartbeat.worker_is_alive()


def test_a_worker_that_ended_as_it_should_is_forgotten():
    heartbeat.record_beat()

    heartbeat.forget("worker:here:1")

    assert not heartbeat.worker_is_alive()
    assert heartbeat.last_beat("worker:here:1") is None
