"""Misspelt names set right by edit distance, cautiously.

Only long words are corrected, only by a letter or two, only when the first
letter agrees and one name alone is nearest. Ordinary words of the five
languages that lie close to a name are listed in data/ordinary_words.txt.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from listings.extraction.tokens import Token

_ORDINARY = Path(__file__).parent / "data" / "ordinary_words.txt"
_SHORTEST = 5  # "role" is one letter from a brand
_LONG = 9  # two mistakes are believable from here on


class Spelling:
    """The words names are made of, and the nearest of them to a misspelt one."""

    def __init__(self, words: Iterable[str], ordinary: Iterable[str] = ()) -> None:
        self._words = frozenset(words)
        listed = _ORDINARY.read_text(encoding="utf-8").split()
        self._ordinary = frozenset(listed) | frozenset(ordinary)
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(self._words - frozenset(listed)):
            if len(word) >= _SHORTEST:
                self._by_letter.setdefault(word[0], []).append(word)
        self.nearest: Callable[[str], str] = lru_cache(maxsize=65536)(self._nearest)

    def correct(self, tokens: Sequence[Token]) -> list[Token]:
        """Return ``tokens``; a misspelt name has the text of the name, at its old place."""
        return [
            replace(token, text=name)
            if len(token.text) >= _SHORTEST
            and token.text[0].isalpha()
            and (name := self.nearest(token.text)) != token.text
            else token
            for token in tokens
        ]

    def _nearest(self, word: str) -> str:
        if word in self._words or word in self._ordinary:
            return word
        allowed = 2 if len(word) >= _LONG else 1
        best, found = allowed + 1, [word]
        for name in self._by_letter.get(word[0], ()):
            if abs(len(name) - len(word)) > allowed or _inflected(word, name):
                continue
            distance = OSA.distance(word, name, score_cutoff=allowed)
            if distance < best:
                best, found = distance, [name]
            elif distance == best <= allowed:
                found.append(name)
        return found[0] if len(found) == 1 else word


def _inflected(word: str, name: str) -> bool:
    """Tell whether only a vowel at the end differs: another word, not a slip."""
    return len(word) == len(name) and word[:-1] == name[:-1] and word[-1] in "aeios"
