"""The text of a PDF page line by line, with the columns of its tables kept apart.

pypdf's layout mode pads with spaces on a grid of average character widths, so
two columns set close together run into one, and wide gaps appear within words.
It knows the true position of every piece of text, though; this module takes
those and decides by the gap between two pieces, measured in font heights.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypedDict

from pypdf._text_extraction import _layout_mode
from pypdf.generic import ArrayObject, ContentStream, StreamObject

from backoffice.messaging.documents.found import row

if TYPE_CHECKING:
    from pypdf import PageObject

# Gaps in font heights. A space is 0.25 to 0.35 wide, in justified lines up to 0.6.
_TOUCHING: Final = 0.12
_SPACE: Final = 0.8
# A blank line between two paragraphs, in font heights from base line to base line.
_PARAGRAPH: Final = 2.2
# Two spaces inside a piece stand for a gap, except after the end of a sentence.
_GAP: Final = re.compile(r"(?<![.!?;:])  +|   +")


class Piece(TypedDict):
    """A run of text as pypdf gives it; the coordinates are of the page, upwards."""

    tx: float
    ty: float
    font_size: float
    font_height: float
    text: str
    displaced_tx: float
    flip_sort: int


def page_text(page: PageObject) -> str:
    """The page's text; cells of a line are joined by ``" | "``.

    Text inside form objects is not seen (pypdf does not follow them in this
    mode): the caller falls back on plain extraction where this comes out short.
    """
    contents = page.get("/Contents")
    contents = contents.get_object() if contents is not None else None
    if not isinstance(contents, ArrayObject | StreamObject):
        return ""
    operations = iter(ContentStream(contents, page.pdf, "bytes").operations)
    pieces = _layout_mode.text_show_operations(operations, page._layout_mode_fonts())  # noqa: SLF001 - layout mode has no public door to positions
    return lines_of([piece for piece in pieces if piece["text"].strip()])


def lines_of(pieces: list[Piece]) -> str:
    """Pieces in reading order as text."""
    lines: list[str] = []
    last_y: float | None = None
    for y, height, line in _rows(pieces):
        if last_y is not None and height and abs(last_y - y) > _PARAGRAPH * height:
            lines.append("")
        lines.append(_line(line))
        last_y = y
    return "\n".join(lines)


def _rows(pieces: list[Piece]) -> list[tuple[float, float, list[Piece]]]:
    """Pieces whose base lines lie within half a font height share a row."""
    rows: list[tuple[float, float, list[Piece]]] = []
    for piece in sorted(pieces, key=lambda p: -p["ty"] * p["flip_sort"]):
        y = piece["ty"] * piece["flip_sort"]
        height = abs(piece["font_height"])
        if rows:
            row_y, row_height, line = rows[-1]
            reach = 0.5 * min(row_height or height, height or row_height)
            if abs(row_y - y) <= reach:
                line.append(piece)
                continue
        rows.append((y, height, [piece]))
    return rows


def _line(pieces: list[Piece]) -> str:
    cells: list[str] = []
    end: float | None = None
    seen: set[tuple[str, int]] = set()
    for piece in sorted(pieces, key=lambda p: p["tx"]):
        # Bold is sometimes faked by printing twice, a hair apart.
        twin = (piece["text"], round(piece["tx"] / 2))
        if twin in seen:
            continue
        seen.add(twin)
        parts = [part for part in _GAP.split(piece["text"].strip()) if part.strip()]
        gap = None if end is None else (piece["tx"] - end) / (abs(piece["font_height"]) or 1)
        if gap is None or gap > _SPACE:
            cells.extend(parts)
        else:
            glue = _glue(gap, cells[-1], piece["text"])
            cells[-1] = cells[-1] + glue + parts[0]
            cells.extend(parts[1:])
        trailing = len(piece["text"]) - len(piece["text"].rstrip())
        end = piece["displaced_tx"] - trailing * 0.25 * abs(piece["font_height"])
    return row(cells)


def _glue(gap: float, before: str, after: str) -> str:
    if gap > _TOUCHING or before.endswith(" ") or after.startswith(" "):
        return " "
    return ""
