"""What the customer buys again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from crm.recommendations.algorithms.base import REPEAT, Block, Lessons
from crm.recommendations.algorithms.own_frequency import ASSUMED, OwnFrequency, rates
from crm.recommendations.engine import rhythm
from crm.recommendations.engine.catalogue import unknown
from crm.recommendations.engine.purchases import from_columns
from crm.recommendations.evaluation.splits import hold_out

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_OF = 20_000
Line = tuple[str, str, int]


def lessons(lines: Sequence[Line], products: Sequence[str] = ()) -> Lessons:
    """Customer, product, days ago."""
    customers, bought, ago = zip(*lines, strict=True)
    purchases = from_columns(
        customers,
        bought,
        (AS_OF - np.array(ago)).astype(np.int32),
        np.ones(len(lines), dtype=np.float32),
        all_products=products,
    )
    return Lessons(purchases, unknown(purchases.products), AS_OF)


def order(learnt: OwnFrequency, known: Lessons, customer: str) -> list[str]:
    """The products that the customer is told to buy again, best first."""
    row = int(np.searchsorted(known.purchases.customers, customer))
    scores = learnt.scores(Block(known.purchases.of([row]), known.as_of), REPEAT)[0]
    best = np.argsort(-scores, kind="stable")
    return [str(known.purchases.products[at]) for at in best if np.isfinite(scores[at])]


def rhythmic(seed: int, customers: int = 300) -> Lessons:
    """Each customer buys five products, each in a rhythm of its own."""
    random = np.random.default_rng(seed)
    lines: list[Line] = []
    for customer in range(customers):
        for product in random.choice(60, 5, replace=False):
            every = int(random.integers(20, 150))
            ago = 900 - int(random.integers(every))
            while ago > 0:
                lines.append((f"{customer:04}", f"{product:02}", ago))
                ago -= max(1, round(every * random.normal(1, 0.1)))
    return lessons(lines)


def test_only_what_was_bought_the_recent_and_frequent_first():
    known = lessons(
        [
            ("a", "old", 900),
            ("a", "often", 300),
            ("a", "often", 200),
            ("a", "new", 20),
            ("b", "never", 5),
        ]
    )
    learnt = OwnFrequency.fit(known)
    assert order(learnt, known, "a") == ["new", "often", "old"]
    assert order(learnt, known, "b") == ["never"]


def test_what_everybody_buys_again_comes_before_what_nobody_does():
    lines = [("me", "staple", 40), ("me", "gift", 40)]
    for number in range(30):
        lines += [(f"c{number}", "staple", ago) for ago in (300, 200, 100)]
        lines += [(f"c{number}", "gift", 300)]
    known = lessons(lines)
    assert order(OwnFrequency.fit(known), known, "me") == ["staple", "gift"]
    gift, staple = rates(known.purchases)
    assert gift < 0.15
    assert 0.7 < staple < 1


def test_what_is_due_comes_first_even_with_few_customers():
    early = [("me", "early", ago) for ago in (365, 305, 245, 185, 125, 65, 5)]
    due = [("me", "due", ago) for ago in (365, 305, 245, 185, 125, 65)]
    known = lessons(early + due)
    assert order(OwnFrequency.fit(known), known, "me") == ["due", "early"]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_rhythm_is_found_and_who_is_asked_when_counts(seed: int):
    held = hold_out(rhythmic(seed), "last")
    learnt = OwnFrequency.fit(held.lessons)
    assert learnt.phases[0] < -0.5 < 0.5 < learnt.phases[3]
    firsts = {}
    for name, one in (("with", learnt), ("without", replace(learnt, phases=learnt.phases * 0))):
        best = one.scores(held.block(held.rows, held.asked), REPEAT).argmax(axis=1)
        products = len(held.lessons.purchases.products)
        firsts[name] = np.isin(held.rows * products + best, held.targets).mean()
    assert firsts["with"] > 0.75
    assert firsts["without"] < 0.6


def test_nothing_is_due_where_nobody_has_a_rhythm():
    random = np.random.default_rng(5)
    lines = [
        (f"{random.integers(200):03}", f"{int(60 * random.random() ** 2):02}", int(ago))
        for ago in random.integers(1, 900, size=8_000)
    ]
    learnt = OwnFrequency.fit(lessons(lines))
    assert not learnt.phases.any()


def test_learnt_again_and_loaded_it_says_the_same():
    known = rhythmic(2, customers=120)
    learnt, again = OwnFrequency.fit(known), OwnFrequency.fit(known)
    loaded = OwnFrequency.load(learnt.arrays())
    block = Block(known.purchases, known.as_of)
    expected = learnt.scores(block, REPEAT)
    np.testing.assert_array_equal(again.scores(block, REPEAT), expected)
    np.testing.assert_array_equal(loaded.scores(block, REPEAT), expected)
    alone = learnt.scores(Block(known.purchases.of([7]), known.as_of), REPEAT)
    np.testing.assert_array_equal(alone[0], expected[7])


def test_arrays_that_do_not_fit_together_are_not_read():
    arrays = OwnFrequency.fit(lessons([("a", "b", 1)])).arrays()
    assert arrays["phases"].tolist() == ASSUMED.tolist()
    with pytest.raises(ValueError, match="fit together"):
        OwnFrequency.load({**arrays, "usual": np.zeros(3, dtype=np.int32)})


def test_nothing_bought():
    known = lessons([("a", "b", 1)], products=["c"])
    nothing = replace(known, purchases=known.purchases.until(0))
    learnt = OwnFrequency.fit(nothing)
    assert np.isneginf(learnt.scores(Block(nothing.purchases, AS_OF), REPEAT)).all()


def test_pairs_and_usual_intervals():
    lines = [("a", "x", ago) for ago in (100, 90, 90, 60, 20)] + [("a", "y", 7)]
    lines += [(f"c{number}", "z", ago) for number in range(10) for ago in (40, 30 - number)]
    known = lessons(lines)
    pairs = rhythm.pairs(known.purchases)
    assert pairs.times[:2].tolist() == [4, 1]
    assert pairs.every[:2].tolist() == [30, 0]
    assert (AS_OF - pairs.first[:2]).tolist() == [100, 7]
    assert (AS_OF - pairs.last[:2]).tolist() == [20, 7]
    # x has three intervals only; of z half are 14 days and less.
    assert rhythm.usual(known.purchases).tolist() == [0, 0, 15]
