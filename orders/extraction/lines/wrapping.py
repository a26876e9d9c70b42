"""Whose words are on a table's lines without figures: the row's above or the row's below.

A cell's text wraps downwards when figures stand at its top, upwards when they
stand at its bottom. A table does one or the other throughout, so its lines vote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orders.extraction.lines.products import sign_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from orders.extraction.lines.columns import Line

_LONGEST_WRAP = 3
_CODE = 8  # "SFP-1234" and "Mille" describe nothing


def _begins_name(text: str) -> bool:
    """Whether a line opens with the word for a bag, as the first line of a name does."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return sign_of(first) in {"S", "B"}


def _is_rest(line: Line) -> bool:
    """Whether the text of a row is missing or no more than a size."""
    texts = [cell.text for cell in line.filled if cell.is_text and len(cell.text) > _CODE]
    return not texts or all(text[0].isdigit() for text in texts)


def owners(
    lines: list[Line], is_row: Callable[[Line], bool], is_header: Callable[[Line], bool]
) -> dict[int, int]:
    """Return for each line that continues a row (by index) the index of that row."""
    runs = list(_runs(lines, is_row, is_header))
    upwards = sum(_votes_up(lines, run) for run in runs)
    owner: dict[int, int] = {}
    for above, between, below in runs:
        goes_up = upwards > 0 if above is not None and below is not None else above is None
        row = below if goes_up else above
        if row is not None:
            owner.update(dict.fromkeys(between, row))
    return owner


_Run = tuple[int | None, list[int], int | None]


def _runs(
    lines: list[Line], is_row: Callable[[Line], bool], is_header: Callable[[Line], bool]
) -> list[_Run]:
    """Single-cell lines right between, above or below rows: (row above, lines, row below)."""
    found: list[_Run] = []
    between: list[int] = []
    above: int | None = None
    touches_header = False
    for index, line in enumerate(lines):
        if len(line.filled) == 1 and len(between) < _LONGEST_WRAP:
            between.append(index)
            continue
        row = index if is_row(line) else None
        if between and (above is not None or (row is not None and touches_header)):
            found.append((above, between, row))
        above, between = row, []
        touches_header = is_header(line)
    return found


def _votes_up(lines: list[Line], run: _Run) -> int:
    """+1 for words that lead to the row below, -1 for words that go on from the row above."""
    above, between, below = run
    if below is None:
        return -1
    if any(_begins_name(cell.text) for cell in lines[below].filled):
        return -1 if above is not None else 0
    leads = _is_rest(lines[below]) or _begins_name(lines[between[0]].text)
    return (1 if above is not None else 2) if leads else 0
