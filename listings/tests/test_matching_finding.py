"""Matches are found whichever side comes first, once, and go when they no longer hold."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from crm.models import Customer
from listings import keeping
from listings.deciding import workflow
from listings.matching import finding, rematch
from listings.models import ExchangeRate, Match, TraderAddress
from listings.tests import market_cast as cast

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from listings.models import Listing

pytestmark = pytest.mark.django_db

State = Match.State


def pair(**facts: Any) -> tuple[Listing, Listing]:
    """A search and an offer for the same watch, of two traders."""
    wanted = cast.wanted(cast.trader("Buyer"), reference="126610LN", price=10_000)
    sale = cast.sale(cast.trader("Seller"), **{"reference": "126610LN", "price": 9_800, **facts})
    return wanted, sale


def change(listing: Listing, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(listing, name, value)
    keeping.derive(listing)
    listing.save()


def states() -> list[str]:
    return [*Match.objects.order_by("pk").values_list("state", flat=True)]


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


def test_looking_again_changes_nothing() -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)
    before = Match.objects.values().get()

    finding.find(sale.pk)
    finding.find(wanted.pk)

    assert Match.objects.values().get() == before


def test_the_best_reasons_come_with_points_that_add_up_to_the_score() -> None:
    cast.wanted(
        cast.trader(), reference="126610LN", price=10_000, condition="good", year=2021, papers=True
    )
    sale = cast.sale(
        cast.trader("Other"),
        reference="126610LN",
        price=9_800,
        condition="excellent",
        year=2021,
        papers=True,
    )

    finding.find(sale.pk)

    match = Match.objects.get()
    assert [reason["code"] for reason in match.reasons] == [
        "reference",
        "price_within",
        "condition",
        "year",
        "set",
        "days",
    ]
    # Two points that no size was named for have no sentence.
    assert match.score == sum(reason["points"] for reason in match.reasons) + 2 == 99


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"price": Decimal(10_500)}, [State.PROPOSED]),
        ({"price": Decimal(10_501)}, [State.GONE]),
        ({"reference": "126610LV"}, [State.GONE]),
        ({"model": "Sea-Dweller", "reference": ""}, [State.GONE]),
        ({"brand": "Tudor"}, [State.GONE]),
        ({"status": "sold"}, [State.GONE]),
        ({"status": "hidden"}, [State.GONE]),
        ({"authenticity": "replica"}, [State.GONE]),
        ({"type": "question"}, [State.GONE]),
        ({"price": None}, [State.PROPOSED]),
        ({"offered_at": timezone.now() - timedelta(days=181)}, [State.GONE]),
    ],
)
def test_a_proposed_match_follows_the_facts(facts: dict[str, Any], expected: list[str]) -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)

    change(sale, **facts)
    finding.find(sale.pk)

    assert states() == expected


def test_a_budget_that_was_cut_ends_the_match_and_one_raised_again_revives_it() -> None:
    wanted, _sale = pair()
    finding.find(wanted.pk)

    change(wanted, price=Decimal(9_000))
    finding.find(wanted.pk)
    cut = (states(), Match.objects.get().reasons[-1]["code"])
    change(wanted, price=Decimal(10_000))
    finding.find(wanted.pk)

    assert cut == ([State.GONE], "too_dear")
    assert states() == [State.PROPOSED]
    assert "too_dear" not in {reason["code"] for reason in Match.objects.get().reasons}


@pytest.mark.parametrize("side", ["wanted", "sale"])
def test_a_blocked_trader_is_matched_no_more(side: str) -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)
    listing = {"wanted": wanted, "sale": sale}[side]
    assert listing.trader is not None

    listing.trader.is_blocked = True
    listing.trader.save()
    finding.find(listing.pk)

    assert states() == [State.GONE]


def test_nobody_is_matched_with_himself_under_two_addresses() -> None:
    trader = cast.trader("Hugo", "+33639980117")
    kind = TraderAddress.Kind.USER_ID
    TraderAddress.objects.create(trader=trader, kind=kind, value="FR.4820193756610284")
    cast.wanted(trader, reference="126610LN")

    assert finding.find(cast.sale(trader, reference="126610LN").pk) == 0


def test_two_traders_known_as_one_customer_are_one_person() -> None:
    customer = Customer.objects.create(name="Hugo")
    cast.wanted(cast.trader("Hugo", customer=customer), reference="126610LN")
    sale = cast.sale(cast.trader("H. V.", customer=customer), reference="126610LN")

    assert finding.find(sale.pk) == 0


def test_two_traders_who_turn_out_to_be_one_lose_their_match() -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)

    change(sale, trader=wanted.trader)
    finding.find(sale.pk)

    assert states() == [State.GONE]


def test_a_budget_in_another_currency_is_compared_in_euros() -> None:
    ExchangeRate.objects.create(currency="USD", day=timezone.localdate(), rate=Decimal("1.10"))
    seller = cast.trader("Seller")
    cast.wanted(cast.trader(), reference="126610LN", price=11_000, currency="USD")

    enough = finding.find(cast.sale(seller, reference="126610LN", price=10_400).pk)
    too_dear = finding.find(cast.sale(seller, reference="126610LN", price=10_600).pk)

    assert (enough, too_dear) == (1, 0)


def test_an_amount_without_a_rate_is_allowed_with_fewer_points() -> None:
    cast.wanted(cast.trader(), reference="126610LN", price=11_000)
    sale = cast.sale(cast.trader("Seller"), reference="126610LN", price=1, currency="XAU")

    finding.find(sale.pk)

    codes = {reason["code"] for reason in Match.objects.get().reasons}
    assert "price_incomparable" in codes


def test_a_hundred_searches_for_one_watch_are_all_found() -> None:
    for number in range(100):
        cast.wanted(cast.trader(f"Buyer {number}"), reference="126610LN", price=10_000)

    found = finding.find(cast.sale(cast.trader("Seller"), reference="126610LN", price=9_500).pk)

    assert (found, Match.objects.count()) == (100, 100)


def test_dismissed_and_done_ones_stay_and_are_not_proposed_again() -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)
    Match.objects.update(state=State.DISMISSED)

    found = [finding.find(wanted.pk), finding.find(sale.pk)]
    change(sale, status="sold")
    finding.find(sale.pk)

    assert (found, states()) == ([0, 0], [State.DISMISSED])


def test_talks_under_way_end_only_when_a_side_is_gone() -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)
    Match.objects.update(state=State.CONTACTED)

    change(wanted, price=Decimal(5_000))
    finding.find(wanted.pk)
    talking = states()
    workflow.mark_sold(sale.pk, by=User.objects.create_superuser("boss"))
    finding.find(sale.pk)

    assert (talking, states()) == ([State.CONTACTED], [State.GONE])
    assert Match.objects.get().reasons[-1]["code"] == "sale_gone"


def test_what_is_wanted_in_exchange_is_not_offered() -> None:
    cast.wanted(cast.trader(), model="Daytona", reference="116520")
    cast.wanted(cast.trader("Other"), model="GMT-Master II", reference="16710")
    rows = cast.written(cast.trader("Swap"), "Echange GMT 16710 contre Daytona 116520")

    assert [finding.find(row.pk) for row in rows] == [1, 0]


def test_a_missing_listing_is_no_error() -> None:
    assert finding.find(987_654_321) == 0


@pytest.mark.parametrize("others", [1, 3])
def test_finding_asks_the_same_number_of_questions(
    others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(others):
        cast.wanted(cast.trader(f"Buyer {number}"), reference="126610LN", price=10_000)
    sale = cast.sale(cast.trader("Seller"), reference="126610LN", price=9_500)

    with django_assert_num_queries(10):
        finding.find(sale.pk)


def test_everything_is_matched_anew_in_blocks() -> None:
    for _number in range(3):
        pair()

    reached = rematch.run(0, seconds=0)
    first = Match.objects.values_list("wanted").distinct().count()
    assert reached is not None
    rest = rematch.run(reached)

    assert (first, rest, Match.objects.count()) == (1, None, 9)


def test_matching_anew_sees_offers_that_went_unnoticed() -> None:
    wanted, sale = pair()
    finding.find(wanted.pk)
    type(sale).objects.filter(pk=sale.pk).update(status="sold")

    rematch.run(0)

    assert states() == [State.GONE]


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_the_same_instant_are_found_once() -> None:
    wanted, sale = pair()
    together = threading.Barrier(4)

    def look(listing_id: int) -> None:
        together.wait()
        finding.find(listing_id)
        connection.close()

    threads = [
        threading.Thread(target=look, args=(pk,)) for pk in (wanted.pk, sale.pk, wanted.pk, sale.pk)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert states() == [State.PROPOSED]


@pytest.mark.django_db(transaction=True)
def test_many_of_both_sides_at_once_find_each_other_without_a_deadlock() -> None:
    ids = [listing.pk for _number in range(6) for listing in pair()]
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def look(mine: list[int]) -> None:
        together.wait()
        try:
            for listing_id in mine:
                finding.find(listing_id)
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        connection.close()

    orders = [ids, ids[::-1], ids[::2] + ids[1::2], ids[6:] + ids[:6]]
    threads = [threading.Thread(target=look, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, Match.objects.count()) == ([], 36)
