"""Training: labelled messages in, a classifier that knows how far it can be believed out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from support.understanding import clauses
from support.understanding.classifier import TrainedClassifier
from support.understanding.features import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import FeatureUnion

    from support.understanding.clauses import Reading
    from support.understanding.examples import Example

# Chosen by leaving styles out, see docs/support-classifier.md.
_STRENGTH: Final = 0.35
_SMOOTHING: Final = 0.3
_BAYES_SHARE: Final = 0.2
# 0: a category of a dozen messages is all but never guessed; 1: too often.
_EVENNESS: Final = 0.7
_FOLDS: Final = 5
_FEWEST_SHOWN: Final = 2
_TEMPERATURES: Final = np.geomspace(0.1, 1.5, 80)


def read_all(examples: Sequence[Example]) -> list[Reading]:
    """Read the messages of the examples; once is enough for any number of trainings."""
    return [clauses.read(example.message) for example in examples]


def train(
    examples: Sequence[Example], readings: Sequence[Reading] | None = None
) -> TrainedClassifier:
    """Return a classifier trained on all examples, calibrated on styles it had not seen."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow import

    readings = read_all(examples) if readings is None else readings
    # Matrices this small take longer on several cores than on one, ten times when those are busy.
    with threadpool_limits(1):
        return _train(examples, readings)


def _train(examples: Sequence[Example], readings: Sequence[Reading]) -> TrainedClassifier:
    categories = np.array([example.category for example in examples])
    union = features()
    matrix = union.fit_transform(list(readings))
    weights = weights_of(examples)
    names, coefficients, intercept = fit(matrix, categories, weights)
    styles = [example.style for example in examples]
    sums, right = _held_out(matrix, categories, weights, styles, names)
    vocabulary, rarity = _columns(union)
    return TrainedClassifier(
        categories=names,
        vocabulary=vocabulary,
        rarity=rarity.astype(np.float32),
        coefficients=np.ascontiguousarray(coefficients.T, dtype=np.float32),
        intercept=intercept.astype(np.float32),
        temperature=best_temperature(sums, right),
        examples=len(examples),
    )


def weights_of(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return what each example counts: more in a category of few, or it would be never guessed."""
    counts = Counter(example.category for example in examples)
    usual = float(np.median(list(counts.values())))
    share = {name: max(1.0, (usual / count) ** _EVENNESS) for name, count in counts.items()}
    return np.array([example.weight * share[example.category] for example in examples])


def features() -> FeatureUnion:
    """Return the untrained extraction of the four groups of features."""
    from sklearn.feature_extraction.text import (  # noqa: PLC0415 - slow import
        TfidfVectorizer,
    )
    from sklearn.pipeline import FeatureUnion  # noqa: PLC0415 - slow import

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
    return FeatureUnion(groups, transformer_weights=weights)


def fit(
    matrix: NDArray[Any], categories: NDArray[Any], weights: NDArray[np.float64]
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Return the categories, their weights of every feature, and their intercepts.

    Two linear models are added: the support vectors draw the border, the naive
    Bayes model, which looks at every feature by itself, errs on other messages.
    """
    from sklearn.naive_bayes import ComplementNB  # noqa: PLC0415 - slow import
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - slow import

    border = LinearSVC(C=_STRENGTH, random_state=0).fit(matrix, categories, weights)
    bayes = ComplementNB(alpha=_SMOOTHING).fit(matrix, categories, weights)
    coefficients, intercept = border.coef_, border.intercept_
    if len(border.classes_) == 2:  # noqa: PLR2004 - one row stands for both
        coefficients = np.vstack([-coefficients, coefficients])
        intercept = np.concatenate([-intercept, intercept])
    share = _BAYES_SHARE * bayes.feature_log_prob_
    # Centred, or the category with the most varied words would be missed too often.
    centre = np.asarray((matrix @ share.T).mean(axis=0)).ravel()
    return tuple(map(str, border.classes_)), coefficients + share, intercept - centre


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
    matrix: NDArray[Any],
    categories: NDArray[Any],
    weights: NDArray[np.float64],
    styles: Sequence[str],
    names: tuple[str, ...],
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the sums for messages of styles left out, and their right categories.

    The features are those of all messages, which spares most of the time, less
    those that the messages learned from do not show.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - slow import

    sums, right = [np.empty((0, len(names)))], [np.empty(0, dtype=np.intp)]
    folds = min(_FOLDS, len(set(styles)))
    if folds < 2:  # noqa: PLR2004 - nothing to leave out
        return sums[0], right[0]
    for learn, test in StratifiedGroupKFold(folds).split(matrix, categories, styles):
        shown = np.asarray((matrix[learn] != 0).sum(axis=0)).ravel() >= _FEWEST_SHOWN
        known, coefficients, intercept = fit(
            matrix[learn][:, shown], categories[learn], weights[learn]
        )
        if known == names:
            sums.append(matrix[test][:, shown] @ coefficients.T + intercept)
            right.append(np.searchsorted(np.array(names), categories[test]))
    return np.vstack(sums), np.concatenate(right)


def _columns(union: FeatureUnion) -> tuple[dict[str, dict[str, int]], NDArray[np.float64]]:
    """Return the column of every feature by group, and every column's factor."""
    vocabulary: dict[str, dict[str, int]] = {}
    rarity: list[NDArray[np.float64]] = []
    first = 0
    for name, vectorizer in union.transformer_list:
        size = len(vectorizer.vocabulary_)
        vocabulary[name] = {
            feature: first + int(column) for feature, column in vectorizer.vocabulary_.items()
        }
        rarity.append(vectorizer.idf_ if vectorizer.use_idf else np.ones(size))
        first += size
    return vocabulary, np.concatenate(rarity)
