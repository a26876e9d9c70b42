"""The texts of a message as a place to look things up: words, numbers, dates, with their spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from backoffice.core import dates
from backoffice.core.text import Folded, fold, folded, words
from orders.extraction.text import numbers
from orders.reading import Evidence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from decimal import Decimal

    from backoffice.messaging.content import MessageContent, ReadDocument

# How alike (0-100) a passage must be to count as the quote, typing mistakes aside.
_QUOTE_LIKENESS = 88
_SHORTEST_FUZZY = 12
_WORD_LIKENESS = 80


@dataclass(frozen=True)
class SourceText:
    """One document of the message, folded; positions in it are of the folded text."""

    document: ReadDocument

    @cached_property
    def folded(self) -> Folded:
        return fold(self.document.text)

    @cached_property
    def numbers(self) -> list[numbers.Number]:
        return numbers.find(self.folded.text)

    def evidence(self, start: int, end: int) -> Evidence:
        first, last = self.folded.source(start, end)
        pages = self.document.page_starts
        page = bisect_right(pages, first) if pages else None
        return Evidence(self.document.key, first, last, self.document.text[first:last], page)

    def span(self, evidence: Evidence) -> tuple[int, int]:
        return self.folded.position(evidence.start), self.folded.position(evidence.end)

    def is_own(self, evidence: Evidence) -> bool:
        """Whether the author wrote it now, rather than in a quoted earlier message."""
        spans = (*self.document.fresh, *self.document.signature)
        return not self.document.fresh or any(
            span.start < evidence.end and evidence.start < span.end for span in spans
        )

    def locate(self, quote: str) -> Evidence | None:
        """Where ``quote`` stands: literally but for spacing and case, else as good as."""
        tokens = folded(quote).split()
        if not tokens:
            return None
        pattern = r"[\s|]*".join(re.escape(token) for token in tokens)
        matches = [self.evidence(*m.span()) for m in re.finditer(pattern, self.folded.text)]
        if matches:
            return next((match for match in matches if self.is_own(match)), matches[0])
        plain = " ".join(tokens)
        if len(plain) < _SHORTEST_FUZZY or len(plain) > len(self.folded.text):
            return None
        near = fuzz.partial_ratio_alignment(plain, self.folded.text, score_cutoff=_QUOTE_LIKENESS)
        return self.evidence(*self._whole_words(near.dest_start, near.dest_end)) if near else None

    def _whole_words(self, start: int, end: int) -> tuple[int, int]:
        text = self.folded.text
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        return start, end


class Source:
    """All documents of a message, in their order."""

    def __init__(self, content: MessageContent) -> None:
        self.content = content
        self.texts = [SourceText(document) for document in content.documents if document.text]
        self._by_key = {text.document.key: text for text in self.texts}

    @property
    def today(self) -> dt.date:
        """The day the message was sent, by its own clock: relative dates count from it."""
        return self.content.sent_at.date()

    def text_of(self, evidence: Evidence) -> SourceText | None:
        return self._by_key.get(evidence.document)

    def is_own(self, evidence: Evidence) -> bool:
        text = self.text_of(evidence)
        return text is None or text.is_own(evidence)

    def locate(self, quote: str) -> tuple[Evidence, ...]:
        """Where the words of ``quote`` stand, the author's own text first; empty if nowhere."""
        found = [evidence for text in self.texts if (evidence := text.locate(quote))]
        found.sort(key=lambda evidence: not self.is_own(evidence))
        return tuple(found[:1])

    def number(self, value: Decimal, within: tuple[Evidence, ...] | None) -> Evidence | None:
        """Where ``value`` is written, in any spelling; ``None`` looks everywhere."""
        for text, start, end in self._ranges(within):
            for number in text.numbers:
                if start <= number.start and number.end <= end and value in number.readings:
                    return text.evidence(number.start, number.end)
        return None

    def date(self, value: dt.date, within: tuple[Evidence, ...] | None) -> Evidence | None:
        """Where words stand that mean ``value`` on the day the message was sent."""
        for text, start, end in self._ranges(within):
            for found in dates.find(text.folded.text, self.today):
                # A date's span may include the word before it, which a quote leaves out.
                if found.start < end and start < found.end and found.value == value:
                    return text.evidence(found.start, found.end)
        return None

    def likeness(self, value: str, within: tuple[Evidence, ...] | None) -> float:
        """How much of ``value`` (0 to 1, by letters) is in the source, mistakes forgiven."""
        wanted = words(value)
        written = set(words(self.plain(within)))
        found = sum(len(word) for word in wanted if _is_among(word, written))
        return found / (sum(len(word) for word in wanted) or 1)

    def plain(self, within: tuple[Evidence, ...] | None) -> str:
        return "\n".join(text.folded.text[start:end] for text, start, end in self._ranges(within))

    def _ranges(self, within: tuple[Evidence, ...] | None) -> Iterator[tuple[SourceText, int, int]]:
        if within is None:
            for text in self.texts:
                yield text, 0, len(text.folded.text)
            return
        for evidence in within:
            source = self.text_of(evidence)
            if source is not None:
                yield source, *source.span(evidence)


def _is_among(word: str, written: set[str]) -> bool:
    if word in written:
        return True
    return extractOne(word, written, scorer=fuzz.ratio, score_cutoff=_WORD_LIKENESS) is not None
