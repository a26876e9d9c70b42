"""How long all calls of one job may take together.

A job that overruns JOB_TIMEOUT is killed with whatever it was doing. One message
may need several calls, each with its own time-out and attempts, so the job says
once how much time there is, and the calls share it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ends: ContextVar[float] = ContextVar("ai_ends", default=float("inf"))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Inside the block calls end after ``seconds`` in all, with AiTimeout at the latest."""
    token = _ends.set(min(_ends.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends.reset(token)


def remaining() -> float:
    """Seconds left for calls; infinite where nobody set a limit."""
    return _ends.get() - time.monotonic()
