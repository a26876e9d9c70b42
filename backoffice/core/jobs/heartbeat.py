"""The worker's pulse: every finished task is a beat, and a schedule sees that there is one.

The beat is written by the cluster's monitor when a result is stored, so it
proves pusher, worker and monitor; in quiet times the task comes from the
scheduler, and proves that too. A backlog cannot delay it as it would a task.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error
from django.utils import timezone

from backoffice.core.models import Heartbeat

logger = logging.getLogger(__name__)

_PREFIX = "worker:"
# The supervisor tells its cluster by this variable under which name to beat.
NAME_VARIABLE = "WORKER_NAME"
# Beats closer together than this are not written.
_SPACING_SECONDS = 2.0

_written_at = 0.0


def own_name() -> str:
    """The name of this host's cluster under this process."""
    return f"{_PREFIX}{socket.gethostname()[:24]}:{os.getpid()}"


def longest_silence() -> timedelta:
    """A cluster silent for longer is wedged: beside the slowest tasks a beat is due each minute."""
    return timedelta(seconds=2 * settings.JOB_TIMEOUT + 120)


def record_beat(**_signal: object) -> None:
    """Receive django-q2's ``post_execute``, in the monitor process."""
    global _written_at  # noqa: PLW0603 - one monitor, one process
    if time.monotonic() - _written_at < _SPACING_SECONDS:
        return
    name = os.environ.get(NAME_VARIABLE) or own_name()
    try:
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, beat_at=timezone.now())],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["beat_at"],
        )
    except Error as error:
        # The monitor must live on: it has results to store.
        logger.warning("The worker's heartbeat could not be written: %s", error)
    else:
        _written_at = time.monotonic()


def last_beat(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()


def worker_is_alive() -> bool:
    """Whether any worker, on any host, finished a task lately."""
    since = timezone.now() - longest_silence()
    return Heartbeat.objects.filter(name__startswith=_PREFIX, beat_at__gt=since).exists()


def forget(name: str) -> None:
    """The worker of that name ended as it should."""
    Heartbeat.objects.filter(name=name).delete()


def forget_the_dead() -> None:
    long_ago = timezone.now() - timedelta(days=1)
    Heartbeat.objects.filter(name__startswith=_PREFIX, beat_at__lt=long_ago).delete()
