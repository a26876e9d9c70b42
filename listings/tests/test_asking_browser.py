"""The market searched and asked in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from listings import demo
from listings.models import Listing
from listings.tests.market_cast import sale, trader
from listings.tests.staff import member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django import DjangoAssertNumQueries, Settings
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def page(live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    settings.LANGUAGE_CODE = "en"
    settings.LOCAL_ONLY = True
    demo.load()
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        size = {"width": 1440, "height": 900}
        page = browser.new_context(locale="en-US", viewport=size).new_page()  # type: ignore[arg-type]
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/?next=/admin/listings/search/")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        yield page
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_market_is_searched_and_asked(page: Page, live_server: LiveServer):
    page.goto(f"{live_server.url}/admin/listings/search/")
    page.fill("input[name=text]", "submariner")
    page.get_by_text("Filters", exact=True).click()
    page.select_option("select[name=type]", "sale")
    page.get_by_role("button", name="Search").last.click()
    expect(page.locator(".asking-cards .listing-card").first).to_contain_text("Submariner")
    expect(page.locator(".asking-understood")).to_contain_text("Submariner")
    keep(page, "listings-market-search")
    page.set_viewport_size({"width": 420, "height": 900})
    keep(page, "listings-market-search-narrow")
    page.set_viewport_size({"width": 1440, "height": 900})

    page.goto(f"{live_server.url}/admin/listings/ask/")
    keep(page, "listings-ask-empty")
    page.fill("input[name=question]", "What is the cheapest Rolex for sale?")
    page.get_by_role("button", name="Ask").last.click()
    expect(page.locator(".asking-answer")).to_contain_text("The cheapest: Rolex")
    keep(page, "listings-ask")
    page.set_viewport_size({"width": 420, "height": 900})
    keep(page, "listings-ask-narrow")
    page.locator(".asking-answer .listing-link").first.click()
    cheapest = (
        Listing.objects.live().filter(type="sale", brand="Rolex", price_eur__gt=0)
    ).order_by("price_eur")[0]
    expect(page).to_have_url(f"{live_server.url}/admin/listings/listing/{cheapest.pk}/change/")


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/admin/listings/search/", 9), ("/admin/listings/ask/", 11)]
)
def test_pages_take_a_constant_number_of_queries(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
    address: str,
    queries: int,
):
    client.force_login(member("view_listing"))
    for number in range(rows):
        sale(trader(f"T{number}"), reference="126610LN", price=9000)
    asked = {"type": "sale", "question": "How many Rolex?"}
    client.get(address, asked)

    with django_assert_num_queries(queries):
        answer = client.get(address, asked)

    assert answer.content.count(b'class="listing-card"') == rows


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_a_bad_filter_is_said_at_its_field_and_a_name_is_text(client: Client):
    client.force_login(member("view_listing"))
    sale(trader("<b>Eve</b>"), price=9000)

    wrong = client.get("/admin/listings/search/", {"price_to": "-1", "text": "a\0b"})
    told = client.get("/admin/listings/ask/", {"question": "Who sells a Submariner?"})

    assert set(wrong.context["form"].errors) == {"price_to", "text"}
    assert b"&lt;b&gt;Eve" in told.content
    assert b"<b>Eve" not in told.content


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/listings/search/", "/admin/listings/ask/"])
def test_the_pages_are_for_those_who_see_listings(client: Client, address: str):
    client.force_login(member("view_match"))
    assert client.get(address).status_code == 403
    assert Client().get(address).status_code == 302
