"""Where the figures of an order's lines stand, and which lines share a place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.confidence import number_roles

if TYPE_CHECKING:
    from decimal import Decimal

    from orders.extraction.confidence.number_roles import Place
    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan
    from orders.reading import Found, LineReading

    Scans = dict[str, Scan]

# Characters around a place that are looked at: a row, a sentence.
_AROUND = 400
_NOWHERE = 10**6


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with the places of its quantity and price, and of its words."""

    line: LineReading
    counted: Place | None
    priced: Place | None
    words: tuple[tuple[Scan, Span], ...]

    def distance(self, place: Place) -> int:
        """Characters between the line's words and a number; many in two documents."""
        return min(
            (
                max(start - place.end, place.start - end, 0)
                for scan, (start, end) in self.words
                if scan is place.scan
            ),
            default=_NOWHERE,
        )


class LinePlaces:
    """All lines of an order with their places, found once."""

    def __init__(self, lines: tuple[LineReading, ...], scans: Scans) -> None:
        self.lines = [
            Placed(
                line,
                place_of(line.quantity, scans),
                place_of(line.unit_price, scans),
                tuple(
                    (scan, number_roles.span_of(scan, evidence.start, evidence.end))
                    for evidence in line.description.evidence
                    if (scan := scans.get(evidence.document))
                ),
            )
            for line in lines
        ]
        self._counting: dict[tuple[str, int], list[Placed]] = defaultdict(list)
        self._pricing: dict[tuple[str, int], list[Placed]] = defaultdict(list)
        for one in self.lines:
            if one.counted:
                self._counting[_key(one.counted)].append(one)
            if one.priced:
                self._pricing[_key(one.priced)].append(one)
        self._counts = sorted(self._counting)

    def counted_at(self, place: Place) -> list[Placed]:
        """The lines whose quantity is read at a place."""
        return self._counting.get(_key(place), [])

    def priced_at(self, place: Place) -> list[Placed]:
        """The lines whose price is read at a place."""
        return self._pricing.get(_key(place), [])

    def is_taken(self, scan: Scan, start: int) -> bool:
        """Whether a number is the quantity of some line."""
        return (scan.document.key, start) in self._counting

    def counts_between(self, scan: Scan, first: int, last: int) -> list[int]:
        """Where quantities of lines stand between two positions, both left out."""
        key = scan.document.key
        low, high = bisect_right(self._counts, (key, first)), bisect_left(self._counts, (key, last))
        return [start for _document, start in self._counts[low:high]]


def _key(place: Place) -> tuple[str, int]:
    return place.scan.document.key, place.start


def place_of(found: Found[Decimal], scans: Scans) -> Place | None:
    """The place in the evidence that writes the value; the one most like a count if several do."""
    if found.value is None:
        return None
    for evidence in found.evidence:
        scan = scans.get(evidence.document)
        if scan is None:
            continue
        span = number_roles.span_of(scan, evidence.start, evidence.end)
        for factor in (1, 1000):
            there = number_roles.places(scan, found.value * factor, *span)
            if there:
                return min(there, key=lambda place: place.role != "count")
    return None


def row_around(place: Place) -> str:
    """The line of text a number stands in."""
    text = place.scan.text
    first, last = max(0, place.start - _AROUND), place.end + _AROUND
    start = text.rfind("\n", first, place.start) + 1 or first
    end = text.find("\n", place.end, last)
    return text[start : end if end >= 0 else last]
