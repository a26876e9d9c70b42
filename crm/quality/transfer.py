"""Quarantine as a sheet: out with the problem beside the row, mended, and in again."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx, unquoted
from crm.models import StagedRow
from crm.quality import row_hashes
from crm.quality.staged_reader import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from crm.models import SourceTable

State = StagedRow.State
# Rows of one file: it is read within a request.
MOST = 20_000
_DECIMAL_COMMA = re.compile(r"\d,\d")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one row of the file; ``row`` as the person who opens the file counts."""

    row: int
    staged_id: int
    sentence: str


@dataclass(slots=True)
class Report:
    mended: int = 0
    unchanged: int = 0
    errors: list[Told] = field(default_factory=list)


def header(table: SourceTable) -> list[str]:
    """Our three columns, then the table's own."""
    columns = columns_of(table)
    return [*_own(columns), *columns]


def rows(table: SourceTable, chosen: QuerySet[StagedRow]) -> Iterator[list[object]]:
    """The rows, as mended where they are; formats guard what a spreadsheet would run."""
    columns = columns_of(table)
    for row in chosen.filter(table=table).order_by("row_number", "pk").iterator(chunk_size=1000):
        values = row.raw if row.mended is None else row.mended
        texts = [values.get(column, "") for column in columns]
        yield [row.row_number, row.sentence, row.pk, *texts]


def take_back(table: SourceTable, data: bytes, *, filename: str, by: User | None) -> Report:
    """Mend the rows that the file gives other values; all of it or, on a fault, none.

    Rows are found by their id; a column that is not in the file stays as it is. Raises DomainError
    where the file cannot be read as this table's.
    """
    cells = _read(data, filename)
    heading_at = next((place for place, line in enumerate(cells) if any(line)), None)
    if heading_at is None:
        raise DomainError(_("The file is empty."), code="empty_file", field="file")
    heading = [unquoted(str(cell).strip()) for cell in cells[heading_at]]
    columns = columns_of(table)
    numbers, problems, ids = _own(columns)
    if ids not in heading:
        sentence = _("The column “%(id)s” is missing: give the file as it was exported.")
        raise DomainError(sentence % {"id": ids}, code="no_id", field="file")
    unknown = [name for name in heading if name and name not in {numbers, problems, ids, *columns}]
    if unknown:
        sentence = _("The table has no column “%(column)s”: remove it from the file.")
        words = {"column": unknown[0]}
        raise DomainError(sentence % words, code="unknown_column", field="file", value=unknown[0])
    given = _given(cells[heading_at + 1 :], heading, ids, first=heading_at + 2)
    places = {name: place for place, name in enumerate(heading) if name in set(columns)}
    return _mend(table, given, places, by)


def _given(
    lines: Sequence[Sequence[Any]], heading: Sequence[str], ids: str, *, first: int
) -> dict[int, tuple[int, Sequence[Any]]]:
    """The lines by id, each with its number in the file; ids that are none are negative."""
    found: dict[int, tuple[int, Sequence[Any]]] = {}
    place = heading.index(ids)
    for number, line in enumerate(lines, start=first):
        if not any(str(cell).strip() for cell in line):
            continue
        row_id = id_in(str(line[place]).strip()) if len(line) > place else 0
        # A second line with one id: both are told.
        key = row_id if row_id and row_id not in found else -number
        found[key] = (number, line)
    return found


def _mend(
    table: SourceTable,
    given: dict[int, tuple[int, Sequence[Any]]],
    places: dict[str, int],
    by: User | None,
) -> Report:
    report = Report()
    with transaction.atomic():
        locked = table.staged_rows.select_for_update(no_key=True).order_by("pk")
        known = locked.in_bulk([key for key in given if key > 0])
        changed = []
        for key, (number, line) in given.items():
            row = known.get(key)
            if row is None or row.state == State.DISMISSED:
                report.errors.append(_refused(number, key, row))
                continue
            before = row.raw if row.mended is None else row.mended
            after = {**before, **_values(line, places, before)}
            if after == before:
                report.unchanged += 1
                continue
            row.mended, row.state, row.changed_by = after, State.MENDED, by
            changed.append(row)
        StagedRow.objects.bulk_update(changed, ["mended", "state", "changed_by"], batch_size=500)
        report.mended = len(changed)
    return report


def _refused(number: int, key: int, row: StagedRow | None) -> Told:
    if row is not None:
        return Told(number, key, _("This row was dismissed: bring it back first."))
    if key < 0:
        return Told(number, 0, _("The id is missing, no number, or there twice: left alone."))
    return Told(number, key, _("No row in quarantine has this id: it was solved in the meantime."))


def _values(line: Sequence[Any], places: dict[str, int], before: dict[str, str]) -> dict[str, str]:
    comma = any(_DECIMAL_COMMA.search(text) for text in before.values())
    found = {}
    for name, place in places.items():
        old = before.get(name, "")
        text = _as_text(line[place], comma=comma) if place < len(line) else ""
        if text != old and not _is_same(old, text):
            found[name] = row_hashes.clean(text)
    return found


def _is_same(old: str, new: str) -> bool:
    """Whether the spreadsheet, not the person, changed it: 01200 is 1200 after saving."""
    if old.strip() == new.strip():
        return True
    return old.isdecimal() and new.isdecimal() and old.lstrip("0") == new.lstrip("0")


def _as_text(cell: object, *, comma: bool) -> str:
    """A cell as the source would write it: decimals as the row's others, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, dt.datetime):
        is_day = cell.time() == dt.time.min
        return cell.date().isoformat() if is_day else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float):
        text = f"{cell:.10f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if comma else text
    return unquoted(str(cell))


def _read(data: bytes, filename: str) -> list[list[Any]]:
    ending = PurePath(filename).suffix.lower()
    reader = Xlsx() if ending in {".xlsx", ".xlsm"} else Csv()
    cells = reader.read(data)
    if len(cells) > MOST:
        sentence = _("The file has %(rows)d rows: import at most %(limit)d at a time.")
        words = {"rows": len(cells), "limit": MOST}
        raise DomainError(sentence % words, code="too_many_rows", field="file")
    return cells


def _own(columns: Sequence[str]) -> tuple[str, str, str]:
    """Names of our columns that none of the table's has."""
    names = []
    for name in (_("row"), _("problem"), "id"):
        own = name
        while own in columns:
            own = f"_{own}"
        names.append(own)
    return names[0], names[1], names[2]


def as_xlsx(table: SourceTable, chosen: QuerySet[StagedRow]) -> bytes:
    """The workbook."""
    out = io.BytesIO()
    Xlsx().write(out, header(table), rows(table, chosen))
    return out.getvalue()
