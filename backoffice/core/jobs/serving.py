"""The whole back office on one machine: web and worker under one process."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings

from backoffice.core.jobs import processes

if TYPE_CHECKING:
    import subprocess

logger = logging.getLogger(__name__)


# A large request takes tens of megabytes for a moment: given back to the kernel and fetched anew,
# they cost a tenth of its time. One arena, as threads that take turns need no more. GNU's libc.
WEB_MEMORY: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024**2),
}


def web_command(bind: str, threads: int, application: str) -> list[str]:
    """How the web server is started, in an environment with ``WEB_MEMORY``."""
    options = {
        "--bind": bind,
        "--worker-class": "gthread",
        "--threads": str(threads),
        "--timeout": "60",
        "--graceful-timeout": "20",
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "gunicorn", "--no-control-socket", *words, application]


def listen(host: str, port: int) -> socket.socket:
    """The socket the web server will answer on; ``OSError`` where the address is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


@dataclass
class Site:
    """Web server and worker, each in its own session."""

    listener: socket.socket
    threads: int

    def run(self) -> int:
        """Serve until a signal asks for the end or the web server ends; return the exit status."""
        pauses = processes.Pauses()
        with processes.StopSignals().caught() as signals:
            web, worker = self._start_web(), self._start_worker()
            try:
                while not signals.count and web.poll() is None:
                    if worker.poll() is not None:
                        pause = pauses.after_end()
                        logger.error("The worker ended; starting it again in %g s.", pause)
                        signals.sleep(pause)
                        pauses.started()
                        worker = self._start_worker()
                    time.sleep(processes.TICK_SECONDS)
                asked = bool(signals.count)
                _stop([web, worker], signals)
            finally:
                for child in (web, worker):
                    processes.kill_session(child)
                    child.wait()
        if not asked:
            logger.error("The web server ended (status %s).", web.returncode)
        return 0 if asked else _exit_status(web.returncode)

    def _start_web(self) -> subprocess.Popen[bytes]:
        fd = self.listener.fileno()
        command = web_command(f"fd://{fd}", self.threads, "backoffice.wsgi")
        return processes.start(command, keep_open=[fd], environment=WEB_MEMORY)

    @staticmethod
    def _start_worker() -> subprocess.Popen[bytes]:
        manage = str(settings.BASE_DIR / "manage.py")
        return processes.start([sys.executable, manage, "run_worker"])


def _exit_status(returncode: int) -> int:
    """As a shell has it: a death by signal is 128 and the signal's number; never 0."""
    return 128 - returncode if returncode < 0 else returncode or 1


def _stop(children: list[subprocess.Popen[bytes]], signals: processes.StopSignals) -> None:
    """Ask all to stop and wait for it; each further signal we get is passed on."""
    passed_on = -1
    while any(child.poll() is None for child in children):
        if signals.count != passed_on:
            passed_on = signals.count
            for child in children:
                child.send_signal(signal.SIGTERM)
        time.sleep(processes.TICK_SECONDS)
