"""A living worker on the test's database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
from django.conf import settings
from django.db import connection

from backoffice.core.jobs import heartbeat
from backoffice.testing.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass
class Worker:
    """``manage.py run_worker`` and the processes below it."""

    supervisor: subprocess.Popen[bytes]
    log: Path

    def main(self) -> psutil.Process:
        """The cluster's main process."""
        return psutil.Process(self.supervisor.pid).children()[0]

    def sentinel(self) -> psutil.Process:
        return self.main().children()[0]

    def parts(self) -> list[psutil.Process]:
        """Workers, then monitor and pusher: in the order the sentinel started them."""
        return sorted(self.sentinel().children(), key=lambda part: part.create_time())

    def everyone(self) -> list[psutil.Process]:
        supervisor = psutil.Process(self.supervisor.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def wait_until_replaced(self, former: psutil.Process, *, within: float = 60) -> None:
        """Return once another cluster than that with the main process ``former`` has beaten."""

        def is_replaced() -> bool:
            try:
                return self.main().pid != former.pid and heartbeat.worker_is_alive()
            except IndexError:
                return False

        wait_until(is_replaced, within=within, what="another cluster that works")

    def output(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        """Kill all of it at once, as a power cut does: nobody gets to say goodbye."""
        for process in self.everyone():
            # Some end with their parent, before it is their turn.
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def stop(self, *, within: float = 60) -> int:
        """Ask it to end, as systemd does; return its exit status."""
        self.supervisor.send_signal(signal.SIGTERM)
        return self.supervisor.wait(within)


def all_gone(processes: list[psutil.Process]) -> bool:
    """Whether all of these have ended (one that nobody has asked about yet counts as ended)."""
    alive = (process for process in processes if process.is_running())
    return all(_is_zombie(process) for process in alive)


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def environment_of_the_test() -> dict[str, str]:
    """What a process needs to work on the test's database and files."""
    return {
        **os.environ,
        "DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "JOB_TIMEOUT": "10",
    }


@contextlib.contextmanager
def live_worker(
    log: Path,
    *,
    longest_silence: float | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Worker]:
    """Run a worker that has proved to be alive; stop it and all its processes at the end.

    The test needs ``django_db(transaction=True)``: the worker sees committed
    rows only. ``log`` is the file for its output; ``environment`` adds settings.
    """
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_worker"]
    if longest_silence is not None:
        command += ["--longest-silence", str(longest_silence)]
    with log.open("wb") as output:
        supervisor = subprocess.Popen(  # noqa: S603 - our own command
            command,
            env=environment_of_the_test() | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    worker = Worker(supervisor, log)
    try:
        wait_until(heartbeat.worker_is_alive, within=90, what="a worker that works")
        yield worker
    finally:
        _end(worker)


def _end(worker: Worker) -> None:
    alive = worker.everyone() if worker.supervisor.poll() is None else []
    if alive:
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.stop()
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    worker.supervisor.wait()
