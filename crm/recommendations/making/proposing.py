"""What to propose to some customers: scores, business rules, reasons, confidence; nothing written.

A run and a single customer ask the same, with what was learnt last.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.models import CustomerProfile, Question
from crm.recommendations import quality
from crm.recommendations.algorithms.base import Block
from crm.recommendations.deciding import feedback
from crm.recommendations.engine import evidence, ranking
from crm.recommendations.engine.ranking import Ranked
from crm.recommendations.making import data, fingerprints

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crm.models import RecommendationRules
    from crm.recommendations.engine.learning import Learnt
    from crm.recommendations.engine.purchases import Purchases
    from crm.recommendations.making.data import Permitted
    from crm.recommendations.making.shelf import Shelf

# Who bought nothing yet is shown what others buy.
COLD_START = "popularity"
# Products of a list that are waited for by name; of more, all of the catalogue.
MOST_WATCHED = 50


@dataclass(frozen=True, slots=True)
class Place:
    """One product on a list."""

    product_id: int
    question: str
    rank: int
    algorithm: str
    score: float
    # NaN where it is not known.
    probability: float
    evidence: list[dict[str, Any]]


@dataclass(slots=True)
class Proposal:
    """A recommendation before it is written; without places there is nothing to propose."""

    customer_id: int
    segment: str = ""
    confidence: float = 0
    quality: int = 0
    quality_parts: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    watched: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def algorithm(self, question: str) -> str:
        """Of the first on the list; empty where the list is."""
        return next((place.algorithm for place in self.places if place.question == question), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to propose with: the same for all customers of a run."""

    learnt: Learnt
    goods: Shelf
    rules: RecommendationRules
    as_of: dt.date
    top: int
    # Empty: the winner of each question.
    algorithm: str = ""
    # Of the algorithms by question: what people think of what they proposed.
    weights: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {each: feedback.weights(each) for each in Question.values}
    )


@dataclass(frozen=True, slots=True)
class _List:
    """One question's list of every customer of a block."""

    question: str
    ranked: Ranked
    # Per customer; cold starts have another one.
    algorithm: list[str]
    probability: NDArray[np.float32]
    evidence: list[list[list[dict[str, Any]]]]
    # Per customer, products that would be on it if they were to be had.
    missed: list[list[int]]


def propose(asked: Asked, bought: Purchases) -> list[Proposal]:
    """For each customer of ``bought`` (see :func:`data.history`), in that order."""
    customer_ids = [int(key) for key in bought.customers]
    block = data.block_of(bought, customer_ids, asked.learnt.products, asked.as_of)
    allowed = data.permitted_on(asked.goods, customer_ids, block, asked.rules)
    lists = [_list(asked, block, allowed, question) for question in Question.values]
    proposals = [Proposal(key) for key in customer_ids]
    for found in lists:
        _put(proposals, found, asked.learnt.products)
    _tell_liked(proposals)
    _measure(proposals, lists, asked, block)
    watched = {each.customer_id: each.watched for each in proposals}
    of_customers = fingerprints.of(
        bought, block.as_of, asked.goods, asked.rules, top=asked.top, watched=watched
    )
    for proposal in proposals:
        proposal.fingerprint = of_customers[proposal.customer_id]
    return proposals


def one_list(
    asked: Asked, bought: Purchases, question: str, names: Sequence[str]
) -> dict[str, list[Place]]:
    """What each of these algorithms would propose to the only customer of ``bought``.

    By the same rules, without what is told of a whole recommendation.
    """
    customer_ids = [int(key) for key in bought.customers]
    block = data.block_of(bought, customer_ids, asked.learnt.products, asked.as_of)
    allowed = data.permitted_on(asked.goods, customer_ids, block, asked.rules)
    proposals = [Proposal(key) for key in customer_ids for _name in names]
    for name, proposal in zip(names, proposals, strict=True):
        found = _list(replace(asked, algorithm=name), block, allowed, question)
        _put([proposal], found, asked.learnt.products)
    _tell_liked(proposals)
    return {name: one.places for name, one in zip(names, proposals, strict=True)}


def _tell_liked(proposals: Sequence[Proposal]) -> None:
    liked = feedback.liked([each.customer_id for each in proposals])
    for each in proposals:
        for place in each.places:
            if stars := liked.get((each.customer_id, place.product_id)):
                place.evidence.append({"code": "rated", "rating": stars})


def _list(asked: Asked, block: Block, allowed: Permitted, question: str) -> _List:
    learnt = asked.learnt
    is_repeat = question == Question.REPEAT
    may = allowed.repeat if is_repeat else allowed.new
    wished = allowed.repeat_wished if is_repeat else allowed.new_wished
    name = answering(learnt, question, asked.algorithm)
    customer_ids = block.purchases.customers.tolist()
    scores = learnt.scores(block, question, name, weights=asked.weights[question])
    scores = feedback.adjust(scores, customer_ids, learnt.products, question)
    family = asked.goods.families_of(learnt.products)
    ranked = ranking.rank(
        scores, asked.top, allowed=may, family=family, families=asked.rules.families
    )
    cold = learnt.is_cold(block) if question == Question.NEW else np.zeros(len(scores), dtype=bool)
    groups = {name: np.flatnonzero(~cold), COLD_START: np.flatnonzero(cold)}
    if name == COLD_START:
        groups = {name: np.arange(len(scores))}
    found = _List(
        question,
        ranked,
        [name] * len(scores),
        np.full(ranked.product.shape, np.nan, dtype=np.float32),
        [[] for _ in range(len(scores))],
        _missed(scores, wished & ~may, ranked, _is_open(ranked, family, asked.rules.families)),
    )
    for each, rows in groups.items():
        if len(rows):
            _explain(found, each, rows, learnt, block)
    return found


def answering(learnt: Learnt, question: str, algorithm: str) -> str:
    """The algorithm asked for, where it was learnt and answers the question; else the winner."""
    asked = learnt.algorithms.get(algorithm)
    able = asked is not None and question in asked.questions
    return algorithm if able else learnt.winner(question)


def _explain(
    found: _List, name: str, rows: NDArray[np.int64], learnt: Learnt, block: Block
) -> None:
    """Reasons and probabilities of these rows, whose products this algorithm has found."""
    part = Block(
        block.purchases.of(rows),
        block.as_of,
        None if block.segment is None else block.segment[rows],
    )
    ranked = Ranked(found.ranked.product[rows], found.ranked.score[rows])
    reasons = evidence.of(learnt, part, found.question, name, ranked)
    for row, of_row in zip(rows, reasons, strict=True):
        found.algorithm[row] = name
        found.evidence[row] = of_row
    if learnt.calibration is not None:
        found.probability[rows] = learnt.calibration.probability(
            found.question, name, ranked, baskets(part.purchases)
        )


def baskets(purchases: Purchases) -> NDArray[np.int32]:
    """On how many days each customer bought."""
    day = np.stack([purchases.customer, purchases.day])
    customers = np.unique(day, axis=1)[0] if day.size else day[0]
    counted = np.bincount(customers, minlength=len(purchases.customers))
    return counted.astype(np.int32)


def _is_open(ranked: Ranked, family: NDArray[np.int32], families: int) -> NDArray[np.bool_]:
    """Whose list any product could join: it is short, or has fewer families than wanted."""
    listed = ranked.product >= 0
    kinds = np.where(listed, family[ranked.product] if len(family) else -1, np.iinfo(np.int32).max)
    kinds.sort(axis=1)
    number = 1 + (kinds[:, 1:] != kinds[:, :-1]).sum(axis=1)
    found: NDArray[np.bool_] = ~listed.all(axis=1) | (number < min(families, kinds.shape[1]))
    return found


def _missed(
    scores: NDArray[np.float32],
    gone: NDArray[np.bool_],
    ranked: Ranked,
    is_open: NDArray[np.bool_],
) -> list[list[int]]:
    """Per customer, positions of what is not to be had, or too dear, and would be on the list.

    Of more than are kept -1 stands for all products.
    """
    columns = np.flatnonzero(gone.any(axis=0))
    worst = np.where(is_open, -np.inf, np.nanmin(ranked.score, axis=1, initial=np.inf))
    found: list[list[int]] = [[] for _ in range(len(scores))]
    of_gone = scores[:, columns]
    better = gone[:, columns] & np.isfinite(of_gone) & (of_gone > worst[:, None])
    for row in np.flatnonzero(better.any(axis=1)):
        mine = columns[better[row]]
        found[row] = mine.tolist() if len(mine) <= MOST_WATCHED else [-1]
    return found


def _put(proposals: Sequence[Proposal], found: _List, products: NDArray[np.generic]) -> None:
    keys = products.tolist()
    for row, proposal in enumerate(proposals):
        proposal.watched += [
            keys[place] if place >= 0 else fingerprints.EVERYTHING for place in found.missed[row]
        ]
        for rank, position in enumerate(found.ranked.product[row].tolist()):
            if position < 0:
                break
            proposal.watched.append(keys[position])
            proposal.places.append(
                Place(
                    keys[position],
                    found.question,
                    rank + 1,
                    found.algorithm[row],
                    float(found.ranked.score[row, rank]),
                    float(found.probability[row, rank]),
                    found.evidence[row][rank],
                )
            )


def _measure(
    proposals: Sequence[Proposal], lists: Sequence[_List], asked: Asked, block: Block
) -> None:
    """Confidence, data score and segment."""
    customer_ids = [each.customer_id for each in proposals]
    scores = quality.of(customer_ids, block)
    segments = dict(
        CustomerProfile.objects.filter(pk__in=customer_ids).values_list("pk", "segment")
    )
    confidence = np.zeros(len(proposals), dtype=np.float32)
    if asked.learnt.calibration is not None:
        confidence = asked.learnt.calibration.confidence(
            lists[0].probability, lists[1].probability, baskets(block.purchases)
        )
    for proposal, sure in zip(proposals, np.nan_to_num(confidence).tolist(), strict=True):
        proposal.watched = sorted(set(proposal.watched))
        proposal.quality, proposal.quality_parts = scores[proposal.customer_id]
        proposal.segment = segments.get(proposal.customer_id, "")
        proposal.confidence = min(max(sure, 0.0), 1.0)
