"""One text with everything countable in it told apart.

Most figures of a message are no quantities: sizes, dates, telephone numbers,
prices, order numbers, hours. A :class:`Scan` finds those first and leaves the
numbers that may be quantities.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from backoffice.core import dates, money, phones
from backoffice.core.text import Folded, fold
from orders.extraction.lines.products import sign_of
from orders.extraction.text import numbers, units
from orders.reading import Evidence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from backoffice.messaging.content import ReadDocument

Kind = Literal[
    "email", "url", "date", "phone", "amount", "size", "grammage", "reference", "percent", "time",
    "duration", "postcode", "bullet",
]  # fmt: skip

_BLOB = re.compile(r"\S{300,}")
_CURRENCY_NEXT = rf"(?!\s*(?:{money.CURRENCY}|=))"
_SIDE = r"\d{1,4}(?:[.,]\d)?"
SIZE = re.compile(
    rf"(?<![\w.,])(?<!\d )(?P<a>{_SIDE})\s?(?:cm|mm)?\s?[x*]\s?(?P<b>{_SIDE})"
    rf"(?:\s?(?:cm|mm)?\s?[x*]\s?(?P<c>{_SIDE}))?(?P<unit>\s?(?:cm|mm)(?![^\W_]))?"
    rf"(?![\d]|[.,]\d){_CURRENCY_NEXT}"
)
_LENGTH = re.compile(r"(?<![\w.,])\d{1,4}(?:[.,]\d)?\s?(?:cm|mm)(?![^\W_])")
GRAMMAGE = re.compile(
    r"(?<![\w.,])\d{1,4}\s?(?:grammes?|grs?|gsm|g|cl|ml|litres?|l)(?:\s?/\s?m2?)?(?![^\W_])"
)
_LARGEST_SIDE = {"cm": 150.0, "mm": 1500.0}

# "n° 4521", "BC 14", "CMD-2026-00103", "26/0093", "ICE 0015...": names of papers, not counts.
_REFERENCES = (
    re.compile(
        r"(?<![^\W_])(?:n°|no(?![a-z])\.?|num(?:ero)?(?![a-z])|ref\w*\.?|#)"
        r"\s?:?\s?[a-z]{0,5}[-/ ]?\d[\w/.-]*"
    ),
    re.compile(
        r"(?<![^\W_])(?:bc|bdc|po|cmd|cde|dv|bl|ice|rc|rib|iban|patente|cnss|bp|hs code)"
        r"\s?(?:n°|no\.?)?\s?[:#-]?\s?(?:[a-z]{1,4}[-/])?\d[\w/-]*"
    ),
    re.compile(
        r"(?<![\w/-])(?:[a-z]{1,6}[-/]?\d*(?:[-/]\d+){1,3}|\d{2,4}/\d{2,6}|\d{2,4}-\d{3,6})(?![\w/-])"
    ),
    re.compile(r"(?<![\w])\d{9,}(?![\w])"),
)
_OTHERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("percent", re.compile(r"[-+]?\d+(?:[.,]\d+)?\s?%")),
    (
        "time",
        re.compile(
            r"(?<![\w.,])\d{1,2}\s?(?:h(?:eures?)?\s?(?:\d{2})?|:\d{2}|[ap]m|hours?)(?![^\W_])"
        ),
    ),
    (
        "duration",
        re.compile(
            r"(?<![\w.,])\d{1,3}\s?(?:jours?|j|jrs|mois|ans?|annees?|semaines?|days?|weeks?|"
            r"months?|years?|minutes?|mn|fois(?!\s+\d)|couleurs?|colou?rs?|coul|personnes?|pages?|"
            r"magasins?|km|etoiles?|yam|iyam|chhor)(?![^\W_])"
        ),
    ),
    (
        "bullet",
        re.compile(
            r"(?m)^[ \t]*(?:(?:item|article|art\.?|ligne|line|produit|product|pos\.?|lot)\s+"
            r"\d{1,2}\s?[.):-]"
            r"|\d{1,2}\s?(?:[.)]|-\)))(?=\s+\S)"
        ),
    ),
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://\S+|www\.\S+")
_POSTCODE = re.compile(r"(?<![\w.,])\d{5}(?= +[a-z])")
_MASK = "\x01"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of folded text that is something other than a quantity."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scan:
    """Folded text of a document with what was found in it; positions are in ``folded.text``."""

    document: ReadDocument
    folded: Folded
    marks: tuple[Mark, ...]
    dates: tuple[dates.DateFound, ...]
    amounts: tuple[money.Amount, ...]
    phones: tuple[phones.PhoneFound, ...]
    numbers: tuple[numbers.Number, ...]
    masked: str = field(repr=False)
    # What was found out about the text once, for who asks again (intent.clauses).
    memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def text(self) -> str:
        return self.folded.text

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        first, last = self.folded.source(start, end)
        pages = self.document.page_starts
        return (
            Evidence(
                self.document.key,
                first,
                last,
                self.document.text[first:last],
                bisect_right(pages, first) if pages else None,
            ),
        )

    def mark_at(self, position: int) -> Mark | None:
        """The mark that covers a position of the folded text."""
        index = bisect_right(self.marks, position, key=attrgetter("start")) - 1
        return self.marks[index] if index >= 0 and position < self.marks[index].end else None

    def marks_of(self, kind: Kind, start: int, end: int) -> list[Mark]:
        return [m for m in self.marks if m.kind == kind and m.start >= start and m.end <= end]

    def regions(self) -> list[tuple[int, int]]:
        """Where the author's own new words are; the whole text where that is not marked."""
        spans = self.document.fresh
        if not spans:
            return [(0, len(self.text))]
        return [(self.folded.position(s.start), self.folded.position(s.end)) for s in spans]


class _Marker:
    """Collects marks that do not overlap; who comes first wins."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []  # in order of their places

    def is_free(self, start: int, end: int) -> bool:
        index = bisect_right(self.marks, start, key=attrgetter("start"))
        before, after = (
            self.marks[index - 1 : index] if index else [],
            self.marks[index : index + 1],
        )
        return all(mark.end <= start for mark in before) and all(end <= m.start for m in after)

    def add(self, kind: Kind, spans: Iterable[tuple[int, int]]) -> None:
        for start, end in spans:
            if self.is_free(start, end):
                insort(self.marks, Mark(start, end, kind), key=attrgetter("start"))


def _without_blobs(folded: Folded) -> Folded:
    """The text without what no person typed: encoded data would be searched for minutes."""
    return replace(folded, text=_BLOB.sub(lambda blob: " " * len(blob.group()), folded.text))


# A message is read, checked and read in parts: once is enough for each of its documents.
@lru_cache(maxsize=32)
def scan(
    document: ReadDocument, today: dt.date, regions: tuple[str, ...] = phones.DEFAULT_REGIONS
) -> Scan:
    """Find everything countable in a document's text.

    Relative dates count from ``today``; national telephone numbers are of the
    first of ``regions`` that knows them.
    """
    folded = _without_blobs(fold(document.text))
    text = folded.text
    marker = _Marker()
    marker.add("email", (m.span() for m in _EMAIL.finditer(text)))
    marker.add("url", (m.span() for m in _URL.finditer(text)))
    marker.add("size", _sizes(text))
    found_phones = phones.find(text, regions)
    marker.add("phone", ((p.start, p.end) for p in found_phones))
    found_dates = [d for d in dates.find(text, today) if marker.is_free(d.start, d.end)]
    marker.add("date", ((d.start, d.end) for d in found_dates))
    amounts = [a for a in money.find(text) if marker.is_free(a.start, a.end)]
    marker.add("amount", ((a.start, a.end) for a in amounts))
    marker.add("grammage", (m.span() for m in GRAMMAGE.finditer(text)))
    for pattern in _REFERENCES:
        marker.add("reference", _references(pattern, text))
    for kind, pattern in _OTHERS:
        marker.add(kind, (m.span() for m in pattern.finditer(text)))
    marker.add("postcode", _postcodes(folded))
    marks = tuple(marker.marks)
    masked = _masked(text, marks)
    return Scan(
        document,
        folded,
        marks,
        tuple(found_dates),
        tuple(amounts),
        tuple(found_phones),
        tuple(numbers.find(masked)),
        masked,
    )


def _masked(text: str, marks: Iterable[Mark]) -> str:
    pieces, position = [], 0
    for mark in marks:
        pieces += [text[position : mark.start], _MASK * (mark.end - mark.start)]
        position = mark.end
    return "".join([*pieces, text[position:]])


def _sizes(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for match in SIZE.finditer(text):
        unit = (match["unit"] or "cm").strip()
        sides = [float(match[name].replace(",", ".")) for name in "abc" if match[name]]
        if max(sides) <= _LARGEST_SIDE[unit]:
            spans.append(match.span())
    spans.extend(match.span() for match in _LENGTH.finditer(text))
    return spans


def _references(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Spans of references; "BC 2000 sacs" is an order of 2000, not order 2000."""
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        following = re.match(r"\s?([^\W_]+)", text[match.end() : match.end() + 20])
        word = following[1] if following else ""
        bare = re.search(r"(?<![\d/-])\d+$", match.group())
        letters = re.match(r"[a-z]*", match.group())
        is_count = bare and (word in units.UNITS or sign_of(word) in {"S", "B"})
        is_bag = letters is not None and sign_of(letters.group())
        if "°" not in match.group() and (is_count or is_bag):
            continue
        spans.append(match.span())
    return spans


def _postcodes(folded: Folded) -> list[tuple[int, int]]:
    """Five figures before a capitalised word that is no bag: "10090 Rabat"."""
    spans: list[tuple[int, int]] = []
    for match in _POSTCODE.finditer(folded.text):
        following = re.findall(r"[^\W_]+", folded.text[match.end() : match.end() + 40])[:3]
        capital = folded.original[folded.offsets[match.end() + 1]].isupper()
        if capital and not any(sign_of(word) or word in units.UNITS for word in following):
            spans.append(match.span())
    return spans
