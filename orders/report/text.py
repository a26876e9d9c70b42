"""The report for a terminal: aligned columns, as wide as they need to be."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.report import reading_sections, sales_sections
from orders.report.key_figures import key_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backoffice.core.figures.parts import Section, Table
    from orders.analytics.report import Report

WIDTH = 96
# A longer cell is cut: one name must not push the figures off the screen.
WIDEST = 48
GAP = "  "


def document(report: Report) -> str:
    """All sections, ending with a line break."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield _("Figures of the order desk: %(period)s") % {"period": report.scope.title}
    days = {"days": report.scope.period.days, "before": report.scope.period.before}
    yield _("%(days)s, compared with %(before)s") % days
    yield ""
    figures = key_figures(report)
    titles = max(_width(figure.title) for figure in figures)
    values = max(_width(figure.value) for figure in figures)
    for figure in figures:
        yield GAP.join(
            (_left(figure.title, titles), _right(figure.value, values), _plain(figure.text))
        )
    for section in (*sales_sections.sections(report), *reading_sections.sections(report)):
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield _plain(section.title).upper()
    for sentence in section.sentences:
        yield from textwrap.wrap(_plain(sentence), WIDTH)
    for table in section.tables:
        if table.rows:
            yield ""
            yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    rows = [[_cut(_plain(cell)) for cell in row] for row in (table.headings, *table.rows)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    yield _row(rows[0], widths, table.figures_from)
    yield GAP.join("-" * width for width in widths)
    for row in rows[1:]:
        yield _row(row, widths, table.figures_from)


def _row(cells: Sequence[str], widths: Sequence[int], figures_from: int) -> str:
    aligned = (
        _left(cell, width) if place < figures_from else _right(cell, width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return GAP.join(aligned).rstrip()


def _plain(value: str) -> str:
    """In one line, without what would steer a terminal; every kind of space is a space."""
    return "".join(char if char.isprintable() else " " for char in value)


def _width(value: str) -> int:
    """Columns on the screen: marks above a letter take none, wide letters two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in _plain(value)
    )


def _cut(value: str) -> str:
    if _width(value) <= WIDEST:
        return value
    while _width(value) >= WIDEST:
        value = value[:-1]
    return value.rstrip() + "…"


def _left(value: str, width: int) -> str:
    return _plain(value) + " " * (width - _width(value))


def _right(value: str, width: int) -> str:
    return " " * (width - _width(value)) + _plain(value)
