"""Charts on paper, drawn with reportlab's shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from backoffice.core import pdf
from backoffice.core.charts import COLOURS, Chart, Series
from backoffice.core.pdf import lettering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.core.charts import Value

WIDTH = 178 * mm
HEIGHT = 40 * mm
ROW = 5.4 * mm
LEGEND = 6 * mm
SIZE = 6.5
INK = HexColor("#4b5563")
RULE = HexColor("#e5e7eb")
# At most so much of the width goes to the names of a horizontal chart.
NAMES = 62 * mm
TICKS = 4


def draw(chart: Chart) -> Any:  # noqa: ANN401 - reportlab has no types
    """A drawing as wide as the text of an A4 page."""
    pdf.register_fonts()
    plot = _Rows(chart) if chart.is_horizontal else _Columns(chart)
    return plot.drawing


class _Plot:
    """Axis, bars and legend that both directions share."""

    def __init__(self, chart: Chart, height: float) -> None:
        self.chart = chart
        self.drawing = Drawing(WIDTH, height)
        self.top, self.step = _scale(chart)
        self.bars = [series for series in chart.series if series.shape == "bar"]
        if len(chart.series) > 1:
            self._legend()

    def ticks(self) -> Iterator[tuple[float, str]]:
        for index in range(round(self.top / self.step) + 1):
            value = index * self.step
            yield value / self.top, self.chart.words(round(value, 6)).removesuffix(self.chart.unit)

    def spans(self, index: int) -> Iterator[tuple[Series, int, float, float]]:
        """(series, place beside the others, from, to) of the bars of one label, from 0 to 1."""
        base = 0.0
        for place, series in enumerate(self.bars):
            value = _figure(series.values[index]) / self.top
            if self.chart.is_stacked:
                yield series, 0, base, base + value
                base += value
            else:
                yield series, place, 0.0, value

    def words(self, x: float, y: float, value: str, anchor: str = "start") -> None:
        shown = _shape(value)
        self.drawing.add(
            String(x, y, shown, fontName=pdf.FONT, fontSize=SIZE, fillColor=INK, textAnchor=anchor)
        )

    def line(self, *ends: float) -> None:
        self.drawing.add(Line(*ends, strokeColor=RULE, strokeWidth=0.5))

    def bar(self, x: float, y: float, width: float, height: float, series: Series) -> None:
        self.drawing.add(
            Rect(x, y, width, height, fillColor=_colour(series), strokeColor=None, strokeWidth=0)
        )

    def _legend(self) -> None:
        x = 0.0
        for series in self.chart.series:
            self.drawing.add(Rect(x, 1, 5, 5, fillColor=_colour(series), strokeColor=None))
            self.words(x + 8, 1, series.label)
            x += 18 + _width(series.label)


class _Columns(_Plot):
    """Labels below, values upwards."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart, HEIGHT + LEGEND)
        self.left: float = max(_width(words) for _share, words in self.ticks()) + 6
        self.bottom: float = LEGEND + 10
        self.width: float = WIDTH - self.left
        self.height: float = HEIGHT + LEGEND - self.bottom - 6
        self.slot: float = self.width / max(1, len(chart.labels))
        for share, words in self.ticks():
            y = self.bottom + share * self.height
            self.line(self.left, y, WIDTH, y)
            self.words(self.left - 4, y - 2, words, "end")
        for index in range(len(chart.labels)):
            self._bars(index)
        for series in chart.series:
            self._marks(series)
        self._names()

    def _bars(self, index: int) -> None:
        beside = 1 if self.chart.is_stacked else max(1, len(self.bars))
        width = min(self.slot * 0.8, 8 * mm * beside) / beside
        start = self._middle(index) - width * beside / 2
        for series, place, low, high in self.spans(index):
            if high > low:
                y = self.bottom + low * self.height
                self.bar(start + place * width, y, width, (high - low) * self.height, series)

    def _marks(self, series: Series) -> None:
        points = []
        for index, value in enumerate(series.values):
            if value is None:
                continue
            x = self._middle(index)
            if isinstance(value, tuple):
                low, high = (self._height(end) for end in value)
                self.drawing.add(Line(x, low, x, high, strokeColor=_colour(series), strokeWidth=2))
            elif series.shape == "points":
                y = self._height(value)
                self.drawing.add(Circle(x, y, 2.4, fillColor=_colour(series), strokeColor=None))
            elif series.shape in {"line", "dashes"}:
                points += [x, self._height(value)]
        if points:
            dashes = [3, 2] if series.shape == "dashes" else None
            self.drawing.add(
                PolyLine(points, strokeColor=_colour(series), strokeWidth=1, strokeDashArray=dashes)
            )

    def _names(self) -> None:
        """As many labels as there is room for."""
        widest = max((_width(label) for label in self.chart.labels), default=0) + 6
        every = max(1, math.ceil(widest / self.slot))
        for index in range(0, len(self.chart.labels), every):
            label = self.chart.labels[index]
            half = _width(label) / 2
            # The last one would else reach into the margin.
            x = max(half, min(self._middle(index), WIDTH - half))
            self.words(x, self.bottom - 8, label, "middle")

    def _middle(self, index: int) -> float:
        return self.left + (index + 0.5) * self.slot

    def _height(self, value: float) -> float:
        return self.bottom + value / self.top * self.height


class _Rows(_Plot):
    """Names at the left, values to the right."""

    def __init__(self, chart: Chart) -> None:
        count = len(chart.labels)
        super().__init__(chart, count * ROW + LEGEND + 12)
        widest = max((_width(label) for label in chart.labels), default=0)
        self.left = min(NAMES, widest) + 6
        self.width = WIDTH - self.left - 10
        self.bottom = LEGEND + 10
        for share, words in self.ticks():
            x = self.left + share * self.width
            self.line(x, self.bottom, x, self.bottom + count * ROW)
            self.words(x, self.bottom - 8, words, "middle")
        for index, label in enumerate(chart.labels):
            y = self.bottom + (count - index - 1) * ROW
            self.words(self.left - 4, y + ROW / 2 - 2, _cut(label, NAMES), "end")
            self._bars(index, y)

    def _bars(self, index: int, y: float) -> None:
        beside = 1 if self.chart.is_stacked else max(1, len(self.bars))
        height = ROW * 0.72 / beside
        for series, place, low, high in self.spans(index):
            if high > low:
                at = y + ROW * 0.86 - (place + 1) * height
                x = self.left + low * self.width
                self.bar(x, at, (high - low) * self.width, height, series)


def _scale(chart: Chart) -> tuple[float, float]:
    """The end of the axis and the distance of its marks: 1, 2 or 5 times a power of ten."""
    if chart.is_share:
        return 1.0, 0.25
    columns = [series.values for series in chart.series]
    values = [
        (sum if chart.is_stacked else max)(_figure(column[index]) for column in columns)
        for index in range(len(chart.labels))
    ]
    largest = max(values, default=0) or 1
    power = 10 ** math.floor(math.log10(largest / TICKS))
    step = next(power * by for by in (1, 2, 5, 10) if power * by * TICKS >= largest)
    if float(largest).is_integer():
        step = max(1.0, step)
    return step * math.ceil(largest / step), step


def _figure(value: Value) -> float:
    if value is None:
        return 0.0
    return float(value[1] if isinstance(value, tuple) else value)


def _colour(series: Series) -> Any:  # noqa: ANN401 - reportlab has no types
    return HexColor(COLOURS[series.tone][0])


def _shape(value: str) -> str:
    words = lettering.plain(value)
    return lettering.turned(words, right_to_left=lettering.runs_right_to_left(words))


def _width(value: str) -> float:
    return float(stringWidth(lettering.plain(value), pdf.FONT, SIZE))


def _cut(label: str, width: float) -> str:
    if _width(label) <= width:
        return label
    while label and _width(label + "…") > width:
        label = label[:-1]
    return label.rstrip() + "…"
