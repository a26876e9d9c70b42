from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.jobs import enqueue, heartbeat
from backoffice.testing import jobs
from backoffice.testing.messages import received_message
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import all_gone, environment_of_the_test, live_worker

if TYPE_CHECKING:
    from pathlib import Path

    from backoffice.messaging.models import InboundMessage

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def runs(path: Path) -> list[str]:
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def begin_slow_task(notes: Path, seconds: float) -> None:
    enqueue(jobs.slow_note, str(notes), str(seconds))
    wait_until(lambda: runs(notes) == ["begun"])


def test_sigterm_lets_the_running_job_finish_and_leaves_nobody(tmp_path: Path):
    notes = tmp_path / "notes"
    with live_worker(tmp_path / "log") as worker:
        supervisor, *cluster = worker.everyone()
        begin_slow_task(notes, 1)
        # Signals to our group (Ctrl-C, honcho, coreutils' timeout) reach the supervisor alone.
        sessions = {os.getsid(process.pid) for process in cluster}

        status = worker.stop()

        assert sessions == {cluster[0].pid}
        assert (status, runs(notes)) == (0, ["begun", "ended"])
        assert all_gone([supervisor, *cluster])
        assert not heartbeat.worker_is_alive()


def test_a_second_signal_does_not_wait_for_the_job(tmp_path: Path):
    notes = tmp_path / "notes"
    # Longer than a busy machine takes to stop the rest.
    with live_worker(tmp_path / "log", environment={"JOB_TIMEOUT": "120"}) as worker:
        everyone = worker.everyone()
        pusher = everyone[-1]
        begin_slow_task(notes, 110)

        worker.supervisor.send_signal(signal.SIGINT)
        wait_until(lambda: all_gone([pusher]), what="a stop that has begun")
        status = worker.stop()

        assert (status, runs(notes)) == (0, ["begun"])
        assert all_gone(everyone)


def test_a_killed_cluster_is_replaced_and_its_job_runs_again(tmp_path: Path):
    with live_worker(tmp_path / "log") as worker:
        for victim in (worker.main, worker.sentinel):
            notes = tmp_path / victim.__name__
            former, *rest = worker.everyone()[1:]
            begin_slow_task(notes, 2)

            victim().kill()

            wait_until(lambda: all_gone([former, *rest]))  # noqa: B023 - called here
            worker.wait_until_replaced(former)
            wait_until(lambda: runs(notes) == ["begun", "begun", "ended"])  # noqa: B023 - the same
        assert worker.output().count("ended by itself") == 2


def test_a_wedged_cluster_is_replaced(tmp_path: Path):
    notes = tmp_path / "notes"
    with live_worker(tmp_path / "log", longest_silence=2) as worker:
        former = worker.main()
        first, second, _monitor, _pusher = worker.parts()
        first.kill()
        second.kill()
        enqueue(jobs.note, str(notes))

        worker.wait_until_replaced(former)

        wait_until(lambda: runs(notes) == ["done"])
        assert "has not finished a job for 2 s" in worker.output()


def test_a_cluster_whose_monitor_was_killed_is_replaced(tmp_path: Path):
    with live_worker(tmp_path / "log", longest_silence=2) as worker:
        former = worker.main()
        _first, _second, monitor, _pusher = worker.parts()
        monitor.kill()

        worker.wait_until_replaced(former)


def test_nobody_outlives_a_killed_supervisor(tmp_path: Path):
    notes = tmp_path / "notes"
    with live_worker(tmp_path / "log") as worker:
        everyone = worker.everyone()
        begin_slow_task(notes, 1)

        worker.supervisor.kill()

        wait_until(lambda: all_gone(everyone))
        assert runs(notes) == ["begun", "ended"]


def test_a_row_that_kills_its_workers_fails_with_the_reason(tmp_path: Path):
    message = received_message()
    with live_worker(tmp_path / "log"):
        for _attempt in range(jobs.LANE.policy.max_attempts + 1):
            message.refresh_from_db()
            before = message.attempts
            enqueue(jobs.kill_worker, message.pk)
            wait_until(lambda: tried_again(message, before))  # noqa: B023 - called here

    assert (message.status, message.attempts, message.error) == (
        "failed",
        3,
        _("Its worker was stopped in the middle of attempt %(attempts)s; that was the last.")
        % {"attempts": 3},
    )


def tried_again(message: InboundMessage, before: int) -> bool:
    """Whether another attempt has ended in the death of its worker, or the row was given up."""
    message.refresh_from_db()
    if message.status == message.Status.FAILED:
        return True
    lease_over = timezone.now() - jobs.LANE.lease
    claimed_at = message.claimed_at
    return message.attempts > before and claimed_at is not None and claimed_at < lease_over


def test_without_a_database_it_says_so_and_ends():
    environment = environment_of_the_test() | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_worker"]
    ended = subprocess.run(
        [*command, "--wait-for-database", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    lines = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout) == (1, "")
    assert lines[-1].startswith("CommandError: The database did not answer for 0 s: ")
