"""Running a sync: batch by batch, each in one transaction with its checkpoint.

A batch is read, mapped (``crm.mapping.compiled``), checked (``crm.quality.checks``), then, in one
transaction: copied into a temporary table, its references resolved, merged into our tables by
set-based SQL under the mapping's policies, journalled (SyncChange), its records, anomalies,
quarantine, counts and checkpoint written. Killed anywhere, a run goes on at its checkpoint and ends
in the same state.
"""

from __future__ import annotations


def advance(run_id: int, *, seconds: float | None = None) -> bool:
    """Work on the run for about so long; whether it has come to its end.

    A table that fails ends with its error and does not stop the others; the run is then failed,
    and what the other tables brought stays. Without ``seconds`` it works to the end.
    """
    raise NotImplementedError
