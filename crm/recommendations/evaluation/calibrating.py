"""From scores to chances, learnt on one half of the customers measured and tried on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT
from crm.recommendations.engine import confidence
from crm.recommendations.engine.confidence import Calibration
from crm.recommendations.engine.ranking import Ranked
from crm.recommendations.evaluation.lists import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crm.recommendations.evaluation.lists import Lists
    from crm.recommendations.evaluation.splits import HeldOut

# With fewer customers, or fewer of them (or of their products) bought, a curve would tell of
# chance alone: a product gets the rate of all, drawn towards what is assumed.
FEWEST_CUSTOMERS = 50
FEWEST_BOUGHT = 10
# The rate of all counts as much as so many cases of the assumed one.
_DRAWN = 10.0
# Places at which the scores' distribution is kept.
_LEVELS = 33
_BINS = 10
_DIGITS = 4
# Keeps weights near the usual ones where few cases tell of them.
_PENALTY, _PENALTY_ANY = 1.0, 5.0
# The same of the constant where too few customers tell of a curve: what independent products would
# give is then moved up or down as far as they make sure, and no further.
_PENALTY_MOVED = 20.0
# Business rules shorten lists (bought lately, out of stock): the curve of the whole is also learnt
# without these parts of what is to be bought again, or it would tell all lists what full ones earn.
_WITHOUT = (0.2, 0.5, 1.0)
_MOST_STEPS, _SMALL_STEP, _NOTHING = 50, 1e-9, 1e-9


@dataclass(frozen=True, slots=True)
class _Halves:
    """Rows to learn from and rows to try on, of the customers measured."""

    learnt: NDArray[np.int64]
    tried: NDArray[np.int64]


def calibrate(
    proposed: Mapping[tuple[str, str], Lists],
    held: HeldOut,
    winners: Mapping[str, str],
) -> tuple[Calibration, dict[str, Any]]:
    """The curves, and how good they are: of every list, and of the winners' lists together.

    Brier scores and expected calibration errors ``before`` (products: the score between the
    lowest and the highest one; customers: their products taken as independent) and ``after``.
    """
    halves = _halved(held)
    baskets = held.baskets()
    arrays: dict[str, NDArray[np.generic]] = {}
    products: dict[str, dict[str, Any]] = {question: {} for question in QUESTIONS}
    for (question, name), lists in proposed.items():
        told = _learn_products(arrays, f"{question}/{name}", lists, baskets, halves)
        products[question][name] = told
    calibration = Calibration(arrays)
    chosen = [
        (question, winners[question])
        for question in QUESTIONS
        if (question, winners.get(question, "")) in proposed
    ]
    any_ = _learn_any(arrays, {pair: proposed[pair] for pair in chosen}, baskets, halves)
    return calibration, {
        "learnt_from": len(halves.learnt),
        "tried_on": len(halves.tried),
        "products": products,
        "any": any_,
    }


def _halved(held: HeldOut) -> _Halves:
    order = np.random.default_rng([held.lessons.seed, 1]).permutation(len(held.rows))
    half = (len(order) + 1) // 2
    return _Halves(np.sort(order[:half]), np.sort(order[half:]))


def _learn_products(
    arrays: dict[str, NDArray[np.generic]],
    key: str,
    lists: Lists,
    baskets: NDArray[np.int32],
    halves: _Halves,
) -> dict[str, Any]:
    """Put the curve of one algorithm's products among the arrays; how good it is."""
    one, other = lists.where(halves.learnt), lists.where(halves.tried)
    scores = one.score[one.product >= 0]
    levels = np.quantile(scores, np.linspace(0, 1, _LEVELS)) if len(scores) else np.zeros(2)
    arrays[f"{key}/scores"] = levels
    features = confidence.product_features(one.score, baskets[halves.learnt], levels)
    there = one.product >= 0
    question = key.partition("/")[0]
    weights, method = _curve(
        features[there],
        one.hit[there],
        customers=len(one.product),
        assumed=confidence.ASSUMED[question],
        usual=(0.0,) * features.shape[-1],
        penalty=_PENALTY,
    )
    arrays[key] = weights
    ranked = Ranked(other.product, other.score)
    told = Calibration(arrays).probability(
        question, key.partition("/")[2], ranked, baskets[halves.tried]
    )
    tried = other.product >= 0
    low, high = levels[0], max(levels[-1], levels[0] + 1e-9)
    before = np.clip((other.score[tried] - low) / (high - low), 0, 1)
    return {"method": method, **_compared(before, told[tried], other.hit[tried])}


def _learn_any(
    arrays: dict[str, NDArray[np.generic]],
    proposed: Mapping[tuple[str, str], Lists],
    baskets: NDArray[np.int32],
    halves: _Halves,
) -> dict[str, Any]:
    """The same for at least one product of all the winners' lists together."""
    calibration = Calibration(arrays)
    none = np.zeros((len(baskets), 0), dtype=np.float32)
    chances, hits = dict.fromkeys(QUESTIONS, none), dict.fromkeys(QUESTIONS, none > 0)
    for (question, name), lists in proposed.items():
        ranked = Ranked(lists.product, lists.score)
        chances[question] = calibration.probability(question, name, ranked, baskets)
        hits[question] = lists.hit
    repeat, new = (chances[question] for question in QUESTIONS)
    learnt, tried = halves.learnt, halves.tried
    cases = [_without(part, chances, hits) for part in (0.0, *_WITHOUT)]
    alone, bought = cases[0]
    seen = bought[learnt]
    # Shortened lists have the same purchases again: they make no more of few.
    is_enough = seen.sum() >= FEWEST_BOUGHT
    weights, method = _curve(
        np.concatenate(
            [confidence.customer_features(each[learnt], baskets[learnt]) for each, _hit in cases]
        ),
        np.concatenate([hit[learnt] for _each, hit in cases]),
        customers=len(learnt) if is_enough else 0,
        assumed=_certain_of_nothing(alone[learnt].mean()),
        # As if the products were independent, unless purchases say otherwise.
        usual=(0.0, 1.0, 0.0),
        penalty=_PENALTY_ANY,
    )
    if method == "base_rate" and len(learnt):
        features = confidence.customer_features(alone[learnt], baskets[learnt])
        weights, method = _moved(features, seen), "moved"
    arrays[confidence.ANY] = weights
    told = calibration.confidence(repeat[tried], new[tried], baskets[tried])
    return {
        "method": method,
        **_compared(alone[tried], told, bought[tried]),
        "bins": _bins(told.astype(np.float64), bought[tried]),
    }


def _without(
    part: float,
    chances: Mapping[str, NDArray[np.float32]],
    hits: Mapping[str, NDArray[np.bool_]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Per customer the chance if products were independent, and whether one was bought.

    Without the first part (0-1) of what is to be bought again.
    """
    gone = round(part * chances[REPEAT].shape[1])
    alone = confidence.independent(chances[REPEAT][:, gone:], chances[NEW])
    hit = np.concatenate([hits[REPEAT][:, gone:], hits[NEW]], axis=1)
    bought: NDArray[np.bool_] = np.logical_or.reduce(hit, axis=1)
    return alone, bought


def _curve(  # noqa: PLR0913 - cases, and what is known without them
    features: NDArray[np.float64],
    bought: NDArray[np.bool_],
    *,
    customers: int,
    assumed: float,
    usual: Sequence[float],
    penalty: float,
) -> tuple[NDArray[np.float64], str]:
    """Weights that make the purchases likely: rising in all features but the last (and the first).

    A weight 1 away from the ``usual`` one costs half the ``penalty``. With too few customers a
    single weight: the rate of all.
    """
    rate = (bought.sum() + _DRAWN * assumed) / (len(bought) + _DRAWN)
    start = np.array(usual, dtype=np.float64)
    start[0] = np.log(rate / (1 - rate))
    fewest = min(int(bought.sum()), int((~bought).sum()))
    if customers < FEWEST_CUSTOMERS or fewest < FEWEST_BOUGHT:
        return start[:1], "base_rate"
    rising = slice(1, features.shape[1] - 1)
    kept = np.ones(len(start), dtype=np.bool_)
    while True:
        weights = np.zeros(len(start))
        weights[kept] = _likeliest(features[:, kept], bought, start[kept], penalty)
        if (weights[rising] >= 0).all():
            return weights, "logistic"
        # The one that goes down the most has nothing to say, and then the others anew.
        kept[rising.start + int(np.argmin(weights[rising]))] = False


def _moved(features: NDArray[np.float64], bought: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights that keep what the features tell and move all of it by as much as is sure."""
    told, usual = features[:, 1:2], np.zeros(1)
    constant = _likeliest(
        np.ones_like(told), bought, usual, _PENALTY_MOVED, first=_PENALTY_MOVED, given=told[:, 0]
    )
    return np.array([constant[0], 1.0])


def _likeliest(  # noqa: PLR0913 - cases, and what is known without them
    features: NDArray[np.float64],
    bought: NDArray[np.bool_],
    usual: NDArray[np.float64],
    penalty: float,
    *,
    first: float = _NOTHING,
    given: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """The weights under which the purchases are the likeliest, by Newton's steps.

    The ``first`` one, which is the same for all, has a penalty of its own: next to nothing.
    ``given``: log odds that are known before.
    """
    costs = np.full(features.shape[1], penalty)
    costs[0] = first

    def loss(weights: NDArray[np.float64]) -> float:
        told = features @ weights + given
        away = weights - usual
        return float((np.logaddexp(0, told) - bought * told).sum() + (costs * away**2).sum() / 2)

    weights, reached = usual.copy(), loss(usual)
    for _step in range(_MOST_STEPS):
        told = 1 / (1 + np.exp(-np.clip(features @ weights + given, -30, 30)))
        slope = features.T @ (told - bought) + costs * (weights - usual)
        bend = (features * (told * (1 - told))[:, None]).T @ features + np.diag(costs)
        step = np.linalg.solve(bend, slope)
        # A whole step can lead astray where the curve is flat.
        while (further := loss(weights - step)) > reached and np.abs(step).max() > _SMALL_STEP:
            step /= 2
        if further >= reached:
            break
        weights, gained, reached = weights - step, reached - further, further
        if gained < _NOTHING * len(bought):
            break
    return weights


def _certain_of_nothing(rate: float) -> float:
    """A rate with which a curve can begin."""
    return float(np.clip(rate, 0.01, 0.99))


def _compared(
    before: NDArray[np.floating[Any]], after: NDArray[np.floating[Any]], bought: NDArray[np.bool_]
) -> dict[str, Any]:
    """How far what was told is from what happened; all None where there was nothing to tell."""
    if not len(bought):
        return {"cases": 0, "rate": None, "told": None, "before": None, "after": None}
    return {
        "cases": len(bought),
        "rate": round(float(bought.mean()), _DIGITS),
        "told": round(float(after.mean()), _DIGITS),
        "before": _errors(before.astype(np.float64), bought),
        "after": _errors(after.astype(np.float64), bought),
    }


def _errors(told: NDArray[np.float64], bought: NDArray[np.bool_]) -> dict[str, float]:
    """Brier: the mean square of the error. Calibration error: of the bins' means, weighted."""
    ece = sum(
        one["cases"] * abs(one["told"] - one["bought"]) for one in _bins(told, bought, digits=12)
    )
    return {
        "brier": round(float(((told - bought) ** 2).mean()), _DIGITS),
        "ece": round(ece / len(bought), _DIGITS),
    }


def _bins(
    told: NDArray[np.float64], bought: NDArray[np.bool_], *, digits: int = _DIGITS
) -> list[dict[str, float]]:
    """Ten bins of about as many cases (equal ones together): what was told, what was bought."""
    if not len(told):
        return []
    edges = np.unique(np.quantile(told, np.linspace(0, 1, _BINS + 1)))
    bins = np.clip(np.searchsorted(edges, told, side="right") - 1, 0, max(len(edges) - 2, 0))
    number = np.bincount(bins)
    sums = np.bincount(bins, weights=told), np.bincount(bins, weights=bought)
    return [
        {
            "cases": int(number[place]),
            "told": round(float(sums[0][place] / number[place]), digits),
            "bought": round(float(sums[1][place] / number[place]), digits),
        }
        for place in np.flatnonzero(number)
    ]
