"""Runs as people look at them: counts, speed, how long it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone

from crm.models import SyncRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from crm.models import DataSource, TableRun

Status = SyncRun.Status
COUNTS = ("read", "created", "updated", "unchanged", "rejected", "left_out")
# So many seconds say something of the speed.
TELLING = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """One run with its tables; ``counts`` are the sums of theirs."""

    run: SyncRun
    tables: Sequence[TableRun]
    counts: Mapping[str, int]
    # Rows a second, and what is left, where it can be told.
    speed: int | None
    left: timedelta | None
    # 0-100 of a sync or an undo under way whose end is known.
    percent: int | None

    @property
    def is_open(self) -> bool:
        return self.run.status in SyncRun.OPEN

    @property
    def is_undo(self) -> bool:
        return self.run.status in {Status.TO_UNDO, Status.UNDOING, Status.UNDONE}

    @property
    def duration(self) -> timedelta | None:
        """From the first batch to the end, or to now."""
        if self.run.started_at is None:
            return None
        end = self.run.finished_at or timezone.now()
        return timedelta(seconds=round((end - self.run.started_at).total_seconds()))


def shown(run: SyncRun) -> Shown:
    """The run with its tables: one query."""
    return shown_of(run, list(run.table_runs.select_related("table", "mapping")))


def shown_of(run: SyncRun, tables: Sequence[TableRun]) -> Shown:
    """The run with its tables, where they are at hand."""
    counts = {name: sum(getattr(table, name) for table in tables) for name in COUNTS}
    speed, left = _pace(run, counts["read"])
    return Shown(run, tables, counts, speed, left, _percent(run, counts["read"]))


def with_sums(runs: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
    """Each run with ``sum_read``, ``sum_created`` ... of its tables."""
    sums: dict[str, Any] = {f"sum_{name}": Sum(f"table_runs__{name}", default=0) for name in COUNTS}
    return runs.annotate(**sums)


def recent(source: DataSource, *, limit: int = 10) -> list[SyncRun]:
    """The source's last runs with the sums of their tables: one query."""
    runs = SyncRun.objects.filter(source=source).select_related("requested_by")
    return list(with_sums(runs).order_by("-pk")[:limit])


def _pace(run: SyncRun, read: int) -> tuple[int | None, timedelta | None]:
    if run.started_at is None:
        return None, None
    seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
    if not read or seconds < TELLING:
        return None, None
    speed = read / seconds
    left = None
    if run.status == Status.RUNNING and run.expected > read:
        left = timedelta(seconds=round((run.expected - read) / speed))
    return round(speed), left


def _percent(run: SyncRun, read: int) -> int | None:
    if run.status not in SyncRun.OPEN:
        return None
    done, whole = read, run.expected
    if run.status in {Status.TO_UNDO, Status.UNDOING}:
        done = sum(run.undo_counts.get(name, 0) for name in _UNDONE)
        whole = run.undo_counts.get("rows", 0)
    # An estimate may be wrong, and the end has work of its own.
    return min(round(100 * done / whole), 99) if whole else None


_UNDONE = ("deleted", "restored", "unlinked", "records", "refused")
