"""Lines that are no sales: quotations, proformas, what was cancelled.

The mapping says so with the canonical field ``is_sale``; empty means that it is a sale. Of a line
that is none only its key counts: whatever else it says, or lacks, is no fault. What becomes of it,
``crm.sync.writing.batch`` (a key that we do not have is left out) and ``crm.sync.merging.sales``
(one that we have counts for nothing from now on) say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.mapping.compiled import Normalised

FIELD = "is_sale"
_KEPT = frozenset({"key", FIELD})


def indexes(rows: Normalised) -> frozenset[int]:
    """The rows of the batch that are no sales."""
    told = rows.values.get(FIELD)
    if told is None or False not in told:
        return frozenset()
    return frozenset(index for index, is_sale in enumerate(told) if is_sale is False)


def excuse(rows: Normalised) -> None:
    """Forget what is wrong with them."""
    unsold = indexes(rows)
    if unsold:
        rows.problems = [problem for problem in rows.problems if problem.index not in unsold]


def strip(rows: Normalised, cells: dict[str, list[str]], nothing: str) -> frozenset[int]:
    """Forget what they say, save their keys: nobody looks for the customer of a quotation.

    ``cells`` are the values encoded, ``nothing`` an empty one. The rows that are no sales.
    """
    unsold = indexes(rows)
    columns: list[tuple[list[Any], Any]] = [
        *((column, None) for name, column in rows.values.items() if name not in _KEPT),
        *((column, nothing) for name, column in cells.items() if name not in _KEPT),
    ]
    for column, empty in columns if unsold else ():
        for index in unsold:
            column[index] = empty
    return unsold
