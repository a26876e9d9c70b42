"""The language of a message: fr, en, es, ar, or ar-Latn for Darija in Latin letters."""

from __future__ import annotations

import re
from typing import Final, Literal

from backoffice.core.text import folded, word_set
from support.understanding.words.languages import SIGNS, TELLING

Language = Literal["fr", "en", "es", "ar", "ar-Latn"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en", "es", "ar", "ar-Latn")

_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_WORD: Final = re.compile(r"[^\W_]+")
_TELLING: Final[dict[str, frozenset[str]]] = {
    code: word_set(text) for code, text in TELLING.items()
}
_SIGNS: Final = {code: re.compile(pattern) for code, pattern in SIGNS.items()}
# Darija borrows French words for the goods; a few words of its own decide.
_WEIGHTS: Final = {"ar-Latn": 1.6}
_SIGN_WEIGHT: Final = 2.0
# Longer texts do not speak more clearly.
_READ: Final = 4000


def of(text: str) -> Language:
    """Return the language most words speak for, French where none does."""
    text = text[:_READ].lower()
    letters = sum(char.isalpha() for char in text)
    if letters and len(_ARABIC.findall(text)) * 2 > letters:
        return "ar"
    words = _WORD.findall(folded(text))
    scores: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    for code in LANGUAGES:
        if code in _TELLING:
            scores[code] = sum(word in _TELLING[code] for word in words) * _WEIGHTS.get(code, 1.0)
        if code in _SIGNS:
            scores[code] += _SIGN_WEIGHT * len(_SIGNS[code].findall(text))
    best = max(LANGUAGES, key=lambda code: scores[code])
    return best if scores[best] else "fr"
