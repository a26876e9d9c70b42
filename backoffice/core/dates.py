"""Dates in running text: absolute, without a year, by weekday and relative.

``dateparser`` reads a date once it is cut out, but finds one in every other
word of free text and needs milliseconds for each. So expressions are found
by patterns (:mod:`backoffice.core.date_rules`), in folded text
(:mod:`backoffice.core.text`), in French, English, Darija and Arabic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core.date_rules import RULES, Kind

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date at ``start``-``end`` of the folded text; a period gives its day of delivery.

    ``certainty`` is below 1 where the words leave a choice.
    """

    start: int
    end: int
    value: dt.date
    kind: Kind
    certainty: float = 1.0


def find(text: str, today: dt.date) -> list[DateFound]:
    """Return the dates of a folded text, in order, relative ones counted from ``today``."""
    found: list[DateFound] = []
    taken: list[tuple[int, int]] = []
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            value = rule.read(match, today)
            if value is not None:
                taken.append((start, end))
                found.append(DateFound(start, end, value, rule.kind, rule.certainty))
    return sorted(found, key=lambda date: date.start)
