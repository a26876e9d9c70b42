"""CSV and XLSX, read as they come and written so that Excel runs nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import tablib
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    class BaseFormat:
        """What import-export asks of a format."""
else:

    class BaseFormat(Format):
        # The confirmation page names an encoding; ours find it themselves.
        def __init__(self, encoding: str | None = None) -> None:
            pass


DELIMITERS = ",;\t|"
# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A workbook is a zip file: a few kilobytes can hold gigabytes.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
# Preview and confirmation both run inside a request, at some 700 rows a second.
MAX_IMPORT_ROWS = 5000


class Csv(BaseFormat):
    """Text with any usual delimiter, in UTF-8 or Windows-1252; written for French Excel."""

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
        text = decode(data)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
        except csv.Error as error:
            raise _unreadable(str(error)) from error
        return _dataset(rows)

    def export_data(self, dataset: tablib.Dataset, **_options: object) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";")
        for row in _rows(dataset):
            writer.writerow([_as_text(safe(cell)) for cell in row])
        # With the mark, Excel takes the file for UTF-8.
        return out.getvalue().encode("utf-8-sig")


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
        import python_calamine  # noqa: PLC0415 - slow import

        _refuse_bomb(data)
        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (python_calamine.CalamineError, IndexError) as error:
            raise _unreadable(str(error)) from error
        return _dataset([[_whole(cell) for cell in row] for row in rows])

    def export_data(self, dataset: tablib.Dataset, **_options: object) -> bytes:
        import openpyxl  # noqa: PLC0415 - slow import
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - slow import

        workbook = openpyxl.Workbook(write_only=True)
        sheet = workbook.create_sheet()
        for row in _rows(dataset):
            cells = (safe(cell) for cell in row)
            sheet.append(
                [ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in cells]
            )
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()


FORMATS = [Csv, Xlsx]


def decode(data: bytes) -> str:
    """The text of ``data``: UTF-8 if it can be, UTF-16 if it says so, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


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
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int | float | Decimal):
        return number_format(cell, use_l10n=True, force_grouping=False)
    return str(cell)


def _whole(cell: object) -> object:
    """Excel keeps every number as a float: 212600000000.0 is a telephone number."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _rows(dataset: tablib.Dataset) -> Iterable[Sequence[object]]:
    yield dataset.headers or []
    yield from dataset


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
    except zipfile.BadZipFile as error:
        raise _unreadable(str(error)) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise DomainError(_("The file is too large once unpacked."), code="file_too_large")
