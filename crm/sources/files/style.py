"""How a file is written, as far as reading it needs to know: found out, shown, changeable."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import SourceFile


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


# What a person may choose from; the first are what French offices write.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "encoding": ("utf-8", "cp1252", "iso8859-15", "cp850", "mac-roman", "utf-16"),
    "delimiter": (";", ",", "\t", "|"),
    "quotechar": ('"', "'", ""),
    "decimal": (",", "."),
    "thousands": ("", " ", ".", ",", "'"),
    # Day, month, year as they follow each other in "03/04/2026".
    "dates": ("dmy", "mdy", "ymd"),
    # Rows with fewer cells than the heading: refused, or their last cells taken as empty.
    "short_rows": ("refused", "padded"),
    # Lines of totals: told as rows that cannot be read, or left out without a word.
    "totals": ("reported", "left_out"),
}
_LONGEST_SHEET_NAME = 200
_LAST_HEADER_ROW = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How to read a file. ``header_row`` counts from 1; 0: there is none. Empty is unknown.

    ``sheet`` is the name of a spreadsheet's sheet, empty for the first with rows. ``fill_down``
    names columns that a row which leaves them all empty takes from the row above it.
    """

    format: str = Format.CSV
    encoding: str = "utf-8"
    delimiter: str = ";"
    quotechar: str = '"'
    sheet: str = ""
    header_row: int = 1
    decimal: str = ","
    thousands: str = ""
    dates: str = "dmy"
    short_rows: str = "refused"
    totals: str = "reported"
    fill_down: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Of what :meth:`to_json` gave; what is no part of a style is left out."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        kept["fill_down"] = tuple(kept.get("fill_down") or ())
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "fill_down": list(self.fill_down)}

    def changed(self, chosen: Mapping[str, Any]) -> Self:
        """The style with what a person chose; raises DomainError that names the wrong choice."""
        return replace(self, **checked(chosen))


def style_of(file: SourceFile) -> Style:
    """How the file is read: as detected, save where somebody chose otherwise."""
    return Style.from_json({**file.detected, **file.chosen})


def checked(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as a style holds them; raises DomainError."""
    found: dict[str, Any] = {}
    for name, value in chosen.items():
        if name in CHOICES and value in CHOICES[name]:
            found[name] = value
        elif name == "header_row" and _is_row(value):
            found[name] = int(value)
        elif name == "sheet" and isinstance(value, str) and len(value) <= _LONGEST_SHEET_NAME:
            found[name] = value
        elif name == "fill_down" and isinstance(value, list | tuple):
            found[name] = tuple(str(column) for column in value)
        else:
            raise _refused(name, value)
    return found


def _is_row(value: object) -> bool:
    return isinstance(value, int | str) and (
        str(value).isdecimal() and 0 <= int(value) <= _LAST_HEADER_ROW
    )


def _refused(name: str, value: object) -> DomainError:
    if name in CHOICES:
        sentence = _("“%(value)s” is no choice for %(name)s: choose one of %(choices)s.") % {
            "value": str(value)[:80],
            "name": name,
            "choices": ", ".join(repr(choice) for choice in CHOICES[name]),
        }
    else:
        sentence = _("%(name)s cannot be “%(value)s”.") % {"name": name, "value": str(value)[:80]}
    return DomainError(sentence, code="invalid_style", field=name, value=value)
