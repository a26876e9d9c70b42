"""What the classifier looks at: words, letters, concepts, and which concepts stand together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from support.understanding import skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.understanding.clauses import Clause, Concept, Reading

_STEM: Final = 6
_GRAM_LENGTHS: Final = range(2, 6)
_MOST_COUNTED: Final = 3
# So many concepts stand in a message that speaks of everything; more say nothing.
_MOST_PAIRED: Final = 24


def words(reading: Reading) -> list[str]:
    """Words and pairs of words; those denied, asked for, supposed or late once more."""
    found: list[str] = []
    for index, clause in enumerate(reading.clauses):
        if clause.is_threat:
            found += [f"or {word[:_STEM]}" for word in clause.words]
            continue
        found += _clause_words(clause, reading)
        if _is_late(index, reading):
            found += [f">{word[:_STEM]}" for word in clause.words]
    return found


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
    said = (word for clause in reading.clauses if not clause.is_threat for word in clause.words)
    for word in said:
        padded = f" {word} "
        for length in _GRAM_LENGTHS:
            if length >= len(padded):
                grams.append(padded)
                break
            grams += [padded[i : i + length] for i in range(len(padded) - length + 1)]
    return grams


def concepts(reading: Reading) -> list[str]:
    """Concepts by what is said of them and where: told, asked for, quoted, first, last wanted."""
    found: dict[str, None] = {f"language {reading.language}": None}
    asks = [index for index, clause in enumerate(reading.clauses) if clause.is_ask]
    for index, clause in enumerate(reading.clauses):
        places = [_role(clause), "late" if _is_late(index, reading) else "early"]
        if asks and index == asks[-1]:
            places.append("last")
        if index == 0:
            places.append("first")
        for concept in clause.concepts:
            signed = _signed(clause, concept)
            found[signed] = None
            found.update(dict.fromkeys(f"{signed} {place}" for place in places))
    found[f"asks {min(len(asks), _MOST_COUNTED)}"] = None
    return list(found)


def _signed(clause: Clause, concept: Concept) -> str:
    """Return the concept as asserted (+), denied (-) or only supposed (~)."""
    if clause.is_condition or clause.is_threat:
        return f"~{concept.name}"
    return f"-{concept.name}" if concept.denied else f"+{concept.name}"


def _role(clause: Clause) -> str:
    if clause.is_quoted:
        return "quoted"
    return "asked" if clause.is_ask else "told"


def _is_late(index: int, reading: Reading) -> bool:
    """Tell whether a clause stands in the second half, where people come to the point."""
    return 2 * index >= len(reading.clauses)


def pairs(reading: Reading) -> list[str]:
    """Every two concepts of the message, each as asserted, denied or supposed."""
    signed = {_signed(clause, concept) for clause in reading.clauses for concept in clause.concepts}
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
    Group("words", words, 3.0, is_counted=True, fewest_messages=2),
    Group("letters", letters, 1.5, is_counted=True, fewest_messages=3),
    Group("concepts", concepts, 1.0, is_counted=False, fewest_messages=2),
    Group("pairs", pairs, 1.0, is_counted=False, fewest_messages=2),
)
