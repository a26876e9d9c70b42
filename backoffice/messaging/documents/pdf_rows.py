"""Which base lines of a PDF page are one row of a table.

A cell with several lines has its own base lines; the figures of the row stand
beside the first of them (set from the top) or in the middle (centred).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pypdf._text_extraction._layout_mode._fixed_width_page import BTGroup as Piece

# Base lines closer than this, in font heights, are cells of one row, some of them centred.
_CENTRED: Final = 0.85
_LINE_PITCH: Final = 1.45
# "As far above as below", in font heights.
_GIVE: Final = 0.15
# "Starts at the same place", in points.
_ALIGNED: Final = 2.0
_TABLE_CELLS: Final = 3
_LONGEST_CELL: Final = 8
_FIGURE: Final = re.compile(r"^\W*\d[\d\s.,']*\W*(?:DHS?|MAD|EUR|USD)?\W*$", re.IGNORECASE)


@dataclass(slots=True)
class Baseline:
    """Pieces printed at one height; ``y`` grows upwards."""

    y: float
    height: float
    pieces: list[Piece]


def table_rows(baselines: list[Baseline]) -> list[list[Baseline]]:
    """Base lines from top to bottom, those of one row together."""
    rows = _levels(baselines)
    for _line in range(_LONGEST_CELL):
        joined = _centred(rows)
        if len(joined) == len(rows):
            break
        rows = joined
    return _continued(rows)


def _levels(baselines: list[Baseline]) -> list[list[Baseline]]:
    """Base lines that belong to one row of a table.

    Where cells are centred vertically, the figures stand half a line below the
    first and above the second line of the description. Lines of text are never
    that close, so what is, and does not overlap, is one row.
    """
    rows: list[list[Baseline]] = []
    for line in baselines:
        if rows:
            above = rows[-1][-1]
            near = above.y - line.y < _CENTRED * min(above.height, line.height)
            if near and not _overlap(above.pieces, line.pieces):
                rows[-1].append(line)
                continue
        rows.append([line])
    return rows


def _centred(rows: list[list[Baseline]]) -> list[list[Baseline]]:
    """Descriptions of three lines and more, with the figures beside the middle one.

    Such a row has a line of the description as far above as below. Where a row
    has one below only, the table is set from the top and lines above belong to
    the row before: then nothing on the page is joined.
    """
    around = {
        index: (_beside(rows, index, -1), _beside(rows, index, 1))
        for index, group in enumerate(rows)
        if sum(len(line.pieces) for line in group) >= _TABLE_CELLS
    }
    if any(below and not above for above, below in around.values()):
        return rows
    joined: list[list[Baseline]] = []
    skip = False
    for index, group in enumerate(rows):
        above, below = around.get(index, (0.0, 0.0))
        centred = above and below and abs(above - below) < _GIVE * group[0].height
        if centred and not skip and joined:
            joined[-1] = [*joined[-1], *group, *rows[index + 1]]
        elif not skip:
            joined.append(group)
        skip = bool(centred)
    return joined


def _beside(rows: list[list[Baseline]], index: int, step: int) -> float:
    """How far the next single line is that starts where a cell of this row does; 0 for none."""
    if not 0 <= index + step < len(rows):
        return 0.0
    other = rows[index + step]
    if len(other) > 1 or len(other[0].pieces) > 1:
        return 0.0
    edge = rows[index][0 if step < 0 else -1]
    gap = abs(edge.y - other[0].y)
    aligned = any(abs(p["tx"] - other[0].pieces[0]["tx"]) < _ALIGNED for p in edge.pieces)
    return gap if aligned and gap < _LINE_PITCH * edge.height else 0.0


def _continued(rows: list[list[Baseline]]) -> list[list[Baseline]]:
    """A description that goes on below its row, in its own column, is part of the row."""
    joined: list[list[Baseline]] = []
    for group in rows:
        if joined and _goes_on(joined[-1], group):
            joined[-1] = [*joined[-1], *group]
        else:
            joined.append(group)
    return joined


def _goes_on(above: list[Baseline], group: list[Baseline]) -> bool:
    cells = [piece for line in above for piece in line.pieces]
    if len(group) > 1 or len(group[0].pieces) > 1 or len(cells) < _TABLE_CELLS:
        return False
    # A heading has no figures, and what stands below it is the first row.
    if not any(_FIGURE.match(piece["text"]) for piece in cells):
        return False
    piece = group[0].pieces[0]
    if above[-1].y - group[0].y > _LINE_PITCH * above[-1].height:
        return False
    starts = [p["tx"] for p in cells if not _FIGURE.match(p["text"])]
    to_the_right = [p["tx"] for p in cells if p["tx"] > piece["tx"] + _ALIGNED]
    return (
        any(abs(start - piece["tx"]) < _ALIGNED for start in starts)
        and bool(to_the_right)
        and piece["displaced_tx"] <= min(to_the_right)
    )


def _overlap(one: list[Piece], other: list[Piece]) -> bool:
    return any(
        a["tx"] < b["displaced_tx"] and b["tx"] < a["displaced_tx"] for a in one for b in other
    )
