"""Whether calls are recorded in the database, and how a command does without one."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_recording: ContextVar[bool] = ContextVar("ai_recording", default=True)


def is_recording() -> bool:
    return _recording.get()


@contextmanager
def without_database() -> Iterator[None]:
    """Inside the block calls touch neither the database nor the shared cache.

    For commands that read files on a machine without a database: usage is only
    logged and no budget is checked, because it lives there; a pause after a
    failure holds for this process only.
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)
