"""Why a message is of its category, in the customer's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backoffice.core.text import word_set
from support.understanding import clauses
from support.understanding.words import grammar, stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.understanding.clauses import Reading

MOST: Final = 5
_SHORTEST: Final = 3
_STOP: Final = word_set(stop.STOP)
# They turn what stands beside them, and alone say nothing: "jamais reçu", but not "jamais".
_NEGATORS: Final = frozenset(
    word for words in grammar.NEGATORS.values() for word in words.split() if len(word) >= _SHORTEST
)


def shown(features: Iterable[str], reading: Reading) -> tuple[str, ...]:
    """Return the words and pairs of words among the features, most telling first, as written.

    Features that stand for something ("an order number"), marks and words that say nothing by
    themselves are left out, and what a word shown before says already.
    """
    written = clauses.written(reading)
    kept: dict[str, str] = {}
    for feature in features:
        words = feature.split(" ")
        is_said = all(word in written and _says(word) for word in words)
        if not is_said or all(word in _NEGATORS for word in words):
            continue
        if any(feature in known or known in feature for known in kept):
            continue
        kept[feature] = " ".join(written[word] for word in words)
        if len(kept) == MOST:
            break
    return tuple(kept.values())


def _says(word: str) -> bool:
    is_word = len(word) >= _SHORTEST and not word.isdigit()
    return is_word and (word in _NEGATORS or word not in _STOP)
