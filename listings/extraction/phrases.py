"""The words of the trade in five languages (data/phrases.csv), found in one pass."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from listings.extraction.tokens import Match, PhraseTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listings.extraction.tokens import Token

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Matches per kind (see the file), and those whose value is ``none`` left out."""

    by_kind: dict[str, list[Match[str]]]

    def of(self, kind: str, start: int = 0, end: int | None = None) -> list[Match[str]]:
        """Matches of ``kind`` that begin in ``start``-``end``."""
        return [
            match
            for match in self.by_kind.get(kind, ())
            if match.value != "none" and match.start >= start and (end is None or match.start < end)
        ]


def _rows() -> Iterator[tuple[str, str, str]]:
    with (DATA / "phrases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for phrase in row["phrases"].split("|"):
                yield row["kind"], folded(phrase), row["value"]


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable(_rows())


def all_phrases() -> frozenset[str]:
    """Every phrase that means something by itself, as folded text."""
    return frozenset(phrase for _kind, phrase, value in _rows() if value != "none")


def find(tokens: Sequence[Token]) -> Phrases:
    """Return every phrase among ``tokens``; the longest wins within its kind."""
    return Phrases(_table().find(tokens))


def words() -> Iterator[str]:
    """Every word of the phrases: none of them is a name misspelt."""
    return _table().words()
