"""The pages of figures, of the search and of questions."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from backoffice.core.figures import period
from listings import figures
from listings.market import suspicions
from listings.models import Listing, Match
from listings.tests import market_cast as cast

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SEARCH, ASK = "/admin/listings/search/", "/admin/listings/ask/"
NEVER, NOW = dt.timedelta(days=40), dt.timedelta()


def offered(count: int = 1, ago: dt.timedelta = NOW) -> list[Listing]:
    at = timezone.now() - ago
    texts = [f"FS Rolex Submariner 126610LN 2022 full set {10_000 + n} €" for n in range(count)]
    seller = cast.trader(f"Oliver {ago.days}")
    return [row for text in texts for row in cast.written(seller, text, at=at)]


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_figures_are_those_of_a_plain_loop() -> None:
    offered(3)
    offered(2, ago=NEVER)
    buyer = cast.trader("Hugo")
    [wanted] = cast.written(buyer, "WTB Rolex Submariner 126610LN, budget 11 500 €")
    sales = Listing.objects.filter(type="sale", offered_at__gte=timezone.now() - dt.timedelta(9))
    Match.objects.create(wanted=wanted, sale=sales[0], score=90)

    found = figures.count(period.named("30"))

    assert (found.watches, found.watches_before) == (4, 2)
    assert sum(found.value.values()) == sum((row.price_eur or Decimal(0)) for row in sales) == 30003
    assert (found.by_brand["Rolex", "sale"], found.matches) == (3, {"proposed": 1})


def test_each_question_of_the_figures_has_its_own_section() -> None:
    offered()

    titles = [section.name for section in figures.sections(figures.count(period.named("30")))]

    assert titles == ["flow", "value", "matches", "brands"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/admin/listings/figures/", 9), (SEARCH, 7), (f"{ASK}?question=Submariner", 9)],
)
def test_pages_ask_the_same_number_of_queries_for_any_number_of_rows(
    admin_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
    rows: int,
) -> None:
    offered(rows)
    admin_client.get(SEARCH)  # the catalogue and the tiles are kept

    with django_assert_num_queries(queries):
        html(admin_client, address)


@pytest.mark.parametrize("page", ["figures", "search", "ask", "market"])
def test_pages_and_their_lines_are_for_who_may_see_listings(client: Client, page: str) -> None:
    address = f"/admin/listings/{page}/"
    person = User.objects.create_user("person", is_staff=True)
    client.force_login(person)

    assert client.get(address).status_code == 403
    assert address not in html(client, "/admin/")

    person.user_permissions.add(Permission.objects.get(codename="view_listing"))
    assert f'href="{address}"' in html(client, "/admin/")
    html(client, address)


def test_the_market_page_colours_a_place_as_the_list_does(admin_client: Client) -> None:
    for number, price in enumerate(["10000", "10000", "10000", "10100", "9900", "4000"]):
        cast.sale(cast.trader(f"Trader {number}"), reference="126610LN", price=price)
    cheap = Listing.objects.get(price="4000")
    suspicions.examine(cheap.pk)

    market = html(admin_client, "/admin/listings/market/?q=126610LN")
    listed = html(admin_client, "/admin/listings/listing/")

    tones = r'listing-place" data-tone="(\w*)"'
    assert sorted(re.findall(tones, market)) == sorted(re.findall(tones, listed))
    assert re.findall(tones, market).count("danger") == 1


def test_a_search_tells_what_it_understood_and_shows_the_cards_of_the_list(
    admin_client: Client,
) -> None:
    [listing] = offered()

    page = html(admin_client, f"{SEARCH}?text=submariner+under+12000&type=sale")

    assert page.count('class="listing-card"') == 1
    assert f'href="/admin/listings/listing/{listing.pk}/change/"' in page
    said = dict(re.findall(r'listing-faint">([^<]+)</span> ([^<]+)</span>', page))
    assert (said["Model"], said["To (EUR)"]) == ("Submariner", "12000")
    assert "What fits comes first" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("year_from=2022&year_to=2020", "This end lies before the other one."),
        ("price_from=9&price_to=8", "This end lies before the other one."),
        ("since=2026-05-02&until=2026-05-01", "This end lies before the other one."),
        ("price_to=abc", "Enter a number."),
        ("text=%00", "Null characters are not allowed."),
        ("brand=Patek", "Nothing on the market fits."),
        ("page=9", "There is nothing more."),
        ("type=zzz", "Select a valid choice."),
    ],
)
def test_a_search_that_finds_nothing_says_why(admin_client: Client, query: str, told: str) -> None:
    offered()

    page = html(admin_client, f"{SEARCH}?{query}")

    assert told in page
    assert 'class="listing-card"' not in page


@pytest.mark.parametrize("number", ["0", "-1", "x", "1", "99999999999999999999999"])
def test_a_page_that_cannot_be_is_the_first_or_says_that_there_is_no_more(
    admin_client: Client, number: str
) -> None:
    offered()

    page = html(admin_client, f"{SEARCH}?page={number}")

    assert ('class="listing-card"' in page) != ("There is nothing more." in page)
