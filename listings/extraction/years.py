"""The year of a watch or its card; never of a service, a decade, a range or an event."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from listings.extraction.items import Found
from listings.extraction.prices import CURRENCY

if TYPE_CHECKING:
    from listings.extraction.message import Message

DATE = re.compile(
    r"(?:(?<![\d.,/-])|(?<=\bc\.)|(?<=\bca\.)|(?<=\ba\.))(?:"
    r"\d{1,2}[./-]\d{1,2}[./-](?P<full>20[0-4]\d|19[1-9]\d)(?!\d)"
    r"|(?:0?[1-9]|1[0-2])[./-](?P<after>20[0-4]\d|19[1-9]\d)(?![\d])"
    r"|(?P<before>20[0-4]\d|19[1-9]\d)[./-](?:0?[1-9]|1[0-2])(?![\d./-])"
    r"|(?:0[1-9]|1[0-2])/(?P<short>[0-3]\d)(?![\d/])"
    r"|(?<![a-z])2k(?P<thousands>[0-3]\d)(?!\w|[.,]\d)"
    r"|(?P<plain>20[0-4]\d|19[1-9]\d)(?:\s?y(?:r|ear)?\b)?(?![\d]|[.,']\d))"
)
_SHORT_YEAR = re.compile(
    r"(?:(?<=\s)'|(?<=\sy))(?P<short>[0-3]\d)(?![\d'])\b(?!s|er)"
    r"|(?<=\s)(?P<short_quoted>[12]\d)'(?=\s|$)"
    r"|\bn(?:1[0-2]|[1-9])[/'-](?P<short_new>2\d)\b"
    r"|(?:(?<=\s)'|\b(?:de|del|dell|di|vom?n?|aus|from|of|anno|bj|bj\.|year)\s'?)(?P<past>[5-9]\d)"
    r"(?![\d'/-]|[.,]\d)\b(?!\s?(?:s|er|k|e|mm|cm|m|ans|years|jahre|anni|anos|g|gr|h|x|days|jours|tage"
    r"|giorni|dias|min|pieces|pcs|offers|eur|euros?|chf|usd)\b|\s?[€$£%])"
)
AFTER_MONEY = re.compile(rf"[ ]?(?:k\b|,-|mm\b|vph|m\b|{CURRENCY}(?![ ]?\d))")
BEFORE_MONEY = re.compile(
    rf"(?:(?<!\d)(?<!\d ){CURRENCY}[ ]?|\b(?:prix|price|preis|prezzo|precio|budget|max|maxi"
    rf"|asking|ask|chiedo|pido|demande|vb|vhb|fp|festpreis|richiesta)\s?:?\s?)\Z"
)
_CARD_BEFORE = re.compile(
    r"card|carte|papier|paper|garant|garanz|warrant|certif|zertif|tarjeta|papeles|dated?|achete|bought|gekauft|kauf|compra|lc\b"
)
_CENTURY = {
    "short": 2000,
    "short_quoted": 2000,
    "short_new": 2000,
    "thousands": 2000,
    "past": 1900,
}
_LATEST = 1  # years ahead: cards are dated early, warranties end later


def year(message: Message, start: int, end: int, taken: list[tuple[int, int]]) -> Found[int]:
    """Return the year of the watch or its card; never of a service, a decade or a range."""
    services = [(m.start, m.end) for m in message.phrases.of("service", start, end)]
    for pattern in (DATE, _SHORT_YEAR):
        for match in pattern.finditer(message.low, start, end):
            if any(low < match.end() and match.start() < high for low, high in taken):
                continue
            value = _year(match)
            if value is None or _not_of_watch(message, match, services):
                continue
            return Found(value, 0.93, (message.evidence(match.start(), match.end()),))
    return Found()


def _year(match: re.Match[str]) -> int | None:
    groups = {name: text for name, text in match.groupdict().items() if text}
    name, text = next(iter(groups.items()))
    value = int(text) + _CENTURY.get(name, 0)
    latest = dt.datetime.now(dt.UTC).year + _LATEST
    return value if value <= latest else None


def _not_of_watch(message: Message, match: re.Match[str], services: list[tuple[int, int]]) -> bool:
    low = message.low
    before, after = (
        low[max(0, match.start() - 14) : match.start()],
        low[match.end() : match.end() + 12],
    )
    if match.groupdict().get("plain") and (AFTER_MONEY.match(after) or BEFORE_MONEY.search(before)):
        return True
    if _of_event(low, match):
        return True
    if _OPEN.match(after) or _RANGE_BEFORE.search(before):
        return True
    for low_end, high in services:
        if high <= match.start():
            between = low[high : match.start()]
            if len(between) < 26 and not re.search(r"[,;\n!]|\.\s", between):  # noqa: PLR2004 - a few words
                return True
        elif low[match.end() : low_end] == " " and not _DATED.match(low, high):
            return True  # "2022 service", but not "1997, service 2021"
    return False


# "2021+", "2021 onwards", "1950s", "2015-2018": a decade, a range or the least a buyer takes.
_OPEN = re.compile(
    r"\+|\s?(?:en adelante|on\b|onwards?|and (?:up|newer|later)|or (?:newer|later|above)|et plus"
    r"|et apres|ou plus|mini\b|min\b|minimum|in poi|in su|oder neuer|und neuer|oder junger"
    r"|[yo] posterior\w*|aufwarts|e successiv\w*)|\s\+\s*(?:[,.;)]|$)"
    r"|\s?(?:s\b|-\s?(?:19|20)\d\d|/(?:19|20)\d\d|er\b)"
)
_RANGE_BEFORE = re.compile(
    r"\b(?:ab|a partir d[eu]|des|desde|min\.?|minimum|post|after|newer than|apres) $"
    r"|(?:19|20)\d\d\s?[-/]\s?$|annees $|anni $|anos $"
)


def _of_event(low: str, match: re.Match[str]) -> bool:
    """Tell the day of a message passed on, or "stolen on 12/05/2024", from that of a card."""
    if re.match(r",? \d{1,2}:\d\d", low[match.end() : match.end() + 8]):
        return True
    before = low[max(0, match.start() - 40) : match.start()]
    told = match.groupdict().get("full") and re.search(r"\b(?:on|le|am|el|il|vom) $", before)
    return bool(told) and not _CARD_BEFORE.search(before)


_DATED = re.compile(r"\W{0,3}(?:(?:in|en|im|le|de|del|nel)\s)?(?:\d\d?/)?(?:19|20)\d\d\b")
