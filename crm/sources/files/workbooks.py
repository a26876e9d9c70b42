"""Rows of spreadsheets: XLSX as a stream, XLS and ODS whole where they are small enough."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files.native import Written
from crm.sources.files.style import Format, Style
from crm.sources.files.workbook_faults import no_sheet, protected, reading, unreadable
from crm.sources.files.xlsx import XlsxRows
from crm.sources.files.xml_parts import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.sources.files.raw_rows import RawRows, type_of_row

# Of all parts together, unpacked: a sheet of a million rows and twenty columns has about 1.5 GB.
MAX_UNPACKED = 3 * 1024**3
# Kept on disk while the sheet is read.
MAX_SHARED_TEXTS = 512 * 1024**2
MAX_STYLES = 64 * 1024**2
_MAX_PARTS = 5000
# The other formats are read whole; what is packed may be a hundred times as large.
MAX_WHOLE = 64 * 1024**2
MAX_WHOLE_UNPACKED = 200 * 1024**2
_ROWS_LOOKED_AT = 50
_PIECE = 1 << 20


def sheets_of(file: IO[bytes], kind: Format) -> list[str]:
    """The names of the sheets with cells; raises DomainError where the workbook is none."""
    file.seek(0)
    if kind == Format.XLSX:
        refuse_bomb(file)
        with reading(), zipfile.ZipFile(file) as archive:
            return list(Workbook(archive).sheets)
    return list(_calamine(file, kind).sheet_names)


def rows_about(file: IO[bytes], style: Style) -> int:
    """How many rows the sheet has, empty ones too; 0 where only reading it would tell."""
    if style.format != Format.XLSX:
        return 0
    file.seek(0)
    count, kept = 0, b""
    with (
        reading(),
        zipfile.ZipFile(file) as archive,
        archive.open(Workbook(archive).part(style.sheet)) as part,
    ):
        while piece := part.read(_PIECE):
            count += (kept + piece).count(b"<row ") + (kept + piece).count(b":row ")
            kept = piece[-4:]
    return count


def likely_sheet(file: IO[bytes], kind: Format, sheets: Sequence[str]) -> str:
    """The first sheet that has a table: two rows with two cells; else the first."""
    for name in sheets:
        file.seek(0)
        raw = open_sheet(file, Style(format=kind, sheet=name))
        try:
            if _has_table(raw):
                return name
        finally:
            raw.close()
    return sheets[0] if sheets else ""


def _has_table(raw: RawRows) -> bool:
    filled = 0
    for number, row in raw.rows():
        filled += isinstance(row, list) and sum(map(bool, row)) > 1
        if filled > 1 or number > _ROWS_LOOKED_AT:
            break
    return filled > 1


def open_sheet(file: IO[bytes], style: Style) -> RawRows:
    """The rows of the style's sheet; raises DomainError where there is none of this name."""
    if style.format == Format.XLSX:
        refuse_bomb(file)
        return XlsxRows(file, style)
    return _Whole(file, style)


def refuse_bomb(file: IO[bytes]) -> None:
    """DomainError where unpacking would take more than a table of any size does.

    An archive that lies about a part's size gives no more of it than it says.
    """
    file.seek(0)
    with reading(), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise protected()
    shared = sum(p.file_size for p in parts if p.filename.lower().endswith("sharedstrings.xml"))
    styles = sum(p.file_size for p in parts if p.filename.lower().endswith("styles.xml"))
    total = sum(part.file_size for part in parts)
    too_much = len(parts) > _MAX_PARTS or total > MAX_UNPACKED
    if too_much or shared > MAX_SHARED_TEXTS or styles > MAX_STYLES:
        sentence = _(
            "The workbook would take %(size)d MB once unpacked: save the sheet as CSV instead."
        )
        words = {"size": total // 1024**2}
        raise DomainError(sentence % words, code="file_too_large", field="file")
    file.seek(0)


class _Whole:
    """A sheet of XLS or ODS, read at once: such files have 65,536 rows, or are refused."""

    is_ragged = True

    def __init__(self, file: IO[bytes], style: Style) -> None:
        self._file = file
        self._style = style
        self._number = 0

    def place(self) -> dict[str, Any]:
        return {"number": self._number}

    def rows(self, place: dict[str, Any] | None = None) -> Iterator[type_of_row]:
        after = int((place or {}).get("number", 0))
        written = Written(self._style)
        with reading():
            workbook = _calamine(self._file, Format(self._style.format))
            names = list(workbook.sheet_names)
            name = self._style.sheet or names[0]
            if name not in names:
                raise no_sheet(name, names)
            sheet = workbook.get_sheet_by_name(name)
            # Rows above and columns before the first cell are not given.
            top, left = sheet.start or (0, 0)
            for number, cells in enumerate(sheet.iter_rows(), top + 1):
                row = [""] * left + [written.plain(value) for value in cells]
                while row and not row[-1]:
                    row.pop()
                if row and number > after:
                    self._number = number
                    yield number, row

    def close(self) -> None:
        self._file.close()


def _calamine(file: IO[bytes], kind: Format) -> Any:  # noqa: ANN401 - a workbook
    import python_calamine  # noqa: PLC0415 - slow import

    _refuse_large(file, kind)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        raise protected() from error
    except python_calamine.CalamineError as error:
        raise unreadable(str(error)) from error


def _refuse_large(file: IO[bytes], kind: Format) -> None:
    size = unpacked = file.seek(0, 2)
    file.seek(0)
    if kind == Format.ODS:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        file.seek(0)
    if size > MAX_WHOLE or unpacked > MAX_WHOLE_UNPACKED:
        sentence = _("The workbook is too large for its format: save it as XLSX or CSV.")
        raise DomainError(sentence, code="file_too_large", field="file")
