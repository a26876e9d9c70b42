"""All the others together: what several of them put far above the rest comes first.

Each algorithm's scores are compared with what it says of the other candidates of the same
customer (how many standard deviations above their mean), weighed and added. The weights are
learnt by a logistic regression on purchases taken away inside the lessons, drawn towards fixed
ones, which stay where too little was bought.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import logistic
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, exclude
from crm.recommendations.algorithms.rehearsal import is_better, ndcg, rehearse, smaller
from crm.recommendations.engine.ranking import cells, reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm, Lessons
    from crm.recommendations.algorithms.rehearsal import Rehearsal

# What each counts where too little was bought to learn it.
FIXED: Mapping[str, Mapping[str, float]] = {
    REPEAT: {"own_frequency": 0.5, "popularity": 0.25, "ease": 0.1, "collaborative": 0.05},
    NEW: {"ease": 0.3, "collaborative": 0.25, "popularity": 0.1, "content": 0.05},
}
# Scores that are shares: their logarithms are compared.
SHARES = frozenset({"popularity"})
# NEW: so many of the best of each algorithm are candidates.
CANDIDATES = 100
# What says nothing of a candidate counts as this many deviations.
SILENT = -1.0
# Customers, and candidates bought, that it takes to learn; and customers, lines and products that
# are enough.
FEWEST_CUSTOMERS, FEWEST_HITS = 30, 30
MOST_CUSTOMERS, MOST_LINES, MOST_PRODUCTS = 2_000, 600_000, 3_000
# Observations' worth of belief in the fixed weights.
DOUBT = 20.0
# What counts less than this share of the most is left out: it costs time and changes nothing.
LEAST = 0.03
# Standard errors by which a blend has to be better to take the place of a simpler one.
SURE = 3.0
# So often the weights are moved.
ROUNDS = 4
# Cells of one piece of a block.
CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Learn with ``Hybrid.fit(lessons, others)``; after ``load``, ``over(others)``."""

    name: ClassVar[str] = "hybrid"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    # By question, then by name of the algorithm; 0 or above.
    blend: Mapping[str, Mapping[str, float]]
    others: Mapping[str, Algorithm] = field(default_factory=dict)

    @classmethod
    def fit(cls, lessons: Lessons, others: Mapping[str, Algorithm]) -> Self:
        """Fit the others once more, without the purchases that the weights are learnt on."""
        found = cls(FIXED).over(others)
        rehearsal = rehearse(
            smaller(lessons, lines=MOST_LINES, products=MOST_PRODUCTS), MOST_CUSTOMERS
        )
        if rehearsal is None or len(rehearsal.rows) < FEWEST_CUSTOMERS:
            return found
        inner = {name: other.again(rehearsal.lessons) for name, other in found.others.items()}
        learnt = {
            question: _learn(replace(found, others=inner), rehearsal, question)
            for question in (REPEAT, NEW)
        }
        return replace(found, blend=learnt)

    def over(self, others: Mapping[str, Algorithm]) -> Self:
        """The same over these fitted algorithms."""
        return replace(self, others={k: v for k, v in others.items() if k != self.name})

    def scores(
        self, block: Block, question: str, weights: Mapping[str, float] | None = None
    ) -> NDArray[np.float32]:
        """-inf for what is no candidate. ``weights``: by algorithm, times what it counts."""
        counts = {
            name: share * (weights or {}).get(name, 1.0)
            for name, share in self.blend[question].items()
        }
        names = self.asked(question, counts)
        purchases = block.purchases
        found = np.full(
            (len(purchases.customers), len(purchases.products)), -np.inf, dtype=np.float32
        )
        by_name = np.array([counts[name] for name in names])
        for first, part in _pieces(block):
            customer, product, features = self.features(part, question, names)
            found[customer + first, product] = features @ by_name
        return found

    def asked(self, question: str, counts: Mapping[str, float]) -> list[str]:
        """Those that count and answer the question, in a fixed order."""
        return [
            name
            for name in sorted(counts)
            if counts[name] > 0 and name in self.others and question in self.others[name].questions
        ]

    def features(
        self, block: Block, question: str, names: list[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Customer and product of each candidate, and how much each algorithm prefers it."""
        scores = []
        is_candidate = np.zeros(
            (len(block.purchases.customers), len(block.purchases.products)), dtype=np.bool_
        )
        for name in names:
            of_one = np.array(self.others[name].scores(block, question), dtype=np.float32)
            exclude(of_one, block, question)
            scores.append(of_one)
            _mark(is_candidate, of_one, question)
        customer, product = cells(is_candidate)
        columns = [
            _deviations(of_one[customer, product], customer, is_share=name in SHARES)
            for name, of_one in zip(names, scores, strict=True)
        ]
        shape = (len(customer), len(names))
        return customer, product, np.column_stack(columns) if columns else np.empty(shape)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads: not the others."""
        found: dict[str, NDArray[np.generic]] = {}
        for question, counts in self.blend.items():
            found[f"{question}_names"] = np.array(list(counts), dtype=np.str_)
            found[f"{question}_weights"] = np.array(list(counts.values()), dtype=np.float64)
        return found

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        blend = {}
        for question in (REPEAT, NEW):
            names = arrays[f"{question}_names"].astype(np.str_)
            weights = arrays[f"{question}_weights"].astype(np.float64, casting="safe")
            if names.ndim != 1 or names.shape != weights.shape or not np.isfinite(weights).all():
                raise ValueError("What was learnt of the blend does not fit together.")
            blend[question] = dict(zip(names.tolist(), weights.tolist(), strict=True))
        return cls(blend)


def _pieces(block: Block) -> Iterator[tuple[int, Block]]:
    """So many customers at a time that all algorithms' scores stay small; first row and block."""
    number = len(block.purchases.customers)
    step = max(CELLS // max(len(block.purchases.products), 1), 1)
    for first in range(0, number, step):
        rows = np.arange(first, min(first + step, number))
        segment = None if block.segment is None else block.segment[rows]
        yield first, Block(block.purchases.of(rows), block.as_of, segment)


def _mark(is_candidate: NDArray[np.bool_], scores: NDArray[np.float32], question: str) -> None:
    """REPEAT: everything with a score; NEW: the best, and a few more.

    The same for one customer as for many: no row's candidates depend on another row.
    """
    if question == REPEAT or scores.shape[1] <= CANDIDATES:
        is_candidate |= np.isfinite(scores)
        return
    is_candidate |= (scores >= reached(scores, CANDIDATES)[:, None]) & (scores > -np.inf)


def _deviations(
    scores: NDArray[np.float32], customer: NDArray[np.int64], *, is_share: bool
) -> NDArray[np.float64]:
    """How far above the mean of the customer's candidates, in standard deviations."""
    is_said = np.isfinite(scores)
    values = np.where(is_said, scores, 0).astype(np.float64)
    if is_share:
        values = np.log(np.maximum(values, 1e-9))
    number = np.maximum(np.bincount(customer, weights=is_said), 1)
    mean = np.bincount(customer, weights=np.where(is_said, values, 0)) / number
    off = np.where(is_said, values - mean[customer], 0)
    spread = np.sqrt(np.bincount(customer, weights=off * off) / number)
    found: NDArray[np.float64] = off / np.maximum(spread[customer], 1e-9)
    # All the same: float noise is no preference.
    found[spread[customer] < 1e-6] = 0  # noqa: PLR2004 - of float32
    found[~is_said] = SILENT
    return found


def _learn(hybrid: Hybrid, rehearsal: Rehearsal, question: str) -> Mapping[str, float]:
    """The weights under which what was bought stands out most from the other candidates."""
    fixed = FIXED[question]
    names = hybrid.asked(question, {name: fixed.get(name, 0.01) for name in hybrid.others})
    customers, pieces, hits = [], [], []
    for first, part in _pieces(rehearsal.block):
        customer, product, features = hybrid.features(part, question, names)
        customers.append(customer + first)
        pieces.append(features.astype(np.float32))
        hits.append(rehearsal.is_target(customer + first, product))
    is_hit = np.concatenate(hits)
    if not names or is_hit.sum() < FEWEST_HITS:
        return fixed
    table = np.concatenate(pieces)
    # What never says anything (likeness without words) would rank by position.
    speaks = (table != SILENT).any(axis=0)
    names, table = (
        [name for name, says in zip(names, speaks, strict=True) if says],
        table[:, speaks],
    )
    towards = np.array([fixed.get(name, 0.0) for name in names])
    weights = logistic.fit(table, is_hit, towards=towards, ridge=DOUBT, at_least=0.0)
    weights = _chosen(weights, towards, np.concatenate(customers), table, is_hit)
    weights[weights < LEAST * weights.max()] = 0
    # Not to depend on the order in which threads add up.
    return dict(zip(names, weights.round(3).tolist(), strict=True))


def _chosen(
    likeliest: NDArray[np.float64],
    fixed: NDArray[np.float64],
    customer: NDArray[np.int64],
    table: NDArray[np.float32],
    is_hit: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The weights that put most of what was bought on top, the simpler ones unless that is sure.

    First one algorithm alone, in the place of the fixed weights; then the likeliest weights (of
    all candidates, while a list is about the first ten); then each weight halved, doubled or left
    out.
    """
    # A customer without a hit among the candidates tells nothing of a list.
    told = np.isin(customer, customer[is_hit])
    customer, table, is_hit = customer[told], table[told], is_hit[told]

    def measure(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return ndcg(customer, table @ weights, is_hit)

    best, gained = fixed, measure(fixed)
    alone = max(np.eye(len(fixed)), key=lambda weights: measure(weights).mean())
    if not fixed.any() or is_better(measure(alone), gained):
        best, gained = alone, measure(alone)
    if likeliest.any() and is_better(measure(likeliest), gained, errors=SURE):
        best, gained = likeliest, measure(likeliest)
    for _ in range(ROUNDS):
        before = best
        for place in np.flatnonzero(before):
            for factor in (0.0, 0.5, 2.0):
                moved = np.where(np.arange(len(before)) == place, before * factor, before)
                if moved.any() and is_better(found := measure(moved), gained, errors=SURE):
                    best, gained = moved, found
        if best is before:
            break
    return best
