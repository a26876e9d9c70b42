"""How good the classifier is on messages it has not seen: F1, confusion, calibration."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from support.understanding import training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.understanding.classifier import Prediction, TrainedClassifier
    from support.understanding.clauses import Reading
    from support.understanding.examples import Example

_FOLDS: Final = 5
_BINS: Final = 10
_SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """Of one category: the share of its claims that are right, of its messages that were found."""

    category: str
    messages: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was right, what was said, and with what confidence, message by message."""

    right: tuple[str, ...]
    said: tuple[str, ...]
    confidences: tuple[float, ...]

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(sorted({*self.right, *self.said}))

    @property
    def accuracy(self) -> float:
        hits = sum(a == b for a, b in zip(self.right, self.said, strict=True))
        return hits / len(self.right) if self.right else 0.0

    @property
    def macro_f1(self) -> float:
        scores = [score.f1 for score in self.per_category()]
        return sum(scores) / len(scores) if scores else 0.0

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: how far confidences lie from the share that is right."""
        error = 0.0
        for confidence, share, messages in self.reliability():
            error += messages / len(self.right) * abs(confidence - share)
        return error

    def reliability(self) -> list[tuple[float, float, int]]:
        """Mean confidence, share that is right and messages, per tenth of confidence."""
        bins: dict[int, list[tuple[float, bool]]] = {}
        for right, said, confidence in zip(self.right, self.said, self.confidences, strict=True):
            number = min(int(confidence * _BINS), _BINS - 1)
            bins.setdefault(number, []).append((confidence, right == said))
        return [
            (
                sum(confidence for confidence, _hit in rows) / len(rows),
                sum(hit for _confidence, hit in rows) / len(rows),
                len(rows),
            )
            for _number, rows in sorted(bins.items())
        ]

    def per_category(self) -> list[CategoryScore]:
        hits = Counter(a for a, b in zip(self.right, self.said, strict=True) if a == b)
        real, claimed = Counter(self.right), Counter(self.said)
        return [
            CategoryScore(
                category,
                real[category],
                hits[category] / claimed[category] if claimed[category] else 0.0,
                hits[category] / real[category] if real[category] else 0.0,
            )
            for category in self.categories
        ]

    def confusion(self) -> list[list[int]]:
        """Messages by right category (rows) and category said (columns)."""
        counts = Counter(zip(self.right, self.said, strict=True))
        return [[counts[row, column] for column in self.categories] for row in self.categories]

    def of(self, indexes: Sequence[int]) -> Evaluation:
        """Return the evaluation of some of the messages."""
        return Evaluation(
            tuple(self.right[i] for i in indexes),
            tuple(self.said[i] for i in indexes),
            tuple(self.confidences[i] for i in indexes),
        )


def measure(classifier: TrainedClassifier, examples: Sequence[Example]) -> Evaluation:
    """Return how a trained classifier does on messages with known categories."""
    return _evaluation(examples, [classifier.classify(one.message) for one in examples])


def by_folds(examples: Sequence[Example], readings: Sequence[Reading]) -> Evaluation:
    """Train on four fifths of the messages and predict the fifth, five times."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - slow import

    categories = [example.category for example in examples]
    splitter = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    return _cross_validated(
        examples, readings, [test for _learn, test in splitter.split(categories, categories)]
    )


def by_style(examples: Sequence[Example], readings: Sequence[Reading]) -> Evaluation:
    """Train without one style and predict it, for every style."""
    styles = np.array([example.style for example in examples])
    return _cross_validated(
        examples, readings, [np.flatnonzero(styles == style) for style in np.unique(styles)]
    )


def per_style(examples: Sequence[Example], evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    """Yield each style with the macro-F1 of its messages."""
    for style in sorted({example.style for example in examples}):
        rows = [index for index, example in enumerate(examples) if example.style == style]
        yield style, evaluation.of(rows).macro_f1


def _cross_validated(
    examples: Sequence[Example], readings: Sequence[Reading], parts: Sequence[np.ndarray]
) -> Evaluation:
    predictions: dict[int, Prediction] = {}
    for part in parts:
        left_out = set(map(int, part))
        learn = [index for index in range(len(examples)) if index not in left_out]
        classifier = training.train(
            [examples[index] for index in learn], [readings[index] for index in learn]
        )
        for index in left_out:
            predictions[index] = classifier.predict(readings[index])
    return _evaluation(examples, [predictions[index] for index in range(len(examples))])


def _evaluation(examples: Sequence[Example], predictions: Sequence[Prediction]) -> Evaluation:
    return Evaluation(
        tuple(example.category for example in examples),
        tuple(prediction.category for prediction in predictions),
        tuple(prediction.confidence for prediction in predictions),
    )
