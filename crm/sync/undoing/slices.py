"""Taking rows back, some thousands in one transaction each: the statements of an undo.

A plan, one line per row of ours that the run touched, is made of what is left in the journal; what
has been taken back leaves the journal in the same transaction, so a killed undo goes on where it
was. Rows that others name come last: sales before the customers they were sold to.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction

from crm.models import Entity, SyncChange, SyncRun
from crm.sync import journal
from crm.sync.undoing.references import parts_of, references_to

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

Refusal = SyncChange.Refusal
ORDER = (Entity.INTERACTION, Entity.STOCK, Entity.SALE, Entity.PRODUCT, Entity.CUSTOMER)
# Rows of one transaction: some seconds.
SLICE = 10_000

# A row that several keys stand for was perhaps changed several times: the last hash counts.
_PLAN = """
    CREATE TEMP TABLE crm_undo_plan AS
    SELECT row_number() OVER (ORDER BY object_id) AS place, object_id,
           bool_or(action = 'created') AS is_created, bool_or(action = 'linked') AS is_linked,
           array_agg(id ORDER BY id DESC) AS changes, array_agg(record_id) AS records
    FROM crm_syncchange
    WHERE run_id = %s AND entity = %s AND refusal IS NULL
    GROUP BY object_id"""

# Of several changes the earliest value of a column is what the run found.
_BEFORE = """
    CASE WHEN cardinality(p.changes) = 1 THEN coalesce(c.before, '{}')
         ELSE coalesce((SELECT jsonb_object_agg(e.key, e.value ORDER BY a.id DESC)
                        FROM crm_syncchange a, jsonb_each(coalesce(a.before, '{}')) e
                        WHERE a.id = ANY(p.changes)), '{}') END"""

_TAKEN = "(SELECT unnest(u.changes) AS id FROM crm_undo u WHERE u.refusal IS NULL)"


def slices(run_id: int) -> Generator[None, None, None]:
    """Take the run's rows back; each slice is committed, with its counts, when it comes."""
    for entity in ORDER:
        last = _make_plan(run_id, entity)
        for first in range(1, last + 1, SLICE):
            _take_back(run_id, entity, first, min(first + SLICE - 1, last))
            yield


def _make_plan(run_id: int, entity: Entity) -> int:
    """The number of rows of the plan."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS crm_undo_plan")
        cursor.execute(_PLAN, [run_id, entity.value])
        cursor.execute("CREATE UNIQUE INDEX ON crm_undo_plan (place)")
        cursor.execute("ANALYZE crm_undo_plan")
        cursor.execute("SELECT count(*) FROM crm_undo_plan")
        return int(cursor.fetchone()[0])


def _take_back(run_id: int, entity: Entity, first: int, last: int) -> None:
    """These rows of the plan; where one's earlier values clash with another row, all but it."""
    try:
        with transaction.atomic():
            _count(run_id, _one_slice(entity, first, last))
    except IntegrityError:
        if first == last:
            with transaction.atomic():
                _count(run_id, _refuse(first))
            return
        middle = (first + last) // 2
        _take_back(run_id, entity, first, middle)
        _take_back(run_id, entity, middle + 1, last)


def _count(run_id: int, counts: Counter[str]) -> None:
    runs = SyncRun.objects.filter(pk=run_id)
    before = Counter(runs.values_list("undo_counts", flat=True).get())
    before.update(counts)
    runs.update(undo_counts=before)


def _one_slice(entity: Entity, first: int, last: int) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(_lock(entity), [first, last])
        cursor.execute("DROP TABLE IF EXISTS crm_undo")
        cursor.execute(_looked_at(entity), [first, last])
        cursor.execute("CREATE INDEX ON crm_undo (object_id)")
        cursor.execute("ANALYZE crm_undo")
        for statement in _refuse_used(entity):
            cursor.execute(statement)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE refusal IS NULL AND is_created),"
            " count(*) FILTER (WHERE refusal IS NULL AND NOT is_created AND is_changed),"
            " count(*) FILTER (WHERE refusal IS NULL AND NOT is_created AND NOT is_changed"
            "                  AND is_linked),"
            " count(*) FILTER (WHERE refusal IS NULL AND NOT is_created AND NOT is_changed"
            "                  AND NOT is_linked),"
            " count(*) FILTER (WHERE refusal IS NOT NULL) FROM crm_undo"
        )
        # The last but one: only the record of what the source said is given back.
        names = ("deleted", "restored", "unlinked", "records", "refused")
        counts = Counter(dict(zip(names, cursor.fetchone(), strict=True)))
        for statement in (*_write(entity), *_forget()):
            cursor.execute(statement)
        cursor.execute("DROP TABLE crm_undo")
    # Now, not at the commit: a row that may not go is to be found here.
    connection.check_constraints()
    return counts


def _lock(entity: Entity) -> str:
    # Whoever is about to refer to one of these rows waits, and finds it gone.
    return f"""
        SELECT count(*) FROM (
            SELECT 1 FROM {journal.table(entity)} o
            WHERE o.id IN (SELECT object_id FROM crm_undo_plan WHERE place BETWEEN %s AND %s)
            ORDER BY o.id FOR UPDATE) locked"""  # noqa: S608 - names of ours


def _looked_at(entity: Entity) -> str:
    """The slice, with what each row was before and whether it was changed since."""
    merged = "o.merged_into_id IS NOT NULL" if entity == Entity.CUSTOMER else "false"
    return f"""
        CREATE TEMP TABLE crm_undo AS
        SELECT p.object_id, p.is_created, p.is_linked, p.changes, p.records, b.before,
               b.before <> '{{}}' AS is_changed,
               CASE WHEN o.id IS NULL OR (NOT p.is_created AND b.before = '{{}}')
                         OR {journal.row_hash(entity)} = c.after_hash THEN NULL
                    WHEN {merged} THEN {Refusal.MERGED:d}
                    ELSE {Refusal.EDITED:d} END AS refusal
        FROM crm_undo_plan p
        JOIN crm_syncchange c ON c.id = p.changes[1]
        CROSS JOIN LATERAL (SELECT {_BEFORE} AS before) b
        LEFT JOIN {journal.table(entity)} o ON o.id = p.object_id
        WHERE p.place BETWEEN %s AND %s"""  # noqa: S608 - names of ours


def _refuse_used(entity: Entity) -> Iterator[str]:
    """A created row that something else refers to, or that another key stands for, stays."""
    model = journal.MODELS[entity]
    created = "is_created AND refusal IS NULL"
    update = f"UPDATE crm_undo u SET refusal = {Refusal.USED:d} WHERE {created}"  # noqa: S608 - names of ours
    for reference in references_to(model):
        yield f"{update} AND {reference.exists(model, 'u.object_id')}"
    yield f"""{update} AND EXISTS (
        SELECT 1 FROM crm_sourcerecord r
        WHERE r.entity = '{entity.value}' AND r.object_id = u.object_id
              AND r.id <> ALL (u.records))"""  # noqa: S608 - names of ours


def _write(entity: Entity) -> Iterator[str]:
    """Delete what the run created, restore what it changed, part what it linked."""
    created = "(SELECT object_id FROM crm_undo WHERE refusal IS NULL AND is_created)"
    if entity == Entity.CUSTOMER:
        yield f"""
            DELETE FROM crm_customeridentity WHERE id IN (
                SELECT jsonb_array_elements_text(c.before -> '{journal.ADDED}')::bigint
                FROM crm_syncchange c JOIN {_TAKEN} taken ON taken.id = c.id)"""  # noqa: S608 - names of ours
        yield f"""
            UPDATE crm_customeridentity SET is_confirmed = false WHERE id IN (
                SELECT jsonb_array_elements_text(c.before -> '{journal.CONFIRMED}')::bigint
                FROM crm_syncchange c JOIN {_TAKEN} taken ON taken.id = c.id)"""  # noqa: S608 - names of ours
    for part in parts_of(journal.MODELS[entity]):
        yield from part.delete(created)
    yield f"DELETE FROM {journal.table(entity)} WHERE id IN {created}"  # noqa: S608 - names of ours
    restored = """(SELECT object_id, before FROM crm_undo
                   WHERE refusal IS NULL AND NOT is_created AND is_changed)"""
    yield journal.restore(entity, restored)


def _forget() -> Iterator[str]:
    """Give the records back what they were, and take what is done out of the journal."""
    # Of a record that was changed twice the earliest says what it was.
    taken = f"""(
        SELECT DISTINCT ON (c.record_id) c.record_id, c.fingerprint_before
        FROM crm_syncchange c JOIN {_TAKEN} taken ON taken.id = c.id
        ORDER BY c.record_id, c.id) c"""  # noqa: S608 - names of ours
    yield f"""
        DELETE FROM crm_sourcerecord r USING {taken}
        WHERE r.id = c.record_id AND c.fingerprint_before IS NULL"""  # noqa: S608 - names of ours
    yield f"""
        UPDATE crm_sourcerecord r SET fingerprint = c.fingerprint_before FROM {taken}
        WHERE r.id = c.record_id AND c.fingerprint_before IS NOT NULL"""  # noqa: S608 - names of ours
    yield f"DELETE FROM crm_syncchange WHERE id IN {_TAKEN}"  # noqa: S608 - names of ours
    yield """
        UPDATE crm_syncchange c SET refusal = u.refusal FROM crm_undo u
        WHERE u.refusal IS NOT NULL AND c.id = ANY (u.changes)"""


def _refuse(place: int) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_syncchange SET refusal = %s WHERE id IN"
            " (SELECT unnest(changes) FROM crm_undo_plan WHERE place = %s)",
            [Refusal.CLASHES, place],
        )
    return Counter(refused=1)
