from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.utils import translation

from backoffice.core.errors import DomainError
from crm.recommendations.algorithms import ALGORITHMS
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.engine import catalogue, learning, ranking
from crm.recommendations.engine.generated import Structure, generate
from crm.recommendations.engine.purchases import from_columns
from crm.recommendations.evaluation import choosing, metrics
from crm.recommendations.evaluation.intervals import Drawn
from crm.recommendations.evaluation.lists import Lists, propose, sizes
from crm.recommendations.evaluation.measuring import evaluate
from crm.recommendations.evaluation.splits import hold_out
from crm.tests import plain_evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crm.recommendations.engine.learning import Learnt
    from crm.recommendations.evaluation.splits import Split
    from crm.tests.plain_evaluation import Line

SMALL = Structure(customers=150, products=60, baskets=6, pairs=3, seed=3)


def lessons(lines: Sequence[Line], *, products: int = 0, as_of: int = 1000) -> Lessons:
    customer, product, day = (list(column) for column in zip(*lines, strict=True))
    purchases = from_columns(
        customer,
        product,
        np.array(day, dtype=np.int32),
        np.ones(len(lines), dtype=np.float32),
        all_products=range(products),
    )
    return Lessons(purchases, catalogue.unknown(purchases.products), as_of)


def plain_lines(given: Lessons) -> list[Line]:
    purchases = given.purchases
    columns = (purchases.customer, purchases.product, purchases.day)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def all_scores(learnt: Learnt, given: Lessons) -> dict[str, NDArray[np.float32]]:
    """Everything every algorithm says of a fixed crowd."""
    block = hold_out(given, "last").block(np.arange(20), np.full(20, given.as_of - 1, np.int32))
    return {
        f"{question} {name}": learnt.scores(block, question, name)
        for name, algorithm in learnt.algorithms.items()
        for question in sorted(algorithm.questions)
    }


def test_the_last_day_is_held_out_of_those_with_two():
    given = lessons([(1, 0, 10), (1, 1, 20), (1, 0, 20), (2, 1, 5), (3, 2, 7), (3, 3, 7)])

    held = hold_out(given, "last")

    assert given.purchases.customers[held.rows].tolist() == [1]
    assert held.asked.tolist() == [20]
    assert held.of_question(repeat=True).tolist() == [0]
    assert held.of_question(repeat=False).tolist() == [1]
    assert plain_lines(held.lessons) == [(0, 0, 10), (1, 1, 5), (2, 2, 7), (2, 3, 7)]


def test_by_time_everything_from_a_day_on_is_held_out():
    lines = [(1, 0, day) for day in range(10, 18)] + [(1, 1, 30), (2, 2, 31)]

    held = hold_out(lessons(lines), "time")

    assert held.cutoff == 30
    assert held.lessons.as_of == 30
    assert held.rows.tolist() == [0]
    assert held.of_question(repeat=False).tolist() == [1, 5]
    assert held.lessons.purchases.day.max() == 17


def test_everybody_is_seen_on_the_day_they_are_asked_about():
    given = lessons([(1, 0, 10), (1, 1, 40), (2, 0, 100), (2, 1, 130)], as_of=200)
    held = hold_out(given, "last")

    block = held.block(held.rows, held.asked)

    assert block.as_of == 200
    assert block.purchases.day.tolist() == [170, 170]


def test_figures_of_a_list_counted_by_hand():
    lists = Lists(
        np.array([[4, 7, 1], [2, -1, -1]], dtype=np.int32),
        np.array([[3, 2, 1], [1, np.nan, np.nan]], dtype=np.float32),
        np.array([[False, True, True], [False, False, False]]),
    )

    found = metrics.accuracy(lists, np.array([4, 1]))

    # Hits at 2 and 3 of the 3 places that could be right: 1/log2(3) + 1/2 of 1 + 1/log2(3) + 1/2.
    assert found["ndcg"].round(4).tolist() == [round(1.13093 / 2.13093, 4), 0]
    assert found["recall"].tolist() == [0.5, 0]
    assert found["hit_rate"].tolist() == [1, 0]
    assert found["precision"].round(4).tolist() == [0.6667, 0]
    assert metrics.coverage(lists, 8) == 0.5


def test_surprise_and_unlikeness_counted_by_hand():
    # Of 4 customers: 0 has all of them, 1 two, 2 one; nobody has 3.
    given = lessons([(c, 0, 1) for c in range(4)] + [(0, 1, 1), (1, 1, 1), (0, 2, 1)], products=4)
    lists = Lists(
        np.array([[0, 1, 2, 3], [1, 0, -1, -1]], dtype=np.int32),
        np.zeros((2, 4), dtype=np.float32),
        np.zeros((2, 4), dtype=np.bool_),
    )

    assert metrics.novelty(lists, given.purchases).tolist() == [(0 + 1 + 2 + 2) / 4, 0.5]
    cosines = [2 / np.sqrt(8), 1 / np.sqrt(4), 0, 1 / np.sqrt(2), 0, 0]
    assert metrics.diversity(lists, given).round(6).tolist() == [
        round(1 - sum(cosines) / 6, 6),
        round(1 - cosines[0], 6),
    ]


def test_unlikeness_is_of_families_where_they_are_known():
    given = lessons([(0, product, 1) for product in range(4)])
    family = np.array([0, 0, 1, -1], dtype=np.int32)
    given = replace(given, catalogue=replace(given.catalogue, family=family))
    lists = Lists(
        np.array([[0, 1, 2]], dtype=np.int32),
        np.zeros((1, 3), dtype=np.float32),
        np.zeros((1, 3), dtype=np.bool_),
    )

    assert metrics.diversity(lists, given).tolist() == [2 / 3]


@pytest.mark.parametrize("question", [REPEAT, NEW])
def test_the_figures_are_those_of_plain_loops(question: str):
    given = replace(generate(SMALL).lessons(), catalogue=catalogue.unknown(np.arange(60)))
    held = hold_out(given, "last")
    lists = propose(held, learning.learn(held.lessons, names=["collaborative"]), 10)
    table = evaluate(given, names=["collaborative"]).table["questions"][question]

    truth = plain_evaluation.last_baskets(plain_lines(given))
    assert sorted(truth) == held.rows.tolist()
    bought = {
        customer: {p for p in later if (p in before) == (question == REPEAT)}
        for customer, (before, later) in truth.items()
    }
    bought = {customer: products for customer, products in bought.items() if products}
    rows = dict(zip(held.rows.tolist(), lists[question, "collaborative"].product, strict=True))
    proposed = {c: [int(p) for p in rows[c] if p >= 0] for c in bought}
    expected = {
        **plain_evaluation.figures(proposed, bought, 10),
        "novelty": plain_evaluation.novelty(proposed, plain_lines(held.lessons)),
        "diversity": plain_evaluation.diversity(proposed, plain_lines(held.lessons)),
        "coverage": len(set().union(*proposed.values())) / 60,
    }

    assert table["customers"] == len(bought)
    assert sizes(held, question).sum() == sum(map(len, bought.values()))
    told = table["algorithms"]["collaborative"]
    assert {name: told[name]["value"] for name in expected} == {
        name: pytest.approx(value, abs=6e-5) for name, value in expected.items()
    }


@pytest.mark.parametrize("split", ["last", "time"])
def test_what_is_held_out_tells_nothing_to_what_is_learnt(split: Split):
    given = generate(SMALL).lessons()
    purchases = given.purchases
    held = hold_out(given, split)
    later = purchases.day >= (held.cutoff or 0)
    if split == "last":
        last = np.maximum.reduceat(purchases.day, purchases.starts[:-1])
        first = purchases.day[purchases.starts[:-1]]
        later = (purchases.day == last[purchases.customer]) & (first < last)[purchases.customer]
    others = purchases.product.copy()
    others[later] = (others[later] + 17) % len(purchases.products)
    changed = replace(given, purchases=replace(purchases, product=others))

    assert later.sum() > 100
    before = all_scores(learning.learn(held.lessons), given)
    after = all_scores(learning.learn(hold_out(changed, split).lessons), given)
    assert sorted({name.split()[1] for name in before}) == sorted(ALGORITHMS)
    # Sums in another order differ in their last digits.
    assert {name: np.allclose(before[name], after[name], atol=1e-4) for name in before} == (
        dict.fromkeys(before, True)
    )
    # And it would be seen, save by likeness, which learns of the catalogue only.
    told, untold = (all_scores(learning.learn(one), given) for one in (changed, given))
    assert {name: np.allclose(told[name], untold[name], atol=1e-4) for name in told} == (
        {name: name.endswith("content") for name in told}
    )


def test_a_planted_pattern_is_found():
    made = generate(Structure(customers=500, products=100, baskets=8, pairs=5, loyalty=0.95))

    table = evaluate(made.lessons()).table["questions"]

    again = table["repeat"]["algorithms"]
    assert again["own_frequency"]["against"]["popularity"]["ndcg"]["low"] > 0
    new = table["new"]["algorithms"]
    for name in ("collaborative", "ease"):
        assert new[name]["against"]["popularity"]["ndcg"]["low"] > 0.02
    assert table["new"]["winner"] != "popularity"


def test_what_follows_a_product_is_proposed_to_who_bought_that():
    made = generate(Structure(customers=600, products=100, baskets=8, pairs=5))
    learnt = learning.learn(made.lessons(), names=["ease"])
    first, second = made.pairs[0]
    purchases = made.purchases
    has_first, has_second = (
        np.isin(np.arange(600), purchases.customer[purchases.product == product])
        for product in (first, second)
    )
    rows = np.flatnonzero(has_first & ~has_second)

    block = Block(purchases.of(rows), learnt.as_of)
    ranked = ranking.rank(learnt.scores(block, NEW, "ease"), 10)

    assert len(rows) > 20
    assert (ranked.product == second).any(axis=1).mean() > 0.9


def test_the_same_seed_gives_the_same_document():
    given = generate(SMALL).lessons()

    assert evaluate(given).table == evaluate(given).table


def test_a_sample_of_customers_is_drawn_with_the_seed():
    given = generate(SMALL).lessons()

    one, same = (hold_out(given, "last", most_customers=40) for _time in range(2))
    other = hold_out(replace(given, seed=5), "last", most_customers=40)

    assert one.rows.tolist() == same.rows.tolist() == sorted(set(one.rows.tolist()))
    assert len(one.rows) == len(other.rows) == 40
    assert one.rows.tolist() != other.rows.tolist()
    assert one.eligible == len(hold_out(given, "last").rows)


@pytest.mark.parametrize(
    "lines",
    [
        [(1, 0, 10)],
        [(1, 0, 10), (1, 1, 10), (2, 0, 10)],
        [(1, 0, 10), (2, 1, 11), (3, 1, 12)],
    ],
)
@pytest.mark.parametrize("split", ["last", "time"])
def test_where_nobody_bought_twice_nothing_is_measured(lines: list[Line], split: Split):
    with translation.override("en"), pytest.raises(DomainError) as error:
        evaluate(lessons(lines), split=split)

    assert error.value.code == "too_few_purchases"


def test_one_product_bought_again_and_again_is_measured():
    found = evaluate(lessons([(c, 0, day) for c in range(8) for day in (1, 5, 9)]))

    repeat, new = found.table["questions"]["repeat"], found.table["questions"]["new"]
    assert repeat["algorithms"]["own_frequency"]["hit_rate"] == {"value": 1, "low": 1, "high": 1}
    assert (repeat["customers"], new["customers"]) == (8, 0)
    assert found.winners == {"repeat": "own_frequency", "new": "popularity"}


@pytest.mark.parametrize(
    ("ndcg", "wins", "best"),
    [
        ({"popularity": 0.3, "ease": 0.3005, "hybrid": 0.3009}, "popularity", "hybrid"),
        ({"popularity": 0.3, "ease": 0.301, "hybrid": 0.3015}, "ease", "hybrid"),
        ({"popularity": 0.3, "ease": 0.301}, "ease", "ease"),
        ({"popularity": 0.3, "ease": 0.3}, "popularity", "popularity"),
    ],
)
def test_the_best_wins_and_the_simpler_of_equals(ndcg: dict[str, float], wins: str, best: str):
    noise = np.random.default_rng(0).normal(0, 0.1, 40)
    columns = {f"{name} ndcg": mean + noise - noise.mean() for name, mean in ndcg.items()}
    drawn = Drawn(columns, seed=0)
    names = list(reversed(ndcg))

    assert choosing.choose(NEW, names, drawn) == wins
    assert choosing.best_of(choosing.in_order(NEW, names), drawn) == best


@pytest.mark.parametrize("question", ["repeat", "new"])
def test_what_knows_nothing_to_propose_has_no_figures(question: str):
    made = generate(SMALL)
    without_words = replace(made.lessons(), catalogue=catalogue.unknown(made.purchases.products))

    found = evaluate(without_words).table["questions"][question]

    nothing = {"value": None, "low": None, "high": None}
    content = found["algorithms"]["content"]
    assert content.pop("against") == {}
    assert list(content.values()) == [nothing] * 7
    assert found["winner"] != "content"


def test_intervals_hold_the_mean_as_often_as_they_say():
    random = np.random.default_rng(1)
    held = 0
    for seed in range(50):
        found = Drawn({"a": random.random(60)}, seed=seed).mean("a")
        held += (found["low"] or 0) <= 0.5 <= (found["high"] or 0)

    assert 44 <= held <= 50


def test_what_nobody_could_be_asked_has_no_figure():
    drawn = Drawn({"a": np.full(4, np.nan), "b": np.array([0.5, np.nan, 0.5, 0.5])}, seed=0)

    assert drawn.mean("a") == {"value": None, "low": None, "high": None}
    assert drawn.mean("b") == {"value": 0.5, "low": 0.5, "high": 0.5}
