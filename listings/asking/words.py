"""The words of questions in five languages (data/words.csv), found in one pass."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from backoffice.core.text import folded
from listings.extraction.tokens import Match, PhraseTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.tokens import Token

Language = Literal["en", "fr", "de", "it", "es"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr", "de", "it", "es")
DATA = Path(__file__).parent / "data"


@cache
def _rows() -> list[dict[str, str]]:
    with (DATA / "words.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable(
        (row["kind"], folded(phrase), row["value"])
        for row in _rows()
        for phrase in row["phrases"].split("|")
        if row["kind"] != "filler"
    )


@cache
def fillers() -> frozenset[str]:
    """Words that name nothing one could look for."""
    return frozenset(
        folded(word)
        for row in _rows()
        if row["kind"] == "filler"
        for word in re.findall(r"\w+", row["phrases"])
    )


@cache
def _telling() -> dict[str, frozenset[str]]:
    """The languages in which a word is a word of questions."""
    found: dict[str, set[str]] = {}
    for row in _rows():
        if row["language"] in LANGUAGES:
            for word in re.findall(r"\w+", folded(row["phrases"])):
                found.setdefault(word, set()).add(row["language"])
    return {word: frozenset(languages) for word, languages in found.items()}


@cache
def _limits() -> dict[str, str]:
    return {
        folded(phrase): row["value"]
        for row in _rows()
        if row["kind"] == "bound"
        for phrase in row["phrases"].split("|")
    }


def leaves_out(limit: str) -> bool:
    """Whether such words or signs before a price leave that price out: "under", "plus de", "<".

    What decides it for questions and for searches; "up to", "ab" and "<=" take their price in.
    """
    said = re.sub(r"[^\w<>=]+", " ", folded(limit)).strip()
    return said in {"<", ">"} or _limits().get(said) in {"below", "above"}


def find(tokens: Sequence[Token]) -> dict[str, list[Match[str]]]:
    """Every phrase among ``tokens`` by its kind; the longest wins within it."""
    return _table().find(tokens)


def language_of(tokens: Sequence[Token], signs: str, otherwise: Language) -> Language:
    """The language most of the words speak for; ``signs`` is the question as written."""
    votes: Counter[str] = Counter()
    for token in tokens:
        languages = _telling().get(token.text, frozenset())
        for language in languages:
            votes[language] += 6 // len(languages)  # a word of one language alone counts most
    votes["es"] += 12 * len(re.findall("[¿¡ñ]", signs))
    votes["de"] += 12 * len(re.findall("[ßäöÄÖ]", signs))
    votes["fr"] += 6 * len(re.findall("[çêâûœ]", signs))
    best = max(LANGUAGES, key=lambda language: (votes[language], language == otherwise))
    return best if votes[best] else otherwise
