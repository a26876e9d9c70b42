from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
import requests
from django.conf import settings

from backoffice.core.jobs import heartbeat
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import all_gone, environment_of_the_test

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


class Served:
    """A running ``manage.py serve``."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def address(self) -> str:
        words = self.log.read_text().split()
        return words[0] if words else ""

    def everyone(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def child(self, word: str) -> psutil.Process | None:
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if word in process.cmdline():
                    return process
        return None

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            answer = requests.get(self.address() + "admin/login/", timeout=60)
            return answer.status_code == 200
        return False

    def is_complete(self) -> bool:
        return bool(self.address()) and heartbeat.worker_is_alive() and self.answers()


@contextlib.contextmanager
def serving(log: Path) -> Iterator[Served]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            # DEBUG: the static files are not collected here.
            env=environment_of_the_test() | {"DEBUG": "true"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(process, log)
    try:
        wait_until(served.is_complete, within=90, what="web and worker")
        yield served
    finally:
        left = served.everyone() if process.poll() is None else []
        for each in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_both_cleanly(signum: signal.Signals, tmp_path: Path):
    with serving(tmp_path / "log") as served:
        everyone = served.everyone()

        served.process.send_signal(signum)

        assert served.process.wait(60) == 0
        assert all_gone(everyone)
        assert served.log.read_text() == f"{served.address()}  (Ctrl-C stops)\n"


def test_nobody_outlives_a_kill(tmp_path: Path):
    with serving(tmp_path / "log") as served:
        everyone = served.everyone()

        served.process.kill()

        wait_until(lambda: all_gone(everyone))


def test_a_worker_that_ends_is_replaced_and_a_web_server_that_ends_ends_it_all(tmp_path: Path):
    with serving(tmp_path / "log") as served:
        everyone = served.everyone()
        worker, web = served.child("run_worker"), served.child("gunicorn")
        assert worker is not None
        assert web is not None

        worker.kill()
        wait_until(lambda: served.child("run_worker") not in {None, worker})
        everyone += served.everyone()
        web.kill()

        assert served.process.wait(60) == 128 + signal.SIGKILL
        assert all_gone(everyone)


def test_a_port_that_is_taken_gets_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve"]
        ended = subprocess.run(
            [*command, "--port", str(port)],
            env=environment_of_the_test(),
            capture_output=True,
            text=True,
            check=False,
        )

    told = (
        f"CommandError: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Stop what uses it, or give another --port.\n"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", told)
