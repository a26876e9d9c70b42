"""What the classifier looks at: words, letters, concepts, and which concepts stand together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from support.understanding import skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.understanding.clauses import Clause, Reading

_STEM: Final = 6
_GRAM_LENGTHS: Final = range(2, 6)
_MOST_COUNTED: Final = 3
# So many concepts stand in a message that speaks of everything; more say nothing.
_MOST_PAIRED: Final = 24


def words(reading: Reading) -> list[str]:
    """Words and pairs of words; those denied, asked for and supposed once more as such."""
    return [feature for clause in reading.clauses for feature in _clause_words(clause, reading)]


def _clause_words(clause: Clause, reading: Reading) -> Iterator[str]:
    mark = '"' if clause.is_quoted else ""
    for word in clause.words:
        yield mark + word
    for first, second in pairwise(clause.words):
        yield f"{first} {second}"
    yield f"^{clause.words[0]}"
    for index, word in enumerate(clause.words):
        if index in clause.denied:
            yield f"-{word[:_STEM]}"
        if clause.is_ask:
            yield f"?{word[:_STEM]}"
        if clause.is_condition:
            yield f"if {word[:_STEM]}"
    if reading.language in {"ar", "ar-Latn"}:
        bones = [skeleton.of_word(word) for word in clause.words]
        for bone in bones:
            yield f"~{bone}"
        for first, second in pairwise(bones):
            yield f"~{first} {second}"


def letters(reading: Reading) -> list[str]:
    """Runs of two to five letters within words, which spelling mistakes leave alike."""
    grams: list[str] = []
    for word in reading.text.split():
        padded = f" {word} "
        for length in _GRAM_LENGTHS:
            if length >= len(padded):
                grams.append(padded)
                break
            grams += [padded[i : i + length] for i in range(len(padded) - length + 1)]
    return grams


def concepts(reading: Reading) -> list[str]:
    """Concepts by what is said of them: told, asked for, denied, supposed, quoted, last wanted."""
    found: dict[str, None] = {f"language {reading.language}": None}
    asks = [index for index, clause in enumerate(reading.clauses) if clause.is_ask]
    for index, clause in enumerate(reading.clauses):
        role = _role(clause)
        for concept in clause.concepts:
            sign = "-" if concept.denied else "+"
            found[concept.name] = None
            found[f"{sign}{concept.name}"] = None
            found[f"{sign}{concept.name} {role}"] = None
            if asks and index == asks[-1]:
                found[f"{sign}{concept.name} last"] = None
            if index == 0:
                found[f"{sign}{concept.name} first"] = None
    found[f"asks {min(len(asks), _MOST_COUNTED)}"] = None
    return list(found)


def _role(clause: Clause) -> str:
    if clause.is_condition:
        return "if"
    if clause.is_quoted:
        return "quoted"
    return "asked" if clause.is_ask else "told"


def pairs(reading: Reading) -> list[str]:
    """Every two concepts of the message, each as asserted or denied."""
    signed = {
        f"{'-' if concept.denied else '+'}{concept.name}"
        for clause in reading.clauses
        for concept in clause.concepts
    }
    return [f"{a} & {b}" for a, b in combinations(sorted(signed)[:_MOST_PAIRED], 2)]


@dataclass(frozen=True, slots=True)
class Group:
    """Features of one kind, normalised together; ``weight`` is their share in the sum.

    With ``is_counted`` frequent features of a message count more and those of
    many messages less (TF-IDF); without, a feature is there or not.
    """

    name: str
    extract: Callable[[Reading], list[str]]
    weight: float
    is_counted: bool
    fewest_messages: int


GROUPS: Final = (
    Group("words", words, 2.0, is_counted=True, fewest_messages=2),
    Group("letters", letters, 1.0, is_counted=True, fewest_messages=3),
    Group("concepts", concepts, 1.0, is_counted=False, fewest_messages=2),
    Group("pairs", pairs, 1.0, is_counted=False, fewest_messages=2),
)
