"""Which process is at work on a source: a lock that ends with the process, however it ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first of the two numbers of PostgreSQL's advisory locks: "sync".
LOCKS = 0x73796E63


@contextmanager
def holding(source_id: int) -> Iterator[bool]:
    """Whether we are the only ones at work on the source, until the end of the block.

    The lock is the session's, not a transaction's: a run has many of those. Taken twice by one
    process it is given twice. The claim of the run's row stays the fence; this tells, at once,
    whether who claimed it is still alive.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, source_id])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, source_id])
