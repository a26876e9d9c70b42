"""All algorithms learnt together, and what they answer: the one thing runs and pages ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.recommendations.algorithms import ALGORITHMS
from crm.recommendations.algorithms.base import NEW, REPEAT, exclude
from crm.recommendations.engine.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm, Blend, Block, Lessons
    from crm.recommendations.engine.confidence import Calibration

POPULARITY = "popularity"
HYBRID = "hybrid"
# Where nothing was measured yet: what wins on public purchases, else what comes next.
DEFAULTS = {
    REPEAT: ("own_frequency", "hybrid", "popularity"),
    NEW: ("ease", "hybrid", "collaborative", "popularity"),
}
# Scores of a block take 4 bytes each: 40 MB.
CELLS_AT_ONCE = 10_000_000
MOST_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Learnt:
    """The algorithms by name, the winner of each question, and how sure their answers are.

    ``products`` are the keys (ids) in the order of the scores' columns.
    """

    products: NDArray[np.generic]
    as_of: int
    algorithms: Mapping[str, Algorithm | Blend]
    winners: Mapping[str, str]
    calibration: Calibration | None
    seed: int = 0
    # What tells why; None where nobody asks (an evaluation).
    facts: Facts | None = None

    @property
    def rows_at_once(self) -> int:
        """Customers of one block, so that a block's scores stay small whatever the catalogue."""
        return min(max(CELLS_AT_ONCE // max(len(self.products), 1), 1), MOST_AT_ONCE)

    def winner(self, question: str) -> str:
        """The measured winner of the question, where it was learnt; else the first default."""
        named = self.winners.get(question, "")
        for name in (named, *DEFAULTS[question], *self.algorithms):
            if name in self.algorithms and question in self.algorithms[name].questions:
                return name
        raise _unknown(named, question)

    def scores(
        self,
        block: Block,
        question: str,
        algorithm: str = "",
        weights: Mapping[str, float] | None = None,
    ) -> NDArray[np.float32]:
        """Of the algorithm, else of the question's winner; -inf where the question excludes.

        REPEAT: only what the customer bought; NEW: only what they did not. To whom an algorithm
        has nothing NEW to say (nobody else bought what they bought; they bought nothing yet)
        popularity in their segment answers: see :meth:`is_cold`. ``weights``: of the blend.
        Raises DomainError ``unknown_algorithm``.
        """
        name = algorithm or self.winner(question)
        found = self.own_scores(name, block, question, weights)
        cold = self.is_cold(block) | ~np.isfinite(found).any(axis=1)
        if question == NEW and name != POPULARITY and POPULARITY in self.algorithms and cold.any():
            found[cold] = self.own_scores(POPULARITY, block, question)[cold]
        return found

    def is_cold(self, block: Block) -> NDArray[np.bool_]:
        """Customers without a purchase: whatever the algorithm, popularity answered for them."""
        number = len(block.purchases.customers)
        bought: NDArray[np.int64] = np.bincount(block.purchases.customer, minlength=number)
        cold: NDArray[np.bool_] = bought == 0
        return cold

    def own_scores(
        self,
        name: str,
        block: Block,
        question: str,
        weights: Mapping[str, float] | None = None,
    ) -> NDArray[np.float32]:
        """As :meth:`scores`, but -inf for everything where the algorithm has nothing to say."""
        asked = self.algorithms.get(name)
        if asked is None or question not in asked.questions:
            raise _unknown(name, question)
        if name == HYBRID:
            found = cast("Blend", asked).scores(block, question, weights)
        else:
            found = asked.scores(block, question)
        exclude(found, block, question)
        return found


def learn(
    lessons: Lessons,
    *,
    names: Sequence[str] = (),
    winners: Mapping[str, str] | None = None,
    calibration: Calibration | None = None,
    with_facts: bool = True,
) -> Learnt:
    """Fit the named algorithms (all of them, without names), and count what tells why.

    The hybrid is fitted last and gets the others, so naming it alone fits those too. Popularity is
    always there: it answers for who bought nothing yet.
    """
    for name in names:
        if name not in ALGORITHMS:
            raise _unknown(name)
    # Loaded first: a limit is of the libraries that are there when it begins; scipy has its own.
    import scipy.linalg  # type: ignore[import-untyped]  # noqa: F401, PLC0415 - slow import
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow import

    # By one thread, whatever the machine has: sums in another order would learn otherwise.
    with threadpool_limits(limits=1, user_api="blas"):
        fitted = _fitted(lessons, names)
    return Learnt(
        products=lessons.purchases.products,
        as_of=lessons.as_of,
        algorithms=fitted,
        winners=dict(winners or {}),
        calibration=calibration,
        seed=lessons.seed,
        facts=Facts.learn(lessons) if with_facts else None,
    )


def _fitted(lessons: Lessons, names: Sequence[str]) -> dict[str, Algorithm | Blend]:
    wanted = set(ALGORITHMS) if not names or HYBRID in names else {POPULARITY, *names}
    fitted: dict[str, Algorithm | Blend] = {}
    for name in ALGORITHMS:
        if name in wanted and name != HYBRID:
            fitted[name] = cast("type[Algorithm]", ALGORITHMS[name]).fit(lessons)
    if HYBRID in wanted:
        others = cast("Mapping[str, Algorithm]", dict(fitted))
        fitted[HYBRID] = cast("type[Blend]", ALGORITHMS[HYBRID]).fit(lessons, others)
    return fitted


def _unknown(name: str, question: str = "") -> DomainError:
    if question:
        sentence = _("The algorithm “%(name)s” does not answer this question. Choose another.")
    else:
        sentence = _("There is no algorithm “%(name)s”. Choose one of %(known)s.")
    values = {"name": name, "known": ", ".join(ALGORITHMS)}
    return DomainError(sentence % values, code="unknown_algorithm", field="algorithm", value=name)
