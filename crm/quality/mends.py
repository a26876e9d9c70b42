"""What staff corrected in quarantine, put in place of the bad rows as they are read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import StagedRow
from crm.quality import row_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from crm.sources.batches import Batch

MENDED = StagedRow.State.MENDED


def apply(table_id: int, batch: Batch, columns: Sequence[str]) -> None:
    """Put the mended values into the batch; one query, a second one where any row is mended."""
    kept = StagedRow.objects.filter(table=table_id, state=MENDED, mended__isnull=False)
    known = set(kept.values_list("row_hash", flat=True))
    if not known:
        return
    places = _places(batch, known)
    broken = _broken_places(batch, known)
    found = {
        row.row_hash: row.mended or {}
        for row in kept.filter(row_hash__in=[*places.values(), *broken.values()]).only(
            "row_hash", "mended"
        )
    }
    for index, row_hash in places.items():
        batch.rows[index] = in_columns(found[row_hash], columns, batch.rows[index])
        batch.mended[index] = row_hash
    for index, row_hash in broken.items():
        batch.mended[len(batch.rows)] = row_hash
        batch.rows.append(in_columns(found[row_hash], columns, ()))
        batch.numbers.append(batch.broken[index].number)
    batch.broken = [row for place, row in enumerate(batch.broken) if place not in broken]


def in_columns(
    values: Mapping[str, str], columns: Sequence[str], before: Sequence[str]
) -> tuple[str, ...]:
    """The values in the order of the columns; what they do not name stays as it was."""
    old: Iterable[str] = before or [""] * len(columns)
    return tuple(values.get(column, text) for column, text in zip(columns, old, strict=True))


def _places(batch: Batch, known: set[UUID]) -> dict[int, UUID]:
    """The rows, by index, that were mended; a copy has its number in its hash."""
    places = {}
    for index, row in enumerate(batch.rows):
        for number in (batch.numbers[index], None):
            row_hash = row_hashes.of_values(row, number)
            if row_hash in known and index not in batch.mended:
                places[index] = row_hash
                break
    return places


def _broken_places(batch: Batch, known: set[UUID]) -> dict[int, UUID]:
    places = {}
    for index, row in enumerate(batch.broken):
        for number in (row.number, None):
            row_hash = row_hashes.of_broken(row.raw, number)
            if row_hash in known:
                places[index] = row_hash
                break
    return places
