"""Names that traders give to single watches ("Hulk"), and the references they mean.

The catalogue knows the family of a nickname; a search wants the watch itself. The rows lie in
``data/nicknames.csv``: other spellings are parted by ``|``, references by blanks; a ``~`` marks a
word that names the watch beside its brand only ("~no date").
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from listings import facts
from listings.extraction.tokens import PhraseTable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from listings.extraction.tokens import Match, Token

_WEAK = "~"
_FILE = Path(__file__).parent / "data" / "nicknames.csv"


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
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            keys = frozenset(facts.reference_key(one) for one in row["references"].split())
            for word in row["nickname"].split("|"):
                bare = word.removeprefix(_WEAK)
                found = Nickname(bare, row["brand"], row["model"], keys, bare != word)
                meanings.setdefault(bare, []).append(found)
    return PhraseTable(("nickname", word, tuple(found)) for word, found in meanings.items())
