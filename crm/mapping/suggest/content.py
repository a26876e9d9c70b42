"""What a column's values look like: shares of its filled cells, 0-1."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from crm.mapping.builtin import sale_states
from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations import prepare
from crm.mapping.transformations.bottles import bottles_of
from crm.mapping.transformations.flags import flag_of
from crm.mapping.transformations.places import country_of, currency_of, language_of
from crm.mapping.transformations.texts import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.mapping.context import Context

# Cells looked at; shapes are plain after as many.
LOOKED_AT = 200
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_POSTAL = re.compile(
    r"(?:(?:[A-Z]{1,2}[- ])?[0-9]{4,5}(?:[ -][0-9A-Z]{2,4})?"
    r"|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[0-9]{3} ?[0-9]{2}|[0-9]{2}-[0-9]{3}"
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[0-9]{3}-[0-9]{4})(?:\.0)?"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[.,]0)?")
_NO_YEAR = {"nm", "n.m.", "nv", "sa", "s.a.", "-", "0", "non millésimé"}
_DIGITS = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_HTML = re.compile(
    r"<(?:p|br|div|ul|ol|li|strong|b|i|em|span|h[1-6]|a|table)\b[^>]*>"
    r"|&[a-z]{2,8};|&#\d+;",
    re.IGNORECASE,
)
# Says how much, not only of what: neither "carton kraft" nor "250 x 170 mm" does.
_SIZED = re.compile(
    r"[0-9]\s*(?:[cmd]?l|litres?)\b|magnum|demi|bouteille|bottle|j[ée]roboam|flasche|botella"
    r"|\b(?:carton|caisse|coffret|case|box|kiste|caja|pack|bib)s?\b\D{0,12}[0-9]",
    re.IGNORECASE,
)
_TIME = re.compile(r"[0-2]?[0-9](?:[:hH][0-5][0-9]){1,2}(?:\s?[ap]m)?", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")
# Forms that also read years of two figures.
_ORDERS = {"dmy": "dd/mm/yy", "mdy": "mm/dd/yy", "ymd": "yyyy-mm-dd", "excel": "excel"}
# Decimals behind the other style's sign.
_WITH_DOT = re.compile(r"\.(?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])")
_WITH_COMMA = re.compile(r",(?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])")
_FOREIGN = {"fr": _WITH_DOT, "en": _WITH_COMMA, "iso": _WITH_COMMA}
_GUARD = "'"


@dataclass(slots=True)
class Column:
    """One column, seen from its cells. ``count`` 0: nothing is known."""

    heading: str
    count: int = 0
    # The share of the rows that have a value.
    filled: float = 0.0
    different: float = 0.0
    length: float = 0.0
    share: dict[str, float] = field(default_factory=dict)
    dates: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    # The middle one of what reads as numbers.
    middle: float = 0.0
    values: tuple[str, ...] = ()
    # Cells that stand for nothing: "-", "N/A".
    nothings: tuple[str, ...] = ()

    def of(self, kind: str) -> float:
        """The share of the cells that are of this kind."""
        return self.share.get(kind, 0.0)

    @property
    def date(self) -> float:
        return max(self.dates.values(), default=0.0)

    @property
    def number(self) -> float:
        return max(self.numbers.values(), default=0.0)


def look_at(heading: str, cells: Sequence[str], context: Context) -> Column:
    """The column's shape, from its first filled cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    said = [cell for cell in filled if cell.lower() not in NOTHING]
    column = Column(heading, len(said))
    column.nothings = tuple({cell for cell in filled if cell.lower() in NOTHING})
    if not said:
        return column
    column.filled = len(said) / len(cells)
    column.different = len(set(said)) / len(said)
    times = Counter(said)
    kinds = list(times)[:LOOKED_AT]
    whole = sum(times[cell] for cell in kinds)

    def share(worth: Callable[[str], float]) -> float:
        """Of the cells, not of the different ones: three odd ones among 400 are dirt."""
        return sum(worth(cell) * times[cell] for cell in kinds) / whole

    column.values = tuple(kinds)
    column.length = sum(map(len, kinds)) / len(kinds)
    for name, is_kind in _kinds(context).items():
        column.share[name] = share(is_kind)
    if not any(map(_YEAR.fullmatch, kinds)):
        # "0" in all rows stands for nothing, not for wines without a vintage.
        column.share["year"] = 0.0
    for order, form in _ORDERS.items():
        read = _reader("parse_date", context, format=form)
        column.dates[order] = share(partial(_reads, read))
    if column.dates["excel"] and not _are_days(kinds):
        column.dates["excel"] = 0.0
    for style in ("fr", "en", "iso"):
        read = _reader("parse_decimal", context, style=style)
        foreign = _FOREIGN[style]
        # What only reads because it leaves no choice counts half.
        column.numbers[style] = share(partial(_reads_well, read, foreign))
    column.middle = _middle(said[:LOOKED_AT], context, column)
    return column


def _kinds(context: Context) -> dict[str, Callable[[str], bool]]:
    phone = _reader("parse_phone", context)
    return {
        "email": lambda cell: bool(_EMAIL.search(cell)),
        "phone": lambda cell: len(re.sub(r"\D", "", cell)) >= 8 and _reads(phone, cell),  # noqa: PLR2004 - shorter ones are codes
        "flag": lambda cell: flag_of(cell) is not None,
        "country": lambda cell: bool(country_of(cell)) and not cell.isdigit(),
        "language": lambda cell: bool(language_of(cell)),
        "currency": lambda cell: bool(currency_of(cell)),
        "postal": lambda cell: bool(_POSTAL.fullmatch(cell.upper().lstrip(_GUARD))),
        "year": lambda cell: bool(_YEAR.fullmatch(cell)) or cell.lower() in _NO_YEAR,
        "ean": _is_ean,
        "digits": lambda cell: cell.replace(" ", "").isdigit(),
        "size": _is_size,
        "sized": lambda cell: not cell.isdigit() and bool(_SIZED.search(cell)) and _is_size(cell),
        "html": lambda cell: bool(_HTML.search(cell)),
        "time": lambda cell: bool(_TIME.fullmatch(cell)),
        "letters": lambda cell: bool(_LETTERS.search(cell)),
        "capitals": lambda cell: bool(_LETTERS.search(cell)) and cell.isupper(),
        "percent": lambda cell: "%" in cell or "°" in cell,
        "sale_state": sale_states.is_known,
        "two_digit_year": lambda cell: bool(re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", cell)),
    }


def _reader(name: str, context: Context, **arguments: Any) -> Callable[[str], Any]:
    return prepare({"name": name, "arguments": arguments}, context).function


def _reads(read: Callable[[str], Any], cell: str) -> bool:
    try:
        read(cell)
    except Unreadable:
        return False
    except Doubtful as doubtful:
        return isinstance(doubtful.value, list)
    return True


def _reads_well(read: Callable[[str], Any], foreign: re.Pattern[str], cell: str) -> float:
    return _reads(read, cell) * (0.5 if foreign.search(cell) else 1.0)


def _is_ean(cell: str) -> bool:
    digits = cell.replace(" ", "").replace(".0", "")
    if not _DIGITS.fullmatch(digits):
        return False
    body, check = digits[:-1][::-1], int(digits[-1])
    total = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(body))
    return (10 - total % 10) % 10 == check


def _is_size(cell: str) -> bool:
    if len(cell) > 40:  # noqa: PLR2004 - longer ones are texts that name a size
        return False
    try:
        bottles_of([cell])
    except Unreadable:
        return False
    return True


def _are_days(cells: Sequence[str]) -> bool:
    """Whether a spreadsheet's day numbers are of our times, not prices or years."""
    epoch = dt.date(1899, 12, 30)
    first, last = (dt.date(1985, 1, 1) - epoch).days, (dt.date(2045, 1, 1) - epoch).days
    numbers = [
        float(cell.replace(",", "."))
        for cell in cells
        if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", cell)
    ]
    return bool(numbers) and all(first <= number <= last for number in numbers)


def _middle(cells: Sequence[str], context: Context, column: Column) -> float:
    style = max(column.numbers, key=lambda name: (column.numbers[name], name == context.numbers))
    read = _reader("parse_decimal", context, style=style)
    found = sorted(float(read(cell)) for cell in cells if _reads(read, cell))
    return found[len(found) // 2] if found else 0.0
