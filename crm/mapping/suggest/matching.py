"""How well a heading is one of the names of a slot."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from backoffice.core.text import words
from crm.mapping.suggest.headings import EMPTY_WORDS, NAMES, OWN_WORDS, SHORT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import Entity

EXACT, OWN, ROUGH = 1.0, 0.93, 0.85
LESS = 0.02
# One letter in seven wrong, or a word's end cut off.
ALIKE = 86
ONE_OF = 0.9
# So many words more than the name has.
MOST_MORE = 2
# Alone they say too little: "date de péremption", "prix conseillé".
GENERAL = frozenset(
    ["date", "numero", "code", "type", "nom", "name", "prix", "price", "preis", "montant", "total",
     "reference", "id", "key", "quantite", "nombre", "statut", "status", "taux", "datum",
     "number", "net", "ht", "ttc", "vente", "sale", "description", "libelle", "2", "3"]
)  # fmt: skip
_OR = re.compile(r"[/,]| or | ou ")
# "Cépage(s)", "Rebsorte(n)"
_PLURAL = re.compile(r"\((?:s|n|e|en|es|x)\)", re.IGNORECASE)
MIN_FUZZY = 5
MIN_CUT = 4
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


@lru_cache(maxsize=8192)
def terms(heading: str) -> tuple[str, ...]:
    """The heading's words in full, folded: "P.U. HT" is prix, unitaire, ht."""
    text = (
        _CAMEL.sub(" ", _PLURAL.sub("", heading))
        .replace("N°", "no ")
        .replace("n°", "no ")
        .replace("%", " pourcent ")
    )
    # Initials with dots are one word: "P.U.", "C.P."
    text = re.sub(r"\b((?:[^\W\d_]\.){2,})", lambda m: m[1].replace(".", "") + " ", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", text)
    found: list[str] = []
    for word in words(text):
        found += SHORT.get(word, word).split()
    # "H.T." with a space between, "e mail"
    joined = " ".join(found).replace("e email", "email").replace("e mail", "email")
    return tuple(dict.fromkeys(joined.replace("code numero", "code").split()))


def _told(heading: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(word for word in heading if word not in EMPTY_WORDS)
    return kept or heading


@lru_cache(maxsize=8)
def _names(entity: Entity) -> Mapping[str, tuple[frozenset[str], ...]]:
    return {
        slot: tuple(
            frozenset(_told(terms(name.strip())))
            for name in re.split(r"[|\n]", names)
            if name.strip()
        )
        for slot, names in NAMES[entity].items()
    }


@lru_cache(maxsize=4096)
def heading_scores(entity: Entity, heading: str) -> Mapping[str, float]:
    """By slot how well the heading names it, 0-1; what is no name of it is not listed."""
    heads = _told(terms(heading))
    if not heads:
        return {}
    head = frozenset(heads)
    bare = head - OWN_WORDS[entity] or head
    scores = {slot: _score(head, bare, names) for slot, names in _names(entity).items()}
    if len(heads) < len(terms(heading)):
        # "Billing Name" is less of a name than "Name".
        scores = {slot: score - LESS * bool(score) for slot, score in scores.items()}
    if max(scores.values()) < ROUGH and _OR.search(heading):
        # "Country/Region", "GTIN, UPC, EAN": one of them will do.
        for part in _OR.split(heading):
            for slot, score in heading_scores(entity, part).items():
                scores[slot] = max(scores[slot], score * ONE_OF)
    if not any(scores.values()):
        scores = {slot: _within(entity, bare, names) for slot, names in _names(entity).items()}
    return {slot: score for slot, score in scores.items() if score > 0}


def _score(head: frozenset[str], bare: frozenset[str], names: tuple[frozenset[str], ...]) -> float:
    if head in names:
        return EXACT
    if bare in names:
        return OWN
    best = 0.0
    for name in names:
        best = max(best, _likeness(bare, name), _likeness(head, name))
    return best


def _within(entity: Entity, head: frozenset[str], names: tuple[frozenset[str], ...]) -> float:
    """For names of one telling word beside words that say nothing else: "vintage year"."""
    known = (head & _all_words(entity)) - GENERAL
    if len(head) > MOST_MORE + 1 or not known:
        return 0.0
    return 0.55 if all(frozenset([word]) in names for word in known) else 0.0


@lru_cache(maxsize=8)
def _all_words(entity: Entity) -> frozenset[str]:
    return frozenset(word for names in _names(entity).values() for name in names for word in name)


def _likeness(head: frozenset[str], name: frozenset[str]) -> float:
    """For misspelt words, and for names of several words with one more around them."""
    more = len(head) - len(name)
    if len(name) > 1 and name < head and more <= MOST_MORE:
        return 0.75 - 0.07 * more
    if len(head) == 1 and len(name) == MOST_MORE and _run_together(*head, *name):
        return OWN
    one, other = " ".join(sorted(head)), " ".join(sorted(name))
    if min(len(one), len(other)) < MIN_FUZZY or len(head) != len(name):
        return 0.0
    ratio = fuzz.ratio(one, other)
    if ratio >= ALIKE:
        return ROUGH * ratio / 100
    starts = all(any(_begins(word, other) for other in name) for word in head)
    return 0.65 if starts else 0.0


def _begins(word: str, other: str) -> bool:
    """Whether one is the other cut short."""
    return min(len(word), len(other)) >= MIN_CUT and (
        word.startswith(other) or other.startswith(word)
    )


def _run_together(word: str, one: str, other: str) -> bool:
    """Whether the word is both without the space: "codepostal"."""
    return word in {one + other, other + one}
