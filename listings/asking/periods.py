"""When the offers asked for were made: "this month", "letzte Woche", "in the last 30 days"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from listings.extraction.message import Message
    from listings.extraction.tokens import Match

Span = tuple[int, int]
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_LONGEST = 36_500
_LAST = re.compile(
    r"(?:last|past|previous|derniers?|dernieres?|letzten?|vergangenen|ultimi|ultime|ultimos|ultimas)"
)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included, by the company's clock."""

    first: dt.date
    last: dt.date


def read(
    message: Message, found: dict[str, list[Match[str]]], today: dt.date
) -> tuple[Days | None, list[Span]]:
    """The period, and where it is said."""
    for match in found.get("period", ()):
        unit, _colon, number = match.value.partition(":")
        return _named(unit, int(number), today), [(match.start, match.end)]
    for match in found.get("unit", ()):
        span = _counted(message.low, match)
        if span is not None:
            start, count = span
            days = min(count * _UNITS[match.value], _LONGEST)
            last = today - dt.timedelta(days=days)
            end = re.compile(r"\s(?:derniers?|dernieres?|passes)\b").match(message.low, match.end)
            return Days(last, today), [(start, end.end() if end else match.end)]
    return None, []


def _counted(low: str, match: Match[str]) -> tuple[int, int] | None:
    """Where "last 30 (days)" begins, and its number."""
    before = re.search(
        r"(?:(?P<last>\w+)\s)?(?P<count>\d{1,4})\s(?P<late>\w+\s)?$", low[: match.start]
    )
    if before is None:
        return None
    around = (before["last"] or "", (before["late"] or "").strip(), *low[match.end :].split()[:1])
    if not any(_LAST.fullmatch(re.sub(r"\W", "", word)) for word in around):
        return None
    begins = (
        before.start("last") if _LAST.fullmatch(before["last"] or "") else before.start("count")
    )
    return begins, int(before["count"])


def _named(unit: str, ago: int, today: dt.date) -> Days:
    if unit == "recent":
        return Days(today - dt.timedelta(days=ago), today)
    if unit == "day":
        day = today - dt.timedelta(days=ago)
        return Days(day, day)
    if unit == "week":
        first = today - dt.timedelta(days=today.weekday() + 7 * ago)
        return Days(first, min(first + dt.timedelta(days=6), today))
    first = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    if not ago:
        return Days(first, today)
    last = first - dt.timedelta(days=1)
    return Days(last.replace(day=1) if unit == "month" else last.replace(month=1, day=1), last)
