"""Somebody's sheet, opened: CSV, XLSX, XLS or ODS, read row by row."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files import detection
from crm.sources.files.opening import open_raw
from crm.sources.files.style import Format
from crm.sources.files.table_rows import TableRows, read_headings
from scoring.sheets import headings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crm.sources.files.style import Style

    # Gives the file from its beginning, as often as it is asked.
    Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``places`` says in which column each figure stands; ``table`` gives the rows once."""

    columns: Sequence[str]
    places: Mapping[str, int]
    style: Style
    table: TableRows


@contextmanager
def opened(open_file: Opener, filename: str) -> Iterator[Sheet]:
    """The sheet of a file, of which nothing is held but a row.

    Raises:
        DomainError: it is no table, or lacks a column.

    """
    with open_file() as file:
        style = _style(file, filename)
    raw = open_raw(open_file(), style)
    try:
        columns = read_headings(raw, style, filename)
    finally:
        raw.close()
    places = headings.places(columns)
    raw = open_raw(open_file(), style, width=len(columns))
    try:
        yield Sheet(columns, places, style, TableRows(raw, style, columns, filename))
    finally:
        raw.close()


def _style(file: IO[bytes], filename: str) -> Style:
    """As detected; a line of totals is no client, and a workbook's own numbers get a point."""
    style = detection.detect(file, filename).style
    if not style.header_row:
        sentence = _("“%(file)s” has no headings: name the columns in its first row.")
        raise DomainError(sentence % {"file": filename}, code="no_header", field="file")
    style = replace(style, totals="left_out", fill_down=())
    return style if style.format == Format.CSV else replace(style, decimal=".")
