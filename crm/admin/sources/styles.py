"""How a file is read, in the words of a source's page: as found, and what a person may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from crm.sources.files.style import CHOICES, style_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict
    from django.utils.functional import _StrOrPromise

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


_LABELS: Mapping[str, _StrOrPromise] = {
    "encoding": gettext_lazy("Characters"),
    "delimiter": gettext_lazy("Columns separated by"),
    "quotechar": gettext_lazy("Texts between"),
    "sheet": gettext_lazy("Sheet"),
    "header_row": gettext_lazy("Row of headings"),
    "decimal": gettext_lazy("Decimal sign"),
    "thousands": gettext_lazy("Between thousands"),
    "dates": gettext_lazy("Order of dates"),
    "short_rows": gettext_lazy("Rows with too few cells"),
    "totals": gettext_lazy("Rows of totals"),
}
_WORDS: Mapping[tuple[str, str], _StrOrPromise] = {
    ("encoding", "utf-8"): "UTF-8",
    ("encoding", "cp1252"): "Windows-1252",
    ("encoding", "iso8859-15"): "ISO-8859-15",
    ("encoding", "cp850"): "DOS (cp850)",
    ("encoding", "mac-roman"): "Mac Roman",
    ("encoding", "utf-16"): "UTF-16",
    ("delimiter", ";"): gettext_lazy("semicolon ( ; )"),
    ("delimiter", ","): gettext_lazy("comma ( , )"),
    ("delimiter", "\t"): gettext_lazy("tab"),
    ("delimiter", "|"): gettext_lazy("bar ( | )"),
    ("quotechar", '"'): gettext_lazy('double quotes ( " )'),
    ("quotechar", "'"): gettext_lazy("single quotes ( ' )"),
    ("quotechar", ""): gettext_lazy("nothing"),
    ("header_row", "0"): gettext_lazy("none: the first row is data"),
    ("decimal", ","): gettext_lazy("comma: 12,50"),
    ("decimal", "."): gettext_lazy("point: 12.50"),
    ("thousands", ""): gettext_lazy("nothing: 1000"),
    ("thousands", " "): gettext_lazy("a space: 1 000"),
    ("thousands", "."): gettext_lazy("a point: 1.000"),
    ("thousands", ","): gettext_lazy("a comma: 1,000"),
    ("thousands", "'"): gettext_lazy("an apostrophe: 1'000"),
    ("dates", "dmy"): gettext_lazy("day/month/year"),
    ("dates", "mdy"): gettext_lazy("month/day/year"),
    ("dates", "ymd"): gettext_lazy("year-month-day"),
    ("short_rows", "refused"): gettext_lazy("are refused"),
    ("short_rows", "padded"): gettext_lazy("are read, the last cells empty"),
    ("totals", "reported"): gettext_lazy("are told of"),
    ("totals", "left_out"): gettext_lazy("are left out without a word"),
}


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
    return Setting(name, str(_LABELS[name]), chosen, found, _choices(file, name, chosen))


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


def word(name: str, value: str) -> str:
    """A choice as people say it."""
    return str(_WORDS.get((name, value), value))
