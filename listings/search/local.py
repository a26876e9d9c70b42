"""Vectors without a service: lexical, honest about it.

A text becomes words, pieces of words (three and four letters, so that a misspelt word stays near),
what the shipped catalogue makes of its names ("speedy" is an Omega Speedmaster), and what a list of
words of the trade says that they mean ("bleu" and "azul" are blue). Each is hashed with a sign
to two of 512 places and weighs by how much it tells. Nearness is shared wording, no more: nothing
is understood that is not in one of these lists. The same text gives the same vector in every
process; another way of weighing asks for another name (``MODEL``), by which all are made anew.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from backoffice.core.text import folded
from listings.extraction import phrases
from listings.extraction.catalogue import load_shipped
from listings.extraction.tokens import tokenise
from listings.search import synonyms
from listings.search.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

MODEL = "local-lexical-1"
DIMENSIONS = 512

# What a thing of a text weighs. A reference names one watch, a brand a thousand.
_REFERENCE, _MODEL, _BRAND, _WORD, _TRADE, _STOP = 3.0, 2.5, 1.2, 1.0, 0.35, 0.05
_OF_KIND = {"brand": _BRAND, "model": _MODEL, "sense": 0.8}
_PIECES = 0.8  # all pieces of a word together
_PLACES = 2
_WORDS = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*")
_PARTS = re.compile(r"[^\W_]+")
_FROM_PIECES = 4  # letters: shorter words have no pieces of their own
_LONGEST = 4_000

Places = tuple["NDArray[np.intp]", "NDArray[np.float32]"]


def vectors(texts: Sequence[str]) -> list[list[float]]:
    """One vector of length 1 per text (of zeros where there is no word), in their order."""
    return [vector(text).tolist() for text in texts]


def vector(text: str) -> NDArray[np.float32]:
    """The vector of one text."""
    low = folded(text[:_LONGEST])
    things = {*_things(low)}
    sums = np.zeros(DIMENSIONS, dtype=np.float32)
    for thing in sorted(things):
        places, weights = _placed(thing)
        np.add.at(sums, places, weights)
    length = float(np.linalg.norm(sums))
    return sums / length if length else sums


def _things(low: str) -> Iterator[str]:
    """What a folded text holds: ``kind:value`` each."""
    for match in _WORDS.finditer(low):
        whole = match.group()
        parts = _PARTS.findall(whole)
        for part in parts:
            yield f"word:{part}"
            if meaning := synonyms.meaning(part):
                yield f"sense:{meaning}"
        if len(parts) > 1 and any(char.isdigit() for char in whole):
            yield f"word:{''.join(parts)}"  # "126610-LN" is "126610LN"
    catalogue = load_shipped()
    tokens = catalogue.spelt(tokenise(low))
    for found in catalogue.names.find(tokens).get("name", ()):
        for name in found.value:
            yield f"brand:{name.brand}"
            if name.model:
                yield f"model:{name.brand} {name.model}"


@lru_cache(maxsize=200_000)
def _placed(thing: str) -> Places:
    """Where a thing goes and how heavily, its pieces with it."""
    kind, _colon, value = thing.partition(":")
    weight = _OF_KIND.get(kind) or _weight(value)
    found = [(thing, weight)]
    if kind == "word" and weight > _TRADE and len(value) >= _FROM_PIECES:
        pieces = _pieces(value)
        share = weight * _PIECES / len(pieces) ** 0.5
        found += [(f"piece:{piece}", share) for piece in pieces]
    places: list[int] = []
    weights: list[float] = []
    for name, heavy in found:
        digest = hashlib.blake2b(name.encode(), digest_size=4 * _PLACES).digest()
        for start in range(0, len(digest), 4):
            number = int.from_bytes(digest[start : start + 4], "big")
            places.append(number % DIMENSIONS)
            weights.append((heavy if number >> 31 else -heavy) / _PLACES**0.5)
    return np.array(places, dtype=np.intp), np.array(weights, dtype=np.float32)


def _pieces(word: str) -> list[str]:
    marked = f"<{word}>"
    return sorted(
        {marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1)}
    )


def _weight(word: str) -> float:
    if word in STOP_WORDS:
        return _STOP
    if word in _trade_words():
        return _TRADE
    if word.isdigit():
        return _REFERENCE if len(word) in (5, 6) and int(word) % 50 else _WORD
    return _REFERENCE if any(char.isdigit() for char in word) else _WORD


@cache
def _trade_words() -> frozenset[str]:
    """Words that every second message has ("vends", "prix")."""
    return frozenset(phrases.words())
