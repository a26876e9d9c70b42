"""Some batches written at once, each by a connection of its own, and ended in their order.

What is new in a batch can be written while those before are still at it, for they have no key in
common; whatever else a batch does waits for its turn. So of two batches the earlier one never waits
for the later one.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, connections
from django.utils import translation

from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

WRITERS = 4
# Whose new rows are told apart by their keys alone.
APART = {Entity.CUSTOMER, Entity.SALE, Entity.INTERACTION}


class Broken(Exception):
    """The batch before was not written, so this one cannot be."""


class Turn:
    """A batch's place in the order."""

    def __init__(self, work: Work, rows: Prepared, before: Turn | None) -> None:
        # What the table's run must have come to before this batch, and comes to with it.
        run = work.table_run
        self.checkpoint: dict[str, Any] = before.end_checkpoint if before else run.checkpoint
        self.read: int = before.end_read if before else run.read
        self.end_checkpoint: dict[str, Any] = rows.batch.checkpoint
        self.end_read: int = self.read + len(rows.batch.rows) + len(rows.batch.broken)
        self.keys = frozenset(rows.keys)
        self._before = before
        self.may_begin_early = rows.entity in APART and self._is_apart()
        self._ended = threading.Event()
        self._is_good = False

    def _is_apart(self) -> bool:
        """Whether no batch that is under way has a key of this one."""
        one = self._before
        while one is not None:
            if not self.keys.isdisjoint(one.keys):
                return False
            one = one._before  # noqa: SLF001 - of our own class
        return True

    def wait(self) -> None:
        """Until the batch before is written; raises Broken where it was not."""
        if self._before is None:
            return
        self._before._ended.wait()  # noqa: SLF001 - of our own class
        if not self._before._is_good:  # noqa: SLF001 - as above
            raise Broken
        # Not the whole chain is kept in memory.
        self._before = None

    def end(self, *, is_good: bool) -> None:
        self._is_good = is_good
        self._ended.set()


@contextmanager
def writers(
    work: Work, write: Callable[[Work, Prepared, Turn], object]
) -> Iterator[Callable[[Prepared], None]]:
    """A function that has a batch written, by and by; all of them are at the end of the block.

    It raises what the writing of an earlier batch raised. Within a transaction there is but one
    connection, and each batch is written at once.
    """
    last: Turn | None = None

    def write_in_turn(rows: Prepared, turn: Turn) -> None:
        is_good = False
        try:
            write(work, rows, turn)
            is_good = True
        finally:
            turn.end(is_good=is_good)

    def write_now(rows: Prepared) -> None:
        nonlocal last
        last = Turn(work, rows, last)
        write_in_turn(rows, last)

    if connection.in_atomic_block:
        yield write_now
        return

    waiting: deque[Future[None]] = deque()
    with ExitStack() as stack:
        pools = [stack.enter_context(_writer()) for _place in range(WRITERS)]

        def submit(rows: Prepared) -> None:
            nonlocal last
            # As many are under way at most, and none but the oldest is waited for.
            while len(waiting) >= WRITERS:
                waiting.popleft().result()
            last = Turn(work, rows, last)
            pools.append(pools.pop(0))
            waiting.append(pools[-1].submit(write_in_turn, rows, last))

        yield submit
        while waiting:
            waiting.popleft().result()


@contextmanager
def _writer() -> Iterator[ThreadPoolExecutor]:
    """One thread with one connection, closed with it."""
    language = translation.get_language() or ""
    with ThreadPoolExecutor(1, "write", translation.activate, (language,)) as pool:
        try:
            yield pool
        finally:
            pool.submit(connections.close_all).result()
