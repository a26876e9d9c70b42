"""How alike two words or two addresses are."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from crm.duplicates.records import skeleton
from crm.duplicates.words import GIVEN_NAMES, SAME_NAME

# One letter wrong in four; in words of less than three letters none.
SAME_WORD = 0.74
SHORTEST = 3
# What is the same word, another form of a name, a slip of the pen, a first letter.
EQUAL, NICKNAME, TYPO, INITIAL, OTHER = 1.0, 0.85, 0.75, 0.25, 0.0


@lru_cache(maxsize=400_000)
def word_likeness(one: str, other: str) -> float:  # noqa: PLR0911 - a list of cases
    """One of EQUAL, NICKNAME, TYPO, INITIAL, OTHER.

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
    return OTHER


@lru_cache(maxsize=200_000)
def street_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """0-1, whatever the order of the words and what was left out."""
    first, second = " ".join(sorted(one)), " ".join(sorted(other))
    whole = fuzz.ratio(first, second)
    # "Rés. Les Pins, rue du Moulin" and "rue du Moulin".
    part = fuzz.token_set_ratio(first, second) - 5 if set(one) & set(other) else 0.0
    return float(max(whole, part)) / 100


def differ_by_one(one: str, other: str) -> bool:
    """One letter or digit wrong, missing, too many, or two of them swapped."""
    return OSA.distance(one, other, score_cutoff=1) <= 1
