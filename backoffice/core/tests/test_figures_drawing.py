"""Charts on paper: what is drawn is as long as what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.pdfbase.pdfmetrics import stringWidth

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import drawing, paper
from backoffice.core.figures.parts import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

LEGEND = 5


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def chart(*series: Series, **options: Any) -> Chart:
    labels = options.pop("labels", tuple("abc"[: len(series[0].values)]))
    return Chart("c", "Title", "day", labels, series, **options)


def drawn(found: Drawing, kind: type[Any]) -> list[Any]:
    return [shape for shape in found.contents if isinstance(shape, kind)]


def bars(found: Drawing) -> list[Any]:
    """Without the legend's squares."""
    return [rect for rect in drawn(found, Rect) if (rect.width, rect.height) != (LEGEND, LEGEND)]


def words(found: Drawing) -> list[str]:
    return [string.text for string in drawn(found, String)]


def test_columns_are_as_high_as_their_values_and_zeros_are_not_drawn():
    found = drawing.draw(chart(Series("orders", (0, 5, 10))))

    half, whole = bars(found)
    assert whole.height == pytest.approx(2 * half.height)
    assert whole.y == half.y
    # Nothing leaves the drawing.
    assert whole.y + whole.height <= found.height
    assert whole.x + whole.width <= found.width


def test_no_label_reaches_into_the_margin():
    labels = tuple(f"{day} November" for day in range(1, 32))

    found = drawing.draw(chart(Series("orders", tuple(range(31))), labels=labels))

    for label in [one for one in drawn(found, String) if one.textAnchor == "middle"]:
        half = stringWidth(label.text, label.fontName, label.fontSize) / 2
        assert label.x - half >= 0
        assert label.x + half <= found.width


def test_the_words_of_headings_are_whole_and_amounts_too():
    amount = "1\u202f234\u202f567\u202f890,12 MAD"
    headings = ("devise", "commandes", "validée", "avant", "évolution", "en attente")
    rows = (("(sans devise)", "8", amount, amount, "× 108\u202f186", amount),)

    _space, table = paper._table(Table(headings, rows))
    table.wrap(drawing.WIDTH, 1000)

    lines = [[cell[0].lines for cell in row] for row in table._cellvalues]
    assert lines[0] == [[heading] for heading in headings]
    assert [lines[1][place] for place in (1, 2, 3, 5)] == [["8"], [amount], [amount], [amount]]


def test_stacked_columns_stand_on_each_other():
    both = (Series("validated", (3,), "success"), Series("rejected", (1,), "danger"))

    lower, upper = bars(drawing.draw(chart(*both, is_stacked=True)))

    assert upper.y == pytest.approx(lower.y + lower.height)
    assert lower.height == pytest.approx(3 * upper.height)


def test_rows_are_as_long_as_their_values_with_names_that_fit():
    long_name = "Sac fond carré avec poignées torsadées " * 3
    both = (Series("orders", (4, 2)), Series("before", (1, 0), "neutral"))

    found = drawing.draw(chart(*both, labels=(long_name, "مخبزة"), is_horizontal=True))

    first, before, second = bars(found)
    assert (first.width, second.width) == pytest.approx((4 * before.width, 2 * before.width))
    assert any(text.endswith("…") for text in words(found))
    # Joined and turned: the last letter comes first.
    assert "ﺓﺰﺒﺨﻣ" in words(found)


def test_confidence_is_drawn_as_points_ranges_and_a_dashed_line():
    found = drawing.draw(
        chart(
            Series("kept", (0.5, None, 1.0), shape="points"),
            Series("range", ((0.3, 0.7), (0.0, 1.0), (0.8, 1.0)), "neutral", "range"),
            Series("promised", (0.55, 0.75, 0.95), "info", "dashes"),
            is_share=True,
        )
    )

    half, whole = drawn(found, Circle)
    upright = [line for line in drawn(found, Line) if line.x1 == line.x2]
    (dashes,) = drawn(found, PolyLine)
    assert len(upright) == 3
    assert [line.x1 for line in upright] == dashes.points[::2]
    # 0.3 to 0.7 has its middle at the point.
    assert (upright[0].y1 + upright[0].y2) / 2 == pytest.approx(half.cy)
    assert whole.cy == pytest.approx(upright[2].y2)
    assert dashes.strokeDashArray
    assert {"0 %", "50 %", "100 %"} <= set(words(found))


@pytest.mark.parametrize(
    ("largest", "end", "step"),
    [(1, 1, 1), (7, 8, 2), (42, 60, 20), (1234, 1500, 500), (0.02, 0.02, 0.005)],
)
def test_an_axis_ends_on_a_round_number(largest: float, end: float, step: float):
    assert drawing._scale(chart(Series("x", (largest,)))) == pytest.approx((end, step))
