"""What a third customer proves: one who is surely the first and surely the second."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from crm.duplicates.evidence import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.duplicates.scoring import Score

# Both links must be at least so likely; the pair they prove is a little less so.
SURE, LESS = 0.9, 0.9
# From this likeness on a pair is worth the question.
LEAST = 0.01
# Who contradicts each other is not proved one by a third.
AGAINST = frozenset(
    {
        "other_given_name",
        "other_name",
        "other_company",
        "other_company_word",
        "several_in_house",
    }
)


def proved(
    scores: Mapping[tuple[int, int], Score], links: Mapping[tuple[int, int], float] | None = None
) -> dict[tuple[int, int], Score]:
    """The scores, those raised that two sure links prove; ``links``: others that are known."""
    known = {pair: score.probability for pair, score in scores.items()}
    sure = _sure({**(links or {}), **known})
    return {pair: _raised(pair, score, sure) for pair, score in scores.items()}


def _sure(known: Mapping[tuple[int, int], float]) -> dict[int, dict[int, float]]:
    sure: dict[int, dict[int, float]] = defaultdict(dict)
    for (one, other), probability in known.items():
        if probability >= SURE:
            sure[one][other] = sure[other][one] = probability
    return sure


def _raised(pair: tuple[int, int], score: Score, sure: Mapping[int, Mapping[int, float]]) -> Score:
    one, other = pair
    if score.probability >= SURE or one not in sure or other not in sure:
        return score
    links: Iterable[float] = (
        sure[one][third] * sure[other][third] for third in sure[one].keys() & sure[other].keys()
    )
    proof = LESS * max(links, default=0.0)
    if proof <= score.probability or any(reason.code in AGAINST for reason in score.reasons):
        return score
    return replace(
        score, probability=proof, reasons=(*score.reasons, Reason("by_a_third", 3.0, "", ""))
    )
