"""Units of sale, and the word that follows a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from backoffice.core.text import word_set

if TYPE_CHECKING:
    from orders.reading import Unit

_NAMES: dict[Unit, str] = {
    "piece": (
        "piece pieces pce pces pcs pc pieca u un unite unites unit units ea each exemplaires ex "
        "habba 7abba 7bba 7eba w7da قطعه قطع وحده وحدات حبه حبات rouleau rouleaux rlx feuille "
        "feuilles bobine bobines rolls roll sheets boite boites paquet paquets pqt pqts pack packs "
        "lot lots ballot ballots"
    ),
    "kg": "kg kgs kilo kilos kilogramme kilogrammes kilou kelo كيلو كيلوغرام كغ كلغ كيلوات",
    "carton": (
        "kratn kratin kraton kartn cartn carton cartons cartouna "
        "cartona kartouna kartouma cartonat kartonat "
        "kartounat cartounat ctn ctns crt crtn karton "
        "kartona krton krtona karaten kraten colis cartoon "
        "cartoons box boxes cartone كرطون كراطن كرتون كراتين كرطونه كرتونه كرطونات كراتن"
    ),
    "palette": (
        "palette palettes palete paletes pallette pallettes pallet pallets palet palets plt plts "
        "palitta balita palita plita palitat balitat "
        "palettat palletat باليط باليت باليطه باليته باليطات طبليه طبليات بليطه بالات"
    ),
    "mille": "mille milles mil ml m/1000 ‰ 1000 thousand",
}
UNITS: dict[str, Unit] = {word: unit for unit, words in _NAMES.items() for word in words.split()}
# Words that multiply: the unit behind them is what counts.
_MULTIPLES: dict[str, tuple[Unit, int]] = {
    "tonne": ("kg", 1000),
    "tonnes": ("kg", 1000),
    "tons": ("kg", 1000),
    "طن": ("kg", 1000),
    "quintal": ("kg", 100),
    "quintaux": ("kg", 100),
    "douzaine": ("piece", 12),
    "douzaines": ("piece", 12),
    "dozen": ("piece", 12),
    "dizaine": ("piece", 10),
    "dizaines": ("piece", 10),
    "centaine": ("piece", 100),
    "centaines": ("piece", 100),
    "millier": ("piece", 1000),
    "milliers": ("piece", 1000),
}
# Bundles of unstated size: counted as pieces, but a person should look.
BUNDLES = word_set("boite boites paquet paquets pqt pqts pack packs lot lots ballot ballots")
_WORD = re.compile(
    r"\s*(?:x\s*(?=[a-z]{2}))?\.?\s*(?:(?:d|de|dyal|diyal|ديال|of)\s+|d')?(?P<word>[^\W_]+)"
)
_ARTICLES = ("ال", "l", "ل")
_SHORTEST_WITH_ARTICLE = 4


@dataclass(frozen=True, slots=True)
class UnitFound:
    unit: Unit
    factor: Decimal
    end: int
    word: str


def unit_named(text: str) -> Unit | None:
    """Return the unit that a folded cell or word names, or None."""
    word = text.strip(" .():")
    if word in UNITS:
        return UNITS[word]
    if word in _MULTIPLES:
        return _MULTIPLES[word][0]
    first = word.split()
    return UNITS.get(first[0]) if first and len(first) == 1 else None


def after(text: str, position: int) -> UnitFound | None:
    """Return the unit word right after ``position`` of a folded text, if one is there."""
    match = _WORD.match(text, position)
    if match is None or "\n" in match.group():
        return None
    word = _without_article(match["word"])
    if word in _MULTIPLES:
        unit, factor = _MULTIPLES[word]
        counted = after(text, match.end()) if unit == "piece" else None
        if counted:  # "une dizaine de cartons"
            return UnitFound(counted.unit, factor * counted.factor, counted.end, counted.word)
        return UnitFound(unit, Decimal(factor), match.end(), word)
    if word in UNITS and word not in {"mille", "milles", "mil", "1000", "thousand", "ml"}:
        return UnitFound(UNITS[word], Decimal(1), match.end(), word)
    return None


def _without_article(word: str) -> str:
    """Return "palette" for "lpalette"; other words as they are."""
    for article in _ARTICLES:
        rest = word.removeprefix(article)
        if word not in UNITS and rest in UNITS and len(rest) >= _SHORTEST_WITH_ARTICLE:
            return rest
    return word
