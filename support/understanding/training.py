"""Training: labelled messages in, a classifier that knows how far it can be believed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from support.understanding import clauses
from support.understanding.classifier import TrainedClassifier
from support.understanding.features import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    from support.understanding.clauses import Reading
    from support.understanding.examples import Example

# Chosen by leaving styles out, see docs/support-classifier.md.
_STRENGTH: Final = 10.0
_ROUNDS: Final = 1000
_FOLDS: Final = 5
_TEMPERATURES: Final = np.geomspace(0.2, 2.0, 60)


def read_all(examples: Sequence[Example]) -> list[Reading]:
    """Read the messages of the examples; once is enough for any number of trainings."""
    return [clauses.read(example.message) for example in examples]


def train(
    examples: Sequence[Example], readings: Sequence[Reading] | None = None
) -> TrainedClassifier:
    """Return a classifier trained on all examples, calibrated on styles it had not seen."""
    readings = read_all(examples) if readings is None else readings
    categories = np.array([example.category for example in examples])
    model = pipeline()
    # Step by step: the matrix of features is needed again.
    matrix = model.named_steps["features"].fit_transform(list(readings))
    model.named_steps["model"].fit(matrix, categories)
    styles = [example.style for example in examples]
    sums, right = _held_out(model.named_steps["model"], matrix, categories, styles)
    return _exported(model, best_temperature(sums, right), len(examples))


def pipeline() -> Pipeline:
    """Return the untrained scikit-learn pipeline: four groups of features, a linear model."""
    from sklearn.feature_extraction.text import (  # noqa: PLC0415 - slow import
        TfidfVectorizer,
    )
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow import
    from sklearn.pipeline import FeatureUnion, Pipeline  # noqa: PLC0415 - slow import

    groups = [
        (
            group.name,
            TfidfVectorizer(
                analyzer=group.extract,
                sublinear_tf=group.is_counted,
                binary=not group.is_counted,
                use_idf=group.is_counted,
                min_df=group.fewest_messages,
            ),
        )
        for group in GROUPS
    ]
    weights = {group.name: group.weight for group in GROUPS}
    return Pipeline(
        [
            ("features", FeatureUnion(groups, transformer_weights=weights)),
            ("model", LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS)),
        ]
    )


def best_temperature(sums: NDArray[np.float64], right: NDArray[np.intp]) -> float:
    """Return the divisor of the sums with which the chances of the right categories are highest."""
    rows = np.arange(len(right))

    def loss(temperature: float) -> float:
        scaled = sums / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        chosen = scaled[rows, right] - np.log(np.exp(scaled).sum(axis=1))
        return -float(chosen.mean())

    return float(min(_TEMPERATURES, key=loss)) if len(right) else 1.0


def _held_out(
    model: LogisticRegression, matrix: NDArray[Any], categories: NDArray[Any], styles: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the sums for messages of styles left out, and their right categories.

    The features are those of all messages: that spares most of the time and
    tells the linear model nothing about the categories left out.
    """
    from sklearn.base import clone  # noqa: PLC0415 - slow import
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - slow import

    names = list(model.classes_)
    folds = min(_FOLDS, len(set(styles)))
    if folds < 2:  # noqa: PLR2004 - nothing to leave out
        return np.empty((0, len(names))), np.empty(0, dtype=np.intp)
    sums: list[NDArray[np.float64]] = []
    right: list[int] = []
    for learn, test in StratifiedGroupKFold(folds).split(matrix, categories, styles):
        part = clone(model).fit(matrix[learn], categories[learn])
        if list(part.classes_) != names:
            continue
        sums.append(part.decision_function(matrix[test]))
        right += [names.index(category) for category in categories[test]]
    return np.vstack(sums) if sums else np.empty((0, len(names))), np.array(right, dtype=np.intp)


def _exported(model: Pipeline, temperature: float, examples: int) -> TrainedClassifier:
    """Return the pipeline's arrays."""
    vocabulary: dict[str, dict[str, int]] = {}
    rarity: list[NDArray[Any]] = []
    first = 0
    for name, vectorizer in model.named_steps["features"].transformer_list:
        vocabulary[name] = {
            feature: first + int(column) for feature, column in vectorizer.vocabulary_.items()
        }
        size = len(vectorizer.vocabulary_)
        rarity.append(vectorizer.idf_ if vectorizer.use_idf else np.ones(size))
        first += size
    linear = model.named_steps["model"]
    coefficients, intercept = linear.coef_, linear.intercept_
    if len(linear.classes_) == 2:  # noqa: PLR2004 - one row stands for both
        coefficients = np.vstack([-coefficients / 2, coefficients / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    return TrainedClassifier(
        categories=tuple(map(str, linear.classes_)),
        vocabulary=vocabulary,
        rarity=np.concatenate(rarity).astype(np.float32),
        coefficients=np.ascontiguousarray(coefficients.T, dtype=np.float32),
        intercept=intercept.astype(np.float32),
        temperature=temperature,
        examples=examples,
    )
