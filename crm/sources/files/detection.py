"""Finding out how a file is written."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.sources.files import cells, encodings, odoo_exports
from crm.sources.files.kinds import format_of
from crm.sources.files.opening import open_raw
from crm.sources.files.plain_text import as_lines
from crm.sources.files.raw_rows import Unreadable
from crm.sources.files.style import CHOICES, Format, Style
from crm.sources.files.table_rows import MAX_COLUMNS, headings

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE_ROWS = 1000
_SAMPLE_BYTES = 256 * 1024
_HEADER_WITHIN = 40
_COMMON = 0.05


@dataclass(slots=True)
class Detection:
    """The style, how many rows there are about, and what a person should know of the file."""

    style: Style
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    # Columns whose blanks seem to mean "as above", where that is not sure enough to be done.
    fill_down: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The style's JSON with the rest beside it (Style.from_json leaves that out)."""
        return {
            **self.style.to_json(),
            "rows": self.rows,
            "notes": self.notes,
            "sheets": self.sheets,
            "proposed_fill_down": self.fill_down,
        }


def detect(file: IO[bytes], filename: str) -> Detection:
    """How to read the file, which stays open; raises DomainError where it is no table at all."""
    kind = format_of(file, filename)
    found = _text(file) if kind == Format.CSV else _workbook(file, kind)
    _look_at_rows(file, found)
    return found


def detect_again(file: IO[bytes], filename: str, chosen: dict[str, Any]) -> Detection:
    """As :func:`detect`, with what a person chose taken for certain."""
    found = detect(file, filename)
    found.style = found.style.changed(chosen)
    if {"header_row", "delimiter", "encoding", "sheet", "quotechar"} & chosen.keys():
        _look_at_rows(file, found, chosen)
    return found


def _text(file: IO[bytes]) -> Detection:
    scan = encodings.scan(file)
    style = Style(encoding=scan.encoding)
    found = Detection(style, rows=scan.lines)
    if scan.odd:
        found.notes.append(_odd_lines(scan))
    if scan.nulls:
        note = _("The file holds %(count)d null characters: they are left out.")
        found.notes.append(note % {"count": scan.nulls})
    file.seek(0)
    lines = as_lines(_held(file), style)
    encoding = "utf-8" if scan.encoding == "utf-16" else scan.encoding
    text = lines.read(_SAMPLE_BYTES).decode(encoding, errors="replace")
    lines.close()
    quotechar = _quotechar(text)
    found.style = replace(style, delimiter=_delimiter(text, quotechar), quotechar=quotechar)
    return found


def _workbook(file: IO[bytes], kind: Format) -> Detection:
    from crm.sources.files import workbooks  # noqa: PLC0415 - slow import

    sheets = workbooks.sheets_of(file, kind)
    sheet = workbooks.likely_sheet(_held(file), kind, sheets)
    style = Style(format=kind, sheet=sheet, short_rows="padded")
    found = Detection(style, rows=workbooks.rows_about(file, style), sheets=sheets)
    if len(sheets) > 1:
        note = _("The workbook has %(count)d sheets: “%(sheet)s” is read.")
        found.notes.append(note % {"count": len(sheets), "sheet": sheet})
    return found


def _look_at_rows(file: IO[bytes], found: Detection, chosen: dict[str, Any] | None = None) -> None:
    """Header row, decimal sign, dates, what hangs below an order, from the first rows."""
    chosen = chosen or {}
    raw = open_raw(_held(file), found.style)
    try:
        rows = [
            (number, row if isinstance(row, Unreadable) else row[: MAX_COLUMNS + 1])
            for number, row in islice(raw.rows(), SAMPLE_ROWS)
        ]
    finally:
        raw.close()
    read = [(number, row) for number, row in rows if not isinstance(row, Unreadable)]
    style = found.style
    if "header_row" not in chosen:
        style = replace(style, header_row=_header_row([row for _n, row in read], read))
    names = next((headings(row) for number, row in read if number == style.header_row), [])
    body = [row for number, row in read if number > style.header_row and any(row)]
    is_odoo = odoo_exports.is_export(names)
    sign, thousands = cells.decimal_sign(body, "." if is_odoo else ",")
    order = cells.date_order(body, "ymd" if is_odoo else "dmy")
    style = replace(style, decimal=sign, thousands=thousands, dates=order)
    if style.format == Format.CSV and _often_short(body, len(names)):
        style = replace(style, short_rows="padded")
        found.notes.append(_("Rows end early where their last cells are empty."))
    below = odoo_exports.columns_to_fill(names, body)
    if below and any("/" in name for name in names):
        style = replace(style, fill_down=tuple(below))
        note = _("Rows without %(column)s go on with the row above: its values are taken.")
        found.notes.append(note % {"column": below[0]})
    else:
        found.fill_down = below
    found.style = style.changed(chosen)
    if len(rows) < SAMPLE_ROWS:
        found.rows = len(body)
    elif found.rows:
        found.rows = max(found.rows - style.header_row, 0)


def _header_row(rows: Sequence[list[str]], numbered: Sequence[tuple[int, list[str]]]) -> int:
    """The first row about as wide as the table that holds names, not data; 0 where none does."""
    widths = Counter(width for row in rows if (width := _filled_width(row)))
    if not widths:
        return 1
    usual = max(widths, key=lambda width: (widths[width] * min(width, 3), width))
    candidates = [(n, row) for n, row in numbered[:_HEADER_WITHIN] if any(map(str.strip, row))]
    for number, row in candidates:
        filled = [cell for cell in row if cell.strip()]
        if len(filled) * 5 >= usual * 3 and not any(map(cells.is_data, filled)):
            return number
    for number, row in candidates:
        filled = [cell for cell in row if cell.strip()]
        if len(filled) * 5 >= usual * 3 and sum(map(cells.is_data, filled)) * 5 <= len(filled):
            return number
    return 0


def _filled_width(row: Sequence[str]) -> int:
    """Up to the last cell that is not empty."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def _often_short(body: Sequence[Sequence[str]], width: int) -> bool:
    short = sum(1 < len(row) < width for row in body)
    return len(body) >= 20 and short > len(body) * _COMMON  # noqa: PLR2004 - too few say nothing


def _quotechar(text: str) -> str:
    single = text.count("';'") + text.count("','") + text.count("'\t'")
    return "'" if single > 10 and text.count('"') < single else '"'  # noqa: PLR2004 - by chance


def _delimiter(text: str, quotechar: str) -> str:
    """The mark that splits the most rows into the same number of cells, more than one."""
    first = text.lstrip("\ufeff")[:6].lower()
    if first.startswith("sep=") and first[4:5] in CHOICES["delimiter"]:
        return first[4]
    return max(CHOICES["delimiter"], key=lambda mark: _evenness(text, mark, quotechar))


def _evenness(text: str, mark: str, quotechar: str) -> tuple[float, int]:
    # The last line of the sample may be cut.
    lines = io.StringIO(text, newline="")
    rows = []
    try:
        for row in islice(csv.reader(lines, delimiter=mark, quotechar=quotechar), 200):
            rows.append(len(row))  # noqa: PERF401 - an error keeps what was read
    except csv.Error:
        pass
    widths = Counter(width for width in rows[: max(len(rows) - 1, 1)] if width)
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda entry: (entry[1] * (entry[0] > 1), entry[0]))
    share = count / sum(widths.values())
    return (share if width > 1 else 0.0), width


def _odd_lines(scan: encodings.Scan) -> str:
    words = {"count": scan.odd, "lines": ", ".join(map(str, scan.odd_lines))}
    if scan.encoding == "utf-8":
        sentence = ngettext(
            "%(count)d line of the UTF-8 file is written in Windows-1252 and read as such:"
            " line %(lines)s.",
            "%(count)d lines of the UTF-8 file are written in Windows-1252 and read as such:"
            " lines %(lines)s …",
            scan.odd,
        )
    else:
        words["encoding"] = scan.encoding
        sentence = ngettext(
            "%(count)d line of the file (%(encoding)s) is written in UTF-8 and read as such:"
            " line %(lines)s.",
            "%(count)d lines of the file (%(encoding)s) are written in UTF-8 and read as such:"
            " lines %(lines)s …",
            scan.odd,
        )
    return sentence % words


def _held(file: IO[bytes]) -> IO[bytes]:
    """The file from its beginning; closing it leaves the file open."""
    file.seek(0)
    return cast("IO[bytes]", _Held(file))


class _Held:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a file has
        return getattr(self._file, name)

    def close(self) -> None:
        pass
