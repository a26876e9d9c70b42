"""Which algorithm answers a question: the best measured one."""

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
# A difference of NDCG (0-1) below this is none: the simpler algorithm wins.
AS_GOOD = 0.001
_FLOAT_NOISE = 1e-9


def in_order(question: str, names: Iterable[str]) -> list[str]:
    """The names, the simplest first; unknown ones are the least simple, by name."""
    known = SIMPLICITY[question]
    return sorted(names, key=lambda name: (known.index(name) if name in known else 99, name))


def choose(question: str, names: Iterable[str], drawn: Drawn | None) -> str:
    """The simplest of those whose NDCG is the highest, or less than AS_GOOD below it.

    Whether it is *surely* better than another is for the intervals to say. Where nothing was
    measured it is the simplest of all; empty without names.
    """
    ordered = in_order(question, names)
    if not ordered:
        return ""
    if drawn is None:
        return ordered[0]
    reached = drawn.mean(f"{best_of(ordered, drawn)} ndcg")["value"] or 0.0
    enough = reached - AS_GOOD + _FLOAT_NOISE
    return next(name for name in ordered if (drawn.mean(f"{name} ndcg")["value"] or 0.0) >= enough)


def best_of(names: Iterable[str], drawn: Drawn) -> str:
    """The name with the highest NDCG; the first of equals."""
    return max(names, key=lambda name: drawn.mean(f"{name} ndcg")["value"] or 0.0)
