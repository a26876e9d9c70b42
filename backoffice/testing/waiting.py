"""Waiting for another process, with a deadline instead of a sleep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


def wait_until(condition: Callable[[], object], *, within: float = 60, what: str = "") -> None:
    """Return as soon as ``condition()`` is true; ``AssertionError`` after so many seconds.

    They are many because a busy machine may take ten times as long as a quiet one.
    """
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            told = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"not within {within} s: {told}")
        time.sleep(0.05)


def somebody_waits_for_us() -> bool:
    """Whether another connection waits for a lock that ours holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        row: tuple[bool] = cursor.fetchone()
    return row[0]
