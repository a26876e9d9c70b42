"""The European Central Bank's files of reference rates, as they are and as spreadsheets save them.

``eurofxref.csv`` has one line, ``eurofxref-hist.csv`` a line for each working day since 1999: the
day, then a column for each currency. Both also come zipped. Blanks around cells, a comma at the
end, "N/A", days written out ("20 November 2026") and any order of days are theirs; semicolons and
decimal commas are Excel's. A list of ``currency, day, rate`` (our export) is read as well.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# The whole history is a megabyte.
MAX_BYTES = 30 * 1024 * 1024
PROBLEMS_KEPT = 200
_MISSING = {"", "n/a", "na", "-", "–"}
_DAY_HEADINGS = {"date", "day", "time_period", "jour", "datum"}
_CURRENCY_HEADINGS = {"currency", "devise"}
_RATE_HEADINGS = {"rate", "obs_value", "taux"}
_CODE = re.compile(r"[A-Z]{3}")
_DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d")
_PLACES = Decimal("0.000001")
_MOST = Decimal(999999999999)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that was left out: ``row`` as a spreadsheet counts it, the heading being row 1."""

    row: int
    column: str
    value: str
    sentence: str

    def __str__(self) -> str:
        place = _("row %(row)s, column %(column)s") % {"row": self.row, "column": self.column}
        return _("%(title)s: %(value)s") % {"title": place, "value": self.sentence}


@dataclass(slots=True)
class Sheet:
    """What a file says: ``rates`` by currency and day, and what could not be read (the first)."""

    rates: dict[tuple[str, dt.date], Decimal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wrong: int = 0

    def refuse(self, row: int, column: str, value: str, sentence: str) -> None:
        self.wrong += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(row, column, value[:_SHOWN], sentence))


def read(data: bytes) -> Sheet:
    """The rates of a CSV file, also zipped; ``DomainError`` where it is none."""
    text = formats.decode(_unzipped(data))
    if "\0" in text:
        raise _not_rates()
    delimiter = formats.delimiter_of(text)
    sheet = Sheet()
    try:
        rows = _rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        _number, heading = next(rows, (0, []))
        if not heading:
            raise DomainError(_("The file is empty."), code="empty_file")
        take = _taker(heading, sheet)
        for number, cells in rows:
            take(number, cells)
    except csv.Error as error:
        raise _not_rates() from error
    return sheet


def _unzipped(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise _too_large()
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(files) != 1:
                sentence = _("The zip file must hold one CSV file; it holds %(count)d.")
                raise DomainError(sentence % {"count": len(files)}, code="unreadable_file")
            with archive.open(files[0]) as file:
                # What it says of its own size is only its word.
                unpacked = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise DomainError(_("The zip file cannot be opened."), code="unreadable_file") from error
    if len(unpacked) > MAX_BYTES:
        raise _too_large()
    return unpacked


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, numbered as they stand in the file."""
    for number, row in enumerate(reader, start=1):
        cells = [cell.strip(" \t\u00a0\ufeff") for cell in row]
        if any(cells):
            yield number, cells


def _taker(heading: Sequence[str], sheet: Sheet) -> Callable[[int, list[str]], None]:
    """The function that takes a row, by what the heading says."""
    names = [cell.lower() for cell in heading]
    day = _position(names, _DAY_HEADINGS)
    currency, rate = _position(names, _CURRENCY_HEADINGS), _position(names, _RATE_HEADINGS)
    if day is None:
        raise _not_rates()
    if currency is not None and rate is not None:
        return lambda number, cells: _take_listed(
            sheet, number, _Row(heading, cells), (day, currency, rate)
        )
    columns = [(index, name) for index, name in enumerate(heading) if index != day and name]
    codes = [(index, name.upper()) for index, name in columns if _CODE.fullmatch(name.upper())]
    if not codes:
        raise _not_rates()
    for _index, name in columns:
        if not _CODE.fullmatch(name.upper()):
            sheet.refuse(1, name[:_SHOWN], name, _("This is no currency code of three letters."))
    return lambda number, cells: _take_day(sheet, number, _Row(heading, cells), day, codes)


@dataclass(frozen=True, slots=True)
class _Row:
    heading: Sequence[str]
    cells: list[str]

    def __getitem__(self, index: int) -> str:
        return self.cells[index] if index < len(self.cells) else ""

    def surplus(self) -> str:
        """The first cell that stands beside the table."""
        return next((cell for cell in self.cells[len(self.heading) :] if cell), "")


def _position(names: Sequence[str], wanted: set[str]) -> int | None:
    return next((index for index, name in enumerate(names) if name in wanted), None)


def _take_day(
    sheet: Sheet, number: int, row: _Row, day_index: int, codes: list[tuple[int, str]]
) -> None:
    """A day with a column for each currency."""
    day = _day(sheet, number, row.heading[day_index], row[day_index])
    if day is None:
        return
    if surplus := row.surplus():
        # Decimal commas between commas: every rate would stand in the wrong column.
        sentence = _("The row has more cells than the heading, so none of it was taken.")
        sheet.refuse(number, row.heading[day_index], surplus, sentence)
        return
    for index, code in codes:
        if row[index].lower() not in _MISSING:
            _take(sheet, number, (code, code), day, row[index])


def _take_listed(sheet: Sheet, number: int, row: _Row, places: tuple[int, int, int]) -> None:
    """One rate with its currency and day."""
    day_index, currency_index, rate_index = places
    code = row[currency_index].upper()
    day = _day(sheet, number, row.heading[day_index], row[day_index])
    if not _CODE.fullmatch(code):
        sentence = _("This is no currency code of three letters.")
        sheet.refuse(number, row.heading[currency_index], row[currency_index], sentence)
    elif day is not None:
        _take(sheet, number, (code, row.heading[rate_index]), day, row[rate_index])


def _take(sheet: Sheet, number: int, names: tuple[str, str], day: dt.date, cell: str) -> None:
    code, column = names
    if code == "EUR":
        return
    rate = _rate(cell)
    if rate is None:
        words = {"value": cell[:_SHOWN]}
        sentence = _("“%(value)s” is no rate: a number above zero is expected.") % words
        sheet.refuse(number, column, cell, sentence)
        return
    first = sheet.rates.setdefault((code, day), rate)
    if first != rate:
        words = {"value": str(rate), "day": day.isoformat(), "first": str(first)}
        sentence = _("%(day)s has the rate %(first)s further up; %(value)s was not taken.") % words
        sheet.refuse(number, column, cell, sentence)


def _day(sheet: Sheet, number: int, column: str, cell: str) -> dt.date | None:
    text = " ".join(cell.split())
    for form in _DAY_FORMATS:
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if day <= timezone.localdate():
            return day
        sentence = _("%(day)s has not come yet.") % {"day": day.isoformat()}
        sheet.refuse(number, column, cell, sentence)
        return None
    sentence = _("“%(value)s” is no day: write it as 2026-11-20.") % {"value": cell[:_SHOWN]}
    sheet.refuse(number, column, cell, sentence)
    return None


def _rate(cell: str) -> Decimal | None:
    """The number of a cell, with a decimal point or comma; None where it is none above zero."""
    text = cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
    try:
        rate = Decimal(text).quantize(_PLACES) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        return None
    return rate if rate is not None and rate.is_finite() and 0 < rate <= _MOST else None


def _not_rates() -> DomainError:
    return DomainError(
        _(
            "This is no file of exchange rates: a column “Date” and a column for each currency"
            " (USD, CHF …) are expected, as in eurofxref.csv of the European Central Bank."
        ),
        code="unreadable_file",
        field="file",
    )


def _too_large() -> DomainError:
    return DomainError(_("The file is too large for exchange rates."), code="file_too_large")
