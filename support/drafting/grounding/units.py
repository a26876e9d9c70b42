"""Texts in the parts that are compared: sentences, clauses, the beginnings of their words.

Facts stand in them as marks ("§delivery_date"), so that a day is compared as what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from support.drafting.grounding import concepts, courtesy
from support.drafting.grounding.spelled import in_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENTENCES: Final = re.compile(r"(?<=[.!?؟…])\s+|\n+")
_CLAUSES: Final = re.compile(
    r"\s*[,;:()]\s+|\s*[;:()]|,$|(?<!\w)(?:et|mais|and|but|y|pero|puis|then|luego|afin (?:de"
    r"|que)|car"
    r"|so that|(?=because|porque|parce que)|لكن|ثم)(?!\w)|\s-\s|\s(?=و(?:نعتذر|نعود|تاريخ))"
)
TOKENS: Final = re.compile(r"§\w+|\d[\d.,/]*|[^\W\d_]+")
# A mark of a fact, or a figure, by the first sign.
MARKED: Final = "§0123456789"
_TIMED: Final = re.compile(r"(?:^|\s)\d|§delivery_date")
_NAMES: Final = (
    "order_number",
    "order_status",
    "delivery_date",
    "order_total",
    "items",
    "carrier",
    "tracking_number",
)
_MARKS: Final = frozenset({*_NAMES, "shop_name", "customer_name", "customer_first_name"})
_BEGINNING: Final = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence that was given, with its words clause by clause.

    ``mark``: it tells of one fact, and carries no clause without it.
    """

    text: str
    clauses: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    mark: str = ""

    @property
    def all(self) -> frozenset[str]:
        """The words of all clauses."""
        return frozenset().union(*self.stems)


def values_of(facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each fact as it is written in a folded text, and what stands for it there."""
    for name, value in facts.items():
        if name in _MARKS and value:
            mark = name.replace("first_", "")
            yield folded(value), f"§{mark}"
            if name == "items":
                items = re.split(r"[,،]\s", value)
                yield from ((folded(item), "§item") for item in items if len(items) > 1)


def plain(sentence: str, values: tuple[tuple[str, str], ...], language: str) -> str:
    """Folded, with marks for the facts, and numbers as digits."""
    text = folded(sentence).replace("§", " ").strip()
    for value, mark in values:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f" {mark} ", text)
    kinds = len({value for value, mark in values if mark == "§item"})
    if kinds:
        # All of them, joined otherwise than we do.
        text = re.sub(
            rf"§item(?:\s*(?:,|et|and|y|و)?\s*§item){{{kinds - 1}}}(?!\w)", "§items", text
        )
    return " ".join(in_digits(text, language).split())


def unit_of(sentence: str, language: str) -> Unit:
    """A sentence as :func:`plain` writes it, in its parts."""
    clauses = tuple(clauses_of(sentence))
    return Unit(sentence, clauses, tuple(stems_of(clause, language) for clause in clauses))


def clauses_of(sentence: str) -> list[str]:
    """The parts of a sentence that say something by themselves, more or less."""
    return [clause.strip() for clause in _CLAUSES.split(sentence) if clause and clause.strip()]


def stems_of(text: str, language: str) -> frozenset[str]:
    """What stands for the words that mean something."""
    return frozenset(_each_stem(text, language))


def _each_stem(text: str, language: str) -> Iterator[str]:
    for token in TOKENS.findall(text):
        if token[0] in MARKED or not courtesy.is_small(token, language):
            yield stem_of(token, language)


def stem_of(token: str, language: str) -> str:
    """What stands for a word, a figure or a mark."""
    return token.rstrip(".,") if token[0] in MARKED else courtesy.stem(token, language)


def units_of_facts(language: str) -> tuple[Unit, ...]:
    """What may be told of each fact anywhere, and what is true of any message."""
    found = []
    for frame in courtesy.FACTS[language].split("|"):
        text = folded(frame.format_map({name: f"§{name}" for name in _NAMES}))
        stems = stems_of(text, language)
        marks = [stem for stem in stems if stem[0] == "§"]
        found += [Unit(text, (text,), (stems,), mark) for mark in marks]
    word, text = courtesy.ALWAYS[language].split("|")
    text = folded(text)
    found.append(
        Unit(text, (text,), (stems_of(text, language),), courtesy.stem(folded(word), language))
    )
    return tuple(found)


def windows(unit: Unit, clause: str) -> Iterator[frozenset[str]]:
    """The words of each two neighbouring clauses of the unit.

    Where the clause names a time, of the clause that has it, beside one that names none.
    """
    times, is_told = times_of(clause), is_timed(clause)
    parts = list(zip(unit.clauses, unit.stems, strict=True))
    for place, (text, stems) in enumerate(parts):
        if is_told and not (is_timed(text) and times <= times_of(text)):
            continue
        yield stems
        for beside, more in parts[max(place - 1, 0) : place] + parts[place + 1 : place + 2]:
            if not (is_told and is_timed(beside)):
                yield stems | more


def is_timed(clause: str) -> bool:
    return bool(_TIMED.search(clause)) or bool(times_of(clause))


@lru_cache(maxsize=1024)
def times_of(clause: str) -> frozenset[str]:
    """The figures and times of a clause."""
    found = {token.rstrip(".,") for token in TOKENS.findall(clause) if token[0].isdecimal()}
    found |= {key for key, words in concepts.TIMES.items() if words.search(clause)}
    # "It is in transit today" says no more than "it is in transit".
    return frozenset(found - {"today"} if "§order_status" in clause else found)


def nearest(unit: Unit, clause: str) -> str:
    """The clause of the unit that has most of the words."""
    begun = {word[:_BEGINNING] for word in TOKENS.findall(clause)}
    return max(
        unit.clauses,
        key=lambda text: len({word[:_BEGINNING] for word in TOKENS.findall(text)} & begun),
    )
