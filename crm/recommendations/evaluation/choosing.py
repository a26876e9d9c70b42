"""Which algorithm answers a question: the best measured one, unless a simpler one is as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.recommendations.algorithms.base import NEW, REPEAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.recommendations.evaluation.intervals import Drawn

# The simplest first: what needs the least to be known, and is the easiest to explain.
SIMPLICITY: Mapping[str, tuple[str, ...]] = {
    REPEAT: ("own_frequency", "popularity", "content", "collaborative", "ease", "hybrid"),
    NEW: ("popularity", "content", "collaborative", "ease", "own_frequency", "hybrid"),
}
# Of fewer customers no difference is believed.
FEWEST = 5


def in_order(question: str, names: Iterable[str]) -> list[str]:
    """The names, the simplest first; unknown ones are the least simple, by name."""
    known = SIMPLICITY[question]
    return sorted(names, key=lambda name: (known.index(name) if name in known else 99, name))


def choose(question: str, names: Iterable[str], drawn: Drawn | None, customers: int) -> str:
    """The simplest algorithm whose NDCG is not surely below the best one's.

    Surely: the interval of the paired difference lies above 0. Without enough customers it is
    the simplest of all; empty without names.
    """
    ordered = in_order(question, names)
    if not ordered:
        return ""
    if drawn is None or customers < FEWEST:
        return ordered[0]
    best = best_of(ordered, drawn)
    for name in ordered:
        low = drawn.difference(f"{best} ndcg", f"{name} ndcg")["low"]
        if name == best or low is None or low <= 0:
            return name
    return best


def best_of(names: Iterable[str], drawn: Drawn) -> str:
    """The name with the highest NDCG; the first of equals."""
    return max(names, key=lambda name: drawn.mean(f"{name} ndcg")["value"] or 0.0)
