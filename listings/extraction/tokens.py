"""Words of a folded text, and tables of phrases that are looked up word by word.

A phrase is found by its first word in a dictionary, so the time does not grow
with the number of phrases, and no text can make it backtrack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

V = TypeVar("V")

# Letters and digits part, so that "bb58" and "BB 58" are the same two words.
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[&+/]")
# A full stop parts phrases, but not after an abbreviation ("kompl. Lieferumfang").
_BREAK = re.compile(
    r"[\n,;!?|•()→]|(?<!\bo)(?<!\bkompl)(?<!\bkpl)(?<!\bkplt)(?<!\bcompl)(?<!\borig)(?<!\bvollst)\.\s"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word at ``start``-``end``; no phrase reaches over a ``broken`` start."""

    start: int
    end: int
    text: str
    broken: bool


def tokenise(text: str) -> list[Token]:
    """Return the words of folded ``text`` in order."""
    found: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        start = match.start()
        broken = start > last and _BREAK.search(text, last, start) is not None
        found.append(Token(start, match.end(), match.group(), broken))
        last = match.end()
    return found


@dataclass(frozen=True, slots=True)
class Match(Generic[V]):
    """A phrase at words ``first``-``last`` (exclusive), characters ``start``-``end``."""

    first: int
    last: int
    start: int
    end: int
    value: V


class PhraseTable(Generic[V]):
    """Phrases (as folded text) with a value each; ``kind`` groups those that compete."""

    def __init__(self, rows: Iterable[tuple[str, str, V]]) -> None:
        self._rows: dict[str, list[tuple[tuple[str, ...], str, V]]] = {}
        for kind, phrase, value in rows:
            words = tuple(match.group() for match in _TOKEN.finditer(phrase))
            if words:
                self._rows.setdefault(words[0], []).append((words, kind, value))
        for entries in self._rows.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, tokens: Sequence[Token]) -> dict[str, list[Match[V]]]:
        """Return the longest matches from the left, per kind, in order."""
        found: dict[str, list[Match[V]]] = {}
        taken: dict[str, int] = {}
        for index, token in enumerate(tokens):
            for words, kind, value in self._rows.get(token.text, ()):
                if taken.get(kind, 0) > index or not _fits(words, tokens, index):
                    continue
                last = index + len(words)
                taken[kind] = last
                match = Match(index, last, token.start, tokens[last - 1].end, value)
                found.setdefault(kind, []).append(match)
        return found

    def words(self) -> Iterator[str]:
        """Every word that occurs in a phrase."""
        for entries in self._rows.values():
            for words, _kind, _value in entries:
                yield from words


def _fits(words: tuple[str, ...], tokens: Sequence[Token], index: int) -> bool:
    if index + len(words) > len(tokens):
        return False
    for offset in range(1, len(words)):
        token = tokens[index + offset]
        if token.broken or token.text != words[offset]:
            return False
    return True
