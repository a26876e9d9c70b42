"""A sheet's clients, checked: every fault with its row, and the figures of those that are right."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.batches import BrokenRow
from scoring.engine import clients
from scoring.engine.problems import Problem
from scoring.engine.tables import AMBIGUOUS, IDENTIFIER, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.sheets.opening import Sheet

# As many as one request of the API takes.
MOST: Final = 200_000
BATCH: Final = 5_000
# A figure's distinct texts that are remembered.
_REMEMBERED: Final = 100_000
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}\.\d{3}(?:\s?€)?")
# What people write instead of days, and instead of a number.
_DATE: Final = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?")
_SHARE: Final = re.compile(r"[\d.,]+\s?%")
_OF_DAYS: Final = frozenset(one.name for one in clients.FIELDS if one.unit == "days")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row and how to mend it.

    ``row`` counts the clients from 1, ``line`` is the row's number as the person who opens the
    file sees it; ``field`` is the column's own heading, empty where it is the row as a whole.
    """

    row: int
    line: int
    field: str
    value: str
    sentence: str


@dataclass(slots=True)
class Part:
    """Some rows of a sheet that are right, with their figures, and what is wrong with others.

    ``wrong`` has the cells of the others, by their row.
    """

    rows: list[tuple[str, ...]] = field(default_factory=list)
    figures: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, len(clients.FIELDS))))
    faults: list[Fault] = field(default_factory=list)
    wrong: dict[int, tuple[str, ...]] = field(default_factory=dict)


class Checker:
    """Checks the rows of a sheet, part by part; it remembers the identifiers it has seen."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._identifier = sheet.places.get(IDENTIFIER)
        self._has_commas = sheet.style.decimal == "," != sheet.style.delimiter
        self._seen: dict[str, int] = {}
        self._numbers: dict[str, float | str | None] = {}
        self._count = 0

    def parts(self) -> Iterator[Part]:
        """Yield all of the sheet, in its order.

        Raises:
            DomainError: there are more rows than are taken at a time.

        """
        rows: list[tuple[int, tuple[str, ...] | BrokenRow]] = []
        for line, row in self._sheet.table.rows():
            rows.append((line, self._cut(row)))
            if len(rows) >= BATCH:
                yield self._part(rows)
                rows = []
        if rows:
            yield self._part(rows)

    def _cut(self, row: tuple[str, ...] | BrokenRow) -> tuple[str, ...] | BrokenRow:
        """The row's named cells, where others stand beside the table."""
        width = len(self._sheet.columns)
        if isinstance(row, BrokenRow) and width < len(row.raw) <= self._sheet.widest:
            return tuple(row.raw.values())[:width]
        return row

    def _part(self, numbered: Sequence[tuple[int, tuple[str, ...] | BrokenRow]]) -> Part:
        first, self._count = self._count + 1, self._count + len(numbered)
        if self._count > MOST:
            sentence = _("The file has more than %(limit)d rows: split it.")
            raise DomainError(sentence % {"limit": MOST}, code="too_many_rows", field="file")
        lines = [line for line, _cells in numbered]
        read = [cells for _line, cells in numbered]
        broken = {place: row for place, row in enumerate(read) if isinstance(row, BrokenRow)}
        empty = ("",) * len(self._sheet.columns)
        cells = [empty if isinstance(row, BrokenRow) else row for row in read]
        figures, problems = self._figures(cells)
        problems += self._identifiers(cells, first)
        problems = [one for one in problems if one.index not in broken]
        faults = [self._misfit(first + place, row) for place, row in broken.items()]
        faults += [self._fault(one, first, lines) for one in problems]
        faults.sort(key=lambda one: one.row)
        bad = {one.row - first for one in faults}
        kept = [place for place in range(len(cells)) if place not in bad]
        wrong = {
            first + place: tuple(row.raw.values()) if (row := broken.get(place)) else cells[place]
            for place in sorted(bad)
        }
        return Part([cells[place] for place in kept], figures[kept], faults, wrong)

    def _figures(
        self, rows: Sequence[tuple[str, ...]]
    ) -> tuple[NDArray[np.float64], list[Problem]]:
        columns: dict[str, list[float | str | None]] = {}
        unclear: list[Problem] = []
        for name in clients.NAMES:
            place = self._sheet.places[name]
            columns[name] = [self._number(row[place]) for row in rows]
            for index, value in enumerate(columns[name]):
                if value == AMBIGUOUS or self._is_grouped(rows[index][place]):
                    unclear.append(Problem(index, name, rows[index][place], "ambiguous"))
                    columns[name][index] = math.nan
        told = {(one.index, one.field) for one in unclear}
        figures, problems = clients.inspect(columns)
        shown = [
            _as_written(one, rows[one.index][self._sheet.places[one.field]])
            for one in problems
            if (one.index, one.field) not in told
        ]
        return figures, unclear + shown

    def _is_grouped(self, cell: str) -> bool:
        """Whether "1.500" may well be 1500: the file's other numbers have decimal commas."""
        return self._has_commas and _GROUPED.fullmatch(cell.strip()) is not None

    def _number(self, cell: str) -> float | str | None:
        if cell in self._numbers:
            return self._numbers[cell]
        value = number(cell)
        if len(self._numbers) < _REMEMBERED:
            self._numbers[cell] = value
        return value

    def _identifiers(self, rows: Sequence[tuple[str, ...]], first: int) -> list[Problem]:
        """Those that are missing or occurred before; ``limit`` is the row in which."""
        place = self._identifier
        if place is None:
            return []
        found = []
        for index, row in enumerate(rows):
            text = row[place].strip()
            if not text:
                found.append(Problem(index, IDENTIFIER, "", "no_identifier"))
            elif (before := self._seen.setdefault(text, first + index)) != first + index:
                found.append(Problem(index, IDENTIFIER, text, "duplicate", before))
        return found

    def _misfit(self, row: int, broken: BrokenRow) -> Fault:
        cells, width = len(broken.raw), len(self._sheet.columns)
        if cells != width:
            told = Problem(row - 1, "", cells, "shape", width)
            return Fault(row, broken.number, "", str(cells), told.sentence)
        sentence = _("Row %(row)s: %(fault)s") % {"row": row, "fault": broken.sentence}
        return Fault(row, broken.number, "", "", sentence)

    def _fault(self, problem: Problem, first: int, lines: Sequence[int]) -> Fault:
        heading = self._sheet.columns[self._sheet.places[problem.field]]
        told = replace(problem, index=problem.index + first - 1, field=heading)
        return Fault(
            told.index + 1, lines[problem.index], heading, str(problem.value), told.sentence
        )


def _as_written(problem: Problem, cell: str) -> Problem:
    """The fault with the cell itself, and told more closely where its kind is plain to see."""
    code = problem.code
    if code == "text" and problem.field in _OF_DAYS and _DATE.fullmatch(cell.strip()):
        code = "moment"
    elif code == "text" and problem.field == "emails_opened" and _SHARE.fullmatch(cell.strip()):
        code = "share"
    return replace(problem, value=cell, code=code)
