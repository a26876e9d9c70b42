"""Cells of a PDF's table put under the columns of its header, by where they are printed.

A PDF prints nothing for an empty cell, and a wide thousands space looks like a gap
between two columns. The header tells where the columns are: a cell belongs to the one
it stands under.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Final

_FEWEST_COLUMNS: Final = 3
_LONGEST_HEADER: Final = 40
_FIGURE: Final = re.compile(r"[^\w]*-?\d[\d\s.,']*\W*(?:%|[^\W\d_]{1,5})?\W*")
# A number's groups of three, parted by too wide a space.
_GROUP: Final = re.compile(r"\d{3}(?:[.,]\d+)?\D{0,6}")
# How far, in points, a cell may stand beside its column.
_GIVE: Final = 6.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell's text, and where it begins and ends from left to right, in points."""

    start: float
    end: float
    text: str


Row = list[Placed]
# From left to right, where each column begins and ends.
Columns = list[tuple[float, float]]


def aligned(rows: list[Row], columns: Columns) -> tuple[list[list[str]], Columns]:
    """The texts of all rows; below a header each cell in its column, empty ones kept.

    ``columns`` are those in which the page before ended, where a table goes on without
    a new header; returned are those in which this page ends.
    """
    found: list[list[str]] = []
    for index, row in enumerate(rows):
        if _is_header(row, rows[index + 1 :]):
            columns = _columns(row, rows[index + 1 :])
            found.append([cell.text for cell in row])
            continue
        placed = _under(columns, row) if columns else None
        found.append(placed or [cell.text for cell in row])
    return found, columns


def _is_header(row: Row, below: list[Row]) -> bool:
    """Several short cells of words above a row with figures."""
    if len(row) < _FEWEST_COLUMNS or any(
        _is_figure(cell.text) or len(cell.text) > _LONGEST_HEADER for cell in row
    ):
        return False
    following = next((other for other in below if len(other) > 1), [])
    return any(_is_figure(cell.text) for cell in following)


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def _columns(header: Row, below: list[Row]) -> Columns:
    """From left to right where each column is: under its title, as wide as its full rows."""
    columns = [(cell.start, cell.end) for cell in header]
    for row in below:
        if _is_header(row, [[Placed(0, 0, ""), Placed(0, 0, "1")]]):
            break
        if len(row) != len(header) or not any(_is_figure(cell.text) for cell in row):
            continue
        wider = [
            (min(start, cell.start), max(end, cell.end))
            for (start, end), cell in zip(columns, row, strict=True)
        ]
        # A row that would make columns overlap is of another table, or has a gap of its own.
        if all(one[1] <= other[0] for one, other in itertools.pairwise(wider)):
            columns = wider
    return columns


def _under(columns: Columns, row: Row) -> list[str] | None:
    """The row's texts by column; None where it does not fit under the header."""
    if len(row) < 2 or len(row) == len(columns) or not any(_is_figure(c.text) for c in row):  # noqa: PLR2004 - one cell is a line of text
        return None
    texts = [""] * len(columns)
    last = -1
    for cell in row:
        column = _column_of(columns, cell)
        if column is None or column < last:
            return None
        if texts[column] and not _goes_on(texts[column], cell.text):
            return None
        texts[column] = f"{texts[column]} {cell.text}".strip()
        last = column
    return texts


def _column_of(columns: Columns, cell: Placed) -> int | None:
    """The column a cell overlaps most, else the nearest one that is near enough."""
    shared = [min(end, cell.end) - max(start, cell.start) for start, end in columns]
    best = max(range(len(columns)), key=shared.__getitem__)
    return best if shared[best] > -_GIVE else _before(columns, cell)


def _before(columns: Columns, cell: Placed) -> int | None:
    """The column whose title stands left of a text cell that runs on to the right of it."""
    if _is_figure(cell.text):
        return None
    left = [index for index, (start, _end) in enumerate(columns) if start <= cell.start + _GIVE]
    return left[-1] if left else None


def _goes_on(text: str, more: str) -> bool:
    """Whether two cells in one column are one: figures in groups of three, or words."""
    if _is_figure(text):
        return _GROUP.fullmatch(more) is not None
    return not _is_figure(more)
