"""The nicknames of a search: a Hulk is a 116610LV (``listings.extraction.nicknames``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from listings import facts
from listings.extraction import nicknames
from listings.extraction.tokens import PhraseTable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from listings.extraction.nicknames import NicknameRow
    from listings.extraction.tokens import Match, Token


@dataclass(frozen=True, slots=True)
class Nickname:
    """A nickname as written, its watch, and the keys of the references it stands for."""

    word: str
    brand: str
    model: str
    keys: frozenset[str]
    is_weak: bool


def find(tokens: Sequence[Token]) -> list[Match[tuple[Nickname, ...]]]:
    """The nicknames among the words of a folded text, the longest first from the left."""
    return _table().find(tokens).get("nickname", [])


def meant(
    names: Sequence[Nickname], brands: Collection[str], *, strict: bool
) -> tuple[Nickname, ...]:
    """Which of its watches a nickname stands for, among the ``brands`` that are named too.

    ``strict``: a brand is said in so many words, so no other one is meant.
    """
    fitting = tuple(one for one in names if one.brand in brands)
    if fitting or strict:
        return fitting
    return tuple(one for one in names if not one.is_weak)


@cache
def _table() -> PhraseTable[tuple[Nickname, ...]]:
    meanings: dict[str, list[Nickname]] = {}
    for row in nicknames.rows():
        if _is_ending(row):
            continue
        keys = frozenset(facts.reference_key(one) for one in (*row.references, *row.also))
        found = Nickname(row.word, row.brand, row.model, keys, row.is_weak)
        meanings.setdefault(row.word, []).append(found)
    return PhraseTable(("nickname", word, tuple(found)) for word, found in meanings.items())


def _is_ending(row: NicknameRow) -> bool:
    """Whether it is how its references end ("BLNR"): in a search it is a part of one."""
    return any(one.lower().endswith(row.word) for one in row.references)
