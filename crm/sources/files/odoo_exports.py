"""What gives an export of Odoo away, and its orders with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

# The first column of every export that can be imported again.
_KEYS = {"id", "external id", "id externe", ".id"}
_TECHNICAL = ("_id/id", "_ids/", "_id/.id", "_uid")


def is_export(columns: Sequence[str]) -> bool:
    """Whether the headings are those that Odoo writes, technical or for people."""
    if not columns:
        return False
    first = fold(columns[0]).text.strip()
    technical = any(mark in column for column in columns for mark in _TECHNICAL)
    return technical or first in _KEYS - {"id"} or any("/" in column for column in columns[1:])


def columns_to_fill(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The columns that go blank together, the first among them, on rows that hold the others.

    Such rows are further lines of the order above.
    """
    width = len(columns)
    even = [row for row in rows if len(row) == width]
    below = [row for row in even if not row[0].strip() and any(map(str.strip, row))]
    above = [row for row in even if row[0].strip()]
    if not below or not above or not even[0][0].strip() or len(below) * 20 < len(even):
        return []
    blank = [i for i in range(width) if not any(row[i].strip() for row in below)]
    used = [i for i in blank if any(row[i].strip() for row in above)]
    filled = [i for i in range(width) if all(row[i].strip() for row in below)]
    # Without a column that always goes on, it is a column with gaps.
    return [columns[i] for i in used] if filled and len(used) > 1 else []
