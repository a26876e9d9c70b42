"""What kind of watch is asked for where no family is named: "montre de plongée", "dress watch".

The rows lie in ``data/styles.csv``: words in five languages, and the families that are meant.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from listings.extraction.tokens import PhraseTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listings.extraction.tokens import Token

_FILE = Path(__file__).parent / "data" / "styles.csv"

Family = tuple[str, str]  # brand, model


def find(tokens: Sequence[Token]) -> frozenset[Family]:
    """The families of the first style among the words; empty where none is named."""
    found = _table().find(tokens).get("style", [])
    return found[0].value if found else frozenset()


def words() -> Iterator[str]:
    """Every word of a style."""
    return _table().words()


@cache
def _table() -> PhraseTable[frozenset[Family]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return PhraseTable(
            ("style", word, frozenset(_families(row["models"])))
            for row in csv.DictReader(file)
            for word in row["words"].split("|")
        )


def _families(models: str) -> list[Family]:
    return [(brand, model) for brand, _, model in (one.partition(":") for one in models.split("|"))]
