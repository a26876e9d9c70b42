"""Words of watches in five languages that mean the same: "bleu", "blau", "azul".

The rows lie in ``data/synonyms.csv``. A word and its synonyms are looked for together, with what
begins like them ("titan" finds "titanium").
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FILE = Path(__file__).parent / "data" / "synonyms.csv"
_STEM_FROM = 6  # letters: the last one is an ending more often than not


def meaning(word: str) -> str:
    """What a folded word means ("blue"); empty where nobody said."""
    return _meanings().get(word, "")


def words() -> Iterator[str]:
    """Every word that has a meaning."""
    return iter(_meanings())


def beginnings(word: str) -> tuple[str, ...]:
    """How words begin that would do for this one, itself first."""
    family = _families().get(meaning(word), ())
    stems = dict.fromkeys([_stem(word), *(_stem(one) for one in family)])
    # "blau" finds "blaue" as well: whatever is asked for twice costs twice.
    return tuple(one for one in stems if not _has_beginning(one, stems))


def _has_beginning(stem: str, stems: Collection[str]) -> bool:
    return any(stem != other and stem.startswith(other) for other in stems)


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= _STEM_FROM and word.isalpha() else word


@cache
def _families() -> dict[str, tuple[str, ...]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["meaning"]: tuple(folded(word) for word in row["words"].split())
            for row in csv.DictReader(file)
        }


@cache
def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in _families().items():
        for word in words:
            found.setdefault(word, name)
    return found
