"""CSV and XLSX, read as they come and written so that Excel runs nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import tablib
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    class BaseFormat:
        """What import-export asks of a format."""
else:

    class BaseFormat(Format):
        # The confirmation page names an encoding; ours find it themselves.
        def __init__(self, encoding: str | None = None) -> None:
            pass


DELIMITERS = ",;\t|"
# What a spreadsheet takes for the beginning of a formula; the wide forms are typed in Asia and
# taken for the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Control characters have no place in a workbook: without them "\x01=1" is a formula.
_DROPPED = " '\u00a0\ufeff\x7f" + "".join(map(chr, range(32)))
# A reader that splits at another mark than ours begins a cell behind each of these.
_SPLIT_FORMULA = re.compile(r"([,\t|\r\n][ \u00a0]*)(?=[=+\-@＝＋－＠])")
_SPLIT_UNDONE = re.compile(r"([,\t|\r\n][ \u00a0]*)'(?=[=+\-@＝＋－＠])")
# Nothing a spreadsheet could run: at worst it shows a number.
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
# Rows written to a stream at a time.
CHUNK = 500
# Rows a sheet of Excel can hold, with its heading.
SHEET_ROWS = 1_048_576
# A workbook is a zip file: a few kilobytes can hold gigabytes.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
# The reader sets aside 32 bytes for each cell between the first and the last one of a sheet.
MAX_SHEET_CELLS = 15_000_000
_CELL_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_REFERENCE = 20
# Preview and confirmation both run inside a request, at some 700 rows a second.
MAX_IMPORT_ROWS = 5000


class Csv(BaseFormat):
    """Text with any usual delimiter, in UTF-8 or Windows-1252; written for French Excel."""

    # Of what is written.
    delimiter = ";"

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        return _dataset(self.read(data))

    def read(self, data: bytes) -> list[list[Any]]:
        """All rows as they stand, empty ones too: the first is row 1."""
        text = decode(data)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
        except csv.Error as error:
            raise _unreadable(str(error)) from error

    def export_data(self, dataset: tablib.Dataset, **_options: object) -> bytes:
        return b"".join(self.chunks(dataset.headers or [], dataset))

    def chunks(self, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
        """The file piece by piece; a batch of ``rows`` is all that is held.

        Where a row cannot be had, the last line says so before the error goes on: a file that
        just ends passes for a whole one.
        """
        try:
            yield from self._chunks(header, rows)
        except Exception:
            sentence = _("THE FILE IS NOT COMPLETE: an error stopped it here. Export it again.")
            yield f"\r\n{sentence}\r\n".encode()
            raise

    def _chunks(
        self, header: Sequence[object], rows: Iterable[Sequence[object]]
    ) -> Iterator[bytes]:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter)
        writer.writerow([as_text(safe(cell)) for cell in header])
        # With the mark, Excel takes the file for UTF-8.
        mark = "\ufeff"
        for number, row in enumerate(rows, start=1):
            writer.writerow([as_text(safe(cell)) for cell in row])
            if number % CHUNK == 0:
                yield (mark + out.getvalue()).encode()
                mark = ""
                out.seek(0)
                out.truncate()
        yield (mark + out.getvalue()).encode()


class Xlsx(BaseFormat):
    """The first sheet of an Excel workbook."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        return _dataset(self.read(data))

    def read(self, data: bytes) -> list[list[Any]]:
        """All rows of the first sheet as they stand, empty ones too: the first is row 1."""
        import python_calamine  # noqa: PLC0415 - slow import

        _refuse_bomb(data)
        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            rows = workbook.get_sheet_by_index(0).iter_rows()
            # A whole column with borders is a million rows of nothing.
            return [[_whole(cell) for cell in row] if any(row) else [] for row in rows]
        except (python_calamine.CalamineError, IndexError) as error:
            raise _unreadable(str(error)) from error

    def export_data(self, dataset: tablib.Dataset, **_options: object) -> bytes:
        out = io.BytesIO()
        self.write(out, dataset.headers or [], dataset)
        return out.getvalue()

    def write(
        self, file: IO[bytes], header: Sequence[object], rows: Iterable[Sequence[object]]
    ) -> None:
        """Write the workbook to ``file``; rows wait in a temporary file, not in memory.

        What does not fit a sheet goes on in the next one, under the same heading.
        """
        import openpyxl  # noqa: PLC0415 - slow import

        workbook = openpyxl.Workbook(write_only=True)
        heading = [_cell(value) for value in header]
        sheet = workbook.create_sheet()
        sheet.append(heading)
        for number, row in enumerate(rows):
            if number and number % (SHEET_ROWS - 1) == 0:
                sheet = workbook.create_sheet()
                sheet.append(heading)
            sheet.append([_cell(value) for value in row])
        workbook.save(file)


FORMATS = [Csv, Xlsx]


class Phone(str):
    """A telephone number in E.164: its plus sign stays, since mailing tools ask for it."""

    __slots__ = ()


def decode(data: bytes) -> str:
    """The text of ``data``: UTF-8 if it can be, UTF-16 if it says so, else Windows-1252.

    ``DomainError`` where it is none of them: letters nobody can read are lost without a word.
    """
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    sentence = _("The file's letters cannot be read: save it again as “CSV UTF-8”, or as XLSX.")
    raise DomainError(sentence, code="unreadable_file")


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first line into most cells (a comma where none does)."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([first_line], delimiter=mark), [])))


def safe(value: object) -> Any:  # noqa: ANN401 - a cell
    """``value`` as a cell that no spreadsheet takes for a formula; None is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, bool | int | float | Decimal | dt.date):
        return value
    text = str(value)
    if isinstance(value, Phone) and _E164.fullmatch(text):
        return text
    return f"'{text}" if begins_formula(text) else text


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet may run ``text``; so may one that drops blanks or our apostrophe."""
    return text.startswith(FORMULA_STARTS) or text.lstrip(_DROPPED).startswith(FORMULA_STARTS)


def unquoted(text: str) -> str:
    """A text of our own files without the apostrophes that kept it from being a formula."""
    if text[:1] == "'" and begins_formula(text):
        text = text[1:]
    return _SPLIT_UNDONE.sub(r"\1", text)


def as_text(cell: object) -> str:
    """A cell of :func:`safe` as French Excel reads it from a CSV file.

    Nor is it a formula for a reader that splits it at its commas: "Rabat,=1+1".
    """
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int | float | Decimal):
        return number_format(cell, use_l10n=True, force_grouping=False)
    return _SPLIT_FORMULA.sub(r"\1'", str(cell))


def _cell(value: object) -> object:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - slow import

    cell = safe(value)
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def _whole(cell: object) -> object:
    """Excel keeps every number as a float: 212600000000.0 is a telephone number."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _dataset(rows: Sequence[Sequence[Any]]) -> tablib.Dataset:
    """The rows below the first line that is not empty, all as wide as it."""
    filled = [row for row in rows if any(str(cell).strip() for cell in row)]
    if not filled:
        raise DomainError(_("The file is empty."), code="empty_file")
    headers = [str(cell).strip() for cell in filled[0]]
    while headers and not headers[-1]:
        headers.pop()
    if len(filled) - 1 > MAX_IMPORT_ROWS:
        sentence = _("The file has %(rows)d rows: import at most %(limit)d at a time.")
        words = {"rows": len(filled) - 1, "limit": MAX_IMPORT_ROWS}
        raise DomainError(sentence % words, code="too_many_rows")
    width = len(headers)
    for number, row in enumerate(filled[1:], start=2):
        if any(str(cell).strip() for cell in row[width:]):
            sentence = _(
                "Line %(line)d has more cells than the heading: %(cells)d instead of %(width)d."
            )
            raise DomainError(sentence % {"line": number, "cells": len(row), "width": width})
    body = ([*row[:width], *[""] * (width - len(row))] for row in filled[1:])
    return tablib.Dataset(*map(tuple, body), headers=headers)


def _unreadable(detail: str) -> DomainError:
    sentence = _("The file cannot be read (%(detail)s). Save it again as CSV or XLSX.")
    return DomainError(sentence % {"detail": detail[:120]}, code="unreadable_file")


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise DomainError(_("The file is too large once unpacked."), code="file_too_large")
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/"):
                    with archive.open(entry) as sheet:
                        _refuse_sprawl(sheet)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise _unreadable(str(error)) from error


def _refuse_sprawl(sheet: IO[bytes]) -> None:
    """``DomainError`` where a stray cell far away would cost gigabytes: the reader just dies."""
    columns: set[bytes] = set()
    last_row, kept = 0, b""
    while piece := sheet.read(1 << 20):
        text = kept + piece
        for column, row in _CELL_REFERENCE.findall(text):
            columns.add(column)
            last_row = max(last_row, int(row))
        kept = text[-_LONGEST_REFERENCE:]
    last_column = max(map(_column_number, columns), default=0)
    if last_row * last_column > MAX_SHEET_CELLS:
        sentence = _(
            "A sheet reaches to row %(row)d and column %(column)d: delete what stands below and"
            " beside the table, and save it again."
        )
        words = {"row": last_row, "column": last_column}
        raise DomainError(sentence % words, code="file_too_large")


def _column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
