"""The refused rows of a batch, written into quarantine in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from crm.models import StagedRow
from crm.quality import row_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from crm.models import TableRun
    from crm.sources.batches import Batch

_INSERT = """
    INSERT INTO crm_stagedrow
        (table_id, run_id, row_number, row_hash, raw, state, sentence, created_at, updated_at)
    SELECT %(table)s, %(run)s, number, hash, raw::jsonb, 'waiting', sentence, %(now)s, %(now)s
    FROM unnest(%(numbers)s::bigint[], %(hashes)s::uuid[], %(raws)s::text[], %(sentences)s::text[])
        AS given (number, hash, raw, sentence)
    ON CONFLICT (table_id, row_hash) DO UPDATE SET
        run_id = excluded.run_id,
        row_number = excluded.row_number,
        sentence = excluded.sentence,
        -- The mend was not enough.
        state = CASE crm_stagedrow.state WHEN 'mended' THEN 'waiting'
                ELSE crm_stagedrow.state END,
        updated_at = excluded.updated_at
    RETURNING row_hash, id, state
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row on its way into quarantine."""

    number: int
    row_hash: UUID
    raw: Mapping[str, str]
    sentence: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The same row in quarantine."""

    pk: int
    state: str


def rows_of(
    table_run: TableRun, batch: Batch, columns: Sequence[str], sentences: Mapping[int, str]
) -> dict[int, Refused]:
    """The refused rows by index, broken ones by -1, -2 ...; each hash is there once.

    Copies of a row that was accepted or refused before have their number in the hash, so that
    mending one never touches the other.
    """
    found: dict[int, Refused] = {}
    for index, sentence in sentences.items():
        row = batch.rows[index]
        row_hash = batch.mended.get(index) or row_hashes.of_values(row)
        raw = {name: row_hashes.clean(text) for name, text in zip(columns, row, strict=True)}
        found[index] = Refused(batch.numbers[index], row_hash, raw, sentence)
    for place, broken in enumerate(batch.broken, start=1):
        raw = {row_hashes.clean(name): row_hashes.clean(text) for name, text in broken.raw.items()}
        row_hash = row_hashes.of_broken(broken.raw)
        found[-place] = Refused(broken.number, row_hash, raw, broken.sentence)
    return _apart(table_run, batch, found)


def _apart(table_run: TableRun, batch: Batch, found: dict[int, Refused]) -> dict[int, Refused]:
    """A second row with the same text in this run gets a hash with its number."""
    hashes = [row.row_hash for row in found.values()]
    seen = {
        row_hash: {number}
        for row_hash, number in StagedRow.objects.filter(
            table=table_run.table_id, run=table_run.run_id, row_hash__in=hashes
        ).values_list("row_hash", "row_number")
    }
    for index, row in found.items():
        numbers = seen.setdefault(row.row_hash, {row.number})
        if row.number in numbers or index in batch.mended:
            continue
        if index < 0:
            row_hash = row_hashes.of_broken(batch.broken[-index - 1].raw, row.number)
        else:
            row_hash = row_hashes.of_values(batch.rows[index], row.number)
        found[index] = Refused(row.number, row_hash, row.raw, row.sentence)
    return found


def numbered(batch: Batch, index: int, row: Refused) -> Refused:
    """The row as a copy of one that was accepted."""
    if index in batch.mended or index < 0:
        return row
    row_hash = row_hashes.of_values(batch.rows[index], row.number)
    return Refused(row.number, row_hash, row.raw, row.sentence)


def keep(table_run: TableRun, rows: Sequence[Refused]) -> dict[UUID, Kept]:
    """Write them; those that were there already are moved to this run."""
    import orjson  # noqa: PLC0415 - only where a row was refused

    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "table": table_run.table_id,
                "run": table_run.run_id,
                "now": timezone.now(),
                "numbers": [row.number for row in rows],
                "hashes": [row.row_hash for row in rows],
                "raws": [orjson.dumps(dict(row.raw)).decode() for row in rows],
                "sentences": [row_hashes.clean(row.sentence) for row in rows],
            },
        )
        return {row_hash: Kept(pk, state) for row_hash, pk, state in cursor.fetchall()}
