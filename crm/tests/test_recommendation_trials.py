"""Settings are chosen by what customers bought next, and only where that is no chance."""

from __future__ import annotations

import numpy as np
import pytest

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.ease import SETTINGS, Ease
from crm.recommendations.algorithms.item_based import ItemBased
from crm.recommendations.algorithms.popularity import USUAL, Popularity
from crm.recommendations.algorithms.trials import Trial, surely_best
from crm.recommendations.engine.catalogue import unknown
from crm.recommendations.engine.purchases import Purchases, from_columns


def purchases(*, fashion: bool) -> Purchases:
    """400 customers, 20 days each, 80 products: another tenth each month, or those of old."""
    random = np.random.default_rng(0)
    customer = np.repeat(np.arange(400), 20)
    day = 20_000 + random.integers(0, 240, len(customer))
    month = (day - 20_000) // 30
    # Without a fashion what was bought in the last month tells nothing but noise.
    skewed = (80 * random.random(len(customer)) ** 3).astype(int)
    product = (10 * month + random.integers(0, 10, len(customer))) if fashion else skewed
    return from_columns(customer, product, day.astype(np.int32), np.ones(len(customer), np.float32))


def lessons(bought: Purchases) -> Lessons:
    return Lessons(bought, unknown(bought.products), 20_241)


def test_a_fashion_is_followed_and_noise_is_not():
    changing, steady = (lessons(purchases(fashion=fashion)) for fashion in (True, False))

    assert Popularity.fit(changing).settings[NEW] == (30.0, 1.0)
    assert ItemBased.fit(changing).power == Ease.fit(changing).setting.power == 1
    assert Popularity.fit(steady).settings[REPEAT][1] == 0
    assert Ease.fit(steady).setting.power < 1


def test_of_too_few_customers_nothing_is_chosen():
    few = lessons(purchases(fashion=False).of(range(29)))

    assert Trial.of(few) is None
    assert Popularity.fit(few).settings == {REPEAT: USUAL, NEW: USUAL}
    assert Ease.fit(few).setting == SETTINGS[0]


def test_what_is_better_by_chance_only_is_not_chosen():
    random = np.random.default_rng(1)
    measured = {name: random.random(200) for name in ("usual", "noise")}
    measured["better"] = measured["usual"] + 0.01
    measured["noise"] += measured["usual"].mean() - measured["noise"].mean() + 0.001

    assert surely_best(["usual", "noise"], measured.__getitem__) == "usual"
    assert surely_best(["usual", "noise", "better"], measured.__getitem__) == "better"
    assert surely_best(["usual", "better"], lambda name: measured[name][:29]) == "usual"


@pytest.mark.parametrize("question", [REPEAT, NEW])
def test_a_trial_counts_as_the_evaluation_does(question: str):
    trial = Trial.of(lessons(purchases(fashion=False)))
    assert trial is not None
    history = trial.block.purchases
    shape = (len(history.customers), len(history.products))

    # Who scores just what was bought next has it all.
    right = np.zeros(shape, dtype=np.float32)
    for targets in trial._targets.values():
        right.ravel()[targets] = 1

    assert (trial.ndcg(right, question) == 1).all()
    assert trial.ndcg(np.full(shape, -np.inf, np.float32), question).sum() == 0


def test_what_was_bought_alone_is_neither_for_nor_against_itself():
    bought = purchases(fashion=False)
    one = bought.where(np.arange(len(bought)) == 0).of([0])

    scores = Ease.fit(lessons(bought)).scores(Block(one, 20_241), REPEAT)

    assert scores[0, one.product[0]] == 0
