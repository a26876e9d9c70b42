"""Reading and preparing the next batch while the database writes the one before."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, connections
from django.utils import translation

from crm.quality import recording as quality
from crm.sync.preparing.prepared import Prepared, prepare

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from crm.sources.batches import Batch
    from crm.sync.preparing.work import Work

    # Begins a job; what it gives back waits for the job's result.
    Begin = Callable[[Callable[[], Any]], Callable[[], Any]]

SWITCH_SECONDS = 0.001
# A batch is some hundred thousand lists and tuples without a cycle among them: looking for cycles
# every 700 of them takes a quarter of the time.
GC_THRESHOLD = 200_000


def prepared(work: Work, batches: Iterator[Batch], *, today: dt.date) -> Iterator[Prepared]:
    """The batches, mapped and encoded; to be closed (``contextlib.closing``).

    Rows that staff mended are put in place in the caller's thread; reading and mapping run in
    another one, a batch ahead. Within a transaction all is done in one thread: what the
    transaction has not committed no other would see.
    """

    def read() -> Batch | None:
        return next(batches, None)

    def go_on(batch: Batch) -> tuple[Prepared, Batch | None]:
        ready = prepare(batch, work.mapping, work.entity, today=today)
        return ready, read()

    def mended(batch: Batch) -> partial[tuple[Prepared, Batch | None]]:
        quality.apply_mends(work.table_run, batch, work.columns)
        return partial(go_on, batch)

    with _at_once() if connection.in_atomic_block else _ahead() as begin:
        batch = begin(read)()
        waiting = begin(mended(batch)) if batch is not None else None
        while waiting is not None:
            ready, batch = waiting()
            waiting = begin(mended(batch)) if batch is not None else None
            yield ready


@contextmanager
def _at_once() -> Iterator[Begin]:
    """Each job runs when its result is asked for."""
    yield lambda job: job


@contextmanager
def _ahead() -> Iterator[Begin]:
    """Each job runs in one other thread, in the order they were begun."""
    language = translation.get_language() or ""
    # The default, 5 ms, is what each answer of the database would wait for the other thread.
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    thresholds = gc.get_threshold()
    gc.set_threshold(GC_THRESHOLD, *thresholds[1:])
    with ThreadPoolExecutor(
        max_workers=1,
        thread_name_prefix="sync",
        initializer=translation.activate,
        initargs=(language,),
    ) as pool:
        try:
            yield lambda job: pool.submit(job).result
        finally:
            # What a reader opened in its thread, nobody else can close.
            pool.submit(connections.close_all).result()
            sys.setswitchinterval(before)
            gc.set_threshold(*thresholds)
