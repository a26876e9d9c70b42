"""The blend of all algorithms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self, cast

import numpy as np
import pytest

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons, exclude
from crm.recommendations.algorithms.hybrid import FIXED, Hybrid
from crm.recommendations.algorithms.own_frequency import OwnFrequency
from crm.recommendations.algorithms.rehearsal import ndcg, rehearse, smaller
from crm.recommendations.engine import artifact, generated, learning
from crm.recommendations.engine.catalogue import unknown
from crm.recommendations.evaluation.splits import hold_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm
    from crm.recommendations.evaluation.splits import HeldOut

STRUCTURE = generated.Structure(customers=500, products=120, seed=4)


class Noise:
    """Says anything of everything."""

    name: ClassVar[str] = "popularity"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:  # noqa: ARG003 - learns nothing
        return cls()

    def again(self, lessons: Lessons) -> Self:  # noqa: ARG002 - learns nothing
        return self

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - both
        shape = (len(block.purchases.customers), len(block.purchases.products))
        return np.random.default_rng(0).random(shape).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        return {}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:  # noqa: ARG003 - nothing
        return cls()


@pytest.fixture(scope="module")
def held():
    return hold_out(generated.generate(STRUCTURE).lessons(), "last")


@pytest.fixture(scope="module")
def learnt(held: HeldOut):
    return learning.learn(held.lessons)


def measured(learnt: learning.Learnt, held: HeldOut, question: str, algorithm: str) -> float:
    """NDCG@10 among everything the question is about."""
    block = held.block(held.rows, held.asked)
    scores = learnt.scores(block, question, algorithm)
    about = np.zeros(scores.shape, dtype=np.float32)
    exclude(about, block, question)
    customer, product = np.nonzero(np.isfinite(about))
    values = np.maximum(scores[customer, product], -1e9)
    is_hit = np.isin(held.rows[customer] * scores.shape[1] + product, held.targets)
    return float(ndcg(customer, values, is_hit).mean())


def test_it_is_about_as_good_as_the_best_of_the_others(learnt: learning.Learnt, held: HeldOut):
    for question in (REPEAT, NEW):
        others = [
            measured(learnt, held, question, name)
            for name, one in learnt.algorithms.items()
            if question in one.questions and name != "hybrid"
        ]
        assert measured(learnt, held, question, "hybrid") > 0.95 * max(others)


def test_noise_counts_little(learnt: learning.Learnt, held: HeldOut):
    others = {**learnt.algorithms, "popularity": Noise()}
    hybrid = Hybrid.fit(held.lessons, cast("Mapping[str, Algorithm]", others))
    for question, best in ((REPEAT, "own_frequency"), (NEW, "ease")):
        assert hybrid.blend[question]["popularity"] < 0.4 * max(hybrid.blend[question].values())
        assert hybrid.blend[question][best] > 0


def test_weights_scale_the_components(learnt: learning.Learnt, held: HeldOut):
    block = held.block(held.rows[:20], held.asked[:20])
    others = {name: 0.0 for name in learnt.algorithms if name != "own_frequency"}
    alone = learnt.scores(block, REPEAT, "hybrid", weights=others)
    own = learnt.scores(block, REPEAT, "own_frequency")
    np.testing.assert_array_equal(np.isfinite(alone), np.isfinite(own))
    np.testing.assert_array_equal(alone.argmax(axis=1), own.argmax(axis=1))
    usual = learnt.scores(block, REPEAT, "hybrid")
    same = learnt.scores(block, REPEAT, "hybrid", weights={"own_frequency": 1.0})
    np.testing.assert_array_equal(same, usual)
    assert (learnt.scores(block, REPEAT, "hybrid", weights={"own_frequency": 1.5}) != usual).any()


def test_fixed_weights_where_too_little_was_bought(held: HeldOut):
    some = held.lessons.purchases.where(held.lessons.purchases.customer < 20)
    few = replace(held.lessons, purchases=some)
    learnt = learning.learn(few)
    hybrid = learnt.algorithms["hybrid"]
    assert isinstance(hybrid, Hybrid)
    assert hybrid.blend == FIXED
    assert np.isfinite(learnt.scores(Block(some.of([0, 1]), few.as_of), NEW, "hybrid")).any()


def test_one_alone_and_kept_it_says_the_same(learnt: learning.Learnt, held: HeldOut):
    kept = artifact.to_bytes(learnt)
    again = artifact.from_bytes(kept, artifact.sha256_of(kept))
    for question in (REPEAT, NEW):
        together = learnt.scores(held.block(held.rows, held.asked), question, "hybrid")
        alone = again.scores(held.block(held.rows[9:10], held.asked[9:10]), question, "hybrid")
        np.testing.assert_allclose(alone[0], together[9], rtol=1e-5, atol=1e-6)


def test_learnt_again_it_is_the_same(learnt: learning.Learnt, held: HeldOut):
    again = learning.learn(held.lessons)
    first, second = (one.algorithms["hybrid"] for one in (learnt, again))
    assert isinstance(first, Hybrid)
    assert isinstance(second, Hybrid)
    assert first.blend == second.blend


def test_arrays_that_do_not_fit_together_are_not_read(learnt: learning.Learnt):
    arrays = learnt.algorithms["hybrid"].arrays()
    with pytest.raises(ValueError, match="fit together"):
        Hybrid.load({**arrays, "new_weights": np.zeros(9)})


def test_one_alone_takes_the_place_of_the_blend_where_the_others_only_disturb(held: HeldOut):
    own = OwnFrequency.fit(held.lessons)
    others = {"own_frequency": own, "popularity": Noise(), "ease": Noise()}

    hybrid = Hybrid.fit(held.lessons, cast("Mapping[str, Algorithm]", others))

    assert hybrid.blend[REPEAT] == {"ease": 0.0, "own_frequency": 1.0, "popularity": 0.0}


def test_what_says_nothing_has_no_weight(held: HeldOut):
    learnt = learning.learn(
        replace(held.lessons, catalogue=unknown(held.lessons.purchases.products))
    )

    hybrid = learnt.algorithms["hybrid"]

    assert isinstance(hybrid, Hybrid)
    assert all("content" not in weights for weights in hybrid.blend.values())


def test_rehearsed_are_last_purchases_that_are_not_in_the_lessons(held: HeldOut):
    found = rehearse(held.lessons, 100)
    assert found is not None
    assert len(found.rows) == 100
    purchases, products = held.lessons.purchases, len(held.lessons.purchases.products)
    for row, customer in enumerate(found.rows):
        mine = purchases.of([int(customer)])
        last = mine.day == mine.day.max()
        assert found.targets[found.targets // products == row].tolist() == sorted(
            {row * products + int(product) for product in mine.product[last]}
        )
        inner = found.lessons.purchases.of([int(customer)])
        assert inner.day.tolist() == mine.day[~last].tolist()
    assert (found.block.purchases.day < found.block.as_of).all()


def test_smaller_keeps_what_is_most_bought(held: HeldOut):
    found = smaller(held.lessons, lines=1_000, products=30)
    assert 500 < len(smaller(held.lessons, lines=1_000, products=10_000).purchases) <= 1_000
    assert len(found.purchases.products) == len(found.catalogue) == 30
    names = [f"P{key}" for key in found.purchases.products]
    assert list(found.catalogue.names) == names
    assert smaller(held.lessons, lines=10**9, products=10**9) is held.lessons
