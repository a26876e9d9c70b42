"""What customers are found by, kept in the database: their keys, and how often each is there.

Two tables that hold nothing of their own and are not models: ``crm_duplicatekey`` (worth 0: a
token that is only counted, -1: also where it is there once) and ``crm_duplicatecount`` (of tokens
that are there more than once, and of blocks too large to compare whole).
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db import connection

from crm.duplicates import blocking
from crm.duplicates.frequencies import Frequencies, tokens
from crm.duplicates.words import GIVEN_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from crm.duplicates.records import Record

_COPY = "COPY crm_duplicatekey (customer_id, key, place, worth) FROM STDIN (FORMAT BINARY)"
_COUNT = """
TRUNCATE crm_duplicatecount;
INSERT INTO crm_duplicatecount (key, seen, is_block)
SELECT key, count(*), max(worth) > 0 FROM crm_duplicatekey GROUP BY key
HAVING count(*) > CASE max(worth) WHEN -1 THEN 0 WHEN 0 THEN 1 ELSE %(largest)s END;
ANALYZE crm_duplicatecount;
ANALYZE crm_duplicatekey;
"""
_SPLIT = "SELECT count(*) FROM crm_duplicatecount WHERE is_block"
_PAIRS = """
WITH mine AS MATERIALIZED (
    SELECT k.customer_id, k.key, k.place, k.worth,
        CASE WHEN c.key IS NULL THEN %(largest)s ELSE %(neighbours)s END AS most
    FROM crm_duplicatekey k LEFT JOIN crm_duplicatecount c USING (key)
    WHERE k.customer_id = ANY(%(ids)s) AND k.worth > 0
), met AS (
    SELECT mine.customer_id, other.customer_id AS other_id, mine.worth
    FROM mine CROSS JOIN LATERAL (
        SELECT o.customer_id FROM crm_duplicatekey o
        WHERE o.key = mine.key AND o.worth > 0
            AND (o.place, o.customer_id) > (mine.place, mine.customer_id)
        ORDER BY o.place, o.customer_id LIMIT mine.most
    ) other
    UNION ALL
    SELECT mine.customer_id, other.customer_id, mine.worth
    FROM mine CROSS JOIN LATERAL (
        SELECT o.customer_id FROM crm_duplicatekey o
        WHERE %(is_partial)s AND o.key = mine.key AND o.worth > 0
            AND (o.place, o.customer_id) < (mine.place, mine.customer_id)
        ORDER BY o.place DESC, o.customer_id DESC LIMIT mine.most
    ) other
)
SELECT LEAST(customer_id, other_id), GREATEST(customer_id, other_id) FROM (
    SELECT customer_id, other_id, sum(worth) AS worth FROM met GROUP BY customer_id, other_id
    HAVING sum(worth) >= %(enough)s
) found
-- Those who both changed are met both ways round.
GROUP BY 1, 2
ORDER BY max(worth) DESC, 1, 2
LIMIT %(most)s
"""


def is_empty() -> bool:
    """Never filled, or emptied by a crash of the database (the tables are not logged)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM crm_duplicatekey)")
        return bool(cursor.fetchone()[0])


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_duplicatekey")


def put(ids: Collection[int], records: Iterable[Record]) -> None:
    """The keys of these customers are those of ``records``; who has none there has none."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_duplicatekey WHERE customer_id = ANY(%s)", [list(ids)])
        with cursor.copy(_COPY) as copy:
            copy.set_types(["int8", "int8", "int8", "int2"])
            for record in records:
                place = blocking.place(record)
                for key, worth in _entries(record):
                    copy.write_row((record.id, key, place, worth))


def count() -> int:
    """Count anew how often each is there; the number of blocks that are split."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_COUNT, {"largest": blocking.LARGEST_BLOCK})
        cursor.execute(_SPLIT)
        return int(cursor.fetchone()[0])


def pairs(ids: Sequence[int], *, customers: int, is_partial: bool) -> list[tuple[int, int]]:
    """The pairs to compare that have one of ``ids``, the lower id first, the likeliest first.

    Of all customers, each pair comes with one of its two only; where ``is_partial``, with both.
    """
    parameters: dict[str, Any] = {
        "ids": list(ids),
        "is_partial": is_partial,
        "largest": blocking.LARGEST_BLOCK,
        "neighbours": blocking.NEIGHBOURS,
        "enough": blocking.enough(customers),
        "most": blocking.most(customers),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_PAIRS, parameters)
        return list(cursor.fetchall())


def frequencies(records: Iterable[Record], *, customers: int) -> Frequencies:
    """What is known of all customers, as far as these ``records`` ask for it."""
    texts = {token for record in records for token in tokens(record)}
    texts |= {place + token[1:] for token in texts if token[0] == "w" for place in "19"}
    texts |= {place + word for word in GIVEN_NAMES for place in "19"}
    texts |= {f"{token.rpartition('|')[0]}|" for token in texts if token[0] == "g"}
    of = {_hash(f"count {text}"): text for text in texts}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, seen FROM crm_duplicatecount WHERE key = ANY(%s)", [list(of)])
        counts = Counter({of[key]: seen for key, seen in cursor.fetchall()})
    return Frequencies(customers, counts).with_order()


def _entries(record: Record) -> Iterator[tuple[int, int]]:
    for key in blocking.keys(record):
        yield _hash(key.text), key.worth
    for token in tokens(record):
        yield _hash(f"count {token}"), -1 if token[0] == "g" else 0


def _hash(text: str) -> int:
    """The same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
