"""Of an offer that a dealer posts again the worklist shows the newest post only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core import tiles as core_tiles
from listings.matching import finding, tiles, workflow
from listings.matching.reposts import earlier, folded
from listings.models import Match
from listings.tests import market_cast as cast

if TYPE_CHECKING:
    from django.test import Client

    from listings.models import Listing, Trader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

State = Match.State
LIST = "/admin/listings/match/"
WATCH = {"reference": "126610LN", "year": 2022, "price": "10900"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def dealer() -> Trader:
    cast.wanted(cast.trader("Hugo"), reference="126610LN", price="12500")
    return cast.trader("Oliver")


def post(dealer: Trader, days_ago: float, **facts: Any) -> Match:
    """The match of an offer that the dealer wrote so many days ago."""
    sale = _sale(dealer, days_ago, **facts)
    return Match.objects.get(sale=sale)


def _sale(dealer: Trader, days_ago: float, **facts: Any) -> Listing:
    at = timezone.now() - dt.timedelta(days=days_ago)
    sale = cast.sale(dealer, offered_at=at, **{**WATCH, **facts})
    finding.find(sale.pk)
    return sale


def shown() -> list[Match]:
    return [*folded(Match.objects.order_by("pk"))]


def test_the_newest_post_stands_for_the_earlier_ones(dealer: Trader) -> None:
    oldest, middle = post(dealer, 9, price="11400"), post(dealer, 5, price="11100")
    newest = post(dealer, 1)

    assert shown() == [newest]
    assert earlier(newest) == [middle, oldest]


@pytest.mark.parametrize(
    "other",
    [
        {"year": 2021},
        {"year": None},
        {"price": "10300"},
        {"price": None},
        {"currency": "CHF"},
        {"reference": "", "model": "Submariner"},
    ],
)
def test_another_watch_stands_for_itself(dealer: Trader, other: dict[str, Any]) -> None:
    facts = {name: value for name, value in {**WATCH, **other}.items() if value is not None}
    at = timezone.now() - dt.timedelta(days=3)
    finding.find(cast.sale(dealer, offered_at=at, **facts).pk)
    newest = post(dealer, 1)

    assert (len(shown()), earlier(newest)) == (2, [])


def test_without_a_reference_the_model_tells(dealer: Trader) -> None:
    facts = {"reference": "", "price": "9000"}
    former = post(dealer, 3, **facts)
    newest = post(dealer, 1, **facts)

    assert (shown(), earlier(newest)) == ([newest], [former])


def test_watches_of_one_message_are_several(dealer: Trader) -> None:
    at = timezone.now()
    for _number in range(2):
        finding.find(cast.sale(dealer, offered_at=at, **WATCH).pk)

    assert len(shown()) == 2


def test_two_dealers_and_two_buyers_are_not_folded_together(dealer: Trader) -> None:
    cast.wanted(cast.trader("Nina"), reference="126610LN", price="12000")
    _sale(dealer, 2)
    _sale(cast.trader("Salma"), 1)

    assert len(shown()) == 4


def test_what_a_person_decided_about_stays_and_stands_for_earlier_posts(dealer: Trader) -> None:
    first, second, third = post(dealer, 9), post(dealer, 5), post(dealer, 1)
    person = User.objects.create_superuser("boss")

    workflow.dismiss(third.pk, by=person)
    assert [*tiles.waiting()] == []

    workflow.reopen(third.pk, by=person)
    Match.objects.filter(pk=second.pk).update(
        state=State.CONTACTED, changed_at=timezone.now(), changed_by=person
    )
    assert shown() == [second, third]
    assert earlier(third) == [first]


def test_a_post_that_is_gone_stands_for_none(dealer: Trader) -> None:
    former, newest = post(dealer, 5), post(dealer, 1)
    Match.objects.filter(pk=newest.pk).update(state=State.GONE)

    assert [*tiles.waiting()] == [former]


def test_list_tile_and_badge_agree_and_all_are_found(boss: Client, dealer: Trader) -> None:
    posts = [post(dealer, days) for days in (9, 5, 1)]

    def listed(query: str = "") -> list[Match]:
        return [*boss.get(LIST + query).context["cl"].result_list]

    assert listed() == listed("?state=proposed") == posts[2:]
    assert len(listed("?state=all")) == 3
    tile = tiles.matches_to_look_at(User.objects.get(username="boss"))
    assert (tile.number, core_tiles.badge_counts()["listings.match"]) == (1, 1)


def test_the_page_says_how_many_earlier_posts_there_are(boss: Client, dealer: Trader) -> None:
    first, second, third = (post(dealer, days) for days in (9, 5, 1))

    def page(match: Match) -> str:
        return boss.get(f"{LIST}{match.pk}/change/").content.decode()

    told = page(third)
    assert "and 2 earlier posts" in told
    assert [f"{LIST}{row.pk}/change/" in told for row in (first, second)] == [True, True]
    assert "and 1 earlier post:" in page(second)
    assert "earlier post" not in page(first)
