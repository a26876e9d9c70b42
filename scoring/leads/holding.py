"""Which process is scoring everybody: a lock that ends with the process, however it ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of PostgreSQL's advisory locks: "scorerun".
LOCK = 0x73636F726572756E


@contextmanager
def holding() -> Iterator[bool]:
    """Whether we are the only ones at a run, until the end of the block.

    As :func:`crm.sync.holding.holding`: the claim of the run's row stays the fence; this tells, at
    once, whether who claimed it is still alive.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
