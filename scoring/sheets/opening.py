"""Somebody's sheet, opened: CSV, XLSX, XLS or ODS, read row by row."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files import detection
from crm.sources.files.opening import open_raw
from crm.sources.files.style import Format
from crm.sources.files.table_rows import MAX_COLUMNS, TableRows, read_headings
from scoring.sheets import headings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crm.sources.files.detection import Detection
    from crm.sources.files.style import Style

    # Gives the file from its beginning, as often as it is asked.
    Opener = Callable[[], IO[bytes]]

# Of a workbook whose first table lacks columns.
_SHEETS_TRIED: Final = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """``places`` says in which column each figure stands; ``table`` gives the rows once.

    ``notes`` are what a person should know of how the file was read: which sheet of several.
    ``widest`` is how many cells a row may have: those beyond the columns have no name.
    """

    columns: Sequence[str]
    places: Mapping[str, int]
    style: Style
    table: TableRows
    notes: Sequence[str] = ()
    widest: int = 0


@contextmanager
def opened(open_file: Opener, filename: str) -> Iterator[Sheet]:
    """The sheet of a file, of which nothing is held but a row.

    Raises:
        DomainError: it is no table, or lacks a column.

    """
    table = _table(open_file, filename)
    raw = open_raw(open_file(), table.style, width=len(table.columns))
    try:
        rows = TableRows(raw, table.style, table.columns, filename)
        yield Sheet(table.columns, table.places, table.style, rows, table.notes, table.widest)
    finally:
        raw.close()


@dataclass(frozen=True, slots=True)
class _Table:
    """What is known of a sheet before its rows are read."""

    style: Style
    columns: Sequence[str]
    places: Mapping[str, int]
    notes: Sequence[str]
    widest: int


def _table(open_file: Opener, filename: str) -> _Table:
    """The table that has the columns: of a workbook perhaps not the first, a legend."""
    with open_file() as file:
        found = detection.detect(file, filename)
        try:
            return _read(open_file, filename, found)
        except DomainError:
            for name in found.sheets[:_SHEETS_TRIED]:
                if name != found.style.sheet:
                    again = detection.detect_again(file, filename, {"sheet": name})
                    with suppress(DomainError):
                        return _read(open_file, filename, again)
            raise


def _read(open_file: Opener, filename: str, found: Detection) -> _Table:
    if not found.style.header_row:
        sentence = _("“%(file)s” has no headings: name the columns in its first row.")
        raise DomainError(sentence % {"file": filename}, code="no_header", field="file")
    # A line of totals is no client, and a workbook's own numbers get a point.
    style = replace(found.style, totals="left_out", fill_down=())
    notes = found.notes
    if style.format != Format.CSV:
        style = replace(style, decimal=".")
        notes = [_which(found)] if len(found.sheets) > 1 else []
    raw = open_raw(open_file(), style)
    try:
        columns = read_headings(raw, style, filename)
    finally:
        raw.close()
    widest = _widest(open_file, style)
    return _Table(style, columns, headings.places(columns), notes, widest)


def _widest(open_file: Opener, style: Style) -> int:
    """In a workbook people write beside the table; in text a heading may end in empty cells."""
    if style.format != Format.CSV:
        return MAX_COLUMNS
    raw = open_raw(open_file(), style)
    try:
        heading = next((cells for number, cells in raw.rows() if number >= style.header_row), [])
    finally:
        raw.close()
    return len(heading) if isinstance(heading, list) else 0


def _which(found: Detection) -> str:
    sentence = _("The workbook has %(count)d sheets: “%(sheet)s” is read.")
    return sentence % {"count": len(found.sheets), "sheet": found.style.sheet}
