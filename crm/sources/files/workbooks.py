"""Rows of spreadsheets: XLSX as a stream, XLS and ODS whole where they are small enough."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files.native import Written
from crm.sources.files.style import Format, Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.sources.files.raw_rows import RawRows, type_of_row

# Of all parts together, unpacked: a sheet of a million rows and twenty columns has about 1.5 GB.
MAX_UNPACKED = 3 * 1024**3
# Held in memory by the readers: the texts that cells share, the styles.
MAX_SHARED_TEXTS = 256 * 1024**2
MAX_STYLES = 64 * 1024**2
_MAX_PARTS = 5000
# The other formats are read whole; what is packed may be a hundred times as large.
MAX_WHOLE = 64 * 1024**2
MAX_WHOLE_UNPACKED = 300 * 1024**2
# So many empty rows below the last one with values, and nothing more is expected.
MAX_EMPTY_RUN = 100_000
_ROWS_LOOKED_AT = 50
# What a hostile workbook makes its readers raise is more than they document.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    SyntaxError,
    OverflowError,
)


def sheets_of(file: IO[bytes], kind: Format) -> list[str]:
    """The names of the sheets with cells; raises DomainError where the workbook is none."""
    file.seek(0)
    if kind == Format.XLSX:
        refuse_bomb(file)
        with _reading():
            workbook = _workbook(file)
            return [sheet.title for sheet in workbook.worksheets]
    return _calamine_sheets(file, kind)


def likely_sheet(file: IO[bytes], kind: Format, sheets: Sequence[str]) -> str:
    """The first sheet that has a table: two rows with two cells; else the first."""
    for name in sheets:
        raw = open_sheet(file, Style(format=kind, sheet=name))
        filled = 0
        for number, row in raw.rows():
            filled += isinstance(row, list) and sum(map(bool, row)) > 1
            if filled > 1:
                return name
            if number > _ROWS_LOOKED_AT:
                break
        file.seek(0)
    return sheets[0] if sheets else ""


def open_sheet(file: IO[bytes], style: Style) -> RawRows:
    """The rows of the style's sheet; raises DomainError where there is none of this name."""
    if style.format == Format.XLSX:
        refuse_bomb(file)
        return _Xlsx(file, style)
    return _Whole(file, style)


def refuse_bomb(file: IO[bytes]) -> None:
    """DomainError where unpacking would take more than a table of any size does."""
    file.seek(0)
    with _reading(), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            sentence = _("The workbook is protected by a password: save it without one.")
            raise DomainError(sentence, code="protected_file", field="file")
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


class _Xlsx:
    """A sheet read row by row; only the texts that cells share are held."""

    is_ragged = True

    def __init__(self, file: IO[bytes], style: Style) -> None:
        self._file = file
        self._style = style
        self._number = 0
        with _reading():
            self._workbook = _workbook(file)
        self._sheet = _sheet_named(self._workbook, style.sheet)

    def place(self) -> dict[str, Any]:
        return {"number": self._number}

    def rows(self, place: dict[str, Any] | None = None) -> Iterator[type_of_row]:
        start = int((place or {}).get("number", 0))
        # What the sheet says of its own size may be a lie, or a million columns.
        self._sheet.reset_dimensions()
        written = Written(self._style)
        empty_run = 0
        with _reading():
            rows = self._sheet.iter_rows(min_row=start + 1)
            for number, cells in enumerate(rows, start + 1):
                row = [
                    written.string(value)
                    if type(value := cell.value) is str
                    else written.text(value, cell)
                    for cell in cells
                ]
                while row and not row[-1]:
                    row.pop()
                if not row:
                    empty_run += 1
                    if empty_run > MAX_EMPTY_RUN:
                        return
                    continue
                empty_run = 0
                self._number = number
                yield number, row

    def close(self) -> None:
        self._workbook.close()
        self._file.close()


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
        import python_calamine  # noqa: PLC0415 - slow import

        start = int((place or {}).get("number", 0))
        written = Written(self._style)
        with _reading():
            _refuse_large(self._file, Format(self._style.format))
            try:
                workbook = python_calamine.CalamineWorkbook.from_filelike(self._file)
                name = self._style.sheet or workbook.sheet_names[0]
                sheet = workbook.get_sheet_by_name(name)
            except python_calamine.CalamineError as error:
                raise _unreadable(str(error)) from error
            # Rows above the first cell are not given.
            first = (sheet.start or (0, 0))[0]
            left = [""] * (sheet.start or (0, 0))[1]
            for number, cells in enumerate(sheet.iter_rows(), first + 1):
                if number <= start:
                    continue
                row = left + [written.plain(value) for value in cells]
                while row and not row[-1]:
                    row.pop()
                self._number = number
                if row:
                    yield number, row

    def close(self) -> None:
        self._file.close()


class _reading:  # noqa: N801 - a context, used as a word
    """Whatever a damaged workbook makes its reader raise is a DomainError."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: object, _trace: object) -> None:
        if isinstance(error, _BROKEN) and not isinstance(error, DomainError):
            raise _unreadable(str(error)) from error


def _workbook(file: IO[bytes]) -> Any:  # noqa: ANN401 - openpyxl has no types
    import openpyxl  # noqa: PLC0415 - slow import

    return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _sheet_named(workbook: Any, name: str) -> Any:  # noqa: ANN401 - as above
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    if not sheets:
        raise _unreadable(_("it has no sheet with cells"))
    if not name:
        return next(iter(sheets.values()))
    if name not in sheets:
        sentence = _("The workbook has no sheet “%(sheet)s”; it has: %(sheets)s.")
        words = {"sheet": name, "sheets": ", ".join(sheets)[:300]}
        raise DomainError(sentence % words, code="no_sheet", field="sheet", value=name)
    return sheets[name]


def _calamine_sheets(file: IO[bytes], kind: Format) -> list[str]:
    import python_calamine  # noqa: PLC0415 - slow import

    _refuse_large(file, kind)
    try:
        return list(python_calamine.CalamineWorkbook.from_filelike(file).sheet_names)
    except python_calamine.PasswordError as error:
        sentence = _("The workbook is protected by a password: save it without one.")
        raise DomainError(sentence, code="protected_file", field="file") from error
    except python_calamine.CalamineError as error:
        raise _unreadable(str(error)) from error


def _refuse_large(file: IO[bytes], kind: Format) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if kind == Format.ODS:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        file.seek(0)
    else:
        unpacked = size
    if size > MAX_WHOLE or unpacked > MAX_WHOLE_UNPACKED:
        sentence = _("The workbook is too large for its format: save it as XLSX or CSV.")
        raise DomainError(sentence, code="file_too_large", field="file")


def _unreadable(detail: str) -> DomainError:
    sentence = _("The workbook cannot be read (%(detail)s): open it and save it again.")
    return DomainError(sentence % {"detail": detail[:120]}, code="unreadable_file", field="file")
