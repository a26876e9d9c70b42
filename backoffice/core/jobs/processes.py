"""Child processes that do not outlive their parent."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.context import ForkProcess

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

# How often a parent looks at its children and at the signals it got.
TICK_SECONDS = 0.2


def die_with_parent(signum: int) -> None:
    """Have the kernel (Linux) send us ``signum`` when our parent ends, however it ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)


def start(
    command: Sequence[str],
    *,
    keep_open: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, told to stop when we end.

    A signal to our process group does not reach it: django-q2 hangs when all
    its processes get one at once. ``environment``: what it has besides ours, which goes first.
    """
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        pass_fds=keep_open,
        env={**(environment or {}), **os.environ},
        start_new_session=True,
        preexec_fn=partial(die_with_parent, signal.SIGTERM),  # noqa: PLW1509 - we have no threads
    )


def fork(run: Callable[[], int]) -> ForkProcess:
    """Call ``run`` in a fork of this process that is like a process of ``start``.

    Saves loading everything again; the caller has closed what must not be shared.
    """
    child = multiprocessing.get_context("fork").Process(target=_lead_session, args=(run,))
    # Until the child has let go of our handlers, a signal to it would be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return child


def _lead_session(run: Callable[[], int]) -> None:
    os.setsid()
    die_with_parent(signal.SIGTERM)
    for signum in STOP_SIGNALS:
        signal.signal(signum, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    sys.exit(run())


def kill_session(leader: subprocess.Popen[bytes] | ForkProcess) -> None:
    """Kill at once the process and whatever is left of its process group."""
    if leader.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, signal.SIGKILL)
    # A fork that has not come as far as its own group.
    leader.kill()


class StopSignals:
    """Counts the requests to stop; the second one is an impatient person's."""

    def __init__(self) -> None:
        self.count = 0

    @contextlib.contextmanager
    def caught(self) -> Iterator[StopSignals]:
        before = {signum: signal.signal(signum, self._note) for signum in STOP_SIGNALS}
        try:
            yield self
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _note(self, _signum: int, _frame: object) -> None:
        self.count += 1

    def sleep(self, seconds: float) -> None:
        """Sleep, but not past a request to stop."""
        until = time.monotonic() + seconds
        while not self.count and time.monotonic() < until:
            time.sleep(TICK_SECONDS)


class Pauses:
    """How long to wait before a restart: longer each time, until one has run for a minute."""

    def __init__(self, first: float = 1, longest: float = 30) -> None:
        self._first, self._longest = first, longest
        self._next = first
        self._started = time.monotonic()

    def started(self) -> None:
        self._started = time.monotonic()

    def after_end(self) -> float:
        if time.monotonic() - self._started > 60:  # noqa: PLR2004 - the minute of the docstring
            self._next = self._first
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause
