"""Which language a trader is written to in: as said of them, as they write, or as they dial."""

from __future__ import annotations

import csv
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

from backoffice.core.text import folded
from listings.extraction.catalogue import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

SPOKEN: Final = ("fr", "en", "it", "de", "es")
# Countries with one of these languages; Switzerland and Belgium have several.
_DIALLED: Final = {
    "+33": "fr",
    "+377": "fr",
    "+352": "fr",
    "+212": "fr",
    "+44": "en",
    "+353": "en",
    "+1": "en",
    "+852": "en",
    "+971": "en",
    "+65": "en",
    "+39": "it",
    "+378": "it",
    "+49": "de",
    "+43": "de",
    "+34": "es",
    "+52": "es",
}
# Small words of each language beside the words of the trade, which several languages share.
_SMALL: Final = {
    "fr": "je avec pour une la le les est en un bonjour boite papiers etat prix euros tres merci",
    "en": "i with for the and is my looking hello box papers condition price very thanks in a",
    "it": "con per una il di in ottime cerco scatola garanzia prezzo euro buongiorno grazie anni",
    "de": "ich mit fur eine und die der zustand papiere preis hallo danke sehr von bis voll",
    "es": "con por una el de en caja papeles precio euros hola gracias muy estado anos busco",
}


def of(said: str, texts: Iterable[str], address: str = "") -> str:
    """A language of ``SPOKEN``: the one kept for the trader, else that of their texts or number."""
    kept = said.partition("-")[0].lower()
    if kept in SPOKEN:
        return kept
    return heard(" ".join(texts)) or _dialled(address) or _house()


def heard(text: str, *, ahead: int = 1) -> str:
    """The language that most words of the text belong to, by so many more; else empty."""
    low = re.sub(r"[^\w]+", " ", folded(text))
    counts = {code: len(pattern.findall(low)) for code, pattern in _patterns().items()}
    best, second = sorted(counts, key=lambda code: -counts[code])[:2]
    return best if counts[best] >= counts[second] + ahead else ""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words: dict[str, set[str]] = {code: set(_SMALL[code].split()) for code in SPOKEN}
    with (DATA / "phrases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["language"] in words:
                words[row["language"]] |= {folded(one) for one in row["phrases"].split("|") if one}
    return {
        code: re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(found, key=len, reverse=True)))})(?!\w)"
        )
        for code, found in words.items()
    }


def _dialled(address: str) -> str:
    known = (code for prefix, code in _DIALLED.items() if address.startswith(prefix))
    return next(known, "")


def _house() -> str:
    return settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in SPOKEN else "en"
