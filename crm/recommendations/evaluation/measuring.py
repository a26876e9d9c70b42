"""The evaluation: split, learn, rank, measure, compare."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.recommendations.engine import learning
from crm.recommendations.evaluation import choosing, metrics
from crm.recommendations.evaluation.calibrating import calibrate
from crm.recommendations.evaluation.intervals import Drawn, Interval, of_share
from crm.recommendations.evaluation.lists import QUESTIONS, propose, sizes
from crm.recommendations.evaluation.splits import HeldOut, Split, baskets, hold_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.engine.confidence import Calibration
    from crm.recommendations.engine.purchases import Purchases
    from crm.recommendations.evaluation.lists import Lists

__all__ = ["Evaluation", "Split", "evaluate"]

# What every algorithm is compared with, where it answers the question.
OPPONENTS = ("popularity", "own_frequency")
_EPOCH = dt.date(1970, 1, 1)
_UNKNOWN: Interval = {"value": None, "low": None, "high": None}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: ``table`` is the JSON that is stored, printed and shown (docs)."""

    table: dict[str, Any]
    winners: Mapping[str, str]
    calibration: Calibration | None


def evaluate(
    lessons: Lessons,
    *,
    split: Split = "last",
    k: int = 10,
    names: Sequence[str] = (),
    most_customers: int | None = None,
) -> Evaluation:
    """Hold out purchases, learn from the rest and measure every algorithm on both questions.

    ``last``: of each customer with two purchases or more the last one; ``time``: everything from
    a day on. ``most_customers``: measured on a seeded sample of so many. Raises DomainError
    ``too_few_purchases`` where nothing can be held out.
    """
    held = hold_out(lessons, split, most_customers=most_customers)
    learnt = learning.learn(held.lessons, names=names, with_facts=False)
    proposed = propose(held, learnt, k)
    questions = {}
    for question in QUESTIONS:
        lists = {name: found for (of, name), found in proposed.items() if of == question}
        questions[question] = _question(question, lists, held)
    winners = {question: found["winner"] for question, found in questions.items()}
    calibration, told = calibrate(proposed, held, winners)
    table = {
        "version": 1,
        "split": split,
        "k": k,
        "seed": lessons.seed,
        "as_of": _iso(lessons.as_of),
        "cutoff": None if held.cutoff is None else _iso(held.cutoff),
        "data": _data(lessons.purchases),
        "held_out": {"customers": held.eligible, "measured": len(held.rows)},
        "winners": winners,
        "questions": questions,
        "confidence": told,
    }
    return Evaluation(table, winners, calibration)


def _question(question: str, lists: Mapping[str, Lists], held: HeldOut) -> dict[str, Any]:
    """One question's figures, measured on those who bought something it is about."""
    bought = sizes(held, question)
    chosen = np.flatnonzero(bought > 0)
    names = choosing.in_order(question, lists)
    found: dict[str, Any] = {"customers": len(chosen), "winner": "", "best": "", "algorithms": {}}
    if not len(chosen):
        found["winner"] = choosing.choose(question, names, None)
        return found
    speaking = [name for name in names if not lists[name].is_mute]
    if not speaking:
        found["winner"] = choosing.choose(question, names, None)
        found["algorithms"] = {name: _nothing() for name in names}
        return found
    columns = {}
    for name in speaking:
        one = lists[name].where(chosen)
        figures = {
            **metrics.accuracy(one, bought[chosen]),
            "diversity": metrics.diversity(one, held.lessons),
            "novelty": metrics.novelty(one, held.lessons.purchases),
        }
        columns.update({f"{name} {metric}": values for metric, values in figures.items()})
    drawn = Drawn(columns, held.lessons.seed)
    found["winner"] = choosing.choose(question, speaking, drawn)
    found["best"] = choosing.best_of(speaking, drawn)
    products = len(held.lessons.purchases.products)
    for name in names:
        if lists[name].is_mute:
            found["algorithms"][name] = _nothing()
            continue
        share = metrics.coverage(lists[name].where(chosen), products)
        found["algorithms"][name] = {
            **{
                metric: drawn.mean(f"{name} {metric}")
                for metric in (*metrics.ACCURACY, *metrics.BEYOND)
            },
            "coverage": of_share(share, products, held.lessons.seed),
            "against": {
                other: {
                    metric: drawn.difference(f"{name} {metric}", f"{other} {metric}")
                    for metric in metrics.ACCURACY
                }
                for other in OPPONENTS
                if other in speaking and other != name
            },
        }
    return found


def _nothing() -> dict[str, Any]:
    """Of an algorithm that knew nothing to propose: it is no opponent either."""
    metrics_of = (*metrics.ACCURACY, *metrics.BEYOND, "coverage")
    return {**dict.fromkeys(metrics_of, _UNKNOWN), "against": {}}


def _data(purchases: Purchases) -> dict[str, Any]:
    return {
        "customers": int((np.diff(purchases.starts) > 0).sum()),
        "products": len(purchases.products),
        "lines": len(purchases),
        "baskets": len(baskets(purchases)[0]),
        "first": _iso(int(purchases.day.min())),
        "last": _iso(int(purchases.day.max())),
    }


def _iso(day: int) -> str:
    return (_EPOCH + dt.timedelta(days=day)).isoformat()
