"""Tables of clients and of purchases as CSV or XLSX files, every fault told by row and field."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Xlsx, decode, delimiter_of
from scoring.engine import clients
from scoring.engine.problems import InvalidClients, Problem
from scoring.training.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Meaning = Callable[[str], str | None]

OUTCOME: Final = "converted"
AS_OF: Final = "as_of"
IDENTIFIER: Final = "customer_id"
_PLAIN: Final = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE
)
_EURO: Final = re.compile(
    r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[+-]?\d{1,3}(?:['\u2019]\d{3})+(?:[.,]\d+)?"
    r"|[+-]?\d+,\d+"
)
# Both marks, so that each can only be one thing: "1.234,50" and "1,234.50".
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,|(?:,\d{3})+\.)\d+")
_TWO_WAYS: Final = re.compile(r"[+-]?\d{1,3},\d{3}")
# A currency on either side, as people write it into a cell.
_CURRENCY: Final = re.compile(
    r"^(?:[€$£]|EUR|USD|GBP|CHF|MAD|DHS?)\s*"
    r"|\s*(?:[€$£]|euros?|EUR|USD|GBP|CHF|MAD|DHS?)$",
    re.IGNORECASE,
)
# What a number that can be read in two ways is read as.
AMBIGUOUS: Final = "\0ambiguous"
_ZIP: Final = b"PK\x03\x04"
_MISSING: Final = frozenset({"", "null", "none", "n/a"})
_TRUTHS: Final = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


def read_clients(path: Path, meaning: Meaning | None = None) -> Dataset:
    """Read clients with their outcomes (column ``converted``), and perhaps their day (``as_of``).

    ``meaning`` tells the field that a heading stands for, where it is not the field's own name.

    Raises:
        InvalidClients: values are wrong; every one is told.
        DomainError: the file cannot be read, or lacks a column.
        OSError: there is no such file.

    """
    dataset, problems = inspect_clients(path, meaning)
    if problems:
        raise InvalidClients(problems)
    return dataset


def inspect_clients(path: Path, meaning: Meaning | None = None) -> tuple[Dataset, list[Problem]]:
    """Read clients and all that is wrong with them, by row.

    Raises:
        DomainError: the file cannot be read, or lacks a column.
        OSError: there is no such file.

    """
    columns, problems = _columns(path, (*clients.NAMES, OUTCOME), meaning)
    broken = {one.index for one in problems}
    figures: dict[str, list[float | str | None]] = {}
    unclear: list[Problem] = []
    for name in clients.NAMES:
        figures[name] = []
        for index, cell in enumerate(columns[name]):
            value = number(cell)
            if value == AMBIGUOUS:
                unclear.append(Problem(index, name, cell, "ambiguous"))
                value = 0.0
            figures[name].append(value)
    rows, found = clients.inspect(figures)
    found = [replace(one, value=columns[one.field][one.index]) for one in found]
    problems += unclear + [one for one in found if one.index not in broken]
    if IDENTIFIER in columns:
        ids = [cell.strip() for cell in columns[IDENTIFIER]]
        problems += [one for one in clients.duplicates(ids) if one.index not in broken]
    bought = np.zeros(len(rows), dtype=np.int64)
    for index, cell in enumerate(columns[OUTCOME]):
        outcome = _TRUTHS.get(cell.strip())
        if outcome is not None:
            bought[index] = outcome
        elif index not in broken:
            problems.append(Problem(index, OUTCOME, cell, "outcome"))
    moments = _days(columns[AS_OF], AS_OF, problems) if AS_OF in columns else None
    problems.sort(key=lambda one: one.index)
    return Dataset(rows, bought, moments), problems


def number(cell: str) -> float | str | None:
    """Return a cell's number, None for none, or its text where it is not a number.

    A decimal comma, thousands that are parted and a currency are understood. What can be
    read in two ways ("1,500") is told from other text by its value.
    """
    text = cell.strip()
    if text.lower() in _MISSING:
        return None
    if _PLAIN.fullmatch(text):
        return float(text)
    text = _CURRENCY.sub("", text)
    if _TWO_WAYS.fullmatch(text):
        return AMBIGUOUS
    if _PLAIN.fullmatch(text):
        return float(text)
    if _EURO.fullmatch(text) or _GROUPED.fullmatch(text):
        return float(_marked_by_point(text))
    return text


def _marked_by_point(text: str) -> str:
    """Without what stands between thousands; the last mark is the decimal one."""
    *groups, part = re.split("[.,]", text)
    return re.sub(r"[\s'\u2019]", "", "".join(groups) + "." + part if groups else part)


def _days(cells: Sequence[str], field: str, problems: list[Problem]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    for cell in set(cells):
        try:
            known[cell] = dt.datetime.fromisoformat(cell.strip()).toordinal()
        except ValueError:
            known[cell] = 0
    problems += [
        Problem(index, field, cell, "date") for index, cell in enumerate(cells) if not known[cell]
    ]
    return np.fromiter((known[cell] for cell in cells), np.int64, len(cells))


def twice(field: str, first: str, second: str) -> DomainError:
    """Two headings of a file mean the same field: nobody can tell which to take."""
    sentence = _(
        "The columns “%(first)s” and “%(second)s” both stand for %(field)s: rename or remove one."
    )
    values = {"first": first, "second": second, "field": field}
    return DomainError(sentence % values, code="column_twice", field=field, value=second)


def _rows(path: Path) -> list[list[str]]:
    """All rows that are not empty, as text."""
    data = path.read_bytes()
    if data.startswith(_ZIP):
        return [list(map(str, row)) for row in Xlsx().read(data) if row]
    text = decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        raise DomainError(
            _("The file %(name)s is no CSV file: %(error)s.") % {"name": path.name, "error": error},
            code="unreadable",
        ) from error


def _named(header: Sequence[str], meaning: Meaning | None) -> list[str]:
    """The fields' names; what a heading means counts where no other is called so."""
    plain = [name.strip().lower() for name in header]
    if meaning is None:
        return plain
    names = []
    for name, written in zip(plain, header, strict=True):
        meant = meaning(written.strip())
        names.append(meant if meant and meant not in plain else name)
    return names


def _columns(
    path: Path, needed: Sequence[str], meaning: Meaning | None = None
) -> tuple[dict[str, list[str]], list[Problem]]:
    """Return a file's columns as text, and a problem for each row of another length."""
    first, *rows = _rows(path) or [[]]
    header = _named(first, meaning)
    missing = [name for name in needed if name not in header]
    if missing:
        raise DomainError(
            _("The file %(name)s lacks these columns: %(missing)s.")
            % {"name": path.name, "missing": ", ".join(missing)},
            code="missing_column",
            field=missing[0],
        )
    for name in needed:
        if header.count(name) > 1:
            places = (place for place, one in enumerate(header) if one == name)
            one, two = (first[place] for place in islice(places, 2))
            raise twice(name, one, two)
    width = len(header)
    problems = [
        Problem(index, "", len(row), "shape", width)
        for index, row in enumerate(rows)
        if len(row) != width
    ]
    # A row of another length says nothing about any column.
    wrong = {one.index for one in problems}
    columns: dict[str, list[str]] = {
        name: ["" if index in wrong else row[place] for index, row in enumerate(rows)]
        # Of two identifiers the first.
        for place, name in reversed(list(enumerate(header)))
    }
    return columns, problems
