"""Writing down what is wrong: anomalies once each, refused rows into quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.models import SyncRun, TableRun
    from crm.problems import Problem
    from crm.sources.batches import Batch


def apply_mends(table_run: TableRun, batch: Batch, columns: Sequence[str]) -> None:
    """Put, in the batch, what staff corrected in place of the same bad rows; one query."""
    raise NotImplementedError


def record(
    table_run: TableRun,
    batch: Batch,
    columns: Sequence[str],
    problems: Sequence[Problem],
    keys: Mapping[int, str],
) -> None:
    """In the transaction of the batch: quarantine its refused rows, upsert its anomalies.

    A row with a critical problem, and every ``batch.broken`` row, is refused. ``keys`` has the
    source's key by row index where there is one. A constant number of statements per batch. What
    was wrong with a row and is so no more is resolved.
    """
    raise NotImplementedError


def finish(run: SyncRun, table_run: TableRun) -> None:
    """After a table's last batch: outliers, drop of volume, scores of the table; set-based."""
    raise NotImplementedError
