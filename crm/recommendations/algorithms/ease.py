"""EASE^R: each product as a weighted sum of all others, by ridge regression (Steck, 2019)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import cold, trend
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix
from crm.recommendations.algorithms.inverse import inverted
from crm.recommendations.algorithms.neighbours import Neighbours, pieces, strongest
from crm.recommendations.algorithms.trials import Trial, surely_best

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

# The ridge: a share of the customers who bought, within bounds.
RIDGE_SHARE, LEAST_RIDGE, MOST_RIDGE = 0.1, 20.0, 1000.0
MOST = 200
# The products most bought are solved together: with more the time grows as the cube, recall hardly.
TOGETHER = 4_000
# Of the others each pair is regressed alone, which counts twice what two products both say.
ALONE = 0.1


@dataclass(frozen=True, slots=True)
class Setting:
    """What is chosen for a business: by what its customers bought next."""

    # The ridge, in usual ones.
    times: float = 1.0
    # Buying again counts more.
    is_repeated: bool = False
    # How far the trend is followed.
    power: float = trend.POWERS[0]

    @property
    def weighting(self) -> Weighting:
        return Weighting(is_repeated=self.is_repeated)

    def ridge(self, bought: csr_matrix) -> float:
        """What is added to the diagonal: it grows with the customers who bought."""
        buyers = int((np.diff(bought.indptr) > 0).sum())
        return self.times * float(np.clip(RIDGE_SHARE * buyers, LEAST_RIDGE, MOST_RIDGE))


# The usual one first.
SETTINGS = tuple(
    Setting(times, is_repeated, power)
    for times in (1.0, 5.0)
    for is_repeated in (False, True)
    for power in trend.POWERS
)


@dataclass(frozen=True, slots=True)
class Ease:
    """The strongest weights of the regression, times the trend."""

    name: ClassVar[str] = "ease"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    neighbours: Neighbours
    setting: Setting = field(default_factory=Setting)

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """With the setting that tells best what is bought next."""
        return cls.tuned(lessons, _setting(lessons))

    @classmethod
    def tuned(cls, lessons: Lessons, setting: Setting) -> Self:
        """Solve for the products most bought at once, in place; add the rest by pairs."""
        bought = matrix(lessons.purchases, lessons.as_of, setting.weighting)
        neighbours = cold.lend(_regression(bought, setting.ridge(bought), TOGETHER), lessons)
        followed = trend.of(lessons.purchases, lessons.as_of) ** np.float32(setting.power)
        return cls(neighbours.times(followed), setting)

    def again(self, lessons: Lessons) -> Self:
        """The same setting, learnt from other purchases."""
        return self.tuned(lessons, self.setting)

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:
        """How much the customer's products speak for each other one."""
        bought = matrix(block.purchases, block.as_of, self.setting.weighting)
        return self.neighbours.scores(bought, question)

    @property
    def products(self) -> int:
        """So many it knows."""
        return len(self.neighbours)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        setting = self.setting
        told = [setting.times, float(setting.is_repeated), setting.power]
        return {**self.neighbours.arrays(), "setting": np.array(told, dtype=np.float64)}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        setting = arrays["setting"].astype(np.float64, casting="safe")
        if setting.shape != (3,) or not np.isfinite(setting).all():
            raise ValueError("The setting of the regression is none.")
        times, is_repeated, power = setting.tolist()
        return cls(Neighbours.load(arrays), Setting(times, bool(is_repeated), power))


def _setting(lessons: Lessons) -> Setting:
    """The usual one, unless another tells better what was bought next; tried without the rest."""
    trial = Trial.of(lessons)
    if trial is None:
        return Setting()
    inner, block = trial.lessons, trial.block
    lately = trend.of(inner.purchases, inner.as_of)

    @cache
    def plain(times: float, is_repeated: bool) -> NDArray[np.float32]:  # noqa: FBT001 - a setting
        setting = Setting(times, is_repeated)
        bought = matrix(inner.purchases, inner.as_of, setting.weighting)
        weights = _regression(bought, setting.ridge(bought), TOGETHER)
        return weights.scores(matrix(block.purchases, block.as_of, setting.weighting), NEW)

    def measure(setting: Setting) -> NDArray[np.float64]:
        followed = lately ** np.float32(setting.power)
        return trial.ndcg(plain(setting.times, setting.is_repeated) * followed, NEW)

    return surely_best(SETTINGS, measure)


def _regression(bought: csr_matrix, ridge: float, together: int) -> Neighbours:
    number = bought.shape[1]
    if number <= together:
        return strongest(number, MOST, _solved(bought, ridge))
    counts = np.bincount(bought.indices, minlength=number)
    head = np.sort(np.argsort(-counts, kind="stable")[:together])
    place = np.full(number, -1)
    place[head] = np.arange(len(head))
    solved = _solved(bought[:, head].tocsr(), ridge)
    by_product = bought.T.tocsr()
    sizes = np.asarray(by_product.multiply(by_product).sum(axis=1)).ravel()

    def columns(piece: slice) -> NDArray[np.float32]:
        weights = np.asarray((by_product[piece] @ bought).toarray(), dtype=np.float32)
        weights *= np.float32(ALONE) / (sizes + np.float32(ridge))
        weights[np.arange(len(weights)), np.arange(piece.start, piece.stop)] = 0
        inside = place[piece.start : piece.stop]
        rows = np.flatnonzero(inside >= 0)
        if len(rows):
            # The head is in the order of the products, so a piece of it is a slice.
            weights[np.ix_(rows, head)] = solved(slice(inside[rows[0]], inside[rows[-1]] + 1))
        return weights

    return strongest(number, MOST, columns)


def _solved(bought: csr_matrix, ridge: float) -> Callable[[slice], NDArray[np.float32]]:
    """What gives the weights of a piece of columns; it holds the inverse."""
    inverse = inverted(_common(bought), ridge)
    diagonal = np.diag(inverse).copy()

    def columns(piece: slice) -> NDArray[np.float32]:
        weights = inverse[piece] / -diagonal[piece, None]
        weights[np.arange(len(weights)), np.arange(piece.start, piece.stop)] = 0
        return np.asarray(weights, dtype=np.float32)

    return columns


def _common(bought: csr_matrix) -> NDArray[np.float32]:
    """Products x products: what the customers of both have in common; made in pieces."""
    number = bought.shape[1]
    by_product = bought.T.tocsr()
    found = np.empty((number, number), dtype=np.float32)
    for piece in pieces(number):
        found[piece] = (by_product[piece] @ bought).toarray()
    return found
