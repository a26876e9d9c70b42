"""Waiting for another process, with a deadline instead of a sleep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def wait_until(condition: Callable[[], object], *, within: float = 15, what: str = "") -> None:
    """Return as soon as ``condition()`` is true; ``AssertionError`` after so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            told = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"not within {within} s: {told}")
        time.sleep(0.05)
