"""Dates in running text: absolute, without a year, by weekday and relative.

``dateparser`` reads a date once it is cut out, but finds one in every other
word of free text and needs milliseconds for each. So expressions are found
by patterns (:mod:`backoffice.core.date_rules`), in folded text
(:mod:`backoffice.core.text`), in French, English, Darija and Arabic.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from backoffice.core.date_rules import RULES, Kind
from backoffice.core.date_words import COUNT_WORDS

# "la veille du 30 mai", "deux jours avant le 30 mai": the day is counted from the date behind.
_DAYS_BEFORE = re.compile(
    r"(?<![^\W_])(?:(?P<eve>veille|day\s+before|lila\s+9bel)"
    rf"|(?P<count>\d{{1,2}}|{'|'.join(COUNT_WORDS)})\s+(?P<unit>jours?|semaines?|days?|weeks?|yam|iyam)"
    r"\s+(?=avant|before|9bel))"
    r"(?:\s*(?:avant|before|9bel)(?![^\W_]))?\s*(?:(?:du|de|of)\s+)?(?:(?:le|the|nhar)\s+)?"
)
# "pour le mariage du 18 juillet, livraison la veille": counted from the date before.
_NOTHING_BEHIND = re.compile(r"\s*(?:[.,;:!?)\n]|$|svp|stp|merci|au\s+soir|au\s+matin)")


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
    return sorted(_counted_back(text, found), key=lambda date: date.start)


def _counted_back(text: str, found: list[DateFound]) -> list[DateFound]:
    """The dates, with those that only serve to count back from them made the day meant."""
    for match in _DAYS_BEFORE.finditer(text):
        count = int(match["count"]) if (match["count"] or "").isdigit() else None
        days = 1 if match["eve"] else count or COUNT_WORDS[match["count"]]
        if (match["unit"] or "").startswith(("s", "w")):
            days *= 7
        before = max((d for d in found if d.end <= match.start()), key=_end, default=None)
        if before and _NOTHING_BEHIND.match(text, match.end()):
            value = before.value - dt.timedelta(days=days)
            found = [*found, DateFound(*match.span(), value, "relative", 0.85)]
            continue
        found = [
            replace(date, start=match.start(), value=date.value - dt.timedelta(days=days))
            if match.start() < date.start <= match.end() < date.end
            else date
            for date in found
        ]
    return found


def _end(date: DateFound) -> int:
    return date.end
