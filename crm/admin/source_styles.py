"""How a file is read, in the words of a source's page: as found, and what a person may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from crm.sources.files.style import CHOICES, style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from crm.models import SourceFile

# In a form: a choice that is empty; nothing chosen is empty itself.
NOTHING = "none"
TEXT = ("encoding", "delimiter", "decimal", "dates")
WORKBOOK = ("sheet", "header_row", "decimal", "dates")
# What seldom has to be changed: folded away.
MORE_OF_TEXT = ("header_row", "thousands", "quotechar", "short_rows", "totals")
MORE_OF_WORKBOOK = ("thousands", "totals")
# Headings further down are typed into the file itself.
_HEADER_ROWS = 40


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing about how a file is read: as found, as chosen, and what it may be."""

    name: str
    label: str
    chosen: str
    # Empty while a person's choice stands for it.
    detected: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Settings:
    first: list[Setting]
    more: list[Setting]
    # Columns, each with whether a row that leaves it empty takes it from the row above.
    fill_down: list[tuple[str, bool]] = field(default_factory=list)
    proposed_fill_down: str = ""

    @property
    def is_more_open(self) -> bool:
        """Somebody chose one of those that are folded away."""
        chosen = any(setting.chosen for setting in self.more)
        return chosen or any(is_filled for _name, is_filled in self.fill_down)


def settings_of(file: SourceFile) -> Settings:
    is_text = style_of(file).format == "csv"
    first, more = (TEXT, MORE_OF_TEXT) if is_text else (WORKBOOK, MORE_OF_WORKBOOK)
    filled = set(file.chosen.get("fill_down") or ())
    return Settings(
        [_setting(file, name) for name in first if name != "sheet" or _sheets(file)],
        [_setting(file, name) for name in more],
        [(column, column in filled) for column in file.columns],
        ", ".join(map(str, file.detected.get("proposed_fill_down") or ())),
    )


def posted(file: SourceFile, data: QueryDict) -> dict[str, Any]:
    """The file's choices with what the form says instead."""
    shown = settings_of(file)
    names = [setting.name for setting in (*shown.first, *shown.more)]
    # What the form does not name stays as somebody chose it elsewhere.
    chosen = {name: value for name, value in file.chosen.items() if name not in data}
    for name in names:
        value = data.get(name, "")
        if value:
            chosen[name] = "" if value == NOTHING else value
    if "fill_down_shown" in data:
        chosen["fill_down"] = data.getlist("fill_down")
    return {name: value for name, value in chosen.items() if name != "fill_down" or value}


def _setting(file: SourceFile, name: str) -> Setting:
    is_chosen = name in file.chosen
    found = "" if is_chosen else word(name, str(file.detected.get(name, "")))
    chosen = str(file.chosen[name]) or NOTHING if is_chosen else ""
    return Setting(name, _labels()[name], chosen, found, _choices(file, name, chosen))


def _choices(file: SourceFile, name: str, chosen: str) -> list[tuple[str, str]]:
    if name == "sheet":
        return [(sheet, sheet) for sheet in _sheets(file)]
    if name == "header_row":
        rows = [str(row) for row in range(_HEADER_ROWS + 1)]
        rows += [chosen] if chosen and chosen not in rows else []
        return [(row, word(name, row)) for row in rows]
    return [(value or NOTHING, word(name, value)) for value in CHOICES[name]]


def _sheets(file: SourceFile) -> list[str]:
    sheets = [str(sheet) for sheet in file.detected.get("sheets") or ()]
    return sheets if len(sheets) > 1 else []


def _labels() -> dict[str, str]:
    return {
        "encoding": _("Characters"),
        "delimiter": _("Columns separated by"),
        "quotechar": _("Texts between"),
        "sheet": _("Sheet"),
        "header_row": _("Row of headings"),
        "decimal": _("Decimal sign"),
        "thousands": _("Between thousands"),
        "dates": _("Order of dates"),
        "short_rows": _("Rows with too few cells"),
        "totals": _("Rows of totals"),
    }


def word(name: str, value: str) -> str:
    """A choice as people say it."""
    words = {
        ("encoding", "utf-8"): "UTF-8",
        ("encoding", "cp1252"): "Windows-1252",
        ("encoding", "iso8859-15"): "ISO-8859-15",
        ("encoding", "cp850"): "DOS (cp850)",
        ("encoding", "mac-roman"): "Mac Roman",
        ("encoding", "utf-16"): "UTF-16",
        ("delimiter", ";"): _("semicolon ( ; )"),
        ("delimiter", ","): _("comma ( , )"),
        ("delimiter", "\t"): _("tab"),
        ("delimiter", "|"): _("bar ( | )"),
        ("quotechar", '"'): _('double quotes ( " )'),
        ("quotechar", "'"): _("single quotes ( ' )"),
        ("quotechar", ""): _("nothing"),
        ("header_row", "0"): _("none: the first row is data"),
        ("decimal", ","): _("comma: 12,50"),
        ("decimal", "."): _("point: 12.50"),
        ("thousands", ""): _("nothing: 1000"),
        ("thousands", " "): _("a space: 1 000"),
        ("thousands", "."): _("a point: 1.000"),
        ("thousands", ","): _("a comma: 1,000"),
        ("thousands", "'"): _("an apostrophe: 1'000"),
        ("dates", "dmy"): _("day/month/year"),
        ("dates", "mdy"): _("month/day/year"),
        ("dates", "ymd"): _("year-month-day"),
        ("short_rows", "refused"): _("are refused"),
        ("short_rows", "padded"): _("are read, the last cells empty"),
        ("totals", "reported"): _("are told of"),
        ("totals", "left_out"): _("are left out without a word"),
    }
    return words.get((name, value), value)
