"""Which earlier order a repeat order means: "celle de septembre", "l'avant-dernière", "du 12/09".

Only what goes with the words of the repeat counts: in "comme d'habitude, livraison le 12
octobre" no order is named.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backoffice.core import dates
from backoffice.core.date_words import MONTHS
from orders.extraction.kind.cue import ORDER_WORD, B, E
from orders.extraction.splitting import segments
from orders.reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.core.text import Folded
    from backoffice.messaging.content import MessageContent
    from orders.reading import OrderReading

_MONTH = "|".join(re.escape(word) for word in sorted(MONTHS, key=len, reverse=True))
_PAST = r"(?:derni(?:er|ere)|passee?s?|precedente?|d'avant|ecoulee?)"
_GONE = r"(?:l?li\s+)?(?:fat\w*|fayt\w*|daz\w*|9bel|qbel)"
_GONE_ARABIC = r"(?:(?:ال)?(?:ماضي|ماضيه|فايت\w*|سابق\w*)|(?:ا?للي|لي)\s+(?:فات\w*|داز\w*))"
# What stands between the words of the repeat and the order that is meant.
_LEAD = (
    r"(?:(?:que|qu'|comme|as|kif|kima|kifma|b[h7]al|bhel|f[h7]al|dyal|d|ta3|de|d'|du|des|from|of|in|"
    r"en|au|aux|celle|celui|ceux|la|le|l'|les|the|one|ones|cel+e|dik|dak|li|commande|livraison|"
    rf"{ORDER_WORD}|mois|nhar|3am|ديال|ل|في|كيف|بحال|مثل)(?:\s+|(?<=')))*"
)
BEFORE_LAST = (
    r"(?:avant[\s-]+derni(?:er|ere)|penultieme|last\s+but\s+one|penultimate|before\s+last|"
    r"(?:merra|mera|fois)\s+(?:l?li\s+)?9bel\s+(?:l?li\s+fat\w*|lakhra|lkhra)|"
    r"(?:ما\s+)?قبل\s+ال?اخيره?|9bel\s+(?:l?a?khra|lakhira))"
)
_PERIODS: tuple[tuple[str, str], ...] = (
    ("before_last", BEFORE_LAST),
    (
        "month",
        rf"mois\s+{_PAST}|last\s+month|(?:l?ch?har|chher|shhar)\s+{_GONE}|(?:ال)?شهر\s+{_GONE_ARABIC}",
    ),
    (
        "week",
        (
            rf"semaine\s+{_PAST}|last\s+week|(?:sema?ine|simana|sman[ae])\s+{_GONE}|"
            rf"(?:ال)?(?:اسبوع|سيمانه|سمانه)\s+{_GONE_ARABIC}"
        ),
    ),
    (
        "year",
        rf"(?:an|annee)\s+{_PAST}|last\s+year|l?3am\s+{_GONE}|(?:ال)?عام\s+{_GONE_ARABIC}",
    ),
    (
        "ago",
        (
            r"(?:d')?il\s+y\s+a\s+(?P<count>\d{1,2}|un|deux|trois|quatre|six)\s+"
            r"(?P<unit>mois|semaines?)|"
            r"(?P<count_en>\d{1,2}|two|three|four|six)\s+(?P<unit_en>months|weeks)\s+ago"
        ),
    ),
    ("named", rf"(?P<month>{_MONTH})(?:\s+(?P<year>20\d\d))?"),
)
_COUNTS = {"un": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "six": 6}
# The repeat itself: what is said of an earlier order comes next to it.
_REPEAT = (
    r"(?:memes?|mm|pareil\w*|identique\w*|idem|comme|same|repeat|like|as|re-?fai\w*|refaites|re-?com+and\w*|"
    r"relanc\w*|renouvel\w*|remet\w*|repren\w*|reconduire|re-?order|kif|kima|kifma|b[h7]al|bhel|f[h7]al|"
    r"n[ae]?fs+|nefs|3[ae]w[ae]?d\w*|نفس|بحال|كيف|كيما|مثل|عاود\w*)"
)
# A day behind these is one of delivery.
_GAP = (
    r"(?:(?!\b(?:pour|pr|livr|liver|deliver|ship|avant|before|by|for|d'ici)\w*)[^.!?\n,;]){0,45}?"
)
_FOUND = tuple(
    (name, re.compile(rf"{B}{_REPEAT}{E}{_GAP}{B}{_LEAD}(?P<said>{pattern}){E}"))
    for name, pattern in _PERIODS
)
_DAY = re.compile(rf"{B}{_REPEAT}{E}{_GAP}{B}(?:du|d'|de|from|of|dyal|le|the|ديال)\s*(?:nhar\s+)?$")
_OF_A_DAY = re.compile(r"\d\s*(?:er|th|st|nd|rd)?\s*(?:of\s+)?$")
_SAME_TIME = re.compile(r"periode|epoque|same\s+time|meme\s+date|date|wa?9t|waqt|وقت|فتره")
_AROUND = dt.timedelta(days=31)
# Words that ask for a repeat only because they name the order: read by `renewal`.
AS_BEFORE = (
    rf"(?:comme|kif|kima|b[h7]al|like|as|idem|pareil|(?:la|le|les)\s+memes?)\s+(?:que\s+|qu'|a\s+)?"
    rf"(?:(?:celle|celui|celles|la|ma|notre|l'|the|our|dik|dyal|li)\s*){{0,3}}(?:{ORDER_WORD}\s+)?"
    rf"(?:(?:de|d'|du|of|from|dyal|d|en)\s*)?(?:(?:mois\s+de\s+|fois\s+)?(?:{BEFORE_LAST}|"
    rf"(?:mois|semaine|annee|an)\s+{_PAST}|last\s+(?:month|week|year)|"
    rf"(?:l?ch?har|simana|l?3am|l?me?r+a)\s+{_GONE}|cmd-?\s?20\d\d-?\s?\d+|"
    rf"il\s+y\s+a\s+(?:\w+)\s+(?:mois|semaines)|(?:{_MONTH})(?=\s*(?:20\d\d)?\s*(?:[.,!;\n]|$|svp|stp|"
    r"merci|please))|\d{1,2}[/.-]\d{1,2}))"
)


@dataclass(frozen=True, slots=True)
class Which:
    """The order meant: placed from ``first`` to ``last``, or so many orders ``back`` (1: the last).

    ``words`` are those of the message, ``start``-``end`` their place in its body.
    """

    words: str
    start: int
    end: int
    first: dt.date | None = None
    last: dt.date | None = None
    back: int = 0


def find(content: MessageContent) -> Which | None:
    """Return what the body says of the order that is to be repeated, beside its number."""
    body = content.document("body")
    if body is None:
        return None
    text, today = segments.own(body), content.sent_at.date()
    return next(_named(text, today), None) or _day(text, today)


def without_its_day(reading: OrderReading, which: Which) -> OrderReading:
    """The reading without the day of the earlier order taken for one of delivery."""
    taken = any(
        place.document == "body" and place.start < which.end and which.start < place.end
        for place in reading.delivery_date.evidence
    )
    return replace(reading, delivery_date=Found()) if taken else reading


def _named(text: Folded, today: dt.date) -> Iterator[Which]:
    for name, pattern in _FOUND:
        match = pattern.search(text.text)
        if match is None:
            continue
        first, last = text.source(*match.span("said"))
        words = " ".join(text.original[first:last].split())
        if name == "named" and _OF_A_DAY.search(text.text[: match.start("said")]):
            continue
        if name == "before_last":
            yield Which(words, first, last, back=2)
        elif period := _period(name, match, today):
            yield Which(words, first, last, *period)


def _period(name: str, match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date] | None:
    if name == "month":
        return _month_back(today, 1)
    if name == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7)
        return monday, monday + dt.timedelta(days=6)
    if name == "year" and _SAME_TIME.search(match.string[match.end() : match.end() + 40]):
        then = _year_before(today)
        return then - _AROUND, then + _AROUND
    if name == "year":
        return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)
    if name == "ago":
        return _ago(match, today)
    month, year = MONTHS[match["month"]], match["year"]
    in_year = int(year) if year else today.year - (month > today.month)
    return _whole_month(in_year, month)


def _ago(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    count, unit = match["count"] or match["count_en"], match["unit"] or match["unit_en"]
    number = int(count) if count.isdigit() else _COUNTS[count]
    if unit.startswith(("s", "w")):
        monday = today - dt.timedelta(days=today.weekday() + 7 * number)
        return monday, monday + dt.timedelta(days=6)
    return _month_back(today, number)


def _month_back(today: dt.date, count: int) -> tuple[dt.date, dt.date]:
    months = today.year * 12 + today.month - 1 - count
    return _whole_month(months // 12, months % 12 + 1)


def _whole_month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(text: Folded, today: dt.date) -> Which | None:
    for found in dates.find(text.text, today):
        if found.kind not in {"absolute", "day_of_month"}:
            continue
        own = text.text[found.start : found.end]
        # A rule for dates may take "du" into the date itself.
        lead = re.match(r"(?:du|le|the|nhar)\s+", own)
        before = text.text[max(0, found.start - 80) : found.start + (lead.end() if lead else 0)]
        if not _DAY.search(before):
            continue
        day = found.value
        if day > today:
            # A day without a year that is still to come was in the year before.
            day = _year_before(day)
        first, last = text.source(found.start, found.end)
        return Which(" ".join(text.original[first:last].split()), first, last, day, day)
    return None


def _year_before(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - dt.timedelta(days=366)
