"""Every fact is counted again, line by line."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.popularity import RECENT_DAYS
from crm.recommendations.engine import artifact, evidence, learning, ranking
from crm.recommendations.engine.catalogue import Catalogue
from crm.recommendations.engine.facts import Facts
from crm.recommendations.engine.purchases import from_columns

Lines = list[tuple[int, int, int]]
Places = list[tuple[int, int, evidence.Evidence]]

DAY_0 = dt.date(1970, 1, 1)
AS_OF = 20_000
WORDS = {
    "grapes": ["Riesling", "Syrah", "Merlot"],
    "region": ["Alsace", "Rhône"],
    "colour": ["white", "red"],
    "text": ["wine"],
}


@pytest.fixture(scope="module")
def lessons():
    random = np.random.default_rng(3)
    number, products = 6_000, 40
    customer = random.integers(150, size=number) * 10
    product = (random.random(number) ** 2 * products).astype(int) * 7
    day = AS_OF - 1 - (random.random(number) ** 2 * 900).astype(np.int32)
    purchases = from_columns(
        customer.tolist(),
        product.tolist(),
        day.astype(np.int32),
        np.ones(number, dtype=np.float32),
        all_customers=list(range(0, 1520, 10)),
        all_products=list(range(0, products * 7, 7)),
    )
    words = {
        kind: [[known[int(random.integers(len(known)))]] for _ in range(products)]
        for kind, known in WORDS.items()
    }
    words["region"][4] = []
    catalogue = Catalogue(
        names=[str(key) for key in purchases.products],
        family=np.full(products, -1, dtype=np.int32),
        price=np.full(products, np.nan, dtype=np.float32),
        words=words,
    )
    segment = random.integers(-1, 4, size=len(purchases.customers)).astype(np.int32)
    return Lessons(purchases, catalogue, AS_OF, segment=segment)


@pytest.fixture(scope="module")
def learnt(lessons: Lessons):
    return learning.learn(lessons, names=["popularity", "collaborative", "own_frequency"])


@pytest.fixture(scope="module")
def lines(lessons: Lessons):
    """Key of customer and product, and day, of each line."""
    purchases = lessons.purchases
    return [
        (int(purchases.customers[customer]), int(purchases.products[product]), int(day))
        for customer, product, day in zip(
            purchases.customer, purchases.product, purchases.day, strict=True
        )
    ]


def told(learnt: learning.Learnt, lessons: Lessons, question: str, algorithm: str):
    """Customer, product and facts of every place."""
    rows = np.arange(len(lessons.purchases.customers))
    block = Block(lessons.purchases.of(rows), AS_OF, lessons.segment)
    ranked = ranking.rank(learnt.scores(block, question, algorithm), 6)
    found = evidence.of(learnt, block, question, algorithm, ranked)
    assert [len(of_row) for of_row in found] == (ranked.product >= 0).sum(axis=1).tolist()
    return [
        (int(key), int(lessons.purchases.products[product]), facts)
        for key, of_row, places in zip(
            block.purchases.customers, ranked.product, found, strict=True
        )
        for product, facts in zip(of_row, places, strict=False)
    ]


def facts_of(places: Places, code: str):
    found = [
        (customer, product, fact)
        for customer, product, facts in places
        for fact in facts
        if fact["code"] == code
    ]
    assert found
    return found


def number(day: str):
    return (dt.date.fromisoformat(day) - DAY_0).days


def test_bought_and_due(learnt: learning.Learnt, lessons: Lessons, lines: Lines):
    places = told(learnt, lessons, REPEAT, "own_frequency")
    expected: dict[tuple[int, int], set[int]] = {}
    for customer, product, day in lines:
        expected.setdefault((customer, product), set()).add(day)
    due = {(customer, product): fact for customer, product, fact in facts_of(places, "due")}
    for customer, product, fact in facts_of(places, "bought"):
        days = sorted(expected[customer, product])
        assert (fact["times"], number(fact["last"])) == (len(days), days[-1])
        if len(days) < 3:
            assert "every" not in fact
            assert (customer, product) not in due
            continue
        gaps = [after - before for before, after in pairwise(days)]
        every = int(median(gaps) + 0.5)
        assert fact["every"] == every
        is_due = every <= AS_OF - days[-1] <= 4 * every
        assert ((customer, product) in due) is is_due
        if is_due:
            assert number(due[customer, product]["since"]) == days[-1] + every


def test_together(learnt: learning.Learnt, lessons: Lessons, lines: Lines):
    buyers: dict[int, set[int]] = {}
    for customer, product, _day in lines:
        buyers.setdefault(product, set()).add(customer)
    places = told(learnt, lessons, NEW, "collaborative")
    for customer, product, fact in facts_of(places, "together"):
        assert customer in buyers[fact["product"]]
        assert fact["customers"] == len(buyers[product] & buyers[fact["product"]])


def words_of(lessons: Lessons, product: int):
    at = product // 7
    return {
        (kind, word)
        for kind, words in lessons.catalogue.words.items()
        for word in words[at]
        if kind != "text"
    }


def test_similar(learnt: learning.Learnt, lessons: Lessons, lines: Lines):
    bought: dict[int, set[int]] = {}
    for customer, product, _day in lines:
        bought.setdefault(customer, set()).add(product)
    places = told(learnt, lessons, NEW, "collaborative")
    similar = facts_of(places, "similar")
    for customer, product, fact in similar:
        shared = words_of(lessons, product) & words_of(lessons, fact["product"])
        assert fact["product"] in bought[customer]
        assert [tuple(pair) for pair in fact["shared"]] == sorted(shared)
        assert len(shared) >= 2
    assert {(customer, product) for customer, product, _fact in similar} == {
        (customer, product)
        for customer, product, _facts in places
        if any(
            len(words_of(lessons, product) & words_of(lessons, other)) >= 2
            for other in bought.get(customer, ())
        )
    }


def test_taste(learnt: learning.Learnt, lessons: Lessons, lines: Lines):
    purchases: dict[int, list[tuple[int, int]]] = {}
    for customer, product, day in set(lines):
        purchases.setdefault(customer, []).append((product, day))
    places = told(learnt, lessons, NEW, "collaborative")
    for customer, product, fact in facts_of(places, "taste"):
        ((kind, word),) = fact["shared"]
        assert (kind, word) in words_of(lessons, product)
        mine = purchases[customer]
        having = [one for one, _day in mine if (kind, word) in words_of(lessons, one)]
        assert fact["share"] == pytest.approx(len(having) / len(mine), abs=0.001)
        assert fact["share"] >= 0.5


def test_popular(learnt: learning.Learnt, lessons: Lessons, lines: Lines):
    assert lessons.segment is not None
    segment = dict(zip(lessons.purchases.customers.tolist(), lessons.segment.tolist(), strict=True))
    names = ["prospect", "standard", "vip", "at_risk", "inactive"]
    recent: dict[int, set[int]] = {}
    for customer, product, day in lines:
        if day >= AS_OF - RECENT_DAYS:
            recent.setdefault(product, set()).add(customer)
    places = told(learnt, lessons, NEW, "popularity")
    for customer, product, fact in facts_of(places, "popular"):
        buyers = recent[product]
        if "segment" in fact:
            assert fact["segment"] == names[segment[customer]]
            buyers = {one for one in buyers if segment[one] == segment[customer]}
        assert (fact["customers"], fact["days"]) == (len(buyers), RECENT_DAYS)


def test_strongest_first_and_few(learnt: learning.Learnt, lessons: Lessons):
    first = {
        (question, algorithm): {facts[0]["code"] for *_, facts in places if facts}
        for question, algorithm in ((REPEAT, "own_frequency"), (NEW, "popularity"))
        for places in [told(learnt, lessons, question, algorithm)]
    }
    assert first == {(REPEAT, "own_frequency"): {"bought"}, (NEW, "popularity"): {"popular"}}
    counts = {len(facts) for *_, facts in told(learnt, lessons, NEW, "collaborative")}
    assert max(counts) <= 4


def test_one_customer_is_told_what_the_run_tells(learnt: learning.Learnt, lessons: Lessons):
    kept = artifact.to_bytes(learnt)
    again = artifact.from_bytes(kept, artifact.sha256_of(kept))
    assert lessons.segment is not None
    row = np.array([17])
    block = Block(lessons.purchases.of(row), AS_OF, lessons.segment[row])
    ranked = ranking.rank(again.scores(block, NEW, "collaborative"), 6)
    (alone,) = evidence.of(again, block, NEW, "collaborative", ranked)
    everybody = told(learnt, lessons, NEW, "collaborative")
    assert alone == [facts for customer, _product, facts in everybody if customer == 170]


def test_nobody_and_nothing_bought_yet(lessons: Lessons):
    empty = lessons.purchases.where(np.zeros(len(lessons.purchases), dtype=bool))
    nothing = Lessons(empty, lessons.catalogue, AS_OF)
    learnt = learning.learn(nothing, names=["collaborative"])
    block = Block(empty.of([0, 1]), AS_OF)
    ranked = ranking.rank(learnt.scores(block, NEW), 3)
    assert evidence.of(learnt, block, NEW, "collaborative", ranked) == [[], []]
    assert evidence.of(learnt, block, REPEAT, "own_frequency", ranked) == [[], []]


def test_facts_that_do_not_fit_together_are_not_read(learnt: learning.Learnt):
    assert learnt.facts is not None
    arrays = learnt.facts.arrays()
    broken = {**arrays, "companion": np.full_like(arrays["companion"], 40)}
    with pytest.raises(ValueError, match="fit together"):
        Facts.load(broken)
