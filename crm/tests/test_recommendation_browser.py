"""A salesperson's minute in a real browser: one after the other, mostly by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from crm.models import Customer, Recommendation, RecommendationRules, RefusedProduct, Sale
from crm.recommendations.making import requests, running
from crm.tests import recommended as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LIST = "/admin/crm/recommendation/"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/?next={LIST}")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        page.wait_for_url(f"**{LIST}")
        yield page
    assert complaints == []


def opened(page: Page, name: str) -> None:
    """The page about somebody has come by itself, and listens to the keyboard."""
    expect(page.locator(".reco-title h1")).to_contain_text(name)
    page.wait_for_load_state()


def learnt() -> None:
    """A shop whose customers buy in two tastes, and recommendations made of it."""
    wines = [
        make.product(f"{name} {colour}", category=colour)
        for colour in ("Rouge", "Blanc")
        for name in ("Alba", "Brise", "Cime", "Dune", "Echo", "Flore")
    ]
    for number in range(24):
        who = make.customer(f"Client {number:02}")
        mine = wines[:6] if number % 2 else wines[6:]
        for turn in range(4):
            for wine in {mine[(number + turn) % 6], mine[(number + 1) % 6]}:
                Sale.objects.create(
                    customer=who,
                    product=wine,
                    quantity=6,
                    amount=72,
                    currency="EUR",
                    sold_on=f"2026-{turn * 2 + 1:02}-{number % 27 + 1:02}",
                    source="test",
                    external_ref=f"{number}-{turn}-{wine.pk}",
                )
    # Fewer than there are, so that something else is left.
    RecommendationRules.objects.create(pk=1, top=3)
    running.to_the_end(requests.request(kind="full", in_background=False))  # type: ignore[arg-type]


def test_one_after_the_other_is_decided_by_the_keyboard(page: Page, live_server: LiveServer):
    first, second, third = (
        make.recommendation(Customer.objects.create(name=name), confidence=share)
        for name, share in (("Anne", "0.9"), ("Bruno", "0.6"), ("Chloé", "0.3"))
    )
    page.goto(f"{live_server.url}{LIST}?q=&confidence=")
    keep(page, "reco-list")

    page.get_by_role("link", name="Anne").click()
    opened(page, "Anne")
    page.keyboard.down("Alt")
    expect(page.locator(".is-alt [data-dialog=approve][data-key=V]")).to_have_count(1)
    keep(page, "reco-letters")
    page.keyboard.up("Alt")
    page.keyboard.press("Alt+KeyV")
    opened(page, "Bruno")
    expect(page.get_by_text("The recommendation for Anne is approved.")).to_be_visible()

    page.keyboard.press("Alt+KeyR")
    page.locator("#dialog").get_by_label("not the moment").check()
    keep(page, "reco-reject")
    page.locator("#dialog button[type=submit]").click()
    opened(page, "Chloé")
    page.keyboard.press("Alt+KeyJ")
    page.wait_for_url(f"**{LIST}*")

    first.refresh_from_db()
    second.refresh_from_db()
    third.refresh_from_db()
    assert [first.status, second.status, third.status] == ["approved", "rejected", "pending"]
    assert second.rejection == "moment"


def test_products_are_refused_and_the_whole_is_rated(page: Page, live_server: LiveServer):
    row = make.recommendation(again=0, new=2)
    page.goto(f"{live_server.url}{LIST}{row.pk}/change/")

    page.locator(".reco-place").first.get_by_role("link", name="Never propose it").click()
    page.locator("#dialog input[name=reason]").fill("Too dry")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator(".reco-place")).to_have_count(1)
    expect(page.locator(".reco-history")).to_contain_text("Too dry")
    page.wait_for_load_state()

    page.keyboard.press("Alt+KeyN")
    page.keyboard.press("End")
    page.locator(".reco-stars label").nth(3).click()
    page.locator(".reco-rate input[name=comment]").fill("Well seen")
    keep(page, "reco-rated")
    page.keyboard.press("Enter")
    expect(page.locator(".reco-history")).to_contain_text("Well seen")
    expect(page.locator(".reco-stars input[value='4']")).to_be_checked()

    row.refresh_from_db()
    assert (row.rating, RefusedProduct.objects.get().reason) == (4, "Too dry")


def test_what_else_there_is_is_put_in_swapped_and_made_anew(page: Page, live_server: LiveServer):
    learnt()
    row = Recommendation.objects.filter(repeat_algorithm__gt="").order_by("pk")[0]
    wine = make.product("Zinfandel")
    page.goto(f"{live_server.url}{LIST}{row.pk}/change/")
    keep(page, "reco-page", whole=True)

    # What the algorithms say comes into the dialog by itself; any other product by its name.
    lists = page.locator(".reco-list")
    lists.first.locator(".reco-place").first.get_by_role("link", name="Swap").click()
    expect(page.locator(".reco-choose")).to_be_visible()
    page.locator(".reco-choose .reco-search").fill("zinf")
    page.locator(".reco-choice", has_text="Zinfandel").click()
    keep(page, "reco-swap")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator(".reco-page")).to_contain_text("Zinfandel")
    page.wait_for_load_state()
    assert row.products.filter(rank__isnull=False, product=wine).exists()

    # By algorithm, when the fold is opened.
    fold = page.locator(".reco-others[data-question=new]")
    fold.locator("summary").first.click()
    expect(fold.locator(".reco-tab")).not_to_have_count(0)
    keep(page, "reco-alternatives", whole=True)

    page.keyboard.press("Alt+KeyL")
    page.locator("#dialog select[name=algorithm]").select_option("popularity")
    page.locator("#dialog button[type=submit]").click()
    expect(page.get_by_text("A new recommendation for")).to_be_visible()
    row.refresh_from_db()
    newer = Recommendation.objects.get(customer=row.customer, status="pending")
    assert (row.status, newer.replaces) == ("replaced", row)


def test_pages_fit_their_window(page: Page, live_server: LiveServer):
    row = make.recommendation()
    run = make.run(model=make.model())
    addresses = {
        "list": LIST,
        "page": f"{LIST}{row.pk}/change/",
        "run": f"/admin/crm/recommendationrun/{run.pk}/change/",
        "rules": "/admin/crm/recommendationrules/",
        "campaign": "/admin/crm/recommendations/campaign/",
        "refused": "/admin/crm/refusedproduct/",
    }
    widths = {}
    for name, address in addresses.items():
        page.goto(f"{live_server.url}{address}")
        for width, scheme in ((1440, "light"), (1440, "dark"), (420, "light"), (420, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            keep(page, f"reco-{name}-{width}-{scheme}", whole=True)
            widths[name, width] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == {(name, width): width for name in addresses for width in (1440, 420)}
