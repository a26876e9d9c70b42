"""What the algorithms find in purchases, whatever their size and the machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import threadpoolctl

from backoffice.core.errors import DomainError
from crm.recommendations.algorithms import ALGORITHMS, ease, label
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.engine import artifact, catalogue, generated, learning, ranking
from crm.recommendations.engine.purchases import from_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crm.recommendations.engine.generated import Generated
    from crm.recommendations.engine.learning import Learnt

AS_OF = 20_000


def lessons_of(
    lines: Sequence[tuple[int, int, int]],
    *,
    customers: Sequence[int] = (),
    products: Sequence[int] | NDArray[np.generic] = (),
    words: dict[str, Any] | None = None,
    segment: NDArray[np.int32] | None = None,
) -> Lessons:
    """Lines of (customer, product, days ago)."""
    columns = list(zip(*lines, strict=True)) or [(), (), ()]
    bought = from_columns(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        AS_OF - np.array(columns[2], dtype=np.int32),
        np.ones(len(lines), dtype=np.float32),
        all_customers=np.array(customers, dtype=np.int64),
        all_products=np.array(products, dtype=np.int64),
    )
    known = catalogue.unknown(bought.products)
    if words:
        known = replace(known, words=words)
    return Lessons(bought, known, AS_OF, segment)


def answers(learnt: Learnt, question: str) -> list[str]:
    return [name for name, one in learnt.algorithms.items() if question in one.questions]


def first_new(learnt: Learnt, block: Block, name: str, k: int = 1) -> NDArray[np.int32]:
    return ranking.rank(learnt.scores(block, NEW, name), k).product


@pytest.fixture(scope="module")
def planted():
    return generated.generate(generated.Structure(customers=1_000, products=120, pairs=6))


@pytest.fixture(scope="module")
def learnt(planted: Generated):
    return learning.learn(planted.lessons())


@pytest.mark.parametrize("name", ["collaborative", "ease"])
def test_the_second_of_a_planted_pair_is_proposed_to_who_has_the_first(
    planted: Generated, learnt: Learnt, name: str
):
    bought = planted.purchases
    first = planted.pairs[:, 0]
    lines = [(number, key, 5) for number, key in enumerate(first.tolist())]
    asked = lessons_of(lines, products=bought.products).purchases
    found = first_new(learnt, Block(replace(asked, products=bought.products), AS_OF), name)
    assert found[:, 0].tolist() == planted.pairs[:, 1].tolist()


def test_segments_products_are_found_by_who_bought_them(planted: Generated, learnt: Learnt):
    rows = np.arange(200)
    block = Block(planted.purchases.of(rows), int(planted.purchases.day.max()) + 1)
    shares = {}
    for name in ("popularity", "collaborative", "ease"):
        top = first_new(learnt, block, name, 5)
        shares[name] = float((planted.family[top] == planted.segment[rows][:, None]).mean())
    assert shares["popularity"] < 0.5
    assert min(shares["collaborative"], shares["ease"]) > 0.8


def test_each_question_has_its_own_products(planted: Generated, learnt: Learnt):
    rows = np.arange(50)
    block = Block(planted.purchases.of(rows), AS_OF)
    had = np.zeros((50, len(planted.purchases.products)), dtype=bool)
    had[block.purchases.customer, block.purchases.product] = True
    for name in answers(learnt, REPEAT):
        assert not np.isfinite(learnt.scores(block, REPEAT, name)[~had]).any()
    for name in answers(learnt, NEW):
        assert not np.isfinite(learnt.scores(block, NEW, name)[had]).any()


def test_one_customer_alone_is_answered_as_among_many(planted: Generated, learnt: Learnt):
    rows = np.arange(40)
    many = Block(planted.purchases.of(rows), AS_OF)
    one = Block(planted.purchases.of([17]), AS_OF)
    for question in (REPEAT, NEW):
        for name in answers(learnt, question):
            alone = learnt.scores(one, question, name)[0]
            assert alone.tolist() == learnt.scores(many, question, name)[17].tolist(), name


def test_what_is_bought_lately_comes_before_what_used_to_be():
    old = [(number, 1, 500 + number) for number in range(30)]
    new = [(number, 2, number) for number in range(30)]
    company = [(number, 3, 200) for number in range(30)]
    found = learning.learn(lessons_of(old + new + company), names=["collaborative", "ease"])
    asked = lessons_of([(1, 3, 200)], products=[1, 2, 3])
    for name in ("popularity", "collaborative", "ease"):
        assert first_new(found, Block(asked.purchases, AS_OF), name).tolist() == [[1]], name


def test_popularity_is_the_segments_where_it_is_large_enough():
    many = [(number, 1 if number < 600 else 2, 10) for number in range(900)]
    few = [(number, 3, 10) for number in range(900, 903)]
    # 600 customers of segment 0 like product 1, 300 of segment 1 product 2, 3 of segment 2
    # product 3: too few to say that the others are not for them.
    segment = np.repeat([0, 1, 2], [600, 300, 3]).astype(np.int32)
    found = learning.learn(lessons_of(many + few, segment=segment), names=["popularity"])
    asked = lessons_of([], customers=range(4), products=[1, 2, 3])
    block = Block(asked.purchases, AS_OF, np.array([0, 1, 2, 7], dtype=np.int32))
    top = first_new(found, block, "popularity", 3)
    assert top[:, 0].tolist() == [0, 1, 0, 0]
    assert top[2].tolist() == [0, 1, 2]


def test_taste_finds_what_is_alike():
    words = {
        "grapes": [["Riesling"], ["riesling"], ["Syrah"], ["Syrah"], []],
        "region": [["Alsace"], ["Alsace"], ["Rhône"], ["Rhône"], []],
    }
    lines = [(1, 1, 10), (2, 3, 10)]
    found = learning.learn(lessons_of(lines, products=[1, 2, 3, 4, 5], words=words))
    asked = lessons_of(lines, products=[1, 2, 3, 4, 5])
    scores = found.scores(Block(asked.purchases, AS_OF), NEW, "content")
    assert np.isfinite(scores).tolist() == [
        [False, True, False, False, False],
        [False, False, False, True, False],
    ]
    assert scores[0, 1] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", ["collaborative", "ease"])
def test_a_product_nobody_bought_borrows_from_what_it_is_like(name: str):
    words = {"grapes": [["Syrah"], ["Riesling"], ["Riesling"], ["Merlot"]]}
    lines = [(number, product, 10) for number in range(40) for product in (1, 2)]
    found = learning.learn(lessons_of(lines, products=[3, 4], words=words), names=[name])
    asked = lessons_of([(1, 2, 3), (2, 1, 3)], products=[1, 2, 3, 4])
    scores = found.scores(Block(asked.purchases, AS_OF), NEW, name)
    # Who has the Riesling is told of the new one; who has the Syrah hears of the sold one first.
    assert first_new(found, Block(asked.purchases, AS_OF), name, 2).tolist() == [[0, 2], [1, 2]]
    assert not np.isfinite(scores[:, 3]).any()


def test_who_bought_nothing_gets_what_is_popular(planted: Generated, learnt: Learnt):
    asked = lessons_of([], customers=[1, 2], products=planted.purchases.products)
    block = Block(asked.purchases, AS_OF)
    popular = learnt.scores(block, NEW, "popularity")
    for name in answers(learnt, NEW):
        assert learnt.scores(block, NEW, name).tolist() == popular.tolist(), name
    assert learnt.is_cold(block).tolist() == [True, True]
    assert not np.isfinite(learnt.scores(block, REPEAT, "own_frequency")).any()


SMALL = {
    "nothing": ([], (), ()),
    "customers only": ([], (1, 2), ()),
    "products only": ([], (), (1, 2)),
    "no purchase": ([], (1, 2), (1, 2, 3)),
    "one purchase": ([(1, 1, 3)], (), ()),
    "one customer": ([(1, 1, 3), (1, 2, 3), (1, 1, 40)], (), ()),
    "one product": ([(1, 1, 3), (2, 1, 3), (3, 1, 40)], (), ()),
}


@pytest.mark.parametrize("case", SMALL)
def test_small_histories_are_answered(case: str):
    lines, customers, products = SMALL[case]
    lessons = lessons_of(lines, customers=customers, products=products)
    found = learning.learn(lessons)
    again = artifact.from_bytes(*packed(found))
    block = Block(lessons.purchases, AS_OF)
    shape = (len(lessons.purchases.customers), len(lessons.purchases.products))
    for question in (REPEAT, NEW):
        for name in answers(found, question):
            scores = found.scores(block, question, name)
            assert (scores.shape, scores.dtype) == (shape, np.float32)
            assert not np.isnan(scores).any()
            assert scores.tolist() == again.scores(block, question, name).tolist()
            family = np.full(shape[1], -1, dtype=np.int32)
            assert ranking.rank(scores, 3, family=family, families=2).product.shape == (shape[0], 3)


def packed(found: Learnt) -> tuple[bytes, str]:
    data = artifact.to_bytes(found)
    return data, artifact.sha256_of(data)


def test_catalogues_too_large_to_solve_at_once_lose_little(
    planted: Generated, monkeypatch: pytest.MonkeyPatch
):
    lessons = planted.lessons()
    block = Block(planted.purchases.of(np.arange(200)), AS_OF)
    whole = learning.learn(lessons, names=["ease"])
    monkeypatch.setattr(ease, "TOGETHER", 90)
    parts = learning.learn(lessons, names=["ease"])
    one, other = (first_new(learnt, block, "ease", 10) for learnt in (whole, parts))
    same = [len(set(a) & set(b)) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    assert np.mean(same) > 8


def test_the_winner_answers_where_no_algorithm_is_named(planted: Generated, learnt: Learnt):
    block = Block(planted.purchases.of(np.arange(5)), AS_OF)
    won = replace(learnt, winners={REPEAT: "popularity", NEW: "content"})
    assert won.scores(block, NEW).tolist() == learnt.scores(block, NEW, "content").tolist()
    assert learnt.winner(REPEAT) == "own_frequency"
    # The winner of an earlier version that is gone, or that was not learnt.
    assert replace(learnt, winners={NEW: "gone"}).winner(NEW) == "ease"


def test_unknown_algorithms_are_named(planted: Generated, learnt: Learnt):
    block = Block(planted.purchases.of(np.arange(5)), AS_OF)
    with pytest.raises(DomainError) as wrong:
        learning.learn(planted.lessons(), names=["magic"])
    assert (wrong.value.code, wrong.value.value) == ("unknown_algorithm", "magic")
    assert "magic" in str(wrong.value)
    with pytest.raises(DomainError) as silent:
        learnt.scores(block, NEW, "own_frequency")
    assert silent.value.code == "unknown_algorithm"


@pytest.mark.usefixtures("english")
def test_every_algorithm_has_its_words():
    assert {label(name) for name in ALGORITHMS} & set(ALGORITHMS) == {"popularity"}
    assert label("gone") == "gone"


def test_learning_does_not_depend_on_the_machines_threads():
    made = generated.generate(generated.Structure(customers=500, products=400))
    block = Block(made.purchases.of(np.arange(100)), AS_OF)
    found = []
    for threads in (1, 4):
        with threadpoolctl.threadpool_limits(threads):
            learnt = learning.learn(made.lessons())
            scores = {
                (question, name): learnt.scores(block, question, name).tobytes()
                for question in (REPEAT, NEW)
                for name in answers(learnt, question)
            }
        found.append((artifact.to_bytes(learnt), scores))
    (data, scores), (others_data, others_scores) = found
    assert [pair for pair in scores if scores[pair] != others_scores[pair]] == []
    assert data == others_data
