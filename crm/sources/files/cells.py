"""What the texts of a table look like: decimal sign, thousands, order of dates."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CURRENCY = re.compile(r"\s*(?:€|\$|£|eur|chf|mad|dh|%)\s*", re.IGNORECASE)
_BLANK = "[ \u00a0\u202f]"
_COMMA = re.compile(rf"-?\d+(?:(?:{_BLANK}|\.)\d{{3}})*,\d{{1,6}}-?")
_POINT = re.compile(rf"-?\d+(?:(?:{_BLANK}|,|')\d{{3}})*\.\d{{1,6}}-?")
_GROUP = re.compile(r"\d([ \u00a0\u202f.,'])\d{3}(?:\D|$)")
_DATE = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:[ T].*)?")
_YEAR_DIGITS = 4
_MONTHS = 12
_NUMBER = re.compile(r"[-+(]?[\d \u00a0\u202f.,']*\d[\d \u00a0\u202f.,']*[)-]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PHONE = re.compile(r"\+?[\d .\-()/]{8,}")


def is_data(cell: str) -> bool:
    """Whether the cell is a number, a date, an e-mail address: no heading, as a year may be."""
    text = _CURRENCY.sub("", cell.strip())
    if not text or _YEAR.fullmatch(text):
        return False
    return bool(
        _NUMBER.fullmatch(text)
        or _DATE.fullmatch(text)
        or _PHONE.fullmatch(text)
        or ("@" in text and " " not in text)
    )


def decimal_sign(rows: Iterable[Sequence[str]], default: str) -> tuple[str, str]:
    """The decimal sign of the numbers, and what stands between their thousands ("" nothing)."""
    signs: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for row in rows:
        for cell in row:
            text = _CURRENCY.sub("", cell.strip())
            if not text[-1:].isdecimal() and text[-1:] != "-":
                continue
            sign = _sign(text)
            signs[sign] += bool(sign)
            if sign and (group := _GROUP.search(text)) and group[1] != sign:
                groups["\u00a0" if group[1] == "\u202f" else group[1]] += 1
    sign = max(signs, key=lambda mark: signs[mark]) if +signs else default
    return sign, (groups.most_common(1)[0][0] if groups else "").replace("\u00a0", " ")


def _sign(text: str) -> str:
    """Comma or point; empty where the number could be meant either way ("1.234")."""
    comma, point = bool(_COMMA.fullmatch(text)), bool(_POINT.fullmatch(text))
    if comma == point:
        return ""
    sign = "," if comma else "."
    whole, _sign, digits = text.rpartition(sign)
    is_thousands = len(digits) == 3 and len(whole.lstrip("-")) <= 3 and whole.lstrip("-0")  # noqa: PLR2004 - digits of a thousand
    return "" if is_thousands else sign


def date_order(rows: Iterable[Sequence[str]], default: str) -> str:
    """One of dmy, mdy and ymd, as most of the dates that can only be read in one way say."""
    votes: Counter[str] = Counter()
    for row in rows:
        for cell in row:
            match = _DATE.fullmatch(cell.strip())
            if not match:
                continue
            first, second = match[1], match[2]
            if len(first) == _YEAR_DIGITS:
                votes["ymd"] += 1
            elif len(match[3]) in (2, _YEAR_DIGITS) and int(first) > _MONTHS >= int(second):
                votes["dmy"] += 1
            elif len(match[3]) in (2, _YEAR_DIGITS) and int(second) > _MONTHS >= int(first):
                votes["mdy"] += 1
    if not votes:
        return default
    return max(votes, key=lambda order: votes[order])
