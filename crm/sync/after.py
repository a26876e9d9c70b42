"""What other parts of this app do when a sync or an undo has ended; each in a job of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core import jobs

if TYPE_CHECKING:
    from crm.models import SyncRun


def ended(run: SyncRun) -> None:
    """Called in the transaction that ends a run or its undo."""
    from crm import tasks  # noqa: PLC0415 - tasks import the engine

    jobs.enqueue(tasks.after_run, run.pk)
