"""A file of purchases, read line by line: a long history needs no memory for its text."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import re
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Xlsx, delimiter_of
from scoring.engine import clients, tables
from scoring.engine.problems import InvalidClients, Problem
from scoring.training.history import Purchases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

COLUMNS: Final = ("customer", "date", "amount")
_ALIASES: Final = {"customer_id": "customer", "client": "customer", "montant": "amount"}
# Some two gigabytes of memory.
MOST_LINES: Final = 20_000_000
# With so many faults the file is of another kind.
_MOST_FAULTS: Final = 10_000
_CHUNK: Final = 1 << 20
# How a zip file begins.
_WORKBOOK: Final = b"PK"
# Days as 31/12/2026 or 31.12.2026, or with the year first, perhaps with a time.
_PARTS: Final = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[ T]\d{1,2}:\d{2}.*)?")
_YEAR_DIGITS: Final = 4
_MONTHS: Final = 12


def read_purchases(path: Path) -> Purchases:
    """Read purchases: customer, date and amount; returns are negative.

    Dates are year-month-day, or day/month/year; month/day/year where the column can be nothing
    else. Times are left out.

    Raises:
        InvalidClients: values are wrong; every one is told, of a wholly wrong file the first ones.
        DomainError: the file cannot be read, lacks a column, has no purchase, or too many.
        OSError: there is no such file.

    """
    found = _Lines()
    with _opened(path) as rows:
        header = [name.strip().lower() for name in next(rows, [])]
        header = [_ALIASES.get(name, name) for name in header]
        _require_columns(header, path)
        try:
            _read(rows, header, found)
        except (csv.Error, UnicodeDecodeError) as error:
            raise DomainError(
                _("The file %(name)s is no CSV file: %(error)s.")
                % {"name": path.name, "error": error},
                code="unreadable",
            ) from error
    day = found.days()
    if found.problems:
        # As they stand in the file; of no column is a row of another length.
        columns = ["", *COLUMNS]
        found.problems.sort(key=lambda one: (one.index, columns.index(one.field)))
        raise InvalidClients(found.problems)
    if not len(day):
        raise DomainError(_("The file %(name)s has no rows.") % {"name": path.name}, code="empty")
    return Purchases.of(np.array(found.customer), day, np.array(found.amount))


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[list[str]]]:
    """The rows of a workbook's sheet, or of a CSV file in its own style; the header first."""
    with path.open("rb") as workbook:
        if workbook.read(2) == _WORKBOOK:
            workbook.seek(0)
            yield (list(map(str, row)) for row in Xlsx().read(workbook.read()) if row)
            return
    with path.open(encoding=_encoding(path), newline="") as file:
        first = next((line for line in file if line.strip()), "")
        mark = delimiter_of(first)
        yield chain(csv.reader([first], delimiter=mark), csv.reader(file, delimiter=mark))


@dataclass(slots=True)
class _Lines:
    """What was read so far; a cell's text is looked at once, however often it occurs."""

    customer: array[int] = field(default_factory=lambda: array("q"))
    date: array[int] = field(default_factory=lambda: array("q"))
    amount: array[float] = field(default_factory=lambda: array("d"))
    customers: dict[str, int] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, tuple[float, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, index: int, customer: str, date: str, amount: str) -> None:
        name = customer.strip()
        if not name:
            self.problems.append(Problem(index, "customer", "", "no_identifier"))
        value = self.amounts.get(amount)
        if value is None:
            value = self.amounts[amount] = _amount(amount)
        if value[1]:
            self.problems.append(Problem(index, "amount", amount, value[1], clients.MONEY_LIMIT))
        self.customer.append(self.customers.setdefault(name, len(self.customers)))
        self.date.append(self.dates.setdefault(date, len(self.dates)))
        self.amount.append(value[0])

    def days(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The day of each line; what is none becomes a problem."""
        texts = list(self.dates)
        known = np.array(_ordinals(texts), dtype=np.int64)
        place = np.array(self.date, dtype=np.int64)
        day = known[place] if len(place) else place
        wrong = np.flatnonzero(day == 0)[:_MOST_FAULTS]
        self.problems += [
            Problem(index, "date", texts[self.date[index]], "date") for index in wrong.tolist()
        ]
        return day


def _require_columns(header: Sequence[str], path: Path) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise DomainError(
            _("The file %(name)s lacks these columns: %(missing)s.")
            % {"name": path.name, "missing": ", ".join(missing)},
            code="missing_column",
            field=missing[0],
        )


def _read(rows: Iterator[list[str]], header: Sequence[str], found: _Lines) -> None:
    customer, date, amount = (header.index(name) for name in COLUMNS)
    width, index = len(header), 0
    for row in rows:
        if not row:
            continue
        if len(row) == width:
            found.add(index, row[customer], row[date], row[amount])
        else:
            found.problems.append(Problem(index, "", len(row), "shape", width))
        index += 1
        if index > MOST_LINES:
            raise DomainError(
                _("The file has more than %(most)s purchases. Give those of fewer years.")
                % {"most": f"{MOST_LINES:,}"},
                code="too_large",
            )
        if len(found.problems) > _MOST_FAULTS:
            raise InvalidClients(found.problems)


def _amount(cell: str) -> tuple[float, str]:
    """The amount and no code, or 0 and what is wrong with it."""
    value = tables.number(cell)
    if value is None:
        return 0.0, "missing"
    if isinstance(value, str):
        return 0.0, "ambiguous" if value == tables.AMBIGUOUS else "text"
    if not np.isfinite(value):
        return 0.0, "not_finite"
    return (value, "") if abs(value) <= clients.MONEY_LIMIT else (0.0, "out_of_range")


def _ordinals(texts: Sequence[str]) -> list[int]:
    """The number of each day, 0 where it is none."""
    matches = [_PARTS.fullmatch(text.strip()) for text in texts]
    pairs = [(int(one[1]), int(one[3])) for one in matches if one and len(one[4]) == _YEAR_DIGITS]
    # Day first, as the house reads, unless a whole column can only be month first.
    is_month_first = any(second > _MONTHS for _first, second in pairs) and all(
        first <= _MONTHS for first, _second in pairs
    )
    found = []
    for text, one in zip(texts, matches, strict=True):
        try:
            found.append(_ordinal(text.strip(), one, is_month_first=is_month_first))
        except ValueError:
            found.append(0)
    return found


def _ordinal(text: str, parts: re.Match[str] | None, *, is_month_first: bool) -> int:
    if parts is None:
        return dt.datetime.fromisoformat(text).toordinal()
    first, second, third = int(parts[1]), int(parts[3]), int(parts[4])
    if len(parts[1]) == _YEAR_DIGITS:
        return dt.date(first, second, third).toordinal()
    if len(parts[4]) != _YEAR_DIGITS:
        raise ValueError(text)
    day, month = (second, first) if is_month_first else (first, second)
    return dt.date(third, month, day).toordinal()


def _encoding(path: Path) -> str:
    """UTF-16 where the file says so, UTF-8 where it can be, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        chunk = file.read(_CHUNK)
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
