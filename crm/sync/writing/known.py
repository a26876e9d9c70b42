"""Which rows of a batch are new, which have changed, which came before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.models import Entity, SyncRun
from crm.problems import Problem, Severity
from crm.sync import journal
from crm.sync.preparing import line_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.utils import CursorWrapper

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work


@dataclass(frozen=True, slots=True)
class Record:
    """A SourceRecord; ``object_id`` is None where our row is gone, and follows merges."""

    id: int
    object_id: int | None
    fingerprint: str
    row_number: int | None
    is_of_this_run: bool


@dataclass(slots=True)
class Sorted:
    """Row indexes by what has to be done; ``records`` by row index."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    # No sales, of keys that we do not have, or that this run has brought as sales.
    left_out: list[int] = field(default_factory=list)
    records: dict[int, Record] = field(default_factory=dict)


def sort_out(cursor: CursorWrapper, work: Work, rows: Prepared) -> Sorted:
    """Look the keys up; a key that this run has seen already is refused.

    What is no sale comes after the sales: a quotation never takes its order's key.
    """
    known = _known(cursor, work, rows)
    found = Sorted()
    first: dict[str, int] = {}
    refused = rows.refused
    for index in _in_turn(rows):
        if index in refused:
            continue
        key = rows.keys[index]
        record = known.get(key)
        if key in first or (record and record.is_of_this_run):
            if index in rows.unsold:
                found.left_out.append(index)
                continue
            number = record.row_number if record else None
            if key in first:
                number = rows.batch.numbers[first[key]]
            rows.refuse(_used_twice(index, key, number))
            continue
        first[key] = index
        if record is None:
            (found.new if key else found.left_out).append(index)
            continue
        found.records[index] = record
        is_same = record.fingerprint == rows.fingerprints[index] and record.object_id is not None
        (found.unchanged if is_same else found.changed).append(index)
    return found


def _known(cursor: CursorWrapper, work: Work, rows: Prepared) -> dict[str, Record]:
    def look_up(keys: Iterable[str]) -> dict[str, Record]:
        return records(cursor, work, [key for key in keys if key])

    if rows.stems:
        is_mending = work.run.kind == SyncRun.Kind.MENDED
        return line_keys.go_on(rows, look_up, is_mending=is_mending)
    return look_up(rows.keys)


def _in_turn(rows: Prepared) -> Iterable[int]:
    places = range(len(rows.keys))
    return sorted(places, key=rows.unsold.__contains__) if rows.unsold else places


def records(cursor: CursorWrapper, work: Work, keys: Iterable[str]) -> dict[str, Record]:
    """What the source's keys stand for."""
    entity = work.entity
    is_customer = entity == Entity.CUSTOMER
    target = "coalesce(o.merged_into_id, o.id)" if is_customer else "o.id"
    cursor.execute(
        f"""
        SELECT r.key, r.id, {target}, encode(uuid_send(r.fingerprint), 'hex'), r.row_number,
               r.last_run_id = %s, {"o.merged_into_id" if is_customer else "NULL"}
        FROM crm_sourcerecord r LEFT JOIN {journal.table(entity)} o ON o.id = r.object_id
        WHERE r.source_id = %s AND r.entity = %s AND r.key = ANY(%s)""",  # noqa: S608 - names of ours
        [work.run.pk, work.source.pk, entity.value, list(keys)],
    )
    found = cursor.fetchall()
    merged = survivors(cursor, {row[6] for row in found if row[6] is not None})
    return {
        key: Record(pk, merged.get(object_id, object_id), fingerprint, number, is_ours)
        for key, pk, object_id, fingerprint, number, is_ours, _merged in found
    }


def survivors(cursor: CursorWrapper, customer_ids: Iterable[int]) -> dict[int, int]:
    """Of the customers that were merged into others, who is left; the others are not in it."""
    ids = list(customer_ids)
    if not ids:
        return {}
    cursor.execute(
        """
        WITH RECURSIVE way AS (
            SELECT c.id AS start, c.id, c.merged_into_id, 0 AS steps
            FROM crm_customer c WHERE c.id = ANY(%s)
          UNION ALL
            SELECT w.start, c.id, c.merged_into_id, w.steps + 1
            FROM way w JOIN crm_customer c ON c.id = w.merged_into_id WHERE w.steps < 50)
        SELECT start, id FROM way WHERE merged_into_id IS NULL AND start <> id""",
        [ids],
    )
    return dict(cursor.fetchall())


def _used_twice(index: int, key: str, number: int | None) -> Problem:
    if number is None:
        told = _("The key “%(key)s” came before: give this row another, or take it out.")
        sentence = told % {"key": key}
    else:
        told = _("Row %(row)s has the key “%(key)s” too: give this row another, or take it out.")
        sentence = told % {"key": key, "row": number}
    return Problem(index, Severity.CRITICAL, "duplicate_key", "key", key, sentence)
