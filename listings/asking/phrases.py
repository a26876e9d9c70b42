"""The words of answers (data/answers.csv), in the five languages in which traders ask.

Not gettext's: an answer speaks the language of its question, whatever the reader's pages speak.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from listings.asking.words import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listings.asking.words import Language


@dataclass(frozen=True, slots=True)
class Phrases:
    """Those of one language by their names; ``counted`` are one and many of a thing."""

    sentences: Mapping[str, str]
    facts: Mapping[str, str]
    counted: Mapping[str, tuple[str, str]]


@cache
def of(language: Language) -> Phrases:
    found: dict[str, dict[str, str]] = {"sentence": {}, "fact": {}, "counted": {}}
    with (DATA / "answers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]][row["name"]] = row[language]
    counted = {name: tuple(words.split("|")) for name, words in found["counted"].items()}
    return Phrases(found["sentence"], found["fact"], counted)  # type: ignore[arg-type]
