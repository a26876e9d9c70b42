"""Keeping a cluster alive: start it, pass signals on, restart it when it ends or goes silent.

django-q2's main process may end with status 0 when its sentinel was killed, and
the cluster stands still for ever when an idle worker or the monitor was
(docs/jobs.md has the measurements), so both are watched from outside.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import Error, connection

from backoffice.core.jobs import cluster, heartbeat, processes, tasks
from backoffice.core.jobs.queue import enqueue, give_back_taken

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

logger = logging.getLogger(__name__)

# Until a cluster's first beat it has this much longer: it has to start.
STARTING_SECONDS = 30


class _Pulse:
    """When the cluster last gave a sign of life, by our own clock."""

    def __init__(self, name: str, longest_silence: float) -> None:
        self._name = name
        self._longest = longest_silence
        self._beat: object = None
        self._looked = time.monotonic()
        self._heard = self._looked + STARTING_SECONDS

    def is_silent(self) -> bool:
        now = time.monotonic()
        if now - self._looked > min(10, self._longest / 4):
            self._looked = now
            self._look(now)
        return now - self._heard > self._longest

    def _look(self, now: float) -> None:
        try:
            beat = heartbeat.last_beat(self._name)
        except Error:
            # No database, no beats: nothing to reproach the cluster with.
            self._heard = max(self._heard, now)
        else:
            if beat is not None and beat != self._beat:
                self._beat, self._heard = beat, now
        connection.close()


@dataclass
class Supervisor:
    """Runs a cluster that beats under ``name``, until told to stop."""

    longest_silence: float
    stop_within: float
    name: str = field(default_factory=heartbeat.own_name)

    def run(self) -> None:
        """Return once a signal asked for the end and the cluster has ended."""
        pauses = processes.Pauses()
        with processes.StopSignals().caught() as signals:
            while not signals.count:
                self._prepare()
                pauses.started()
                process = processes.fork(self._run_cluster)
                try:
                    problem = self._watch(process, signals)
                finally:
                    processes.kill_session(process)
                    process.join()
                if problem:
                    pause = pauses.after_end()
                    logger.error("The worker %s; starting it again in %g s.", problem, pause)
                    signals.sleep(pause)
        self._sign_off()

    def _run_cluster(self) -> int:
        os.environ[heartbeat.NAME_VARIABLE] = self.name
        return cluster.run()

    def _watch(self, process: ForkProcess, signals: processes.StopSignals) -> str:
        """Wait for the cluster's end, asked for or not; say what went wrong, if anything."""
        pulse = _Pulse(self.name, self.longest_silence)
        while process.is_alive():
            if signals.count:
                self._stop(process, signals)
                return ""
            if pulse.is_silent():
                return f"has not finished a job for {self.longest_silence:g} s"
            time.sleep(processes.TICK_SECONDS)
        return "" if signals.count else f"ended by itself (status {process.exitcode})"

    def _stop(self, process: ForkProcess, signals: processes.StopSignals) -> None:
        """Let it finish what it has; a second signal, or the time limit, does not wait for that."""
        asked = signals.count
        deadline = time.monotonic() + self.stop_within
        process.terminate()
        while process.is_alive() and signals.count == asked and time.monotonic() < deadline:
            time.sleep(processes.TICK_SECONDS)

    def _prepare(self) -> None:
        """Give the cluster what a killed one had taken, and a first job to show that it works."""
        try:
            heartbeat.forget(self.name)
            give_back_taken()
            enqueue(tasks.beat)
        except Error as error:
            logger.warning("The queue cannot be reached yet: %s", error)
        connection.close()

    def _sign_off(self) -> None:
        try:
            heartbeat.forget(self.name)
        except Error:
            logger.info("The database was gone before the worker could sign off.")
