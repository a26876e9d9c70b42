"""What stands on the pages: text that wraps in either direction, tables, columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language_bidi
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from backoffice.core.pdf import lettering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    class BaseFlowable:
        """What reportlab's Flowable brings along."""

        canv: Any
else:
    BaseFlowable = Flowable

INK = HexColor("#1f2937")
MUTED = HexColor("#6b7280")
ACCENT = HexColor("#7c4a1e")
RULE = HexColor("#d6d3d1")
SHADE = HexColor("#f5f1ec")


@dataclass(frozen=True, slots=True)
class Style:
    """Font, size and line height in points, colour."""

    font: str = lettering.FONT
    size: float = 9
    leading: float = 12.5
    colour: Any = INK


STYLES = {
    "normal": Style(),
    "strong": Style(font=lettering.BOLD),
    "small": Style(size=7.5, leading=10),
    "small strong": Style(font=lettering.BOLD, size=7.5, leading=10),
    "muted": Style(size=7.5, leading=10, colour=MUTED),
    "label": Style(size=7.5, colour=MUTED),
    "heading": Style(font=lettering.BOLD, size=11.5, leading=16, colour=ACCENT),
    "title": Style(font=lettering.BOLD, size=19, leading=24),
    "table head": Style(font=lettering.BOLD, size=7.5, leading=10, colour=white),
}


class Words(BaseFlowable):
    """Text that wraps in either direction.

    Each line is put in drawing order by itself: of Arabic that is turned before it is wrapped
    the last words would come first.

    ``align`` is "start", "end" or "centre"; the start is the right margin where the text, or
    the document's language, runs from right to left.
    """

    def __init__(self, value: object, style: str = "normal", align: str = "start") -> None:
        super().__init__()
        lettering.register_fonts()
        self.words = lettering.plain(value)
        self.style = STYLES[style]
        self.align = align
        self.right_to_left = lettering.runs_right_to_left(self.words)
        self.lines: list[str] = []
        self.width = 0.0
        self.height = 0.0

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        self.lines = list(self._broken(available))
        self.height = len(self.lines) * self.style.leading
        return available, self.height

    def split(self, available: float, height: float) -> list[Words]:
        """Two parts where the page ends in between, as reportlab asks."""
        self.wrap(available, height)
        fitting = int(height // self.style.leading)
        if not 0 < fitting < len(self.lines):
            return [] if fitting == 0 else [self]
        return [self._part(self.lines[:fitting]), self._part(self.lines[fitting:])]

    def minWidth(self) -> float:  # noqa: N802 - reportlab's name
        words = self.words.replace("\n", " ").split(" ")
        return max((self._measure(word) for word in words), default=0)

    def draw(self) -> None:
        style, canvas = self.style, self.canv
        canvas.setFont(style.font, style.size)
        canvas.setFillColor(style.colour)
        # The same for all sizes with one leading: a label stands level with its value.
        baseline = self.height - style.leading * 0.74
        for line in self.lines:
            shown = lettering.turned(line, right_to_left=self.right_to_left)
            if self.align == "centre":
                canvas.drawCentredString(self.width / 2, baseline, shown)
            elif self._ends_right():
                canvas.drawRightString(self.width, baseline, shown)
            else:
                canvas.drawString(0, baseline, shown)
            baseline -= style.leading

    def _ends_right(self) -> bool:
        starts_right = self.right_to_left or get_language_bidi()
        if self.align == "end":
            # Figures of an Arabic document stand at the left of their column.
            return not get_language_bidi()
        return starts_right

    def _part(self, lines: list[str]) -> Words:
        part = Words("", align=self.align)
        part.words, part.style = "\n".join(lines), self.style
        part.right_to_left = self.right_to_left
        return part

    def _broken(self, width: float) -> Iterator[str]:
        for paragraph in self.words.split("\n"):
            line = ""
            # At plain blanks only: "1 234,50" is one word.
            for word in filter(None, paragraph.split(" ")):
                longer = f"{line} {word}" if line else word
                if self._measure(longer) <= width:
                    line = longer
                    continue
                if line:
                    yield line
                *full, line = self._pieces(word, width)
                yield from full
            yield line

    def _pieces(self, word: str, width: float) -> list[str]:
        """A word that is wider than the column, cut where it has to be."""
        pieces = [""]
        for char in word:
            if pieces[-1] and self._measure(pieces[-1] + char) > width:
                pieces.append("")
            pieces[-1] += char
        return pieces

    def _measure(self, words: str) -> float:
        return float(stringWidth(words, self.style.font, self.style.size))


def table(  # noqa: PLR0913 - what a table has
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[float] = (),
    ends: Iterable[int] = (),
    foot: Iterable[Sequence[object]] = (),
    size: str = "small",
) -> Any:  # noqa: ANN401 - reportlab has no types
    """See :func:`backoffice.core.pdf.table`."""
    ends = set(ends)
    body = [_cells(row, size, ends) for row in rows]
    feet = [_cells(row, "small strong", ends) for row in foot]
    content = [_cells(head, "table head", ends), *body, *feet]
    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 3.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    if feet:
        style.append(("BACKGROUND", (0, -len(feet)), (-1, -1), SHADE))
    shares = widths or [1] * len(head)
    parts = [f"{100 * share / sum(shares):.4f}%" for share in _mirrored(shares)]
    return Table(content, colWidths=parts, repeatRows=1, splitInRow=1, style=style, hAlign="LEFT")


def facts(pairs: Iterable[tuple[object, object]], *, label_share: float = 0.32) -> Any:  # noqa: ANN401 - as above
    """Labels with their values below each other; a pair without a value is left out."""
    rows = [(label, value) for label, value in pairs if value not in {None, ""}]
    if not rows:
        return Spacer(0, 0)
    content = [
        _mirrored([Words(label, "label"), _flowable(value, "normal")]) for label, value in rows
    ]
    shares = _mirrored([label_share, 1 - label_share])
    return Table(content, colWidths=[f"{100 * share}%" for share in shares], style=_BARE)


def side_by_side(*stories: Sequence[Any], gap: float = 8 * mm) -> Any:  # noqa: ANN401 - as above
    """Stories beside each other, from where the language begins, all equally wide."""
    share = f"{100 / len(stories):.4f}%"
    style = [
        *_BARE,
        ("LEFTPADDING", (1, 0), (-1, -1), gap / 2),
        ("RIGHTPADDING", (0, 0), (-2, -1), gap / 2),
    ]
    return Table(
        [_mirrored([list(story) for story in stories])],
        colWidths=[share] * len(stories),
        style=style,
    )


def space(millimetres: float) -> Any:  # noqa: ANN401 - as above
    return Spacer(0, millimetres * mm)


def together(story: Sequence[Any]) -> Any:  # noqa: ANN401 - as above
    """The parts on one page, where they fit on one."""
    return KeepTogether(list(story))


_BARE: list[tuple[object, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
]


def _cells(row: Sequence[object], style: str, ends: set[int]) -> list[Any]:
    return _mirrored(
        [
            _flowable(value, style, "end" if index in ends else "start")
            for index, value in enumerate(row)
        ]
    )


def _flowable(value: object, style: str, align: str = "start") -> Any:  # noqa: ANN401 - as above
    return value if isinstance(value, Flowable) else Words(value, style, align)


def _mirrored(cells: Sequence[Any]) -> list[Any]:
    """The first column at the right where the document's language begins there."""
    return list(reversed(cells)) if get_language_bidi() else list(cells)
