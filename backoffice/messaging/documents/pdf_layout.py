"""The text of a PDF page line by line, with the columns of its tables kept apart.

pypdf's layout mode pads with spaces on a grid of average character widths, so
two columns set close together run into one, and wide gaps appear within words.
It knows the true position of every piece of text, though; this module takes
those and decides by the gap between two pieces, measured in font heights.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pypdf._text_extraction import _layout_mode

from backoffice.messaging.documents.found import row
from backoffice.messaging.documents.pdf_columns import Columns, Placed, aligned
from backoffice.messaging.documents.pdf_forms import Drawing
from backoffice.messaging.documents.pdf_rows import Baseline, table_rows

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf._text_extraction._layout_mode._fixed_width_page import BTGroup as Piece

# Gaps in font heights. A space is 0.25 to 0.35 wide, in justified lines up to 0.6.
_TOUCHING: Final = 0.12
_SPACE: Final = 0.8
# A blank line between two paragraphs, in font heights from base line to base line.
_PARAGRAPH: Final = 2.2
# Two spaces inside a piece stand for a gap, except after the end of a sentence.
_GAP: Final = re.compile(r"(?<![.!?;:])  +|   +")


def page_text(page: PageObject, columns: Columns) -> tuple[str, Columns]:
    """The page's text; cells of a line are joined by ``" | "``.

    ``columns`` are those of the table in which the page before ended; returned with the
    text are those in which this one does.
    """
    drawing = Drawing(page)
    pieces = _layout_mode.text_show_operations(drawing.operations, drawing.fonts)
    return lines_of([piece for piece in pieces if piece["text"].strip()], columns)


def lines_of(pieces: list[Piece], columns: Columns) -> tuple[str, Columns]:
    """Pieces in reading order as text, and the columns of the last table."""
    lines: list[str] = []
    last: Baseline | None = None
    groups = table_rows(_baselines(pieces))
    cells = [_cells(group[0].pieces) if len(group) == 1 else _stacked(group) for group in groups]
    rows, columns = aligned(cells, columns)
    for group, texts in zip(groups, rows, strict=True):
        if last is not None and last.y - group[0].y > _PARAGRAPH * group[0].height:
            lines.append("")
        lines.append(row(texts))
        last = group[-1]
    return "\n".join(lines), columns


def _baselines(pieces: list[Piece]) -> list[Baseline]:
    """Pieces whose base lines lie within half a font height, top to bottom."""
    found: list[Baseline] = []
    for piece in sorted(pieces, key=lambda p: -p["ty"] * p["flip_sort"]):
        y = piece["ty"] * piece["flip_sort"]
        height = abs(piece["font_height"]) or 1.0
        if found and found[-1].y - y <= 0.5 * min(found[-1].height, height):
            found[-1].pieces.append(piece)
        else:
            found.append(Baseline(y, height, [piece]))
    for line in found:
        line.pieces.sort(key=lambda p: p["tx"])
    return found


def _stacked(group: list[Baseline]) -> list[Placed]:
    """The cells of a row on several base lines: what stands above each other is one cell."""
    columns: list[tuple[float, list[tuple[int, Piece]]]] = []
    placed = [(level, piece) for level, line in enumerate(group) for piece in line.pieces]
    for level, piece in sorted(placed, key=lambda item: item[1]["tx"]):
        if columns and piece["tx"] < columns[-1][0]:
            end, members = columns.pop()
            columns.append((max(end, piece["displaced_tx"]), [*members, (level, piece)]))
        else:
            columns.append((piece["displaced_tx"], [(level, piece)]))
    cells: list[Placed] = []
    for _end, members in columns:
        levels = sorted({level for level, _piece in members})
        lines = [_cells([p for at, p in members if at == level]) for level in levels]
        if len(lines) == 1:
            cells.extend(lines[0])
        else:
            parts = [cell for line in lines for cell in line]
            text = " ".join(cell.text for cell in parts)
            cells.append(
                Placed(min(cell.start for cell in parts), max(cell.end for cell in parts), text)
            )
    return cells


def _cells(pieces: list[Piece]) -> list[Placed]:
    """Pieces of a base line, from left to right, joined where the gap is that of a space."""
    cells: list[Placed] = []
    end = 0.0
    seen: set[tuple[str, int]] = set()
    before = ""
    for piece in pieces:
        text = piece["text"]
        # Bold is sometimes faked by printing twice, a hair apart.
        twin = (text, round(piece["tx"] / 2))
        if twin in seen:
            continue
        seen.add(twin)
        height = abs(piece["font_height"]) or 1.0
        width = piece["displaced_tx"] - piece["tx"]
        # pypdf does not move on after a change of font: the piece follows the one before.
        tx = end if cells and piece["tx"] < end - height else piece["tx"]
        gap = (tx - end) / height
        parts = _parts(text, tx, width)
        if cells and gap <= _SPACE:
            spaced = gap > _TOUCHING or before.endswith(" ") or text.startswith(" ")
            joined = cells.pop()
            first = parts.pop(0)
            glue = " " if spaced else ""
            cells.append(Placed(joined.start, first.end, joined.text + glue + first.text))
        cells.extend(parts)
        before = text
        end = tx + width
    return _with_times(cells)


def _parts(text: str, start: float, width: float) -> list[Placed]:
    """A piece's text split at its gaps; where each part stands is told by its letters."""
    bare = text.strip()
    texts = [part.strip() for part in _GAP.split(bare)]
    parts: list[Placed] = []
    position = len(text) - len(text.lstrip())
    for part in texts:
        at = text.find(part, position)
        position = at + len(part)
        share = width / (len(text) or 1)
        parts.append(Placed(start + at * share, start + position * share, part))
    return parts


def _with_times(cells: list[Placed]) -> list[Placed]:
    """Cells such as "800", "x", "2,40 DH" as one: a multiplication or a size."""
    joined: list[Placed] = []
    for index, cell in enumerate(cells):
        after = cells[index + 1].text if index + 1 < len(cells) else ""
        last = joined[-1] if joined else None
        is_sign = cell.text in {"x", "X", "×", "*"}
        if is_sign and last and last.text[-1:].isdigit() and after[:1].isdigit():
            joined[-1] = Placed(last.start, cell.end, f"{last.text} {cell.text} ")
        elif last and last.text.endswith((" x ", " X ", " × ", " * ")):
            joined[-1] = Placed(last.start, cell.end, last.text + cell.text)
        else:
            joined.append(cell)
    return joined
