"""What the customer buys again: their own purchases, the recent ones counting more.

A product counts as often as the customer bought it, each time less the longer ago, and a few
times as often as it is bought again at all: one bottle of what everybody buys again comes before
one of what nobody does. Where the purchases show that customers have rhythms, what is due comes
first (a little so where too few purchases tell). Decay, share and rhythm are tuned on the
purchases; measured on four public sets of retail sales, the share of the product's own rate gains
most, the exact half-life little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import logistic
from crm.recommendations.algorithms.base import REPEAT
from crm.recommendations.algorithms.rehearsal import is_better, ndcg, rehearse, smaller
from crm.recommendations.engine import rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block, Lessons
    from crm.recommendations.algorithms.rehearsal import Rehearsal
    from crm.recommendations.engine.purchases import Purchases

# Days after which a purchase counts half; the first is the default.
HALF_LIVES = (180.0, 60.0, 365.0)
# As many purchases as the product's rate of being bought again is worth; the first is the default.
SHARES = (3.0, 1.0, 10.0)
# Nothing is tuned on fewer customers than this; nor on more, or more lines, for time.
FEWEST = 100
MOST = 5_000
MOST_LINES = 600_000
# Purchases of others that a product's rate starts from.
BACK_OFF = 20.0
# Time since the last purchase, in the usual intervals between two: the edges of what is told apart.
PHASES = np.array([0.3, 0.6, 0.85, 1.2, 1.7, 3.0])
STEPS = len(PHASES) + 1
# What phases add where too little was bought to learn it: little, and only in an own rhythm.
ASSUMED = np.array([-0.5, -0.25, 0, 0.25, 0.25, 0, 0, *[0] * STEPS], dtype=np.float64)
# How many observations' worth it takes to believe in a phase.
DOUBT = 20.0


@dataclass(frozen=True, slots=True)
class OwnFrequency:
    """Scores are logarithms; they compare within a customer."""

    name: ClassVar[str] = "own_frequency"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT})

    half_life: float
    share: float
    # Of each product: the chance that who bought it has it in a later purchase.
    rate: NDArray[np.float32]
    # Of each product: the usual days between two purchases; 0: unknown.
    usual: NDArray[np.int32]
    # Of each phase, by the customer's own rhythm, then by the product's: what being in it adds.
    phases: NDArray[np.float32]

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Tuned on the last purchases of some customers, as far as there are enough."""
        everything = len(lessons.purchases.products)
        rehearsal = rehearse(smaller(lessons, lines=MOST_LINES, products=everything), MOST)
        half_life, share, phases = HALF_LIVES[0], SHARES[0], ASSUMED
        if rehearsal is not None and len(rehearsal.rows) >= FEWEST:
            half_life, share, phases = _tune(rehearsal)
        rate, usual = rates(lessons.purchases), rhythm.usual(lessons.purchases)
        return cls(half_life, share, rate, usual, phases.astype(np.float32))

    def again(self, lessons: Lessons) -> Self:
        """The same settings and phases, the rates and rhythms of other purchases."""
        rate, usual = rates(lessons.purchases), rhythm.usual(lessons.purchases)
        return replace(self, rate=rate, usual=usual)

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - one
        """-inf for what the customer never bought."""
        purchases = block.purchases
        shape = (len(purchases.customers), len(purchases.products))
        found = np.full(shape, -np.inf, dtype=np.float32)
        pairs = rhythm.pairs(purchases)
        weight = _weights(pairs, purchases, block.as_of, self.half_life)
        value = np.log(weight + self.share * self.rate[pairs.product] + 1e-6)
        phase = _phase(pairs, self.usual, block.as_of)
        value[phase >= 0] += self.phases[phase[phase >= 0]]
        found[pairs.customer, pairs.product] = value
        return found

    @property
    def products(self) -> int:
        """So many it knows."""
        return len(self.rate)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        settings = np.array([self.half_life, self.share], dtype=np.float64)
        return {
            "settings": settings,
            "rate": self.rate,
            "usual": self.usual,
            "phases": self.phases,
        }

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        settings = arrays["settings"].astype(np.float64, casting="safe")
        rate = arrays["rate"].astype(np.float32, casting="safe")
        usual = arrays["usual"].astype(np.int32, casting="safe")
        phases = arrays["phases"].astype(np.float32, casting="safe")
        is_whole = (
            settings.shape == (2,)
            and settings[0] > 0
            and phases.shape == (2 * STEPS,)
            and rate.ndim == 1
            and rate.shape == usual.shape
        )
        if not is_whole or not np.isfinite(np.r_[settings, rate, phases]).all():
            raise ValueError("What was learnt of buying again does not fit together.")
        return cls(float(settings[0]), float(settings[1]), rate, usual, phases)


def rates(purchases: Purchases) -> NDArray[np.float32]:
    """Of each product: bought again, in the customers' purchases after the one they began with."""
    number = len(purchases.products)
    pairs = rhythm.pairs(purchases)
    # In order already: lines are sorted by customer, then day.
    days = purchases.customer.astype(np.int64) << 32 | purchases.day
    days = days[np.r_[True, days[1:] != days[:-1]][: len(days)]]
    ends = np.searchsorted(days, (pairs.customer.astype(np.int64) + 1) << 32)
    begun = np.searchsorted(days, pairs.customer.astype(np.int64) << 32 | pairs.first)
    chances = np.bincount(pairs.product, weights=ends - begun - 1, minlength=number)
    taken = np.bincount(pairs.product, weights=pairs.times - 1, minlength=number)
    usual = taken.sum() / max(chances.sum(), 1.0)
    found: NDArray[np.float32] = (taken + BACK_OFF * usual) / (chances + BACK_OFF)
    return found.astype(np.float32)


def _weights(
    pairs: rhythm.Pairs, purchases: Purchases, as_of: int, half_life: float
) -> NDArray[np.float64]:
    """Of each pair the sum of its days, each less the longer ago."""
    number = max(len(purchases.products), 1)
    key = purchases.customer.astype(np.int64) * number + purchases.product
    order = np.lexsort((purchases.day, key))
    key, day = key[order], purchases.day[order]
    once = np.r_[True, (key[1:] != key[:-1]) | (day[1:] != day[:-1])][: len(key)]
    known = pairs.customer.astype(np.int64) * number + pairs.product
    place = np.searchsorted(known, key[once])
    weight = np.exp2(-np.maximum(as_of - day[once], 0) / half_life)
    return np.bincount(place, weights=weight, minlength=len(known)).astype(np.float64)


def _phase(pairs: rhythm.Pairs, usual: NDArray[np.int32], as_of: int) -> NDArray[np.int64]:
    """How far into the usual interval each pair is: a position in ``phases``, -1 without one."""
    is_own = pairs.every > 0
    every = np.where(is_own, pairs.every, usual[pairs.product])
    past = (as_of - pairs.last) / np.maximum(every, 1)
    found = np.searchsorted(PHASES, past, side="right") + np.where(is_own, 0, STEPS)
    return np.where(every > 0, found, -1)


def _tune(rehearsal: Rehearsal) -> tuple[float, float, NDArray[np.float64]]:
    """The half-life and share that rank the rehearsed purchases best, and what phases add."""
    purchases, as_of = rehearsal.block.purchases, rehearsal.block.as_of
    pairs = rhythm.pairs(purchases)
    hit = rehearsal.is_target(pairs.customer, pairs.product)
    rate = rates(rehearsal.lessons.purchases)[pairs.product]
    best: tuple[float, float] = (HALF_LIVES[0], SHARES[0])
    at_best, gained = np.empty(0), np.empty(0)
    for half_life in HALF_LIVES:
        weight = _weights(pairs, purchases, as_of, half_life)
        for share in SHARES:
            value = np.log(weight + share * rate + 1e-6)
            found = ndcg(pairs.customer, value, hit)
            if not len(gained) or is_better(found, gained):
                best, at_best, gained = (half_life, share), value, found
    if len(gained) < FEWEST:
        return HALF_LIVES[0], SHARES[0], ASSUMED
    phase = _phase(pairs, rhythm.usual(rehearsal.lessons.purchases), as_of)
    return *best, _learn_phases(pairs, phase, at_best, hit, rehearsal.lessons.seed)


def _learn_phases(
    pairs: rhythm.Pairs,
    phase: NDArray[np.int64],
    value: NDArray[np.float64],
    hit: NDArray[np.bool_],
    seed: int,
) -> NDArray[np.float64]:
    """Zeros, unless the phases rank better the purchases of customers they were not learnt on."""
    features = np.zeros((len(value), 2 * STEPS))
    has_one = np.flatnonzero(phase >= 0)
    features[has_one, phase[has_one]] = 1

    def learn(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        rows = np.column_stack([value, features])[chosen]
        towards = np.r_[1.0, np.zeros(2 * STEPS)]
        found = logistic.fit(rows, hit[chosen], towards=towards, ridge=DOUBT)
        # In units of the score, whose own coefficient may be other than 1.
        added: NDArray[np.float64] = found[1:] / max(found[0], 0.2)
        return added

    side = np.random.default_rng(seed).random(int(pairs.customer.max(initial=0)) + 1) < 0.5  # noqa: PLR2004 - half
    in_first = side[pairs.customer]
    moved = value.copy()
    for chosen in (in_first, ~in_first):
        moved[~chosen] += (features @ learn(chosen))[~chosen]
    if not is_better(ndcg(pairs.customer, moved, hit), ndcg(pairs.customer, value, hit)):
        return np.zeros(2 * STEPS)
    return learn(np.ones(len(value), dtype=np.bool_))
