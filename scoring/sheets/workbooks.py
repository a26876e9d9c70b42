"""A workbook of many rows, written as they come.

openpyxl makes an object of each cell, which takes four times as long as all the rest of scoring a
sheet. Rows of texts and numbers need none: they go as text into the package that it lays out.
"""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import IO, TYPE_CHECKING, Final

from backoffice.core.spreadsheets.formats import CHUNK, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SHEET: Final = "xl/worksheets/sheet1.xml"
_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_END: Final = "</sheetData></worksheet>"
# Of a cell in Excel, which refuses the whole workbook where one has more.
_LONGEST: Final = 32_767


def write(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write texts and numbers as the one sheet of a workbook; no more is held than some rows."""
    # Less packed is much sooner done, and hardly larger.
    made = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
    with zipfile.ZipFile(_package()) as package, made:
        for part in package.namelist():
            if part != _SHEET:
                made.writestr(part, package.read(part))
        with made.open(_SHEET, "w", force_zip64=True) as sheet:
            for piece in _pieces(header, rows):
                sheet.write(piece.encode())


def _package() -> io.BytesIO:
    """A workbook with one empty sheet."""
    import openpyxl  # noqa: PLC0415 - slow import

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out


def _pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    lines = [_START, _row(header)]
    for row in rows:
        lines.append(_row(row))
        if len(lines) >= CHUNK:
            yield "".join(lines)
            lines = []
    yield "".join([*lines, _END])


def _row(cells: Sequence[object]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: object) -> str:
    cell = safe(value)
    if not isinstance(cell, str):
        return f"<c><v>{cell}</v></c>"
    if not cell:
        return "<c/>"
    # Nearly every text: nothing in it that XML or a spreadsheet cannot hold.
    text = cell if cell.isprintable() else _without_controls(cell)
    text = escape(text[:_LONGEST], quote=False)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _without_controls(text: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - slow import

    plain = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
    # Half a character can be read but not written.
    return plain.encode("utf-8", "replace").decode()
