"""Pairs of customers that share keys, found in the database: keys go in by COPY, pairs come out."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from django.db import connection, transaction

from crm.duplicates import blocking

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crm.duplicates.records import Record

_STAGE = """
CREATE TEMPORARY TABLE duplicate_key (
    key bigint NOT NULL, place int NOT NULL, worth smallint NOT NULL, is_changed boolean NOT NULL
) ON COMMIT DROP
"""
# Places are those of the records in the order of `blocking.order`.
_BLOCKS = """
CREATE TEMPORARY TABLE duplicate_block ON COMMIT DROP AS
SELECT * FROM (
    SELECT key, place, worth, is_changed,
        count(*) OVER (PARTITION BY key) AS size,
        bool_or(is_changed) OVER (PARTITION BY key) AS has_changed,
        row_number() OVER (PARTITION BY key ORDER BY place) AS at
    FROM duplicate_key
) block
WHERE size > 1 AND has_changed
"""
_SPLIT = "SELECT count(DISTINCT key) FROM duplicate_block WHERE size > %(largest)s"
_PAIRS = """
SELECT first, second FROM (
    SELECT a.place AS first, b.place AS second, a.worth
    FROM duplicate_block a JOIN duplicate_block b ON b.key = a.key AND b.place > a.place
    WHERE a.size <= %(largest)s AND b.size <= %(largest)s AND (a.is_changed OR b.is_changed)
    UNION ALL
    SELECT a.place, b.place, a.worth
    FROM duplicate_block a
    CROSS JOIN generate_series(1, %(neighbours)s) AS step
    JOIN duplicate_block b ON b.key = a.key AND b.at = a.at + step
    WHERE a.size > %(largest)s AND (a.is_changed OR b.is_changed)
) pair
GROUP BY first, second
HAVING sum(worth) >= %(enough)s
ORDER BY sum(worth) DESC, first, second
LIMIT %(most)s
"""
_FETCHED = 50_000


def pairs(records: Sequence[Record], changed: Collection[int] | None = None) -> blocking.Pairs:
    """As :func:`blocking.pairs`; only those with a customer of ``changed`` (ids) where given.

    ``records`` are in the order of :func:`blocking.order`.
    """
    parameters = {
        "largest": blocking.LARGEST_BLOCK,
        "neighbours": blocking.NEIGHBOURS,
        "enough": blocking.enough(len(records)),
        "most": blocking.most(len(records)),
    }
    firsts, seconds = array("i"), array("i")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(_STAGE)
        with cursor.copy(
            "COPY duplicate_key (key, place, worth, is_changed) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["int8", "int4", "int2", "bool"])
            for place, record in enumerate(records):
                is_changed = changed is None or record.id in changed
                for key in blocking.keys(record):
                    # Texts hash alike within one process, which is all that counts here.
                    copy.write_row((hash(key.text), place, key.worth, is_changed))
        cursor.execute(_BLOCKS)
        cursor.execute("ANALYZE duplicate_block")
        cursor.execute(_SPLIT, parameters)
        split = cursor.fetchone()[0]
        cursor.execute(_PAIRS, parameters)
        while rows := cursor.fetchmany(_FETCHED):
            firsts.extend(row[0] for row in rows)
            seconds.extend(row[1] for row in rows)
        cursor.execute("DROP TABLE duplicate_key, duplicate_block")
    return blocking.Pairs(list(zip(firsts, seconds, strict=True)), split)
