"""Candidates for a reference: what is written like one, and what it may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from listings.extraction.prices import CURRENCY, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listings.extraction.catalogue import Catalogue, Sense
    from listings.extraction.message import Message

_SUFFIX = r"(?:ln|lv|lb|blnr|blro|vtnr|grnr|chnr|gv|st|tn|ns|sn)"
_CANDIDATE = re.compile(
    r"(?:(?<![\w./-])|(?<=\bref\.)|(?<=\brif\.)|(?<=\bpp)|(?<=\bap)|(?<=\bvc))"  # "PP5990"
    r"(?!(?:ref|rif)[. ]|(?:pp|ap|vc)\d{4})"
    rf"(?:[a-z]{{1,4}} (?=\d{{2}})[0-9][a-z0-9]*(?:[./-][a-z0-9]+)*"
    rf"|\d{{2,3}} \d{{3}} ?{_SUFFIX}\b"  # "116 610 LN"
    rf"|\d{{4,6}} {_SUFFIX}\b|[a-z0-9]+(?:[./-][a-z0-9]+)*)"
)
_ORIS = re.compile(
    r"(?<![\d.,])(?:(?:01 )?\d{3} \d{4} \d{4}(?:[ -]\d{2}(?!\d|[.,]\d|\s?mm)){0,5}"
    r"|(?:01 )?[1-9]\d{2} [4-8]\d{3}(?![.,']?\d| \d{3}(?!\d)"
    r"|\s?(?:k\b|,-|€|\$|£|eur|usd|gbp|chf)))(?!\d)"
)
_CUE = re.compile(
    r"(?:\b(?:ref|refs|reference|referenz|referencia|riferimento|rif|referenznummer)"
    r"|\bmodel(?:e|l|lo)? (?:n°|no|number|ref))\s?[.:#°n]{0,3}\s?$"
)
_MONEY_AFTER = re.compile(rf"[ ]?(?:k\b|,-|\.-|{CURRENCY})(?![ ]?\d{{1,3}}[\d ,.'k])")
_MONEY_BEFORE = re.compile(rf"(?<!\d)(?<!\d ){CURRENCY}[ ]?\Z")  # not over the end of a line
_GLUED = re.compile(rf"\d[\d.,]*k?(?:{WORDS})")  # "75000usd"
_YEARS = range(1900, 2040)
_PLAIN_LONG = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something at ``start``-``end`` that may be a reference.

    ``cued``: the text calls it one. ``certain``: its form leaves no doubt, so
    that no brand has to stand near it.
    """

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]
    cued: bool
    certain: bool

    @property
    def plain(self) -> bool:
        """Digits alone, which could be a price or a year."""
        return self.text.isdigit()


def find(message: Message, catalogue: Catalogue) -> list[Candidate]:
    """Return the candidates of a message in order; prices and years are none."""
    if not any(char.isdigit() for char in message.low):
        return []
    found: list[Candidate] = []
    position = 0
    for start, end in _spans(message, catalogue):
        if start < position:
            continue
        candidate = _candidate(message, catalogue, start, end)
        if candidate:
            found.append(candidate)
            position = end
    if "oris" in message.low:
        found += _oris(message)
    return sorted(found, key=lambda one: one.start)


def _spans(message: Message, catalogue: Catalogue) -> Iterator[tuple[int, int]]:
    position = 0
    while match := _CANDIDATE.search(message.masked, position):
        start, end = match.span()
        position = end
        text = match.group()
        if " " in text and not _joined(text, catalogue):
            start = message.masked.index(" ", start) + 1 if text[0].isalpha() else start
            end = start + len(re.split(" ", message.masked[start:end])[0])
            position = end
        if any(char.isdigit() for char in message.masked[start:end]):
            yield start, end


_SMALL_WORDS = re.compile(
    r"(?:ref|[aeoyui]|la|les?|une?|un[ao]|il|el|lo|the|for|fur|p[eo]r|pour|del?|d[iau]|of|is|my"
    r"|m[aoi]n?|at|to|in|d?al|nel|sul|dell?|vo[nm]|mit|nur|ab|dans|par|sur|aus|per|con|sin|now"
    r"|only|just|from|with|like|year|yr|jahr|anno|bj|ca|c|est|ask|pan|full"
    r"|new|used|neuf|neu|a[nmb]|im|en|et|und|and|or|ou|zu|um|bis|max|was|su) "
)


def _joined(text: str, catalogue: Catalogue) -> bool:
    """Tell whether both halves of "PAM 111" or "126610 LN" make one reference."""
    senses = catalogue.senses(text.replace(" ", ""))
    if _SMALL_WORDS.match(text):  # "a 124060", "for a 16610"
        return False
    return any(sense.alone or sense.known for sense in senses)


def _candidate(message: Message, catalogue: Catalogue, start: int, end: int) -> Candidate | None:
    text = message.low[start:end].replace(" ", "")
    cued = _CUE.search(message.low, max(0, start - 24), start) is not None
    senses = catalogue.senses(text)
    if not senses and not (cued and len(text) > 2):  # noqa: PLR2004 - "ref 5" is none
        return None
    if _GLUED.fullmatch(text) and not cued:
        return None
    if re.fullmatch(r"\d+[.,]?\d*[ek]\d*", text) and not any(sense.known for sense in senses):
        return None  # "8900e", "11k5", but "4600E"
    if re.fullmatch(r"\d+(?:[.,]\d{1,3})?", text) and not cued:
        if _MONEY_AFTER.match(message.low, end) or _MONEY_BEFORE.search(
            message.low, max(0, start - 8), start
        ):
            return None
        if text.isdigit() and int(text) in _YEARS:
            return None
    return Candidate(start, end, text, senses, cued, _certain(text, senses))


def _certain(text: str, senses: tuple[Sense, ...]) -> bool:
    if text.isdigit():
        long = len(text) > _PLAIN_LONG or (len(text) == _PLAIN_LONG and int(text) % 50)
        return bool(long) and any(sense.known for sense in senses)
    if re.fullmatch(r"\d{3}\.\d{3}", text):  # a price of six figures ends with 0 or 5
        return text[-1] not in "05" and any(sense.known for sense in senses)
    letters = any(char.isalpha() for char in text)
    return any(sense.alone or (sense.known and letters) for sense in senses)


def _oris(message: Message) -> list[Candidate]:
    return [
        Candidate(match.start(), match.end(), match.group(), (), cued=True, certain=False)
        for match in _ORIS.finditer(message.low)
    ]
