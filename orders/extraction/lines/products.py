"""Which product of the catalogue a few words mean.

Bags are recognised by signs (:mod:`orders.extraction.text.bag_words`) rather than by
whole names, so that "sac fon caré poigné torsadé", "twisted handle bags" and
"2k poignées plates" all find theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop
from rapidfuzz.distance import OSA

from backoffice.core.text import folded
from orders.extraction.catalogue import PACKAGING, Bottom, Catalogue, Handles
from orders.extraction.text.bag_words import FUZZY, NOT_FUZZY, WORDS

_WORD = re.compile(r"w/o|s/(?=\s?[pa])|[^\W_]+")
_SHORTEST_FUZZY = 6
_TWO_MISTAKES_FROM = 8
# A product called by one of its names.
NAMED = 0.95
# From here on what signs say of a bag is clearer than a shorter name among them.
_CLEAR = 0.85
_ARTICLES = ("ال", "لل", "و", "ل", "ب", "l")

# Marked for translation here, translated where staff will read them.
UNSTATED_HANDLES = gettext_noop("Handles not stated.")
WHICH_HANDLES = gettext_noop("With handles, but not which.")
WHICH_BAG = gettext_noop("Which bag is not stated.")
OTHER_GOODS = gettext_noop("Not one of our products.")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is said of a bag; ``head`` is S (sachet), B (bag) or empty.

    ``code`` is the product where it was named outright, bag or not.
    """

    head: str = ""
    bottom: Bottom = ""
    handles: Handles = ""
    foreign: bool = False
    code: str = ""

    @property
    def telling(self) -> bool:
        return bool(self.bottom or self.handles)


@dataclass(frozen=True, slots=True)
class Match:
    """``code`` is empty where no product of ours is meant; ``note`` says why."""

    code: str
    confidence: float
    note: str = ""


@lru_cache(maxsize=8192)
def sign_of(word: str) -> str:
    """Return the sign of a folded word, or empty when it does not speak of bags."""
    if word in WORDS:
        return WORDS[word]
    for article in _ARTICLES:
        if word.startswith(article) and word[len(article) :] in WORDS:
            return WORDS[word[len(article) :]]
    if len(word) < _SHORTEST_FUZZY or word in NOT_FUZZY:
        return ""
    allowed = 2 if len(word) >= _TWO_MISTAKES_FROM else 1
    best = min(FUZZY, key=lambda known: OSA.distance(word, known))
    return WORDS[best] if OSA.distance(word, best) <= allowed and word[0] == best[0] else ""


def signs_of(text: str) -> list[tuple[str, str]]:
    """Return (sign, word) for the telling words of a folded text."""
    pairs = [(sign_of(word), word) for word in _WORD.findall(text)]
    return [pair for pair in pairs if pair[0]]


def _handles(other: str) -> Handles:
    return {"P": "flat", "T": "twisted", "K": "twisted", "N": "none"}[other]  # type: ignore[return-value]


_BOTTOMS: dict[str, Bottom] = {"P": "flat", "C": "square"}


def traits_of(signs: list[tuple[str, str]]) -> Traits:
    """Read signs from left to right; an adjective goes with the noun beside it."""
    row = [
        ("P" if s == "N" and i and signs[i - 1][0] == "F" else s) for i, (s, _) in enumerate(signs)
    ]
    head, bottom, handles = "", "", ""
    loose_flat = ""
    i = 0
    while i < len(row):
        sign, following = row[i], row[i + 1] if i + 1 < len(row) else ""
        pair = sign + following
        step = 2
        # "sacs plats à fond carré": the bottom is square, whatever is flat.
        takes_bottom = pair != "PF" or row[i + 2 : i + 3] != ["C"]
        if pair in {"FP", "PF", "FC", "CF"} and takes_bottom:
            bottom = bottom or _BOTTOMS[pair.replace("F", "")]
        elif pair in {"HP", "PH", "HT", "TH", "HK", "KH", "NH", "HN"} and not (
            pair == "HN" and row[i + 2 : i + 3] == ["H"]
        ):
            handles = handles or _handles(pair.replace("H", ""))
        else:
            step = 1
            if sign in "SB":
                head = head or sign
            elif sign == "C":
                bottom = bottom or "square"
            elif sign == "T":
                handles = handles or "twisted"
            elif sign == "H":
                handles = handles or "some"
            elif sign == "P" and takes_bottom:
                loose_flat = signs[i][1]
        i += step
    return _settle(head, bottom, handles, loose_flat, foreign="X" in row)


def _settle(head: str, bottom: str, handles: str, loose_flat: str, *, foreign: bool) -> Traits:
    """Decide what a lone "flat" describes: handles in the feminine plural, else the bottom."""
    if loose_flat and handles in {"", "some"} and not (head == "S" and not bottom):
        if loose_flat.removeprefix("l") in {"plates", "plate"} or bottom == "square":
            handles = "flat"
        elif not bottom:
            bottom = "flat"
    elif loose_flat and not bottom:
        bottom = "flat"
    return Traits(head, bottom, handles, foreign)  # type: ignore[arg-type]


def match(traits: Traits, catalogue: Catalogue = PACKAGING) -> Match:
    """Return the product with these traits, and how sure that is."""
    if traits.code:
        return Match(traits.code, NAMED)
    if traits.foreign:
        return Match("", 0.8, OTHER_GOODS)
    bottom, handles, certainty, note = _complete(traits)
    product = catalogue.with_traits(bottom, handles) if bottom else None
    if product is None:
        return Match("", 0.4, note or WHICH_BAG)
    return Match(product.code, certainty, note)


def _complete(traits: Traits) -> tuple[Bottom, Handles, float, str]:
    """Fill in what people leave out: only one of our bags has twisted handles."""
    if traits.handles in {"flat", "twisted"}:
        certainty = {"square": 0.97, "": 0.9, "flat": 0.6}[traits.bottom]
        return "square", traits.handles, certainty, ""
    if traits.bottom == "flat":
        return "flat", "none", 0.97 if traits.head != "B" else 0.85, ""
    if traits.handles == "none" and (traits.bottom or traits.head != "S"):
        return "square", "none", 0.97 if traits.bottom else 0.85, ""
    if traits.handles == "some":
        return "", "", 0.0, WHICH_HANDLES
    return _unstated(traits)


def _unstated(traits: Traits) -> tuple[Bottom, Handles, float, str]:
    """With no word on handles: sachets have none, a square bottom may have any."""
    if traits.bottom == "square":
        return "square", "none", 0.5, UNSTATED_HANDLES
    if traits.head == "S":
        return "flat", "none", 0.6 if traits.handles == "none" else 0.75, ""
    return "", "", 0.0, WHICH_BAG


def match_text(text: str, catalogue: Catalogue = PACKAGING) -> Match:
    """Return the product that a description, taken as a whole, means."""
    plain = folded(text)
    signs = signs_of(plain)
    of_signs = None
    if any(sign in "SBFHT" for sign, _ in signs):
        of_signs = match(traits_of(signs), catalogue)
    found = _called(plain, catalogue, of_signs) or of_signs
    if found:
        return found
    named = catalogue.named(plain)
    if named:
        return Match(named[0].code, round(0.9 * named[1], 2))
    return Match("", 0.85, OTHER_GOODS)


def _called(plain: str, catalogue: Catalogue, of_signs: Match | None) -> Match | None:
    """The only product named outright, unless words outside its name tell of another bag."""
    names = catalogue.called(plain)
    if len({name.code for name in names}) != 1:
        return None
    first, last = names[0].start, names[-1].end
    outside = signs_of(plain[:first]) or signs_of(plain[last:])
    if outside and of_signs and of_signs.code and of_signs.confidence >= _CLEAR:
        return None
    return Match(names[0].code, NAMED)
