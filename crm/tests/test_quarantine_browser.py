"""A manager mends a refused row in a real browser: typed, checked at once, run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from crm.models import Customer, SyncRun
from crm.sources import setup
from crm.tests.small_source import a_table, sync, to_its_end

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


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/?next=/admin/crm/stagedrow/")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        yield page
    assert complaints == []


def test_a_refused_row_is_mended_in_place_and_taken(page: Page, live_server: LiveServer):
    source = setup.create_source("Shop", "files", country="FR")
    columns = ("key", "name", "email")
    a_table(source, "customer", columns, "C1;;not an address", "C2;Anne;anne@client.example")
    sync(source)

    page.goto(f"{live_server.url}/admin/crm/stagedrow/")
    page.get_by_role("link", name="Name is missing").click()
    name, email = page.get_by_label("name →"), page.get_by_label("email →")
    expect(page.locator("[data-column='column-1']")).to_contain_text("is missing")
    # Its script listens to what is typed from then on.
    page.wait_for_load_state()
    name.fill("Zoé Brûlard")
    expect(page.locator("[data-column='column-1'] li")).to_have_count(0)
    expect(page.locator("[data-column='column-2'] li")).to_have_count(1)
    email.fill("zoe@client.example")
    expect(page.get_by_role("status")).to_have_text("Nothing is wrong with these values any more.")
    keep(page, "quarantine-row")
    assert Customer.objects.count() == 1
    page.get_by_role("button", name="Mend and run again").click()
    expect(page.get_by_text("The mended rows are being run again")).to_be_visible()

    to_its_end(SyncRun.objects.get(kind="mended"))

    assert Customer.objects.filter(name="Zoé Brûlard").exists()
