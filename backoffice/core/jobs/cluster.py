"""django-q2's cluster, made mortal: none of its processes outlives its parent."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django_q.cluster import Cluster

from backoffice.core.jobs import processes

if TYPE_CHECKING:
    from types import FrameType


def stop_seconds() -> int:
    """How long a stop may take: what is running and what was already taken from the queue."""
    return 3 * int(settings.JOB_TIMEOUT) + 30


class MortalCluster(Cluster):  # type: ignore[misc]  # django-q2 has no types
    """A cluster whose stop comes to an end even where django-q2's would wait for ever."""

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        # Nobody catches it: the main process dies, and the others with it.
        signal.alarm(stop_seconds())
        super().sig_handler(signum, frame)


def run() -> int:
    """Run a cluster in this process until it is told to stop; return the exit status."""
    # Sentinel, workers, pusher and monitor are forks; without this a killed
    # parent leaves them working, unguarded, for ever.
    os.register_at_fork(after_in_child=partial(processes.die_with_parent, signal.SIGKILL))
    cluster = MortalCluster()
    cluster.start()
    sentinel = cluster.sentinel
    sentinel.join()
    return 0 if sentinel.exitcode == 0 else 1
