"""Darija by its consonants, so that "wslat", "ousslat" and "وصلات" are one word.

People write Moroccan Arabic in Latin letters as they hear it: vowels, double letters and the
figures for Arabic sounds differ from one writer to the next, the consonants hardly do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SOUNDS: Final = {"sch": "$", "ch": "$", "sh": "$", "kh": "x", "gh": "G", "ph": "f", "ou": "w"}
_SOUND: Final = re.compile("|".join(_SOUNDS))
_LETTERS: Final = str.maketrans(
    {
        **dict(zip("795gcvp", "hqxqkfb", strict=True)),
        **dict(
            zip("بتثجحخدذرزسشصضطظغفقكلمنهوي", "btTjhxddrzs$sdtzGfqklmnhwy".lower(), strict=True)
        ),
        **dict.fromkeys("23aeiou'اعءىئؤ", ""),
        "غ": "G",
    }
)
_DOUBLE: Final = re.compile(r"(.)\1+")
_WORD: Final = re.compile(r"[^\W_]+")
# "lcommande", "الكوموند": the article is written as part of the word.
_ARTICLE_LENGTH: Final = 4


@lru_cache(maxsize=16384)
def of_word(word: str) -> str:
    """Return the consonants of one folded word; numbers and words of vowels stay as they are."""
    if word.isdigit():
        return word
    text = _SOUND.sub(lambda match: _SOUNDS[match[0]], word).translate(_LETTERS)
    text = _DOUBLE.sub(r"\1", text)
    text = text[:1] + text[1:].replace("w", "").replace("y", "")
    if len(text) >= _ARTICLE_LENGTH and text[0] == "l":
        text = text[1:]
    return text or word


def of_text(text: str) -> str:
    """Return the text with every word replaced by its consonants."""
    return _WORD.sub(lambda match: of_word(match[0]), text)
