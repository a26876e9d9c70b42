"""By which signs the lines of a pasted table are parted into cells: "|", ";" or wide gaps."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BAR = re.compile(r"\|")
# Signs that make a table only where lines next to each other have as many of them.
_OTHERS = (re.compile(r"\t"), re.compile(r";"), re.compile(r"(?<=\S)[ ]{2,}(?=\S)"))
_FEWEST_CELLS, _FEWEST_ROWS = 3, 2


def cell_signs(rows: Sequence[str]) -> list[re.Pattern[str]]:
    """The sign that parts each line: a bar, unless neighbours agree on another one."""
    signs = [_BAR] * len(rows)
    for sign in _OTHERS:
        counts = [0 if "|" in row else len(sign.findall(row.strip())) for row in rows]
        index = 0
        for count, run in groupby(counts):
            length = len(list(run))
            # The first names the columns; a list with prices far to the right has no such line.
            titled = not re.search(r"\d", rows[index])
            if titled and count >= _FEWEST_CELLS - 1 and length >= _FEWEST_ROWS:
                signs[index : index + length] = [sign] * length
            index += length
    return signs


def pieces(text: str, sign: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """The parts of a line, each with its width up to where the next one begins."""
    position = 0
    for match in sign.finditer(text):
        yield text[position : match.start()], match.end() - position
        position = match.end()
    yield text[position:], len(text) - position
