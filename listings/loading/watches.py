"""From a line to its watches: what the line states, else what the rules read in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from listings.extraction import attributes, prices, years
from listings.extraction.items import plain
from listings.extraction.message import understand
from listings.extraction.reading import read
from listings.loading import values

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.items import ListingItem
    from listings.loading.lines import Line

EMPTY: Final[dict[str, Any]] = {
    "type": "",
    "brand": "",
    "model": "",
    "reference": "",
    "price": None,
    "currency": "",
    "condition": "",
    "year": None,
    "size_mm": None,
    "movement": "",
    "box": None,
    "papers": None,
    "authenticity": "",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """All facts of a watch, and the part of the text that speaks of it."""

    facts: dict[str, Any]
    text: str


def of(line: Line, catalogue: Catalogue) -> list[Watch]:
    """The watches of a line, one at least: every line can be found by its words."""
    if line.items is not None:
        items = [*line.items] or [line.facts]
        parts = _parts(line, catalogue, len(items))
    else:
        found = read(line.text, catalogue)
        # A line that states facts is about one watch; what it is silent about, its text may say.
        found = found[:1] if line.facts else found
        items = [values.facts_of(_values(item)) | line.facts for item in found]
        items = items or [_said(line.text) | line.facts]
        parts = _cut(line.text, found) if len(found) > 1 else [line.text] * len(items)
    kind = _kind(line.text)
    return [
        Watch({**EMPTY, "type": kind, **facts}, part)
        for facts, part in zip(items, parts, strict=True)
    ]


def _values(item: ListingItem) -> dict[str, Any]:
    return plain(item) | {"authenticity": item.authenticity.value}


def _said(text: str) -> dict[str, Any]:
    """What a text says of a watch that nobody recognised."""
    message = understand(text[:2_000])
    end = len(message.low)
    box, papers = attributes.box_and_papers(message, 0, end)
    amount = next((one for one in prices.find(message.masked) if one.currency), None)
    return values.facts_of(
        {
            "condition": attributes.condition(message, 0, end).value,
            "year": years.year(message, 0, end, []).value,
            "size_mm": attributes.size(message, 0, end).value,
            "movement": attributes.movement(message, 0, end).value,
            "box": box.value,
            "papers": papers.value,
            "price": amount.value if amount else None,
            "currency": amount.currency if amount else None,
        }
    )


def _parts(line: Line, catalogue: Catalogue, count: int) -> list[str]:
    """The text of each of the watches that a line lists; all of it where they cannot be told."""
    if count == 1:
        return [line.text]
    found = read(line.text, catalogue)
    return _cut(line.text, found) if len(found) == count else [line.text] * count


def _cut(text: str, found: list[ListingItem]) -> list[str]:
    """Each watch's part of the text, and with it what stands before the first one."""
    heading = text[: min(item.span[0] for item in found)].strip()
    return [f"{heading}\n{text[slice(*item.span)]}".strip() for item in found]


def _kind(text: str) -> str:
    """What a text is about in which no watch was found: what it says first, a sale with a price."""
    message = understand(text[:2_000])
    said = message.phrases.of("type")
    if said:
        return said[0].value
    is_priced = any(amount.currency for amount in prices.find(message.masked))
    return "sale" if is_priced else "question"
