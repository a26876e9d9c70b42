"""Two ways of learning, measured on the same messages, which neither of them has seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from support.understanding import training
from support.understanding.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from support.understanding.clauses import Reading
    from support.understanding.examples import Example

_FOLDS: Final = 5
_SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two ways of learning predict messages that were held out.

    ``new`` is the new one on all messages; ``shared_new`` and ``shared_old`` are both on the
    messages that both knew with the same category. Only of these can it be said which is
    better: of the others the new one alone was told what is right.
    """

    new: Evaluation
    shared_new: Evaluation
    shared_old: Evaluation

    @property
    def new_f1(self) -> float:
        return _f1(self.shared_new)

    @property
    def old_f1(self) -> float:
        return _f1(self.shared_old)

    @property
    def chance(self) -> float:
        """How likely at least so many of the differences go against the new one by mere chance.

        One where there is no difference. The F1 of a dozen messages jumps with every one of them.
        """
        rows = zip(self.shared_new.right, self.shared_new.said, self.shared_old.said, strict=True)
        hits = [(new == right, old == right) for right, new, old in rows]
        lost, gained = hits.count((False, True)), hits.count((True, False))
        either = lost + gained
        return float(sum(math.comb(either, n) for n in range(lost, either + 1)) / 2**either)


def compare(
    new: Sequence[Example], old: Sequence[Example | None], readings: Sequence[Reading]
) -> Comparison:
    """Learn from ``new`` and from ``old``, a fifth of the messages left out in turn.

    ``old`` has the same messages in the same order as they were known before: None where a
    message was not, perhaps with another category. A message left out is left out of both.
    """
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - slow import
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow import

    right = np.array([example.category for example in new])
    said_new, said_old = np.empty_like(right), np.empty_like(right)
    splitter = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    with threadpool_limits(1):
        for learn, test in splitter.split(right, right):
            said_new[test] = _predict(new, readings, learn, test)
            said_old[test] = _predict(old, readings, learn, test)
    evaluated = _evaluation(right, said_new)
    rows = [
        row
        for row, (now, before) in enumerate(zip(new, old, strict=True))
        if before is not None and before.category == now.category
    ]
    return Comparison(
        new=evaluated,
        shared_new=evaluated.of(rows),
        shared_old=_evaluation(right, said_old).of(rows),
    )


def _evaluation(right: NDArray[Any], said: NDArray[Any]) -> Evaluation:
    return Evaluation(tuple(map(str, right)), tuple(map(str, said)), (1.0,) * len(right))


def _predict(
    examples: Sequence[Example | None],
    readings: Sequence[Reading],
    learn: Sequence[int],
    test: Sequence[int],
) -> Any:  # noqa: ANN401 - an array of categories
    known = [(readings[row], one) for row in learn if (one := examples[row])]
    union = training.features()
    matrix = union.fit_transform([reading for reading, _one in known])
    names, coefficients, intercept = training.fit(
        matrix,
        np.array([one.category for _reading, one in known]),
        training.weights_of([one for _reading, one in known]),
    )
    sums = union.transform([readings[row] for row in test]) @ coefficients.T + intercept
    return np.array(names)[np.asarray(sums).argmax(axis=1)]


def _f1(evaluation: Evaluation) -> float:
    """The macro-F1 over the categories that these messages have."""
    known = set(evaluation.right)
    scores = [one.f1 for one in evaluation.per_category() if one.category in known]
    return sum(scores) / len(scores) if scores else 0.0
