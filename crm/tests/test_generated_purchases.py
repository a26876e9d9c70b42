from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from crm.recommendations.engine.generated import Generated, Structure, generate

STRUCTURE = Structure(customers=400, products=60, baskets=10, pairs=3, follows=0.7, seed=1)


@pytest.fixture(scope="module")
def made() -> Generated:
    return generate(STRUCTURE)


def baskets(made: Generated) -> dict[int, dict[int, set[int]]]:
    purchases = made.purchases
    found: dict[int, dict[int, set[int]]] = {}
    columns = (purchases.customer, purchases.day, purchases.product)
    for customer, day, product in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(customer, {}).setdefault(day, set()).add(product)
    return found


def test_the_same_seed_gives_the_same_purchases(made: Generated):
    again, other = generate(STRUCTURE), generate(replace(STRUCTURE, seed=2))

    assert again.purchases.product.tolist() == made.purchases.product.tolist()
    assert again.purchases.day.tolist() == made.purchases.day.tolist()
    assert other.purchases.product.tolist() != made.purchases.product.tolist()


def test_customers_buy_in_their_own_rhythm(made: Generated):
    gaps = [
        (later - earlier) / made.every[customer]
        for customer, days in baskets(made).items()
        for earlier, later in pairwise(sorted(days))
    ]

    # A basket now and then is empty, so that two gaps look like one.
    assert np.median(gaps) == pytest.approx(1, abs=0.05)


def test_the_second_of_a_pair_follows_as_often_as_planted(made: Generated):
    followed = met = 0
    for days in baskets(made).values():
        for earlier, later in pairwise(sorted(days)):
            for first, second in made.pairs.tolist():
                if first in days[earlier]:
                    met += 1
                    followed += second in days[later]

    assert met > 100
    assert followed / met == pytest.approx(0.7, abs=0.12)


def test_staples_are_in_every_other_basket_and_mostly_of_the_segment(made: Generated):
    found = baskets(made)
    times = [
        sum(int(staple) in basket for basket in days.values()) / len(days)
        for customer, days in found.items()
        for staple in made.staples[customer]
    ]
    own = made.family[made.staples] == made.segment[:, None]

    # A little more than half: popular ones are bought beside that, and empty baskets are none.
    assert 0.5 < np.mean(times) < 0.7
    assert own.mean() == pytest.approx(0.84, abs=0.05)
