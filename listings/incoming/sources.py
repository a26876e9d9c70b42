"""The texts of a message, read for watches: what was typed, and every file that came with it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from listings import facts
from listings.extraction.items import Evidence, Found
from listings.incoming.writing import Watch
from listings.reading import understanding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.content import MessageContent, ReadDocument
    from listings.extraction.items import ListingItem

# One reading takes 20,000 characters; a longer price list is read in blocks under its heading.
_BLOCK: Final = 12_000
_LONGEST: Final = 400_000
_LONGEST_HEADING: Final = 400
# So many rows nobody offers in one message; the rest is named in the outcome.
MOST: Final = 2_000
# A list names its currency in a heading, or not at all.
_NAMED_ALIKE: Final = ("type", "brand", "model", "price")


@dataclass(frozen=True, slots=True)
class Seen:
    """The watches of a message; ``problem`` says why OpenAI did not read it, where it should."""

    content: MessageContent
    watches: tuple[Watch, ...] = ()
    problem: str = ""
    is_cut: bool = False


def read(content: MessageContent) -> Seen:
    """Every watch of the message, in order; one named in two of its documents counts once."""
    watches: list[Watch] = []
    problem = ""
    told: set[tuple[object, ...]] = set()
    is_cut = False
    for document in content.documents:
        found, why = _read(document)
        problem = problem or why
        fresh = [watch for watch in found if _alike(watch.item) not in told]
        told |= {_alike(watch.item) for watch in found}
        watches += fresh
        is_cut = is_cut or len(document.text) > _LONGEST
    return Seen(content, tuple(watches[:MOST]), problem, is_cut or len(watches) > MOST)


def _read(document: ReadDocument) -> tuple[list[Watch], str]:
    watches: list[Watch] = []
    problem = ""
    heading = ""
    for start, end in _parts(document.text[:_LONGEST]):
        block = _Block(heading, start)
        understood = understanding.understand(heading + document.text[start:end])
        problem = problem or understood.problem
        for item in understood.items:
            own = block.placed(item)
            if document.fresh and not _is_fresh(document, own.span[0]):
                continue  # quoted: it was read where it was said
            text = document.text[slice(*own.span)].strip()
            watches.append(Watch(own, text, understood.reader, document.key))
        if not start and watches:
            heading = _heading(document.text, watches[0].item.span[0])
    return watches, problem


def _is_fresh(document: ReadDocument, offset: int) -> bool:
    return any(span.start <= offset < span.end for span in document.fresh)


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a document, which begins at ``start``, read under the heading of the whole."""

    heading: str
    start: int

    def placed(self, item: ListingItem) -> ListingItem:
        """The item with places in the document instead of the block."""
        if not self.start:
            return item
        moved: dict[str, Any] = {
            part.name: dataclasses.replace(
                found, evidence=tuple(self._moved(one) for one in found.evidence)
            )
            for part in dataclasses.fields(item)
            if isinstance(found := getattr(item, part.name), Found) and found.evidence
        }
        first = max(item.span[0], len(self.heading))
        span = (self._place(first), self._place(item.span[1]))
        return dataclasses.replace(item, span=span, **moved)

    def _moved(self, said: Evidence) -> Evidence:
        return Evidence(self._place(said.start), self._place(said.end), said.text)

    def _place(self, offset: int) -> int:
        before = len(self.heading)
        return offset if offset < before else offset - before + self.start


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The text at once, or cut at ends of lines."""
    start = 0
    while start < len(text):
        end = _end_of_line(text, start)
        if text[start:end].strip():
            yield start, end
        start = end


def _heading(text: str, first: int) -> str:
    """What stands above the first watch of a list, if it is short: names of columns, a currency."""
    end = text.rfind("\n", 0, first + 1) + 1
    return text[:end] if end <= _LONGEST_HEADING else ""


def _end_of_line(text: str, start: int) -> int:
    if start + _BLOCK >= len(text):
        return len(text)
    end = text.rfind("\n", start, start + _BLOCK)
    return end + 1 if end > start else start + _BLOCK


def _alike(item: ListingItem) -> tuple[object, ...]:
    """By what a caption and the file it goes with speak of the same watch."""
    values = [getattr(item, name).value for name in _NAMED_ALIKE]
    return (facts.reference_key(item.reference.value or ""), *values)
