"""What many bought lately, in the customer's segment as far as it is large enough to tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

import numpy as np

from crm.recommendations.algorithms import trend
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.trials import Trial, surely_best

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# Days after which a purchase counts half, and how far the trend is followed; the first is the
# default.
SETTINGS = ((90.0, 1.0), (30.0, 1.0), (90.0, 0.0), (180.0, 0.0), (30.0, 0.0))
USUAL = SETTINGS[0]
# A segment's own purchases weigh as much as everybody's when there are so many of them.
BACK_OFF = 200.0
# What is counted to be told: who bought it in so many days.
RECENT_DAYS = 90

_BOTH = (REPEAT, NEW)
Setting: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Popularity:
    """Shares of the purchases by segment (rows) and product; the last row is everybody.

    One table per question: what is bought again follows another fashion than what is new.
    """

    name: ClassVar[str] = "popularity"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    shares: Mapping[str, NDArray[np.float32]]
    # Customers who bought it in RECENT_DAYS, in the same rows.
    recent: NDArray[np.int32]
    settings: Mapping[str, Setting] = field(default_factory=lambda: dict.fromkeys(_BOTH, USUAL))

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """With the half-life and the trend that tell best what is bought next."""
        return cls.tuned(lessons, _settings(lessons))

    @classmethod
    def tuned(cls, lessons: Lessons, settings: Mapping[str, Setting]) -> Self:
        """With these."""
        shares = {question: _shares(lessons, setting) for question, setting in settings.items()}
        of_customer = _rows(lessons.segment, len(lessons.purchases.customers))
        segments = int(of_customer.max(initial=-1)) + 1
        return cls(shares, _recent(lessons, of_customer, segments), settings)

    def again(self, lessons: Lessons) -> Self:
        """The same settings, learnt from other purchases."""
        return self.tuned(lessons, self.settings)

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:
        """The shares of each customer's segment; -inf for what nobody bought."""
        shares = self.shares[question]
        row = _rows(block.segment, len(block.purchases.customers))
        row = np.where((row < 0) | (row >= len(shares) - 1), len(shares) - 1, row)
        table = np.where(shares > 0, shares, -np.inf).astype(np.float32)
        return table[row]

    @property
    def products(self) -> int:
        """So many it knows."""
        return int(self.recent.shape[1])

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        shares = {f"shares_{question}": table for question, table in self.shares.items()}
        return {**shares, "recent": self.recent}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        recent = arrays["recent"].astype(np.int32, casting="safe")
        shares = {
            question: arrays[f"shares_{question}"].astype(np.float32, casting="safe")
            for question in _BOTH
        }
        is_table = recent.ndim == 2 and len(recent) > 0  # noqa: PLR2004 - a table
        are_like_it = all(
            table.shape == recent.shape and np.isfinite(table).all() for table in shares.values()
        )
        if not is_table or not are_like_it or (recent < 0).any():
            raise ValueError("The counts of the purchases do not fit together.")
        return cls(shares, recent)


def _shares(lessons: Lessons, setting: Setting) -> NDArray[np.float32]:
    """Count each customer once per product and day, less the longer ago."""
    half_life, power = setting
    purchases = lessons.purchases
    number = len(purchases.products)
    of_customer = _rows(lessons.segment, len(purchases.customers))
    segments = int(of_customer.max(initial=-1)) + 1
    row = of_customer[purchases.customer]
    age = np.maximum(lessons.as_of - purchases.day, 0)
    weight = np.exp2(-age / half_life)
    place = np.where(row < 0, segments, row).astype(np.int64) * number + purchases.product
    counts = np.bincount(place, weights=weight, minlength=(segments + 1) * number)
    counts = counts.reshape(segments + 1, number)
    counts[-1] = counts.sum(axis=0)
    everybody = counts[-1] / max(counts[-1].sum(), 1e-9)
    sizes = counts.sum(axis=1, keepdims=True)
    shares = (counts + BACK_OFF * everybody) / (sizes + BACK_OFF)
    shares[-1] = everybody
    shares *= trend.of(purchases, lessons.as_of) ** np.float32(power)
    found: NDArray[np.float32] = shares.astype(np.float32)
    return found


def _settings(lessons: Lessons) -> Mapping[str, Setting]:
    """Of each question the usual one, unless another tells better what was bought next."""
    trial = Trial.of(lessons)
    if trial is None:
        return dict.fromkeys(_BOTH, USUAL)
    customers = len(trial.block.purchases.customers)

    def best(question: str) -> Setting:
        def measure(setting: Setting) -> NDArray[np.float64]:
            everybody = _shares(replace(trial.lessons, segment=None), setting)
            return trial.ndcg(np.repeat(everybody, customers, axis=0), question)

        return surely_best(SETTINGS, measure)

    return {question: best(question) for question in _BOTH}


def _rows(segment: NDArray[np.int32] | None, number: int) -> NDArray[np.int32]:
    return np.full(number, -1, dtype=np.int32) if segment is None else segment


def _recent(lessons: Lessons, of_customer: NDArray[np.int32], segments: int) -> NDArray[np.int32]:
    """Customers of each segment, and of all, who bought each product lately."""
    purchases = lessons.purchases
    number = len(purchases.products)
    late = purchases.day >= lessons.as_of - RECENT_DAYS
    pairs = np.unique(
        purchases.customer[late].astype(np.int64) * max(number, 1) + purchases.product[late]
    )
    customer, product = np.divmod(pairs, max(number, 1))
    counts = np.zeros((segments + 1, number), dtype=np.int32)
    counts[-1] = np.bincount(product, minlength=number)
    row = of_customer[customer]
    known = row >= 0
    np.add.at(counts, (row[known], product[known]), 1)
    return counts
