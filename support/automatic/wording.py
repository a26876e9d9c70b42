"""Whether a message's words call for a person: anger, threats, the law, harm, several wishes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from support.automatic import asking
from support.automatic.obstacles import Obstacle
from support.automatic.words import SHOUTED, WORDS
from support.understanding import clauses
from support.understanding.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.understanding.clauses import Reading

_QUESTION: Final = re.compile(r"\?[?!.\s]*")
_LIST: Final = re.compile(r"(?:^|\n)\s*(?:\d{1,2}\s*[).°]|[-*•])\s+\S")
_SHOUT: Final = re.compile(r"!\s*!|\?\s*!|!\s*\?|\?\s*\?\s*\?")
_CALLED: Final = re.compile(r"(\w+)\s*!")
_POLITE: Final = re.compile(
    r"merci|bonjour|bonsoir|salut|hello|hi|thanks|you|gracias|hola|salam|journee|soiree|avance"
    r"|cordialement|شكرا|سلام"
)
_CAPITALS: Final = re.compile(r"\b[^\W\d_]{2,}\b")
# Words; "OK MERCI" and the name of a product are no shouting.
_MANY: Final = 6
_MOSTLY: Final = 0.6
_SEVERAL: Final = 2
_STRESSED: Final = frozenset(SHOUTED.split())


def obstacles(text: str) -> list[Obstacle]:
    """What in the customer's own words a machine should not answer."""
    reading = clauses.read(text)
    found = _named(reading)
    if _SHOUT.search(text) or _is_shouted(text) or _is_exclaimed(reading.text):
        found.add(Obstacle.ANGRY)
    if _asks_several(text, reading):
        found.add(Obstacle.QUESTIONS)
    found.update(asking.obstacles(reading))
    return [one for one in Obstacle if one in found]


def in_file(text: str) -> list[Obstacle]:
    """As :func:`obstacles`, of a file: capitals and lists are how forms and invoices look."""
    found = _named(clauses.read(text)) - {Obstacle.QUESTIONS}
    return [one for one in Obstacle if one in found]


def _named(reading: Reading) -> set[str]:
    """What is spoken of, and whether the writer says what they will do otherwise."""
    found = {
        match.name for clause in reading.clauses for match in _table().find(_line(clause.words))
    }
    if any(clause.is_threat for clause in reading.clauses):
        found.add(Obstacle.THREAT)
    return found


@lru_cache(maxsize=1)
def _table() -> Phrases:
    return Phrases({name.value: words for name, words in WORDS.items()})


def _line(words: Sequence[str]) -> str:
    return " ".join(words)


def _is_shouted(text: str) -> bool:
    words = [word for word in _CAPITALS.findall(text) if word.upper() != word.lower()]
    shouted = [folded(word) for word in words if word.isupper()]
    if len(words) >= _MANY and len(shouted) >= _MOSTLY * len(words):
        return True
    return any(len(word) > 1 and word in _STRESSED for word in shouted)


def _is_exclaimed(plain: str) -> bool:
    """Twice, and not merely "Bonjour !" and "Merci !"."""
    called = [word for word in _CALLED.findall(plain) if not _POLITE.fullmatch(word)]
    return len(called) >= _SEVERAL


def _asks_several(text: str, reading: Reading) -> bool:
    """Two question marks apart from one another, or a list of points."""
    asked = len(_QUESTION.findall(reading.text))
    return asked >= _SEVERAL or len(_LIST.findall(text)) >= _SEVERAL
