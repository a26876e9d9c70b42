"""The ways of learning that are compared, and how each becomes plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.engine import features
from scoring.engine.curve import Curve
from scoring.engine.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from scoring.engine.compiled import Kernel

SEED: Final = 2026
# With so few leaves a tree learns no more from more rows, it only takes longer.
_TREE_ROWS: Final = 5_000
FOREST: Final = "forest"
LOGISTIC: Final = "logistic"
BOOSTING: Final = "boosting"


@dataclass(frozen=True, slots=True)
class Candidate:
    """``make`` gives scikit-learn's estimator for so many rows, ``compiled`` it as arrays."""

    kind: str
    make: Callable[[int], Any]
    compiled: Callable[[Any], Kernel]


def _forest(rows: int) -> Any:  # noqa: ANN401 - an estimator
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 - slow import

    return RandomForestClassifier(
        n_estimators=100,
        min_samples_leaf=20,
        max_leaf_nodes=64,
        max_features=3,
        max_samples=min(rows, _TREE_ROWS),
        random_state=SEED,
        n_jobs=1,
    )


def _logistic(_rows: int) -> Any:  # noqa: ANN401 - an estimator
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow import
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - slow import
    from sklearn.preprocessing import (  # noqa: PLC0415 - slow import
        FunctionTransformer,
        StandardScaler,
    )

    return make_pipeline(
        FunctionTransformer(_logarithms), StandardScaler(), LogisticRegression(max_iter=1000)
    )


def _boosting(_rows: int) -> Any:  # noqa: ANN401 - an estimator
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - slow import

    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=100,
        max_leaf_nodes=6,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    )


def _logarithms(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.log1p(rows.astype(np.float64))


def _forest_arrays(estimator: Any) -> Trees:  # noqa: ANN401 - as above
    nodes = []
    for tree in (one.tree_ for one in estimator.estimators_):
        # The share of those who bought: versions of the library count or weigh.
        counts = tree.value[:, 0, :]
        nodes.append(
            (
                tree.feature,
                tree.threshold,
                tree.children_left,
                tree.children_right,
                counts[:, 1] / counts.sum(axis=1),
            )
        )
    return _joined(nodes, offset=0.0, weight=1.0 / len(nodes))


def _boosting_arrays(estimator: Any) -> Trees:  # noqa: ANN401 - as above
    nodes = []
    for (predictor,) in estimator._predictors:  # noqa: SLF001 - it has no public door
        tree = predictor.nodes
        is_leaf = tree["is_leaf"].astype(bool)
        left, right = tree["left"].astype(np.int64), tree["right"].astype(np.int64)
        value, count = tree["value"].astype(np.float64), tree["count"].astype(np.float64)
        for node in np.flatnonzero(~is_leaf)[::-1]:
            both = [left[node], right[node]]
            value[node] = np.average(value[both], weights=count[both])
        place = np.where(is_leaf, -1, tree["feature_idx"].astype(np.int64))
        nodes.append((place, tree["num_threshold"], left, right, value))
    offset = float(np.ravel(estimator._baseline_prediction)[0])  # noqa: SLF001 - as above
    return _joined(nodes, offset=offset, weight=1.0)


def _logistic_arrays(estimator: Any) -> Curve:  # noqa: ANN401 - as above
    _logs, scaler, logistic = (step for _name, step in estimator.steps)
    return Curve(
        slope=logistic.coef_[0] / scaler.scale_,
        centre=scaler.mean_.astype(np.float64),
        base=float(logistic.intercept_[0]),
    )


def _joined(nodes: Sequence[tuple[NDArray[Any], ...]], *, offset: float, weight: float) -> Trees:
    """Lay trees one after the other, with their nodes numbered through."""
    starts = np.cumsum([0, *(len(tree[0]) for tree in nodes)])[:-1]
    inner = [tree[0] >= 0 for tree in nodes]

    def children(column: int) -> NDArray[np.int32]:
        return np.concatenate(
            [
                np.where(is_inner, tree[column] + start, 0)
                for tree, is_inner, start in zip(nodes, inner, starts, strict=True)
            ]
        ).astype(np.int32)

    def column(number: int) -> NDArray[np.float64]:
        parts = zip(nodes, inner, strict=True)
        # Leaves have no feature and no threshold; a library may write anything there.
        blank = {0: -1.0, 1: 0.0}
        return np.concatenate(
            [
                np.where(is_inner, tree[number], blank[number]) if number in blank else tree[number]
                for tree, is_inner in parts
            ]
        ).astype(np.float64)

    trees = Trees(
        starts=starts.astype(np.int32),
        feature=column(0).astype(np.int8),
        threshold=column(1),
        left=children(2),
        right=children(3),
        value=column(4),
        offset=offset,
        weight=weight,
        width=len(features.NAMES),
    )
    trees.check()
    return trees


# The champion first: it stays unless another is better by more than chance.
CANDIDATES: Final = (
    Candidate(FOREST, _forest, _forest_arrays),
    Candidate(LOGISTIC, _logistic, _logistic_arrays),
    Candidate(BOOSTING, _boosting, _boosting_arrays),
)
