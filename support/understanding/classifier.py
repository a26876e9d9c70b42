"""The trained classifier: plain arrays that give a message its category and a confidence.

Training needs scikit-learn (:mod:`support.understanding.training`), predicting does not: a
linear model over four groups of features is a sum, and importing scikit-learn costs seconds.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from support.understanding import clauses, emptiness, reasons
from support.understanding.features import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from support.understanding.clauses import Reading
    from support.understanding.features import Group

UNCLASSIFIED: Final = "Non classé"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A category, the chance (0-1) that it is right, and the customer's words that spoke for it."""

    category: str
    confidence: float
    reasons: tuple[str, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedClassifier:
    """Weights of every feature for every category, and how good they are.

    ``vocabulary`` gives, per group, a feature its column in ``coefficients``
    (features x categories), ``rarity`` every column its factor. ``temperature``
    is what the sums are divided by so that confidences come true. ``metrics``
    are those measured when it was trained, and ``examples`` how many it saw.
    """

    categories: tuple[str, ...]
    vocabulary: Mapping[str, Mapping[str, int]]
    rarity: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    intercept: NDArray[np.float32]
    temperature: float = 1.0
    examples: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)

    def classify(self, message: str) -> Prediction:
        """Return the category of a message as it came, mark-up and quotations included."""
        return self.predict(clauses.read(message))

    def predict(self, reading: Reading) -> Prediction:
        """Return the category of a message already read.

        Without a known word there is nothing to go by: unclassified, confidence 0. Where
        hardly more is said than a greeting and a number the confidence is low.
        """
        sums = self.intercept.astype(np.float64)
        spoken: list[tuple[str, NDArray[np.float64]]] = []
        has_concept = False
        for group in GROUPS:
            for feature, value, column in self._values(group, reading):
                share = value * self.coefficients[column]
                sums += share
                if group.name == "words":
                    spoken.append((feature, share))
                has_concept |= group.name == "concepts" and feature[0] in "+-~"
        has_word = any(feature[0].isalnum() for feature, _share in spoken)
        if not (has_word or has_concept) and UNCLASSIFIED in self.categories:
            return Prediction(UNCLASSIFIED, 0.0)
        chances = _softmax(sums / self.temperature)
        best = int(chances.argmax())
        chance, is_little = float(chances[best]), not emptiness.says_something(reading)
        return Prediction(
            category=self.categories[best],
            confidence=min(chance, emptiness.HARDLY) if is_little else chance,
            reasons=reasons.shown(_telling(spoken, best), reading),
            chances=dict(zip(self.categories, map(float, chances), strict=True)),
        )

    def _values(self, group: Group, reading: Reading) -> Iterator[tuple[str, float, int]]:
        """Yield the known features of a group with their normalised values and columns."""
        known = self.vocabulary[group.name]
        counts = Counter(feature for feature in group.extract(reading) if feature in known)
        values = [
            (feature, known[feature], 1.0 + math.log(count) if group.is_counted else 1.0)
            for feature, count in counts.items()
        ]
        values = [(f, column, tf * float(self.rarity[column])) for f, column, tf in values]
        norm = math.sqrt(sum(value * value for _f, _column, value in values))
        for feature, column, value in values:
            yield feature, group.weight * value / norm, column


def _softmax(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(sums - sums.max())
    result: NDArray[np.float64] = powers / powers.sum()
    return result


def _telling(spoken: list[tuple[str, NDArray[np.float64]]], best: int) -> list[str]:
    """Return what spoke for the category more than for the others, most telling first."""
    weights = [(float(share[best] - share.mean()), feature) for feature, share in spoken]
    weights.sort(key=lambda one: (-one[0], one[1]))
    return [feature for weight, feature in weights if weight > 0]
