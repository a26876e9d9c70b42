"""Writing down what is wrong: anomalies once each, refused rows into quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Anomaly
from crm.problems import Problem
from crm.quality import across, anomalies, mends, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.models import SyncRun, TableRun
    from crm.sources.batches import Batch

CRITICAL = Anomaly.Severity.CRITICAL


def apply_mends(table_run: TableRun, batch: Batch, columns: Sequence[str]) -> None:
    """Put, in the batch, what staff corrected in place of the same bad rows.

    One query; a second one where a row of the batch was mended. ``batch.mended`` names them.
    """
    mends.apply(table_run.table_id, batch, columns)


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
    rows = refused.rows_of(table_run, batch, columns, _sentences(problems))
    for problem in problems:
        # The row that was accepted has the plain hash, if this one is its copy.
        if problem.code == "duplicate_key" and problem.severity == CRITICAL:
            row = rows[problem.index]
            rows[problem.index] = refused.numbered(batch, problem.index, row)
    staged = refused.keep(table_run, list({row.row_hash: row for row in rows.values()}.values()))
    told = [*problems, *_broken(batch)]
    seen = anomalies.seen(batch, told, keys, rows, staged)
    anomalies.keep(table_run, seen)
    anomalies.resolve(table_run, batch, keys, rows, seen)


def finish(run: SyncRun, table_run: TableRun) -> None:
    """After a table's last batch: outliers, drop of volume, scores of the table; set-based."""
    across.finish(run, table_run)


def remark(table_run: TableRun, remarks: Sequence[str]) -> None:
    """After a table's last batch: what its reader found that refuses no row, told once."""
    code = "file_remark"
    told = [anomalies.Beside(code, "", sentence, value=sentence) for sentence in remarks]
    anomalies.replace(table_run, [code], told)


def _sentences(problems: Sequence[Problem]) -> dict[int, str]:
    """Why each refused row is refused, by index."""
    found: dict[int, str] = {}
    for problem in problems:
        if problem.severity == CRITICAL:
            before = found.get(problem.index)
            found[problem.index] = f"{before}\n{problem.sentence}" if before else problem.sentence
    return found


def _broken(batch: Batch) -> list[Problem]:
    return [
        Problem(-place, CRITICAL, "unreadable_row", "", " | ".join(row.raw.values()), row.sentence)
        for place, row in enumerate(batch.broken, start=1)
    ]
