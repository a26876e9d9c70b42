"""How alike two words or two addresses are."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from crm.duplicates.records import skeleton
from crm.duplicates.words import GIVEN_NAMES, SAME_NAME

# One letter wrong in four; in words of less than three letters none.
SAME_WORD = 0.74
SHORTEST = 3
# So alike, nobody asks about the spaces.
SAME_WORD_FOR_WORD = 0.9
# Pairs of letters of a street that tell anything.
SHORTEST_PIECE = 6
# What is the same word, another form of a name, a slip of the pen, a first letter.
EQUAL, NICKNAME, TYPO, SLURRED, INITIAL, OTHER = 1.0, 0.85, 0.75, 0.45, 0.25, 0.0
# Several letters wrong, most of them right.
SLURRED_WORD, SHORTEST_SLURRED = 0.55, 5


@lru_cache(maxsize=100_000)
def word_likeness(one: str, other: str) -> float:  # noqa: PLR0911 - a list of cases
    """One of EQUAL, NICKNAME, TYPO, SLURRED, INITIAL, OTHER.

    Two known given names that differ are two names, however near: Marie is not Maria's typo, nor
    Jean a short Jeanne.
    """
    if one == other:
        return EQUAL
    if SAME_NAME.get(one, frozenset()) & SAME_NAME.get(other, frozenset()):
        return NICKNAME
    if len(one) == 1 or len(other) == 1:
        return INITIAL if one[0] == other[0] else OTHER
    if one in GIVEN_NAMES and other in GIVEN_NAMES:
        return OTHER
    if min(len(one), len(other)) < SHORTEST:
        return OTHER
    if OSA.normalized_similarity(one, other) >= SAME_WORD:
        return TYPO
    longer, shorter = sorted((one, other), key=len, reverse=True)
    if longer.startswith(shorter) and len(shorter) > SHORTEST:
        return TYPO
    if skeleton(one) == skeleton(other) and OSA.normalized_similarity(one, other) >= 0.6:  # noqa: PLR2004 - sounds alike and looks so
        return TYPO
    if min(len(one), len(other)) >= SHORTEST_SLURRED and (
        OSA.normalized_similarity(one, other) >= SLURRED_WORD
    ):
        return SLURRED
    return OTHER


@lru_cache(maxsize=50_000)
def street_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """0-1, whatever the order of the words and what was left out."""
    first, second = " ".join(sorted(one)), " ".join(sorted(other))
    whole = fuzz.ratio(first, second)
    # "Rés. Les Pins, rue du Moulin" and "rue du Moulin".
    part = fuzz.token_set_ratio(first, second) - 5 if set(one) & set(other) else 0.0
    found = float(max(whole, part)) / 100
    return found if found >= SAME_WORD_FOR_WORD else max(found, _in_pieces(one, other))


def _in_pieces(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """As pairs of letters, whatever the spaces: "fleggcerscent", "flegg crescent"."""
    first, second = _pairs_of_letters("".join(one)), _pairs_of_letters("".join(other))
    both = sum((first & second).values())
    shorter = min(first.total(), second.total())
    if shorter < SHORTEST_PIECE:
        return 0.0
    # What is left out of one, whole rooms and villages, matters less than what is there.
    return max(2 * both / (first.total() + second.total()), both / shorter - 0.04)


@lru_cache(maxsize=5_000)
def _pairs_of_letters(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def differ_by_one(one: str, other: str) -> bool:
    """One letter or digit wrong, missing, too many, or two of them swapped."""
    return OSA.distance(one, other, score_cutoff=1) <= 1
