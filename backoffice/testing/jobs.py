"""Tasks for tests of the worker; they leave one line in a file for each time they run."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from backoffice.core.jobs import Lane, RetryPolicy, perform
from backoffice.messaging.models import InboundMessage

# Short enough that a test sees a row whose worker was killed come back.
LANE: Lane[InboundMessage] = Lane(
    InboundMessage,
    waiting=InboundMessage.Status.RECEIVED,
    working=InboundMessage.Status.PROCESSING,
    failed=InboundMessage.Status.FAILED,
    policy=RetryPolicy(max_attempts=3),
    lease=timedelta(seconds=0.2),
)


def note(path: str, text: str = "") -> None:
    """Leave ``text`` and the pid of the worker."""
    with Path(path).open("a") as file:
        file.write(f"{text or 'done'} {os.getpid()}\n")


def slow_note(path: str, seconds: str) -> None:
    note(path, "begun")
    time.sleep(float(seconds))
    note(path, "ended")


def kill_worker(pk: int) -> None:
    """A poisoned row: whoever works on it dies."""
    perform(LANE, pk, lambda _row: os.kill(os.getpid(), signal.SIGKILL))
