"""Names in capitals or none, written as French people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from backoffice.core.text import word_set
from crm.mapping.transformations.catalogue import Argument, Transformation

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# Small between or before the words of a name: "Jean de la Fontaine", "van der Berg".
PARTICLES = word_set(
    "de du des la le les et en sur sous aux au à lès lez les-bains d l von vom zu zum zur van der"
    " den het ten ter op te di da dei degli della delle del dal dos das do y e ben bin bint ibn af"
    " av und of the and"
)
# Kept in capitals however the rest is written.
FORMS = word_set(
    "sarl scea earl gaec sas sasu sa sci scev scv snc eurl eirl selarl scop gie gfa gfv sica cuma"
    " cave-coop gmbh ag kg ohg ltd llc llp plc bv nv bvba sprl srl spa sl slu lda inc usa uk chr"
    " btp hlm ce cse chu ehpad esat pme tpe tva ht ttc igp aoc aop vdp vdn igt doc docg bib cbd"
    " ii iii iv vi vii viii ix xi xii xiii xiv xv xvi"
)
_WRITTEN = {"gmbh": "GmbH", "ltd": "Ltd", "inc": "Inc", "spa": "SpA", "srl": "Srl", "lda": "Lda"}
# Before a vowel, and joined to it: d'Artagnan, l'Hermite.
_ELIDED = frozenset(
    {"d", "l", "dell", "all", "qu", "s", "n", "jusqu", "lorsqu", "t", "j", "m", "c"}
)
_CAPITAL_BEFORE = frozenset({"o", "n", "k"})
_TITLES = {"mme": "Mme", "mlle": "Mlle", "mr": "Mr", "m": "M", "dr": "Dr", "pr": "Pr", "me": "Me"}
# Longer cells are texts, not names.
LONGEST = 300
# What the quick way does not know.
_SPECIAL = PARTICLES | FORMS | frozenset(_TITLES) | _ELIDED
# "BIB" among other words may be meant.
_SHORTEST_SHOUT = 3
_WORD = re.compile(r"[^\W_]+(?:[.](?=[^\W_][.]))?")
_APOSTROPHES = "'’ʼ"
# With another capital inside, it is written as its owner writes it: "McDonald", "DuPont".
_MIXED = re.compile(r"[^\W\d_]*[a-zà-ÿ][^\W\d_]*[A-ZÀ-Þ]")
_MC = re.compile(r"mc([^\W\d_]{3,})")


def _capitalize(arguments: Arguments, _context: Context) -> Function:
    always = arguments["also_mixed"]

    def capitalize(text: str) -> str:
        # The usual case, quick: plain words, all of them the same way.
        if len(text) > LONGEST:
            return text
        spaced = text.split(" ")
        if not always and all(map(str.isalpha, spaced)):
            if text.istitle() and _SPECIAL.isdisjoint(text.lower().split(" ")):
                return text
            shouted = text.isupper() or all(
                word.istitle() or (word.isupper() and len(word) > _SHORTEST_SHOUT)
                for word in spaced
            )
            low = text.lower()
            if shouted and "mc" not in low and _SPECIAL.isdisjoint(low.split(" ")):
                return text.title()
        return capitalized(text, always=always)

    return capitalize


def capitalized(text: str, *, always: bool = False) -> str:
    """The name with its capitals in their places; what is written in both cases stays so."""
    if not always and not text.isupper() and not text.islower() and _is_by_hand(text):
        return text
    pieces: list[str] = []
    end = 0
    for place, match in enumerate(_WORD.finditer(text)):
        pieces.append(text[end : match.start()])
        pieces.append(_word(match.group(), text, match.start(), match.end(), is_first=place == 0))
        end = match.end()
    return "".join([*pieces, text[end:]])


def _is_by_hand(text: str) -> bool:
    """Some word has both cases: a person chose them. One shouted word among others does not."""
    return not any(
        len(word) > _SHORTEST_SHOUT and word.isupper()
        for word in _WORD.findall(text)
        if word.lower() not in FORMS
    ) and not any(
        word.islower() and len(word) > 1 and word not in PARTICLES and word not in _ELIDED
        for word in _WORD.findall(text)
    )


def _word(word: str, text: str, start: int, end: int, *, is_first: bool) -> str:
    low = word.lower()
    after = text[end : end + 1]
    before = text[start - 1 : start] if start else ""
    if low in FORMS and not (after and after in _APOSTROPHES):
        return _WRITTEN.get(low, low.upper())
    if _MIXED.fullmatch(word) or any(char.isdigit() for char in word):
        return word
    if after and after in _APOSTROPHES and text[end + 1 : end + 2].isalpha():
        small = low in _ELIDED and low not in _CAPITAL_BEFORE and (not is_first or low == "d")
        return low if small else low.capitalize()
    is_genitive = low == "s" and before in set(_APOSTROPHES) and not after.isalpha()
    if is_genitive or (low in PARTICLES and _is_particle(low, text, start, end, is_first=is_first)):
        return low
    mc = _MC.fullmatch(low)
    return f"Mc{mc[1].capitalize()}" if mc else _TITLES.get(low, low.capitalize())


def _is_particle(low: str, text: str, start: int, end: int, *, is_first: bool) -> bool:
    if not text[end:].strip(" .-"):
        return False
    if is_first:
        # "de la Fontaine", "van der Berg", "von Kleist" begin small; "Le Guen", "La Cave" do not.
        return low in {"de", "du", "des", "d", "van", "von", "der", "ten", "ter", "zu"}
    if low in {"le", "la", "les"}:
        # Behind "de", or inside a place's hyphens: "de la Fontaine", "Saint-Jean-le-Vieux".
        before = text[:start].rstrip(" ").rsplit(" ", 1)[-1].lower()
        return before in {"de", "à", "sur", "sous", "et", "en"} or text[start - 1 : start] == "-"
    return True


TRANSFORMATIONS = (
    Transformation(
        "capitalize",
        gettext_lazy("Names"),
        gettext_lazy(
            "“DE LA FONTAINE” → “de la Fontaine”, “JEAN-PIERRE O'CONNOR” → “Jean-Pierre O'Connor”,"
            " “EARL DU MOULIN” → “EARL du Moulin”; what is written in both cases stays."
        ),
        _capitalize,
        (
            Argument(
                "also_mixed",
                gettext_lazy("also what is written in both cases"),
                "flag",
                default=False,
            ),
        ),
    ),
)
