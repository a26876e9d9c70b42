"""A message as the readers see it: folded text, its words and phrases, without noise."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from backoffice.core.text import fold
from listings.extraction import noise, phrases
from listings.extraction.items import Evidence
from listings.extraction.tokens import tokenise

if TYPE_CHECKING:
    from backoffice.core.text import Folded
    from listings.extraction.phrases import Phrases
    from listings.extraction.tokens import Token

LONGEST = 20_000  # characters read; what follows is no listing of a trader


@dataclass(frozen=True)
class Message:
    """One message; all positions are of ``low``, the folded text, unless said otherwise."""

    folded: Folded
    low: str
    tokens: list[Token]
    phrases: Phrases
    masked: str

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Start and end of every line, in order, empty ones too."""
        found, start = [], 0
        for line in self.low.split("\n"):
            found.append((start, start + len(line)))
            start += len(line) + 1
        return found

    @cached_property
    def _line_starts(self) -> list[int]:
        return [start for start, _end in self.lines]

    def line_of(self, position: int) -> int:
        return bisect_right(self._line_starts, position) - 1

    def evidence(self, start: int, end: int) -> Evidence:
        """The piece of the original message that ``start``-``end`` came from."""
        first, last = self.folded.source(start, end)
        return Evidence(first, last, self.folded.original[first:last])


def understand(text: str) -> Message:
    """Fold a message, find its words and phrases, and paint its noise over."""
    folded = fold(text[:LONGEST])
    low = folded.text.lower()
    if len(low) != len(folded.text):  # a letter whose small form is two
        low = folded.text
    tokens = tokenise(low)
    return Message(folded, low, tokens, phrases.find(tokens), noise.without(low))
