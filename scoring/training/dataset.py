"""Clients with their outcomes, and how they are divided into those to learn from and a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import features

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEST_SHARE: Final = 0.25
FOLDS: Final = 5
# Of buyers, and of others: with fewer, figures and calibration are mere chance.
MINIMUM_LEARNED: Final = 50
MINIMUM_TESTED: Final = 10
TEMPORAL: Final = "temporal"
STRATIFIED: Final = "stratified"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """``clients`` as :func:`scoring.engine.clients.read` gives them; ``bought`` is 0 or 1.

    ``moments`` has the day (a number) each row was looked at, None where nobody knows.
    """

    clients: NDArray[np.float64]
    bought: NDArray[np.int64]
    moments: NDArray[np.int64] | None = None

    @property
    def features(self) -> NDArray[np.float32]:
        return features.of_clients(self.clients)

    @property
    def base_rate(self) -> float:
        """The share of those who bought."""
        return float(self.bought.mean())

    def __len__(self) -> int:
        return len(self.bought)

    def at(self, rows: NDArray[Any]) -> Dataset:
        """Return some of the rows."""
        moments = None if self.moments is None else self.moments[rows]
        return Dataset(self.clients[rows], self.bought[rows], moments)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """``kind`` is temporal (the test is later than all that is learned) or stratified."""

    kind: str
    learn: Dataset
    test: Dataset


def divide(data: Dataset) -> Split:
    """Hold the latest quarter out where rows have moments, else any quarter, as many buyers in it.

    Rows of one moment stay together; where that leaves nothing to learn from or to test on,
    the rows are divided as if they had no time.

    Raises:
        DomainError: there are too few outcomes of either kind.

    """
    return by_time(data) or by_lot(data)


def by_time(data: Dataset) -> Split | None:
    """Hold the latest quarter out; None without moments, or with too few before or after."""
    if data.moments is None:
        return None
    late = data.moments >= np.quantile(data.moments, 1 - TEST_SHARE, method="higher")
    learn, test = data.at(~late), data.at(late)
    if is_enough(learn, MINIMUM_LEARNED) and is_enough(test, MINIMUM_TESTED):
        return Split(TEMPORAL, learn, test)
    return None


def by_lot(data: Dataset) -> Split:
    """Hold any quarter out, with as many buyers in it as in the others.

    Raises:
        DomainError: there are too few outcomes of either kind.

    """
    require_outcomes(data, MINIMUM_LEARNED + MINIMUM_TESTED)
    fold = folds(Dataset(data.clients, data.bought), round(1 / TEST_SHARE))
    return Split(STRATIFIED, data.at(fold != 0), data.at(fold == 0))


def folds(data: Dataset, count: int = FOLDS) -> NDArray[np.int64]:
    """Return each row's fold: the same for the same rows, buyers spread evenly."""
    generator = np.random.default_rng(2026)
    fold = np.empty(len(data), dtype=np.int64)
    for outcome in (0, 1):
        rows = generator.permutation(np.flatnonzero(data.bought == outcome))
        fold[rows] = np.arange(len(rows)) % count
    return fold


def is_enough(data: Dataset, minimum: int) -> bool:
    """Whether there are so many buyers, and so many others."""
    buyers = int(data.bought.sum())
    return buyers >= minimum and len(data) - buyers >= minimum


def require_outcomes(data: Dataset, minimum: int) -> None:
    """Make sure that there is something to learn from.

    Raises:
        DomainError: fewer than ``minimum`` bought, or fewer did not.

    """
    if is_enough(data, minimum):
        return
    buyers = int(data.bought.sum())
    raise DomainError(
        _(
            "%(buyers)s customers bought and %(others)s did not: learning needs %(minimum)s of"
            " either. Give more customers, or a longer horizon."
        )
        % {"buyers": buyers, "others": len(data) - buyers, "minimum": minimum},
        code="too_few_outcomes",
    )
