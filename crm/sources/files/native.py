"""Numbers and dates that a spreadsheet holds as such, written as the rest of the file is."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.sources.files.style import Style

_DATES = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}
# "00000" of postal codes: the number 1000 is shown, and meant, as 01000.
_ZEROS = re.compile(r"(?:\[[^\]]*\])?(0{2,20})")
# What a calculation gives that cannot be made: "#N/A", "#REF!", "#DIV/0!" ...
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!)")
# What a float holds for sure.
_DIGITS = 15
# Days from here on; the first is one that never was (29 February 1900).
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - as above
_LAST_DAY = 2_958_465
# Prices and dates repeat: this many are remembered.
_REMEMBERED = 50_000


class Written:
    """Makes text of native values; one for a sheet: it remembers what it has written."""

    def __init__(self, style: Style, formats: Sequence[str] = (), *, is_1904: bool = False) -> None:
        self._decimal = style.decimal or ","
        self._date = _DATES[style.dates]
        self._epoch = _EPOCH_1904 if is_1904 else _EPOCH
        self._ways = {str(number): self._way(code) for number, code in enumerate(formats)}
        self._memory: dict[tuple[str, str], str] = {}

    def raw(self, text: str, style: str) -> str:
        """A number of a workbook's XML with the number of its cell's style."""
        known = self._memory.get((text, style))
        if known is None:
            known = self._made(text, style)
            if len(self._memory) < _REMEMBERED:
                self._memory[text, style] = known
        return known

    def _made(self, text: str, style: str) -> str:
        """What is no number after all is a text."""
        try:
            value: float = int(text) if len(text) <= _DIGITS and text.isdecimal() else float(text)
        except ValueError:
            return text
        if value in (float("inf"), float("-inf")) or value != value:  # noqa: PLR0124 - NaN
            return text
        return self._ways.get(style, self.number)(value)

    def iso(self, text: str) -> str:
        """A date of a workbook's XML that is written as ISO has it."""
        try:
            return self.plain(dt.datetime.fromisoformat(text.strip()))
        except ValueError:
            return text

    @staticmethod
    def string(value: str) -> str:
        """A text without what stands for a carriage return or a calculation that failed."""
        if "_x000D_" in value:
            value = value.replace("_x000D_", "")
        return "" if value[:1] == "#" and _ERROR.fullmatch(value) else value

    def plain(self, value: object) -> str:
        """A Python value of a reader that knows no formats."""
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
            text = f"{value:.20f}".rstrip("0").rstrip(".")
        return text.replace(".", self._decimal)

    def _way(self, code: str) -> Callable[[float], str]:
        """How numbers of this format are written."""
        from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415 - slow import

        first = code.partition(";")[0].strip()
        if zeros := _ZEROS.fullmatch(first):
            return partial(self._padded, len(zeros[1]))
        if first.endswith("%"):
            return self._percent
        return self._serial if code and is_date_format(code) else self.number

    def _padded(self, zeros: int, value: float) -> str:
        text = self.number(value)
        return text.zfill(zeros) if text.isdecimal() else text

    def _percent(self, value: float) -> str:
        return self.number(float(round(value * 100, 10))) + "%"

    def _serial(self, value: float) -> str:
        """Days since the epoch; what is no day stays a number."""
        if not 0 <= value <= _LAST_DAY:
            return self.number(value)
        seconds = round(value % 1 * 86_400)
        moment = self._epoch + dt.timedelta(days=int(value), seconds=seconds)
        if value < 1:
            return moment.strftime("%H:%M:%S")
        return self._moment(moment)

    def _moment(self, value: dt.datetime) -> str:
        date = value.strftime(self._date)
        return date if value.time() == dt.time() else f"{date} {value:%H:%M:%S}"
