"""Spreadsheets as text: a line per row, cells as the sender sees them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.found import Found, row
from backoffice.messaging.documents.problems import Refused
from backoffice.messaging.documents.text import clean, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
_DELIMITERS: Final = "\t;|,"
# Above this a float does not hold every integer.
_EXACT: Final = 1e15
_CHUNK: Final = 1024 * 1024


def check_zip(data: bytes) -> None:
    """Refuse a zip that would unpack to too much, before anything parses it.

    The sizes in the directory may lie, so every member is really unpacked,
    chunk by chunk and thrown away, until the limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            problem = _zip_problem(archive)
    except Exception as error:
        raise Refused("corrupt") from error
    if problem == "unzipped":
        raise Refused(problem, limit=limits.UNZIPPED_BYTES // 1024**2)
    if problem:
        raise Refused(problem)


def _zip_problem(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    declared = sum(member.file_size for member in members)
    if len(members) > limits.ZIP_MEMBERS or declared > limits.UNZIPPED_BYTES:
        return "unzipped"
    if any(member.flag_bits & 1 for member in members):
        return "encrypted"
    total = 0
    for member in members:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > limits.UNZIPPED_BYTES:
                    return "unzipped"
    return ""


def read_workbook(data: bytes) -> Found:
    """xlsx, xls or ods: the visible sheets, each under a line ``[Sheet: name]``."""
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            sheets = [
                (meta.name, _rows(book, meta.name))
                for meta in book.sheets_metadata[: limits.SHEETS]
                if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise Refused("encrypted") from error
    except CalamineError as error:
        raise Refused("corrupt") from error
    text = "\n\n".join(f"[Sheet: {name}]\n" + "\n".join(rows) for name, rows in sheets if rows)
    return Found(clean(text), "calamine")


def _rows(book: CalamineWorkbook, name: str) -> list[str]:
    sheet = book.get_sheet_by_name(name)
    return list(_lines(sheet.iter_rows()))


def _lines(rows: Iterable[list[Cell]]) -> Iterator[str]:
    for number, cells in enumerate(rows):
        if number >= limits.SHEET_ROWS:
            return
        line = row([cell_text(cell) for cell in cells[: limits.SHEET_COLUMNS]])
        if line:
            yield line


def cell_text(value: Cell) -> str:
    """5.0 as "5", dates in ISO form, text as typed.

    Calamine gives every number as a float, telephone numbers included; more
    than 15 digits are not exact in a spreadsheet either.
    """
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)[: limits.CELL_CHARACTERS]


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    # 0.1 + 0.2 is shown as 0.3 by every spreadsheet.
    return format(round(value, 10), "f").rstrip("0").rstrip(".")


def delimiter_of(text: str) -> str:
    """The delimiter of delimited text, or "" where the text is prose.

    A comma counts only with three columns or more: prose has commas too.
    """
    lines = [line for line in text.split("\n") if line.strip()][:50]
    if len(lines) < 2:  # noqa: PLR2004 - a header and a row
        return ""
    for delimiter in _DELIMITERS:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        common = max(set(counts), key=counts.count)
        needed = 3 if delimiter == "," else 2
        if common >= needed and counts.count(common) >= 0.8 * len(counts):
            return delimiter
    return ""


def read_delimited(data: bytes) -> Found | None:
    """CSV or TSV in UTF-8 or windows-1252; None where the text is no table."""
    text = decode(data)
    try:
        delimiter = delimiter_of(text)
        if not delimiter:
            return None
        rows = csv.reader(re.split(r"(?<=\n)", text), delimiter=delimiter)
        return Found("\n".join(_lines([list(cells) for cells in rows])), "csv")
    except csv.Error:
        return None
