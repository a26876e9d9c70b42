"""One batch into our tables, in one transaction with its counts and its checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from psycopg import errors

from crm.models import SyncRun, TableRun
from crm.quality import recording as quality
from crm.sync.merging import entities
from crm.sync.preparing.work import Counts
from crm.sync.writing import known, linking, recording, resolving, staging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work
    from crm.sync.writing.known import Sorted
    from crm.sync.writing.turns import Turn

# Somebody typed in the very key or code of a new row, deleted what a row names, or met us at a
# lock: then all of the batch is done again, and finds what they wrote.
TRIES = 4
PASSING = (
    errors.UniqueViolation,
    errors.ForeignKeyViolation,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)


class Overtaken(Exception):
    """Another process has written this batch, or the run was stopped: nothing is left to do."""


def write(work: Work, rows: Prepared, turn: Turn) -> Counts:
    """Write the batch and go on with the checkpoint, in its turn; raises Overtaken."""
    found = rows.findings()
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _write(work, rows, turn)
        except (IntegrityError, OperationalError) as error:
            if attempt == TRIES or not _may_pass(error):
                raise
            work.is_careful = True
            rows.take_back(found)
    raise AssertionError("unreachable")


def _may_pass(error: Exception) -> bool:
    return isinstance(error.__cause__, PASSING)


def _write(work: Work, rows: Prepared, turn: Turn) -> Counts:
    counts = Counts(read=len(rows.batch.rows) + len(rows.batch.broken))
    before = rows.findings()
    with connection.cursor() as cursor:
        # Compiling a statement takes longer than running it over a batch.
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL jit = off")
        if not turn.may_begin_early:
            turn.wait()
        looked = _look(cursor, work, rows)
        if looked.objects:
            # What is there may be what the batch before is at: look again when that is written.
            turn.wait()
            rows.take_back(before)
            looked = _look(cursor, work, rows)
        _merge(cursor, work, rows, looked, counts)
        recording.remember_unchanged(cursor, work, rows, looked.found)
        # The keys of other tables are checked now, not at the commit, for which the next one waits.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    counts.unchanged += len(looked.found.unchanged)
    counts.rejected = len(rows.refused) + len(rows.batch.broken)
    counts.left_out = len(looked.found.left_out)
    keys = {index: key for index, key in enumerate(rows.keys) if key}
    turn.wait()
    _hold(work, turn)
    quality.record(work.table_run, rows.batch, work.columns, rows.problems, keys)
    _go_on(work, rows, counts)
    return counts


@dataclass(slots=True)
class _Looked:
    """What a batch's rows are to us: ``objects`` those of ours that they stand for, by index."""

    found: Sorted
    references: dict[str, dict[int, int]]
    todo: list[int]
    objects: dict[int, int]


def _look(cursor: CursorWrapper, work: Work, rows: Prepared) -> _Looked:
    found = known.sort_out(cursor, work, rows)
    todo = sorted([*found.new, *found.changed])
    references = resolving.resolve(cursor, work, rows, todo)
    todo = [index for index in todo if index not in rows.refused]
    objects = _objects(cursor, work, rows, found, todo, references)
    if rows.unsold:
        found.left_out += [i for i in todo if i in rows.unsold and i not in objects]
        todo = [i for i in todo if i not in rows.unsold or i in objects]
    return _Looked(found, references, todo, objects)


def _merge(
    cursor: CursorWrapper, work: Work, rows: Prepared, looked: _Looked, counts: Counts
) -> None:
    """Round by round, each with one row at most of any thing of ours."""
    if not looked.todo:
        return
    found, references, objects = looked.found, looked.references, looked.objects
    plan = entities.plan(work, rows, references)
    todo = looked.todo
    while True:
        chosen, todo = _round(work, rows, todo, objects, references)
        staging.stage(
            cursor, work.entity, rows, plan.staged, chosen, records=found.records, objects=objects
        )
        created = sum(index not in objects for index in chosen)
        if created:
            entities.add(cursor, work, plan)
            recording.journal_new(cursor, work, plan)
        touched = 0
        if created < len(chosen):
            entities.change(cursor, work, plan)
            touched = recording.journal_others(cursor, work)
        recording.remember(cursor, work)
        counts.created += created
        counts.updated += touched
        counts.unchanged += len(chosen) - created - touched
        if not todo:
            return
        objects = _objects(cursor, work, rows, found, todo, references)


def _objects(  # noqa: PLR0913 - as above
    cursor: CursorWrapper,
    work: Work,
    rows: Prepared,
    found: Sorted,
    todo: Sequence[int],
    references: Mapping[str, Mapping[int, int]],
) -> dict[int, int]:
    """The row of ours that each row stands for, by index; a new one for those not in it."""
    objects = {
        index: record.object_id
        for index in todo
        if (record := found.records.get(index)) and record.object_id is not None
    }
    strangers = [index for index in todo if index not in objects]
    return objects | linking.link(cursor, work, rows, strangers, references)


def _round(
    work: Work,
    rows: Prepared,
    todo: Sequence[int],
    objects: Mapping[int, int],
    references: Mapping[str, Mapping[int, int]],
) -> tuple[list[int], list[int]]:
    """The rows of this round, and those that have to wait since they mean the same thing."""
    same = linking.telling(work, rows, references)
    seen: set[object] = set()
    chosen, later = [], []
    for index in todo:
        thing = ("ours", objects[index]) if index in objects else same(index)
        if thing is not None and thing in seen:
            later.append(index)
        else:
            seen.add(thing)
            chosen.append(index)
    return chosen, later


def _hold(work: Work, turn: Turn) -> None:
    """Hold the table's run, unless somebody else has gone on with it or stopped it."""
    held = TableRun.objects.select_for_update(no_key=True).get(pk=work.table_run.pk)
    status = SyncRun.objects.values_list("status", flat=True).get(pk=work.run.pk)
    is_ours = (held.checkpoint, held.read) == (turn.checkpoint, turn.read)
    if not is_ours or status not in {SyncRun.Status.WAITING, SyncRun.Status.RUNNING}:
        raise Overtaken


def _go_on(work: Work, rows: Prepared, counts: Counts) -> None:
    table_run = work.table_run
    TableRun.objects.filter(pk=table_run.pk).update(
        checkpoint=rows.batch.checkpoint,
        read=F("read") + counts.read,
        created=F("created") + counts.created,
        updated=F("updated") + counts.updated,
        unchanged=F("unchanged") + counts.unchanged,
        rejected=F("rejected") + counts.rejected,
        left_out=F("left_out") + counts.left_out,
    )
