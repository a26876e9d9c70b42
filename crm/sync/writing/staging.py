"""The rows of a round in a temporary table, from which set-based SQL merges them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.sync import journal
from crm.sync.preparing import encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.models import Entity
    from crm.sync.preparing.prepared import Prepared
    from crm.sync.writing.known import Record

# Beside what the entity brings. `object_id` and `record_id` are given out where none is known.
_TABLES = """
    DROP TABLE IF EXISTS sync_stage;
    DROP TABLE IF EXISTS sync_touched;
    CREATE TEMPORARY TABLE sync_stage (
        n int NOT NULL,
        key text NOT NULL,
        fingerprint uuid NOT NULL,
        quality smallint NOT NULL,
        row_number bigint NOT NULL,
        record_id bigint NOT NULL DEFAULT nextval('{records}'),
        has_record boolean NOT NULL DEFAULT false,
        fingerprint_before uuid,
        object_id bigint NOT NULL DEFAULT nextval('{objects}'),
        is_new boolean NOT NULL DEFAULT true{columns}
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE sync_touched (object_id bigint NOT NULL, before jsonb NOT NULL)
    ON COMMIT DROP"""


def stage(  # noqa: PLR0913 - what a round is made of
    cursor: CursorWrapper,
    entity: Entity,
    rows: Prepared,
    columns: Mapping[str, tuple[str, Sequence[str]]],
    indexes: Sequence[int],
    *,
    records: Mapping[int, Record],
    objects: Mapping[int, int],
) -> None:
    """Copy these rows: ``columns`` are (type, encoded cells) by name, for all rows of the batch.

    ``records`` and ``objects`` are what rows stand for, by index; rows in neither are new.
    """
    typed = "".join(f",\n        {name} {kind}" for name, (kind, _cells) in columns.items())
    cursor.execute(
        _TABLES.format(
            records="crm_sourcerecord_id_seq",
            objects=f"{journal.table(entity)}_id_seq",
            columns=typed,
        )
    )
    groups: dict[tuple[bool, bool], list[int]] = {}
    for index in indexes:
        groups.setdefault((index in records, index in objects), []).append(index)
    names = ["n", "key", "fingerprint", "quality", "row_number", *columns]
    keys = encoding.texts(rows.keys)
    for (has_record, has_object), some in groups.items():
        extra: dict[str, list[str]] = {}
        if has_record:
            extra["record_id"] = [str(records[index].id) for index in some]
            extra["has_record"] = ["t"] * len(some)
            extra["fingerprint_before"] = [records[index].fingerprint for index in some]
        if has_object:
            extra["object_id"] = [str(objects[index]) for index in some]
            extra["is_new"] = ["f"] * len(some)
        is_all = len(some) == len(keys)
        cells = [cell if is_all else [cell[i] for i in some] for _kind, cell in columns.values()]
        own: list[Sequence[str]] = [
            list(map(str, some)),
            [keys[i] for i in some],
            [rows.fingerprints[i] for i in some],
            [str(rows.scores[i]) for i in some],
            [str(rows.batch.numbers[i]) for i in some],
        ]
        lines = encoding.lines([*own, *cells, *extra.values()])
        with cursor.copy(f"COPY sync_stage ({', '.join([*names, *extra])}) FROM STDIN") as copying:
            copying.write(("\n".join(lines) + "\n").encode(errors="replace"))
