"""Matches are found whichever side comes first, once, and go when they no longer hold."""

from __future__ import annotations

import pytest

from listings.matching import finding
from listings.models import Match
from listings.tests import market_cast as cast

pytestmark = pytest.mark.django_db

State = Match.State


@pytest.mark.parametrize("first", ["wanted", "sale"])
def test_a_pair_is_found_whichever_side_comes_first(first: str) -> None:
    buyer, seller = cast.trader("Buyer"), cast.trader("Seller")
    makers = {
        "wanted": lambda: cast.wanted(buyer, reference="126610LN", price=10_000),
        "sale": lambda: cast.sale(seller, reference="126610LN", price=9_800),
    }
    second = "sale" if first == "wanted" else "wanted"

    alone = finding.find(makers[first]().pk)
    together = finding.find(makers[second]().pk)

    assert (alone, together) == (0, 1)
    match = Match.objects.get()
    assert (match.wanted.trader, match.sale.trader, match.state) == (buyer, seller, State.PROPOSED)
