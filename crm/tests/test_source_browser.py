"""A manager's first quarter of an hour: a file comes in, is set right, mapped, synced, mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from crm import tasks
from crm.models import Customer, DataSource, FieldMapping, SyncRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
CLIENTS = (
    "Code client;Nom;E-mail;Ville;Créé le\r\n"
    "C1;hélène brûlé;h@brule.example;Nantes;03/04/2024\r\n"
    "C2;noël tréguer;n@treguer.example;Brest;05/06/2024\r\n"
    "C3;;;Lyon;07/08/2024\r\n"
)


@pytest.fixture(autouse=True)
def _english(settings: Settings, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    User.objects.create_superuser("manager", password="demo-password")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/")
        page.fill("input[name=username]", "manager")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        yield page
    assert complaints == []


def redraw(table: Locator, *, dates: str) -> None:
    """Choose an order of dates and wait: the next click would break the drawing off, an error."""
    table.locator("select[name=dates]").select_option(dates)
    expect(table.page.locator(".htmx-request")).to_have_count(0)


def test_a_manager_brings_a_file_in_sets_it_right_and_syncs_it(
    page: Page, live_server: LiveServer, tmp_path: Path
):
    file = tmp_path / "clients.csv"
    file.write_bytes(CLIENTS.encode("cp1252"))
    page.goto(f"{live_server.url}/admin/crm/datasource/add/")
    keep(page, "source-kinds")
    page.get_by_role("link", name="CSV or Excel files").click()
    page.fill("[name=name]", "Cave")
    page.set_input_files("[name=files]", file)
    expect(page.locator("[data-chosen]")).to_have_text("clients.csv")
    page.get_by_role("button", name="Set up").click()

    # The file's style is shown; another order of dates redraws the rows.
    table = page.locator("section[data-table=clients]")
    expect(table.locator("select[name=encoding] option:checked")).to_have_text(
        "Windows-1252 (found)"
    )
    redraw(table, dates="ymd")
    expect(table.locator("[data-sample] tbody tr")).to_have_count(3)
    expect(table.locator("[data-sample]")).to_contain_text("hélène brûlé")
    redraw(table, dates="")
    keep(page, "source-style", whole=True)
    table.get_by_role("button", name="Check all rows").click()
    expect(table.locator("[data-refused] b")).to_have_text("1")

    # A rule is changed beside the rows it makes.
    table.locator("[data-mapping]").click()
    name = page.locator(".map-rule[data-field=name]")
    expect(name.locator("[data-first]")).to_contain_text("hélène brûlé")
    name.locator("[data-add-step]").select_option("uppercase")
    expect(name.locator("[data-first] b")).to_have_text("HÉLÈNE BRÛLÉ")
    expect(page.locator("[data-preview] .is-value").first).to_have_text("HÉLÈNE BRÛLÉ")
    keep(page, "mapping-rules")
    page.locator("[data-show=row]").click()
    expect(page.locator("[data-preview]")).to_contain_text("h@brule.example")
    assert not FieldMapping.objects.filter(rules__steps__contains=[{"name": "uppercase"}]).exists()
    page.get_by_role("button", name="Save the draft").click()
    page.locator("[data-activate]").click()
    keep(page, "mapping-changes")
    page.get_by_role("button", name="Put to work").click()
    expect(page.locator(".src-label").first).to_have_text("active")

    # The sync runs behind the page, which follows it to its end.
    page.get_by_role("link", name="Cave", exact=True).click()
    page.get_by_role("button", name="Sync now").click()
    expect(page.locator("#progress")).to_be_visible()
    keep(page, "source-progress")
    run = SyncRun.objects.get(source=DataSource.objects.get())
    tasks.sync(run.pk)
    expect(page.locator("#progress")).to_have_count(0, timeout=60_000)
    row = page.locator(f"[data-run='{run.pk}']")
    expect(row.locator("[data-count=created]")).to_have_text("2")
    expect(row.locator("[data-count=rejected]")).to_have_text("1")
    keep(page, "source-synced", whole=True)
    names = list(Customer.objects.values_list("name", flat=True))
    assert sorted(names) == ["HÉLÈNE BRÛLÉ", "NOËL TRÉGUER"]

    table.locator("[data-quarantine]").click()
    expect(page).to_have_url(re.compile("/admin/crm/stagedrow/"))
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    keep(page, "quarantine")
