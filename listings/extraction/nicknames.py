"""Names that traders give to single watches ("Hulk"), and the references they mean.

The catalogue knows the family of a nickname; who searches or matches wants the watch itself. The
rows lie in ``data/nicknames.csv``: spellings are parted by ``|`` (a ``~`` marks a word that names
the watch beside its brand only), references by blanks. ``also``: references that are called so at
times. ``complete``: no other reference is called so, so that a request for one refuses all others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from listings.extraction.catalogue import DATA

_WEAK = "~"


@dataclass(frozen=True, slots=True)
class NicknameRow:
    """One spelling of a nickname; ``is_weak``: it names the watch beside its brand only."""

    word: str
    is_weak: bool
    brand: str
    model: str
    references: tuple[str, ...]
    also: tuple[str, ...]
    is_complete: bool


@cache
def rows() -> tuple[NicknameRow, ...]:
    """Every spelling of every nickname, in the order of the table."""
    with (DATA / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            NicknameRow(
                word=word.removeprefix(_WEAK),
                is_weak=word.startswith(_WEAK),
                brand=row["brand"],
                model=row["model"],
                references=tuple(row["references"].split()),
                also=tuple(row["also"].split()),
                is_complete=row["complete"] == "yes",
            )
            for row in csv.DictReader(file)
            for word in row["nickname"].split("|")
        )
