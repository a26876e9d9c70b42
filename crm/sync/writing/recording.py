"""After a merge: what the keys stand for, and what the run did to our rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Entity
from crm.sync import journal
from crm.sync.merging import identities

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from crm.sync.merging.plans import Plan
    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work
    from crm.sync.writing.known import Sorted


def remember(cursor: CursorWrapper, work: Work) -> None:
    """The staged rows' records: new ones written, others brought up to date."""
    named: dict[str, int | str] = {
        "source": work.source.pk,
        "table": work.table_run.table_id,
        "entity": work.entity.value,
        "run": work.run.pk,
    }
    cursor.execute(
        """
        INSERT INTO crm_sourcerecord (id, source_id, table_id, entity, key, object_id, fingerprint,
                                      quality, row_number, last_run_id, seen_at)
        SELECT s.record_id, %(source)s, %(table)s, %(entity)s, s.key, s.object_id, s.fingerprint,
               s.quality, s.row_number, %(run)s, now()
        FROM sync_stage s WHERE NOT s.has_record ORDER BY s.n""",
        named,
    )
    cursor.execute(
        """
        UPDATE crm_sourcerecord r SET table_id = %(table)s, object_id = s.object_id,
            fingerprint = s.fingerprint, quality = s.quality, row_number = s.row_number,
            last_run_id = %(run)s, seen_at = now()
        FROM sync_stage s WHERE s.has_record AND r.id = s.record_id""",
        named,
    )


def remember_unchanged(cursor: CursorWrapper, work: Work, rows: Prepared, found: Sorted) -> None:
    """The records of rows that say what they said: they were seen, nothing else."""
    if not found.unchanged:
        return
    cursor.execute(
        """
        UPDATE crm_sourcerecord r SET last_run_id = %s, seen_at = now(), row_number = given.number,
            quality = given.quality
        FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS given(id, number, quality)
        WHERE r.id = given.id""",
        [
            work.run.pk,
            [found.records[index].id for index in found.unchanged],
            [rows.batch.numbers[index] for index in found.unchanged],
            [rows.scores[index] for index in found.unchanged],
        ],
    )


def journal_new(cursor: CursorWrapper, work: Work, plan: Plan) -> None:
    """Down with what was created."""
    entity = work.entity
    at_hand = identities.of_new(work, plan) if entity == Entity.CUSTOMER else ""
    cursor.execute(
        f"""
        INSERT INTO crm_syncchange (run_id, entity, object_id, record_id, action, before,
                                    fingerprint_before, after_hash)
        SELECT %(run)s, %(entity)s, s.object_id, s.record_id, 'created', NULL,
               s.fingerprint_before, {journal.row_hash(entity, identities=at_hand)}
        FROM sync_stage s JOIN {journal.table(entity)} o ON o.id = s.object_id
        WHERE s.is_new ORDER BY s.n""",  # noqa: S608 - names of ours
        {"run": work.run.pk, "entity": entity.value},
    )


def journal_others(cursor: CursorWrapper, work: Work) -> int:
    """Down with what was linked and changed; how many."""
    entity = work.entity
    table = journal.table(entity)
    named: dict[str, int | str] = {"run": work.run.pk, "entity": entity.value}
    # Another mapping, or a value that changes nothing: the record alone says something else now.
    cursor.execute(
        f"""
        INSERT INTO crm_syncchange (run_id, entity, object_id, record_id, action, before,
                                    fingerprint_before, after_hash)
        SELECT %(run)s, %(entity)s, s.object_id, s.record_id, 'updated', '{{}}',
               s.fingerprint_before, {journal.row_hash(entity)}
        FROM sync_stage s JOIN {table} o ON o.id = s.object_id
        WHERE NOT s.is_new AND s.has_record
              AND NOT EXISTS (SELECT 1 FROM sync_touched t WHERE t.object_id = s.object_id)
        ORDER BY s.n""",  # noqa: S608 - names of ours
        named,
    )
    cursor.execute(
        f"""
        WITH touched AS (
            SELECT t.object_id, jsonb_object_agg(e.key, e.value) AS before
            FROM sync_touched t CROSS JOIN LATERAL jsonb_each(t.before) e GROUP BY t.object_id)
        INSERT INTO crm_syncchange (run_id, entity, object_id, record_id, action, before,
                                    fingerprint_before, after_hash)
        SELECT %(run)s, %(entity)s, s.object_id, s.record_id,
               CASE WHEN s.has_record THEN 'updated' ELSE 'linked' END,
               coalesce(t.before, '{{}}'), s.fingerprint_before, {journal.row_hash(entity)}
        FROM sync_stage s JOIN {table} o ON o.id = s.object_id
        LEFT JOIN touched t ON t.object_id = s.object_id
        WHERE NOT s.is_new AND (t.object_id IS NOT NULL OR NOT s.has_record) ORDER BY s.n""",  # noqa: S608 - names of ours
        named,
    )
    return int(cursor.rowcount)
