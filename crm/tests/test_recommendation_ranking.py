"""Short lists from scores, checked against a plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from crm.recommendations.engine.ranking import GROUPS, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = -np.inf


def by_hand(
    scores: NDArray[np.float32], k: int, family: NDArray[np.int32], families: int
) -> list[list[int]]:
    found = []
    for row in scores.tolist():
        order = [p for p in sorted(range(len(row)), key=lambda p: (-row[p], p)) if row[p] > NEVER]
        top, rest = order[:k], order[k:]
        for wanted in range(2, min(families, k) + 1):
            kinds = [family[p] for p in top]
            other = [p for p in rest if family[p] not in kinds]
            again = [place for place, kind in enumerate(kinds) if kind in kinds[:place]]
            if len(set(kinds)) < wanted and other and again:
                del top[again[-1]]
                top.append(other[0])
        found.append(top + [-1] * (k - len(top)))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_lists_are_those_of_a_plain_loop(seed: int):
    random = np.random.default_rng(seed)
    number, k = int(random.integers(1, 3 * GROUPS)), int(random.integers(1, 13))
    # Few different scores: ties everywhere, at the edge of the list too.
    scores = random.integers(0, random.integers(2, 900), (9, number)).astype(np.float32)
    scores[random.random(scores.shape) < random.random()] = NEVER
    family = random.integers(-1, random.integers(0, 4), number).astype(np.int32)
    families = int(random.integers(1, 4))
    ranked = rank(scores, k, family=family, families=families)
    assert ranked.product.tolist() == by_hand(scores, k, family, families)
    listed = ranked.product >= 0
    row = np.nonzero(listed)[0]
    assert ranked.score[listed].tolist() == scores[row, ranked.product[listed]].tolist()
    assert np.isnan(ranked.score[~listed]).all()


def test_what_is_not_allowed_is_never_listed():
    scores = np.array([[4, 3, 2, 1], [1, 2, 3, 4]], dtype=np.float32)
    for_all = rank(scores, 2, allowed=np.array([False, True, True, True]))
    assert for_all.product.tolist() == [[1, 2], [3, 2]]
    each = rank(scores, 3, allowed=np.array([[True, False, False, True], [False] * 4]))
    assert each.product.tolist() == [[0, 3, -1], [-1, -1, -1]]


def test_a_second_family_takes_the_last_place_though_it_scores_less():
    scores = np.array([[9, 8, 7, 1, 2]], dtype=np.float32)
    family = np.array([5, 5, 5, -1, 6], dtype=np.int32)
    assert rank(scores, 3, family=family, families=2).product.tolist() == [[0, 1, 4]]
    assert rank(scores, 3, family=family, families=3).product.tolist() == [[0, 4, 3]]
    # A forbidden product brings no family.
    allowed = np.array([True, True, True, True, False])
    found = rank(scores, 3, allowed=allowed, family=family, families=2)
    assert found.product.tolist() == [[0, 1, 3]]


def test_scores_stay_as_they_were():
    scores = np.array([[1, 2, 3]], dtype=np.float32)
    rank(scores, 1, allowed=np.array([True, True, False]))
    assert scores.tolist() == [[1, 2, 3]]
