"""The rows of a sheet of messages: their cells as what a message is submitted with."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats
from backoffice.core.spreadsheets.widgets import DATE_FORMATS, Day, Text
from backoffice.core.text import words
from support.incoming import submitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Our columns, and what else sheets call them, without accents and punctuation.
COLUMNS = {
    "email": ("e mail", "mail", "courriel", "email client", "adresse e mail", "customer email"),
    "name": ("nom", "nom prenom", "client", "customer name", "customer"),
    "message": ("texte", "text", "message initial", "contenu", "demande"),
    "subject": ("objet", "sujet"),
    "order_number": (
        "commande",
        "id commande",
        "numero commande",
        "numero de commande",
        "n commande",
        "order",
        "order number",
    ),
    "phone": ("telephone", "tel", "portable", "mobile"),
    "date": ("recu le", "date reception", "sent at", "date message"),
    "id": ("identifiant", "external id", "reference", "ref"),
}
FRENCH_COLUMNS = ("e-mail", "nom", "message", "objet", "commande", "téléphone", "date", "id")
_BY_HEADING = {
    heading: name
    for name, others in COLUMNS.items()
    for heading in (" ".join(words(name.replace("_", " "))), *others)
}
EARLIEST = dt.date(2000, 1, 1)
# The digits of a time behind a day: "12/04/2026 10:30".
_TIMES = ("%H:%M", "%H:%M:%S", "%Hh%M")
SHOWN = 80
_CELL = Text()


@dataclass(frozen=True, slots=True)
class Planned:
    """A message of the file: ``given`` are the arguments of ``intake.submit``."""

    row: int
    given: dict[str, str]
    sent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RowError:
    """``row`` as the spreadsheet counts it: the heading is row 1."""

    row: int
    field: str
    value: str
    sentence: str

    def __str__(self) -> str:
        place = _("row %(row)s, %(field)s") % {"row": self.row, "field": self.column}
        return _("%(title)s: %(value)s") % {"title": place, "value": self.sentence}

    @property
    def column(self) -> str:
        """What the heading of an empty file calls the field."""
        return dict(zip(COLUMNS, FRENCH_COLUMNS, strict=True)).get(self.field, self.field)


def read(data: bytes, *, filename: str) -> Iterator[Planned | RowError]:
    """The messages of a CSV or XLSX file one after the other, or what is wrong with a row.

    ``DomainError`` where the file itself cannot be used.
    """
    names: list[str] | None = None
    seen: dict[str, int] = {}
    for number, cells in enumerate(_cells(data, filename), start=1):
        if not _has_words(cells):
            continue
        if names is None:
            names = _columns(cells)
            continue
        yield _row(number, names, cells, seen)
    if names is None:
        raise DomainError(_("The file is empty."), code="empty_file")


def _cells(data: bytes, filename: str) -> Iterator[Sequence[Any]]:
    if PurePath(filename).suffix.lower() in {".xlsx", ".xlsm"}:
        yield from formats.Xlsx().read(data)
        return
    text = formats.decode(data)
    try:
        # One line at a time, where the import of other rows holds all of them.
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=formats.delimiter_of(text))
    except csv.Error as error:
        sentence = _("The file cannot be read (%(detail)s). Save it again as CSV or XLSX.")
        raise DomainError(sentence % {"detail": error}, code="unreadable_file") from error


def _columns(heading: Sequence[Any]) -> list[str]:
    given = [str(cell).strip() for cell in heading]
    names = [_BY_HEADING.get(" ".join(words(cell.replace("_", " "))), "") for cell in given]
    known = {"known": ", ".join(FRENCH_COLUMNS)}
    # A column that nobody reads is data lost without a word.
    unknown = [cell for cell, name in zip(given, names, strict=True) if cell and not name]
    if unknown:
        sentence = _("Unknown columns: %(unknown)s. Known columns: %(known)s.")
        raise DomainError(
            sentence % {"unknown": ", ".join(unknown), **known}, code="unknown_column"
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        sentence = _("Columns given twice: %(columns)s.")
        raise DomainError(sentence % {"columns": ", ".join(twice)}, code="column_twice")
    if "message" not in names:
        sentence = _("The file lacks the column %(missing)s. Known columns: %(known)s.")
        raise DomainError(sentence % {"missing": "message", **known}, code="missing_column")
    return names


def _row(
    number: int, names: Sequence[str], cells: Sequence[Any], seen: dict[str, int]
) -> Planned | RowError:
    width = len(names)
    if _has_words(cells[width:]):
        sentence = _("The row has more cells than the heading: quote or remove them.")
        return RowError(number, "", "", sentence)
    given: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    given |= {name: cell for name, cell in zip(names, cells, strict=False) if name}
    try:
        sent_at = moment_of(given["date"])
        plain = submitting.checked(
            text=_CELL.clean(given["message"]),
            external_id=_CELL.clean(given["id"]),
            **{
                name: _CELL.clean(given[name])
                for name in ("email", "name", "phone", "subject", "order_number")
            },
        )
    except DomainError as error:
        field = "message" if error.field == "text" else error.field or ""
        return RowError(number, field, _short(error.value or ""), str(error.sentence))
    key = plain["external_id"]
    if key and key in seen:
        sentence = _("Row %(row)d has the same id: every message needs its own.")
        return RowError(number, "id", _short(key), sentence % {"row": seen[key]})
    if key:
        seen[key] = number
    else:
        plain["external_id"] = _digest(plain, sent_at)
    return Planned(number, plain, sent_at)


def moment_of(cell: object) -> dt.datetime | None:
    """When a cell says: a day, a day and a time, or a date of Excel; None where it is empty.

    ``DomainError`` where it is none, lies in the future, or before 2000.
    """
    moment = _moment(cell)
    if moment is None:
        return None
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment.date() < EARLIEST or moment > timezone.now() + dt.timedelta(days=1):
        raise _no_date(cell, _("“%(value)s” lies in the future, or before 2000."))
    return min(moment, timezone.now())


def _moment(cell: object) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time.min)
    text = _CELL.clean(cell)
    if not text:
        return None
    try:
        if found := parse_datetime(text):
            return found
    except ValueError:
        # Well formed, but no such day: told below.
        pass
    day, _space, clock = text.partition(" ")
    for form in DATE_FORMATS:
        for time in _TIMES:
            try:
                return dt.datetime.strptime(f"{day} {clock}", f"{form} {time}")  # noqa: DTZ007 - the caller makes it aware
            except ValueError:
                continue
    try:
        found_day = Day().clean(text)
    except ValueError as error:
        raise _no_date(cell, _("“%(value)s” is no date: write 15/01/2026 10:30.")) from error
    return dt.datetime.combine(found_day, dt.time.min) if found_day else None


def _no_date(cell: object, sentence: str) -> DomainError:
    value = _short(cell)
    return DomainError(sentence % {"value": value}, code="date", field="date", value=value)


def _digest(given: dict[str, str], sent_at: dt.datetime | None) -> str:
    """A name for a message that has none: the same words of the same person are the same one."""
    facts = [given[name] for name in ("email", "phone", "subject", "order_number", "text")]
    whole = "\n".join([*facts, sent_at.isoformat() if sent_at else ""])
    return f"sha256-{hashlib.sha256(whole.encode()).hexdigest()[:40]}"


def _has_words(cells: Sequence[Any]) -> bool:
    return any(str(cell).strip() for cell in cells)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
