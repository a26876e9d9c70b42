"""What a message asks for beside what it is about: deeds of somebody, and facts of its order.

Deeds are read generously: a word too many costs a person half a minute, a word too few leaves
a customer with an answer and nobody who does what was asked. So it does not matter whether they
are denied or merely told. Facts are those of clauses that ask, or of a message without any.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from support.understanding import clauses
from support.understanding.phrases import Phrases
from support.understanding.words import asks

if TYPE_CHECKING:
    from support.understanding.clauses import Clause, Reading

# Of the tables in :mod:`support.understanding.words`; what they are found in wants a deed.
_DEEDS: Final = frozenset(
    {
        *("invoice", "modify", "cancel", "missing", "broken", "faulty", "replace", "repair"),
        *("refund", "charged_twice", "charge_fault", "not_credited", "sent_back", "give_back"),
        *("callback", "newsletter", "account", "documents", "failed_visit", "said_delivered"),
    }
)
_ARABIC: Final = frozenset({"ar", "ar-Latn"})


# Something that no reply tells.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Asks:
    """``facts`` are names of placeholders, and :data:`OTHER`."""

    wants_deed: bool
    facts: frozenset[str]


def of(message: str) -> Asks:
    """What a customer's words ask for."""
    reading = clauses.read(message)
    is_deed = any(
        concept.name in _DEEDS for clause in reading.clauses for concept in clause.concepts
    ) or any(_named(clause, reading, _DEED) for clause in reading.clauses)
    asking = [one for one in reading.clauses if one.is_ask] or list(reading.clauses)
    facts = {name for one in asking for name in _named(one, reading, _FACT)}
    facts |= {name for one in reading.clauses for name in _named(one, reading, _MISSED)}
    return Asks(is_deed, frozenset(facts))


_DEED: Final = "deed"
_FACT: Final = "fact"
_MISSED: Final = "missed"


def _named(clause: Clause, reading: Reading, kind: str) -> set[str]:
    plain, darija = _tables()[kind]
    found = {match.name for match in plain.find(" ".join(clause.words))}
    if reading.language in _ARABIC:
        bones = clauses.bones(clause.words)
        found |= {match.name for match in darija.find(bones)}
    return found


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[Phrases, Phrases]]:
    return {
        _DEED: (
            Phrases({_DEED: asks.DEEDS}),
            Phrases({_DEED: asks.DARIJA_DEEDS}, clauses.consonants),
        ),
        _MISSED: (Phrases(asks.MISSED), Phrases({})),
        _FACT: (Phrases(asks.FACTS), Phrases(asks.DARIJA_FACTS, clauses.consonants)),
    }
