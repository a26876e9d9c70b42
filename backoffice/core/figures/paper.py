"""The parts of a report as the story of an A4 document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core import pdf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.core.charts import Chart
    from backoffice.core.figures.parts import KeyFigure, Section, Table

# Key figures beside each other.
IN_A_ROW = 3
# A value longer than this is set in smaller letters.
LARGE_LETTERS = 12
# Columns are as wide as their longest cell, within these; headings are bold and break at blanks.
LEAST_LETTERS, MOST_LETTERS = 8, 34
BOLD = 1.3
MARGIN = 2


def story(figures: Sequence[KeyFigure], sections: Sequence[Section]) -> list[pdf.Part]:
    """The key figures, then every section with its charts and tables."""
    found = [*_keys(figures), pdf.space(4)]
    for section in sections:
        found += [*_section(section), pdf.space(5)]
    return found


def _keys(figures: Sequence[KeyFigure]) -> list[pdf.Part]:
    rows = []
    for start in range(0, len(figures), IN_A_ROW):
        stories = [_key(figure) for figure in figures[start : start + IN_A_ROW]]
        stories += [[pdf.space(0)]] * (IN_A_ROW - len(stories))
        rows += [pdf.side_by_side(*stories), pdf.space(3)]
    return rows


def _key(figure: KeyFigure) -> list[pdf.Part]:
    return [
        pdf.paragraph(figure.title, "small strong"),
        pdf.paragraph(figure.value, "title" if len(figure.value) <= LARGE_LETTERS else "heading"),
        pdf.paragraph(figure.text, "muted"),
    ]


def _section(section: Section) -> list[pdf.Part]:
    head = [pdf.heading(section.title)]
    head += [pdf.paragraph(sentence, "muted") for sentence in section.sentences]
    charts = [chart for chart in section.charts if not chart.is_empty]
    blocks = [_drawn(chart, section) for chart in charts]
    blocks += [_table(table) for table in section.tables if table.rows]
    # A heading alone at the foot of a page helps nobody.
    first, *rest = blocks or [[]]
    return [pdf.together([*head, *first]), *(pdf.together(block) for block in rest)]


def _drawn(chart: Chart, section: Section) -> list[pdf.Part]:
    from backoffice.core.figures import drawing  # noqa: PLC0415 - slow import

    title = [] if chart.title == section.title else [pdf.paragraph(chart.title, "small strong")]
    return [pdf.space(2), *title, pdf.space(1), drawing.draw(chart)]


def _table(table: Table) -> list[pdf.Part]:
    columns = list(zip(table.headings, *table.rows, strict=True))
    return [
        pdf.space(2),
        pdf.table(
            table.headings,
            table.rows,
            widths=[_letters(heading, cells) for heading, *cells in columns],
            ends=range(table.figures_from, len(columns)),
        ),
    ]


def _letters(heading: str, cells: list[str]) -> float:
    longest = min(max(map(len, cells)), MOST_LETTERS)
    return MARGIN + max(longest, BOLD * max(map(len, heading.split())), LEAST_LETTERS)
