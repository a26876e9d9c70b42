"""Days as days since 1970, out of texts that all follow one order."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _

from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations.dates import date_reader
from crm.recommendations.files.tables import UnreadableRow
from crm.sources.files import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

_EPOCH = dt.date(1970, 1, 1)
_SECONDS = 86_400
# A date of figures with a time behind it: its day is looked at once.
_TIME_BEHIND = re.compile(r"[T ][ ]*[0-9]{1,2}[:h.][0-9]{0,2}", re.ASCII)
_DAY_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]+)?", re.ASCII)
_UNIX = re.compile(r"[0-9]{9,10}|[0-9]{13}", re.ASCII)
_MILLISECONDS = 13
_FORMS = {
    "dmy": "31/12/2024",
    "mdy": "12/31/2024",
    "ymd": "2024-12-31",
    "excel": "45657",
}


def day_part(text: str) -> str:
    """Without the time of day, where one follows: as few different texts as there are days."""
    behind = _TIME_BEHIND.search(text, 6)
    if behind is None or not text[:1].isdigit():
        return text
    return text[: behind.start()]


def read_days(texts: Mapping[str, int], heading: str) -> NDArray[np.int32]:
    """The day of each text; its value is the row it stands in first, which an error names."""
    order = _order(texts)
    read = _reader(order)
    days = []
    for text, row in texts.items():
        try:
            days.append(read(text))
        except Unreadable:
            sentence = _("“%(value)s” in column “%(column)s” is not a date. Write it as %(form)s.")
            told = {"value": text[:80], "column": heading, "form": _FORMS.get(order, _FORMS["ymd"])}
            raise UnreadableRow(row, sentence % told, field="date", value=text) from None
    return np.asarray(days, dtype=np.int32)


def _order(texts: Collection[str]) -> str:
    """How all of them are written, by those that can be read in one way only."""
    if texts and all(map(_UNIX.fullmatch, texts)):
        return "unix"
    # 20241231 has eight figures.
    if texts and all(map(_DAY_NUMBER.fullmatch, texts)):
        return "excel"
    return cells.date_order(([text] for text in texts), "dmy")


def _reader(order: str) -> Callable[[str], int]:
    if order == "unix":
        return lambda text: int(text[:-3] if len(text) == _MILLISECONDS else text) // _SECONDS
    read = date_reader(order)

    def day(text: str) -> int:
        try:
            value = read(text)
        except Doubtful as doubtful:
            value = doubtful.value
        return (value - _EPOCH).days

    return day
