"""The shell as a person meets it: signing in, dark mode, importing, switching the language."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import connections

from crm.models import Customer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser objected to: foreign addresses, violations of the policy, script errors."""
    return []


@pytest.fixture
def page(
    live_server: LiveServer,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow import

    # Playwright keeps an event loop in this thread, where Django then refuses its database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    own = (live_server.url, "data:", "blob:")
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        found = browser.new_page(base_url=live_server.url, locale="en-US")
        found.set_default_timeout(60_000)
        found.on("request", lambda r: None if r.url.startswith(own) else complaints.append(r.url))
        found.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        found.on("pageerror", lambda error: complaints.append(str(error)))
        yield found
        # The test's queries ran in the loop's context, whose connection nobody else closes.
        connections.close_all()
        browser.close()


def sign_in(page: Page) -> None:
    User.objects.create_superuser("boss", password="secret")
    page.goto("/admin/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", "secret")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")


def test_person_signs_in_imports_and_switches(
    page: Page, complaints: list[str], tmp_path: Path, settings: Settings
):
    settings.MEDIA_ROOT = tmp_path / "media"
    sheet = tmp_path / "clients.csv"
    sheet.write_text("société;email\nPâtisserie Noor;r@noor.example\n", encoding="cp1252")
    sign_in(page)

    page.goto("/admin/crm/customer/import/")
    page.set_input_files("input[type=file]", sheet)
    page.click("button:has-text('Soumettre'):visible")
    page.click("text=Confirmer l’importation >> visible=true")
    page.wait_for_url("**/admin/crm/customer/")
    assert [str(customer) for customer in Customer.objects.all()] == ["Pâtisserie Noor"]

    page.click("text=Pâtisserie Noor")
    page.click("text=Archiver")
    page.click("#dialog button[type=submit]")
    page.wait_for_selector("text=Pâtisserie Noor est archivé")
    assert Customer.objects.get().archived_at is not None

    page.evaluate("localStorage.setItem('adminTheme', '\"dark\"')")
    page.reload()
    page.wait_for_selector("html.dark")

    page.evaluate("document.querySelector('form[action$=\"setlang/\"] [value=en]').form.submit()")
    page.wait_for_selector("text=Customers")
    assert complaints == []
