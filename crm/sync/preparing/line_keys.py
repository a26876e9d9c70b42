"""Keys of sale lines that their source does not number.

A line is known by its document and product; where an order names a product twice, the second line
ends in ``|2``. The numbers count what came before in the same file, so that the same file read
again gives the same keys, whatever rows stand between. A batch goes on where the one before
stopped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crm.mapping.compiled import Normalised
    from crm.sync.preparing.prepared import Prepared
    from crm.sync.writing.known import Record

_WITH_DOCUMENT = ("document", "product_key")
_WITHOUT = ("sold_on", "customer_key", "product_key")
# Longer ones leave no room for the number; nobody reads them.
_LONGEST = 100


def stems(rows: Normalised, count: int) -> list[str]:
    """What each line is known by, before it is numbered."""
    nothing = [None] * count
    documents = rows.values.get("document") or nothing
    with_document, without = (
        zip(*(rows.values.get(name) or nothing for name in names), strict=True)
        for names in (_WITH_DOCUMENT, _WITHOUT)
    )
    return [
        _short("|".join("" if part is None else str(part) for part in (named if text else bare)))
        for text, named, bare in zip(documents, with_document, without, strict=True)
    ]


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return hashlib.md5(text.encode(errors="replace"), usedforsecurity=False).hexdigest()


def numbered(stems: Sequence[str], after: Counter[str] | None = None) -> list[str]:
    """The keys; ``after``: how many lines of a stem came before these."""
    seen: Counter[str] = Counter(after or {})
    keys = []
    for stem in stems:
        seen[stem] += 1
        keys.append(stem if seen[stem] == 1 else f"{stem}|{seen[stem]}")
    return keys


def go_on(
    rows: Prepared,
    look_up: Callable[[Iterable[str]], dict[str, Record]],
    *,
    is_mending: bool,
) -> dict[str, Record]:
    """Give the lines the first numbers that no other line has; what their keys stand for.

    Another line: one that this run has written already or, where mended rows are run by
    themselves (``is_mending``), one that was read from another row.
    """
    before: Counter[str] = Counter()
    while True:
        found = look_up(rows.keys)
        numbers = rows.batch.numbers
        taken = {
            stem
            for stem, key, number in zip(rows.stems, rows.keys, numbers, strict=True)
            if (record := found.get(key))
            and (record.is_of_this_run or (is_mending and record.row_number != number))
        }
        if not taken:
            return found
        before.update(taken)
        rows.keys = numbered(rows.stems, before)
