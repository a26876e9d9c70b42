"""A salesperson's morning in a real browser: call, note, the next one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from crm.models import Customer, Interaction
from scoring.tests.leads import lead, reach
from scoring.versions import keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from scoring.models import LeadScore

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LIST = "/admin/scoring/leadscore/"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def leads() -> list[LeadScore]:
    """Anne promises most, then Bruno, who wants no calls, then Chloé."""
    # Trained before a page waits for it.
    keeping.in_use()
    found = []
    for number, (name, value) in enumerate((("Anne", 900), ("Bruno", 500), ("Chloé", 100))):
        customer = Customer.objects.create(name=name, consent_phone=name != "Bruno")
        reach(customer, number)
        found.append(
            lead(
                80,
                customer,
                expected_value=Decimal(value),
                contributions=[30.0, 20.0, -10.0, 0.0, 0.0, 0.0, 0.0],
            )
        )
    return found


@pytest.fixture
def page(leads: list[LeadScore], live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    assert len(leads) == 3
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/login/?next={LIST}")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        page.wait_for_url(f"{live_server.url}{LIST}")
        yield page
    assert complaints == []


def test_the_worklist_is_worked_through_from_the_list(page: Page, leads: list[LeadScore]):
    rows = page.locator("#result_list tr.data-row")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Anne")
    keep(page, "leads-list")
    # Bruno wants no calls: his number is no link, and there is no call to note.
    expect(rows.nth(1).locator("[data-dialog=call_done]")).to_have_count(0)
    expect(rows.nth(1).locator("a[href^='tel:']")).to_have_count(0)

    rows.first.locator("[data-dialog=call_done]").click()
    page.locator("#dialog textarea").fill("Wants six cases")
    keep(page, "leads-call")
    page.locator("#dialog button[type=submit]").click()

    expect(page.get_by_text("The call to Anne is noted.")).to_be_visible()
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Bruno")
    page.get_by_role("link", name="Dealt with, resting").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("dealt with by Omar")
    contact = Interaction.objects.get()
    assert (contact.customer_id, contact.channel, contact.response) == (
        leads[0].pk,
        "call",
        "Wants six cases",
    )


def test_one_after_the_other_by_the_keyboard(page: Page, leads: list[LeadScore]):
    page.get_by_role("link", name="Anne").click()
    title = page.locator(".lead-title h1")
    expect(title).to_have_text("Anne")
    expect(page.locator(".lead-bars tbody tr[data-way=down]").first).to_contain_text("spent so far")
    # It listens to no key before its scripts have run.
    page.wait_for_load_state()
    page.keyboard.down("Alt")
    expect(page.locator(".is-alt [data-dialog=next][data-key=J]")).to_have_count(1)
    keep(page, "lead-letters")
    page.keyboard.up("Alt")

    page.keyboard.press("Alt+KeyJ")
    expect(title).to_have_text("Bruno")
    page.wait_for_load_state()
    page.keyboard.press("Alt+KeyM")
    expect(page.locator("#dialog textarea")).to_be_focused()
    page.keyboard.type("Sent the offer")
    page.locator("#dialog button[type=submit]").click()
    expect(title).to_have_text("Chloé")
    expect(page.get_by_text("The e-mail to Bruno is noted.")).to_be_visible()

    assert [*Interaction.objects.values_list("customer", "channel", "response")] == [
        (leads[1].pk, "email", "Sent the offer")
    ]


def test_pages_fit_their_window(page: Page, live_server: LiveServer, leads: list[LeadScore]):
    addresses = {"list": LIST, "page": f"{LIST}{leads[0].pk}/change/"}
    widths = {}
    for name, address in addresses.items():
        page.goto(f"{live_server.url}{address}")
        for width, scheme in ((1440, "light"), (1440, "dark"), (420, "light"), (420, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            keep(page, f"lead-{name}-{width}-{scheme}", whole=True)
            widths[name, width] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == {(name, width): width for name in addresses for width in (1440, 420)}
