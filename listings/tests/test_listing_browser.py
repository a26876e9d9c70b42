"""A trader's morning in a real browser: a listing corrected and confirmed, an answer sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.messaging.models import OutboundMessage
from backoffice.testing.browser import chromium, keep, watch
from listings import demo
from listings.models import Listing, Trader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.LOCAL_ONLY = True


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    demo.load()
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/?next=/admin/listings/listing/")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        yield page
    assert complaints == []


def test_a_listing_is_found_corrected_and_confirmed_and_its_trader_answered(
    page: Page, live_server: LiveServer
):
    page.goto(f"{live_server.url}/admin/listings/listing/")
    keep(page, "listings-table")
    page.get_by_role("link", name="Cards").click()
    expect(page.locator(".listing-card").first).to_be_visible()
    page.locator(".action-select").first.check()
    expect(page.locator(".action-counter")).to_contain_text("1 of")
    keep(page, "listings-cards")

    listing = Listing.objects.get(trader__name="Hugo Vasseur", brand="Omega")
    page.goto(f"{live_server.url}/admin/listings/listing/{listing.pk}/change/")
    # The field leads to the words it was read from, the words lead to the field.
    page.focus("#id_reference")
    expect(page.locator(".listing-mark.is-active")).to_have_text("310.30.42.50.01.001")
    page.locator('.listing-mark[data-field="year"]').click()
    expect(page.locator("#id_year")).to_be_focused()
    page.fill("#id_price", "5750")
    page.click('button[name="_save"]')
    page.goto(f"{live_server.url}/admin/listings/listing/{listing.pk}/change/")
    expect(page.locator(".listing-history")).to_contain_text("5900.00")
    keep(page, "listing", whole=True)
    page.locator('[data-dialog="confirm"]').click()
    page.get_by_role("button", name="It is right").click()
    expect(page.get_by_text("is confirmed.")).to_be_visible()
    listing.refresh_from_db()
    assert (str(listing.price), listing.reviewed_by and listing.reviewed_by.username) == (
        "5750.00",
        "omar",
    )

    hugo = Trader.objects.get(name="Hugo Vasseur")
    page.goto(f"{live_server.url}/admin/listings/trader/{hugo.pk}/change/")
    thread = page.locator("[data-thread]")
    expect(thread.locator("article").last).to_be_in_viewport()
    page.fill("textarea[name=body]", "Merci Hugo, nous la prenons.")
    keep(page, "conversation")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The message is on its way.")).to_be_visible()
    expect(page.locator(".trader-said.is-ours").last).to_contain_text("nous la prenons")
    row = OutboundMessage.objects.get(body__contains="nous la prenons")
    assert (row.channel, row.about) == ("wa_cloud", hugo)


def test_cards_and_conversation_fit_on_a_telephone(page: Page, live_server: LiveServer):
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{live_server.url}/admin/listings/listing/?look=cards")
    hugo = Trader.objects.get(name="Hugo Vasseur")
    listing = Listing.objects.filter(trader=hugo).first()
    assert listing is not None
    for name, path in (
        ("phone-cards", "listing/"),
        ("phone-listing", f"listing/{listing.pk}/change/"),
        ("phone-conversation", f"trader/{hugo.pk}/change/"),
    ):
        page.goto(f"{live_server.url}/admin/listings/{path}")
        keep(page, name)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
