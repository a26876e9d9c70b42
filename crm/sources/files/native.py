"""Numbers and dates that a spreadsheet holds as such, written as the rest of the file is."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.sources.files.style import Style

_DATES = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}
# "00000" of postal codes: the number 1000 is shown, and meant, as 01000.
_ZEROS = re.compile(r"(?:\[[^\]]*\])?(0{2,20})(?:;.*)?(?:\\?-.*)?")
# What a calculation gives that cannot be made: "#N/A", "#REF!", "#DIV/0!" ...
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!)")
_DIGITS = 15
_YEAR_OF_NO_DATE = 1900


class Written:
    """Makes text of native values. One for a sheet: it remembers what its formats mean."""

    def __init__(self, style: Style) -> None:
        self._decimal = style.decimal or ","
        self._date = _DATES[style.dates]
        self._formats: dict[str, tuple[int, bool]] = {}

    def text(self, value: Any, cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
        """Of a cell that holds no text; its format says how many zeros lead, or "%"."""
        if value is None:
            return ""
        if type(value) is int or type(value) is float:
            zeros, is_percent = self._meant(cell.number_format)
            if is_percent:
                return self.number(round(value * 100, 10)) + "%"
            text = self.number(value)
            return text.zfill(zeros) if zeros and text.isdecimal() else text
        return self.plain(value)

    @staticmethod
    def string(value: str) -> str:
        """A text without what stands for a carriage return or a calculation that failed."""
        if "_x000D_" in value:
            value = value.replace("_x000D_", "")
        return "" if value[:1] == "#" and _ERROR.fullmatch(value) else value

    def plain(self, value: object) -> str:
        """Of a value without a format."""
        if isinstance(value, str):
            return self.string(value.replace("\0", ""))
        if isinstance(value, bool):
            return "True" if value else "False"
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, dt.datetime):
            return self._moment(value)
        if isinstance(value, dt.date):
            return value.strftime(self._date)
        return "" if value is None else str(value)

    def number(self, value: float) -> str:
        """The digits that Excel shows, never "1e+20", never ".0"."""
        if isinstance(value, int):
            return str(value)
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
            return ""
        text = format(value, f".{_DIGITS}g")
        if "e" in text:
            text = format(value, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".") if "e" not in text else text
        return text.replace(".", self._decimal)

    def _moment(self, value: dt.datetime) -> str:
        date = value.strftime(self._date)
        if value.time() == dt.time():
            return date
        return f"{date} {value:%H:%M:%S}"

    def _meant(self, number_format: str) -> tuple[int, bool]:
        known = self._formats.get(number_format)
        if known is None:
            first = (number_format or "").partition(";")[0]
            zeros = _ZEROS.fullmatch(first)
            known = (len(zeros[1]) if zeros else 0, first.rstrip().endswith("%"))
            self._formats[number_format] = known
        return known
