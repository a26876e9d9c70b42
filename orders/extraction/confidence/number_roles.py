"""What a number in a message is there for: a count, a price, a telephone number, a size ...

The rules decide which number is a line's quantity. Here a number that somebody (a
model, a person, a rule) took for one is asked what its own place says of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from orders.extraction.confidence.role_words import AFTER, BEFORE, WEAK, Role
from orders.extraction.lines import not_ordered, tables
from orders.extraction.lines.freetext import NOT_THIS
from orders.extraction.lines.pairing import gap_cost
from orders.extraction.text import numbers, units
from orders.extraction.text.mentions import Mention, Quantity, mentions, quantities

if TYPE_CHECKING:
    from decimal import Decimal

    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan
    from orders.reading import Unit

# Cells of a table by the role of their column.
_CELLS: dict[str, Role] = {
    "quantity": "count",
    "price": "price",
    "total": "total",
    "sum": "sum",
    "ref": "reference",
    "size": "size",
    "date": "date",
    "not_ordered": "told",
}
_MARKS: dict[str, Role] = {
    "email": "reference",
    "url": "reference",
    "bullet": "other",
    "amount": "price",
}
_CLOSE = 1.0
# Characters beyond which a bag and a number have nothing to do with each other.
_FAR = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A number at ``start``-``end`` of a scan's folded text, and what it is there for."""

    scan: Scan
    start: int
    end: int
    role: Role
    quantity: Quantity | None = None


def places(scan: Scan, value: Decimal, start: int, end: int) -> list[Place]:
    """Where a document writes a value between two positions, however it spells it."""
    found = _numbers(scan)
    # A number may begin before the stretch, and be cut by it.
    first = max(0, bisect_left(found, start, key=attrgetter("start")) - 1)
    last = bisect_left(found, end, key=attrgetter("start"))
    return [
        Place(scan, n.start, n.end, role_at(scan, n.start, n.end), _counts(scan).get(n.start))
        for n in found[first:last]
        if n.end > start and value in n.readings
    ]


def role_at(scan: Scan, start: int, end: int) -> Role:
    """What the number at a place is there for; ``unknown`` where nothing tells."""
    before = scan.text[max(0, start - 40) : start].rsplit("\n", 1)[-1]
    return (
        _by_column(scan, start, end)
        or _by_mark(scan, start, end, before)
        or next((role for role, words in AFTER if words.match(scan.text, end)), None)
        or _by_words(scan, start, before)
    )


def _by_column(scan: Scan, start: int, end: int) -> Role | None:
    cell = _cell_at(scan, start, end)
    return _CELLS.get(cell, "other") if cell else None


def _by_mark(scan: Scan, start: int, end: int, before: str) -> Role | None:
    index = bisect_left(scan.marks, end, key=attrgetter("start")) - 1
    mark = scan.marks[index] if index >= 0 else None
    if mark is None or mark.end <= start:
        return None
    if mark.kind != "amount":
        return _MARKS.get(mark.kind, mark.kind)  # type: ignore[arg-type]  # the rest are roles
    # An amount with its currency is a price, unless the words make it a sum or a tax.
    sums: tuple[Role, ...] = ("sum", "tax")
    return next((r for r, words in BEFORE if r in sums and words.search(before)), "price")


def _by_words(scan: Scan, start: int, before: str) -> Role:
    counted = _counts(scan).get(start)
    if counted and (not_ordered.is_told(scan, counted) or NOT_THIS.search(before)):
        return "told"
    named = bool(counted and (counted.unit_word or _cost_to_bag(scan, counted) < _CLOSE))
    for role, words in BEFORE:
        if words.search(before) and not (named and role in WEAK):
            return role
    if counted and counted.value % 1 and counted.unit == "piece":
        return "price"
    return "count" if named else "unknown"


def beside(scan: Scan, quantity: Quantity) -> list[tuple[float, Mention]]:
    """The bags named before and after a number, each with how little they belong together."""
    found = _bags(scan)
    index = bisect_left(found, quantity.end, key=attrgetter("start"))
    after = next((m for m in found[index : index + 1] if m.start < quantity.end + _FAR), None)
    earlier = [m for m in found[max(0, index - 2) : index] if m.end <= quantity.start]
    before = next((m for m in earlier[-1:] if m.end > quantity.start - _FAR), None)
    near = [(gap_cost(scan, quantity, after), after)] if after else []
    if before:
        near.append((gap_cost(scan, before, quantity), before))
    return sorted(near, key=lambda pair: pair[0])


def bag_at(scan: Scan, start: int, end: int) -> Mention | None:
    """The bag that words at a place name."""
    found = _bags(scan)
    first = max(0, bisect_left(found, start, key=attrgetter("start")) - 1)
    near = found[first : bisect_left(found, end, key=attrgetter("start"))]
    return next((m for m in near if start < m.end), None)


def counts_beside(scan: Scan, start: int, end: int) -> list[Quantity]:
    """The numbers right before and after the words at a place, where little parts them."""
    bag = bag_at(scan, start, end)
    if bag is None:
        return []
    ordered = list(_counts(scan).values())
    index = bisect_left(ordered, bag.end, key=attrgetter("start"))
    after = next((q for q in ordered[index : index + 1] if q.start < bag.end + _FAR), None)
    earlier = [q for q in ordered[max(0, index - 3) : index] if bag.start - _FAR < q.start]
    before = next((q for q in reversed(earlier) if q.end <= bag.start), None)
    found = [before] if before and gap_cost(scan, before, bag) < _CLOSE else []
    return [*found, after] if after and gap_cost(scan, bag, after) < _CLOSE else found


def unit_at(place: Place) -> Unit | None:
    """The unit written right after a number, or in its row of a table; None where none is."""
    scan = place.scan
    found = units.after(scan.text, place.end)
    if found:
        return found.unit
    start = scan.text.rfind("\n", 0, place.start) + 1
    end = scan.text.find("\n", place.end)
    cells = _cells(scan)
    first = bisect_left(cells, start, key=itemgetter(0))
    last = bisect_left(cells, end if end >= 0 else len(scan.text), key=itemgetter(0))
    named = next((cell for cell in cells[first:last] if cell[2] == "unit"), None)
    return units.unit_named(scan.text[named[0] : named[1]]) if named else None


def _cost_to_bag(scan: Scan, quantity: Quantity) -> float:
    near = beside(scan, quantity)
    return near[0][0] if near else 99.0


def _numbers(scan: Scan) -> list[numbers.Number]:
    if "numbers" not in scan.memory:
        scan.memory["numbers"] = numbers.find(scan.text)
    found: list[numbers.Number] = scan.memory["numbers"]
    return found


def _counts(scan: Scan) -> dict[int, Quantity]:
    if "quantities" not in scan.memory:
        scan.memory["quantities"] = {q.start: q for q in quantities(scan, 0, len(scan.text))}
    found: dict[int, Quantity] = scan.memory["quantities"]
    return found


def _bags(scan: Scan) -> list[Mention]:
    if "bags" not in scan.memory:
        scan.memory["bags"] = mentions(scan, 0, len(scan.text))
    found: list[Mention] = scan.memory["bags"]
    return found


def _cells(scan: Scan) -> list[tuple[int, int, str]]:
    if "cells" not in scan.memory:
        scan.memory["cells"] = sorted(tables.read(scan).cells)
    found: list[tuple[int, int, str]] = scan.memory["cells"]
    return found


def _cell_at(scan: Scan, start: int, end: int) -> str:
    """What the column of the table says that a place stands in; empty outside of tables."""
    cells = _cells(scan)
    index = bisect_right(cells, start, key=itemgetter(0)) - 1
    inside = index >= 0 and cells[index][0] <= start and end <= cells[index][1]
    return cells[index][2] if inside else ""


def span_of(scan: Scan, start: int, end: int) -> Span:
    """A span of the document's text in the folded text."""
    return scan.folded.position(start), scan.folded.position(end)
