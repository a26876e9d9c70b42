from __future__ import annotations

import numpy as np
import pytest

from crm.recommendations.algorithms.base import NEW, REPEAT
from crm.recommendations.engine import confidence
from crm.recommendations.engine.confidence import Calibration
from crm.recommendations.engine.generated import Structure, generate
from crm.recommendations.engine.ranking import Ranked
from crm.recommendations.evaluation import calibrating
from crm.recommendations.evaluation.measuring import evaluate

BOTH = (REPEAT, NEW)


def ranked(*rows: list[float]) -> Ranked:
    score = np.array(rows, dtype=np.float32)
    return Ranked(np.where(np.isnan(score), -1, 1).astype(np.int32), score)


def baskets(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(numbers, dtype=np.int32)


@pytest.fixture(scope="module")
def learnt() -> Calibration:
    made = generate(Structure(customers=800, products=80, baskets=6, pairs=3))
    found = evaluate(made.lessons(), names=["own_frequency", "collaborative"])
    assert found.calibration is not None
    return found.calibration


def test_a_chance_never_rises_down_the_list_nor_with_a_lower_score(learnt: Calibration):
    levels = learnt.arrays["repeat/own_frequency/scores"].astype(np.float64)
    falling = np.linspace(levels[-1] + 1, levels[0] - 1, 50)
    lists = ranked(*([score, score, score - 0.1] for score in falling))

    found = learnt.probability(REPEAT, "own_frequency", lists, np.full(50, 4, np.int32))

    assert ((found > 0) & (found < 1)).all()
    assert (np.diff(found, axis=0) <= 0).all()
    assert (np.diff(found, axis=1) <= 0).all()
    assert found[0, 0] > 2 * found[-1, 0]


def test_behind_the_end_of_a_list_there_is_no_chance(learnt: Calibration):
    found = learnt.probability(NEW, "collaborative", ranked([1.0, np.nan]), baskets(3))

    assert np.isnan(found).tolist() == [[False, True]]


def test_to_who_bought_nothing_popularity_answers(learnt: Calibration):
    lists = ranked([5.0, 4.0], [5.0, 4.0])

    by_name = learnt.probability(NEW, "collaborative", lists, baskets(0, 3))
    by_popularity = learnt.probability(NEW, "popularity", lists, baskets(0, 3))

    assert by_name[0].tolist() == by_popularity[0].tolist()
    assert by_name[1].tolist() != by_popularity[1].tolist()


def test_more_products_are_more_likely_to_hit_and_none_never_do():
    known = Calibration({confidence.ANY: np.array([0.5, 0.8, 0.1])})
    none = np.full((3, 2), np.nan, dtype=np.float32)
    some = np.array([[0.3, np.nan], [0.3, 0.2], [np.nan, np.nan]], dtype=np.float32)

    found = known.confidence(some, none, baskets(4, 4, 4))

    assert found[0] < found[1] < 1
    assert found[2] == 0


def test_what_the_rules_left_of_a_list_is_not_told_the_chance_of_a_whole_one():
    made = generate(Structure(customers=3000, products=80, baskets=6, pairs=3, loyalty=1))
    known = evaluate(made.lessons(), names=["own_frequency", "collaborative"]).calibration
    assert known is not None
    nothing = np.full((1, 10), np.nan, dtype=np.float32)
    new = np.full((1, 10), 0.02, dtype=np.float32)

    (found,) = known.confidence(nothing, new, baskets(6))

    (alone,) = confidence.independent(nothing, new)
    assert abs(found - alone) < 0.06


def test_the_whole_is_at_least_as_likely_as_its_likeliest_product():
    known = Calibration({confidence.ANY: np.array([-3.0, 0.5, 0.0])})
    repeat = np.array([[0.7, 0.1]], dtype=np.float32)
    new = np.array([[0.2, np.nan]], dtype=np.float32)

    assert known.confidence(repeat, new, baskets(4)).tolist() == [np.float32(0.7)]


def test_one_product_after_another_they_are_independent():
    repeat = np.array([[0.5, 0.5]], dtype=np.float32)
    new = np.array([[0.2, np.nan]], dtype=np.float32)

    assert confidence.independent(repeat, new).round(6).tolist() == [0.8]


def test_without_anything_measured_little_is_assumed():
    unknown = Calibration({})

    chances = unknown.probability(NEW, "ease", ranked([9.0, np.nan]), baskets(2))

    assert chances[0, 0] == np.float32(confidence.ASSUMED[NEW])
    assert unknown.confidence(chances, chances, baskets(2)).tolist() == [
        np.float32(confidence.ASSUMED_ANY)
    ]


def test_calibrated_chances_are_nearer_to_what_is_bought_by_others():
    made = generate(Structure(customers=3000, products=80, baskets=6, pairs=3, seed=2))

    told = evaluate(made.lessons(), names=["own_frequency", "collaborative"]).table["confidence"]

    assert (told["learnt_from"], told["tried_on"]) == (
        (told["learnt_from"] + told["tried_on"] + 1) // 2,
        (told["learnt_from"] + told["tried_on"]) // 2,
    )
    assert told["any"]["method"] == "logistic"
    assert told["any"]["after"]["ece"] < 0.05
    assert told["any"]["after"]["brier"] <= told["any"]["before"]["brier"]
    assert sum(one["cases"] for one in told["any"]["bins"]) == told["any"]["cases"]
    for question in BOTH:
        for found in told["products"][question].values():
            assert found["method"] == "logistic"
            assert found["after"]["ece"] < 0.03
            assert found["after"]["brier"] < found["before"]["brier"]


def test_with_few_customers_all_have_one_rate_drawn_to_the_assumed():
    made = generate(Structure(customers=30, products=40, baskets=4, pairs=1))

    found = evaluate(made.lessons(), names=["own_frequency", "collaborative"])

    told = found.table["confidence"]
    assert told["any"]["method"] == "moved"
    assert {one["method"] for one in told["products"][NEW].values()} == {"base_rate"}
    assert found.calibration is not None
    chances = found.calibration.probability(
        NEW, "collaborative", ranked([9.0, 1.0], [2.0, np.nan]), baskets(9, 1)
    )
    assert chances[0, 0] == chances[0, 1] == chances[1, 0]


@pytest.mark.parametrize("seed", range(6))
def test_calibrating_on_few_customers_does_next_to_no_harm(seed: int):
    made = generate(Structure(customers=60, products=40, baskets=6, pairs=1, seed=seed))

    told = evaluate(made.lessons(), names=["own_frequency"]).table["confidence"]["any"]

    assert told["method"] == "moved"
    assert told["after"]["brier"] <= told["before"]["brier"] + 0.005


def test_the_whole_is_moved_by_as_much_as_few_customers_make_sure():
    features = np.column_stack([np.ones(60), np.full(60, 0.1), np.ones(60)])

    few, many = (
        calibrating._moved(one, np.arange(len(one)) % 3 > 0)
        for one in (features, np.tile(features, (100, 1)))
    )

    # Two of three bought: odds of 2.
    assert few[1] == many[1] == 1
    assert 0.1 < few[0] < 0.5 < many[0] < np.log(2) - 0.09


def test_a_curve_is_found_from_wherever_it_begins():
    random = np.random.default_rng(4)
    features = np.column_stack([np.ones(4000), random.normal(2, 2, 4000), random.random(4000)])
    chances = 1 / (1 + np.exp(-(features @ np.array([-3.0, 0.5, 1.0]))))
    bought = random.random(4000) < chances

    far, near = (
        calibrating._curve(
            features, bought, customers=4000, assumed=0.5, usual=usual, penalty=1e-6
        )[0]
        for usual in ((0, 9, -9), (0, 0.5, 1))
    )

    assert far.round(3).tolist() == near.round(3).tolist()
    assert far.tolist() == pytest.approx([-3, 0.5, 1], abs=0.4)


def test_brier_and_calibration_error_counted_by_hand():
    told = np.array([0.2, 0.2, 0.8, 0.8])
    bought = np.array([False, True, True, True])

    found = calibrating._errors(told, bought)

    # (0.04 + 0.64 + 0.04 + 0.04) / 4; two bins: |0.2 - 0.5| and |0.8 - 1|, half each.
    assert found == {"brier": 0.19, "ece": 0.25}
