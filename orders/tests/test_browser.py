"""A newcomer's first minutes: the worker reads the inbox, a person validates in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from playwright.sync_api import expect

from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.browser import chromium, keep, settle, watch
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import live_worker
from crm.models import Sale
from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

SAMPLES = Path(__file__).parent / "data" / "samples"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    User.objects.create_superuser("admin", "admin@localhost", "demo-password")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="fr-FR", viewport={"width": 1500, "height": 1000}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/")
        page.fill("input[name=username]", "admin")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        yield page
    assert complaints == []


def test_an_order_read_by_the_worker_is_validated_beside_its_message(
    page: Page, live_server: LiveServer, tmp_path: Path
):
    names = ("e02-latin1-trois-lignes-prix.eml", "e06-pdf-grille-ttc.eml")
    call_command("import_messages", *[str(SAMPLES / name) for name in names], verbosity=0)
    with live_worker(tmp_path / "worker.log"):
        wait_until(
            lambda: InboundMessage.objects.filter(status="done").count() == len(names),
            within=60,
            what="both messages read",
        )
    first = Order.objects.get(email="achats@alamal-patisserie.example")
    second = Order.objects.exclude(pk=first.pk).get()

    page.goto(f"{live_server.url}/admin/orders/order/{first.pk}/change/")
    expect(page.locator('mark[data-field="lines-0-quantity"]')).to_contain_text("20 000")
    expect(page.locator("#id_lines-0-quantity")).to_have_value("20000")
    expect(page.locator("#id_company")).to_have_value("Boulangerie Pâtisserie Al Amal")
    page.fill("#id_lines-0-quantity", "21000")
    keep(page, "order")
    page.keyboard.press("Alt+KeyV")

    # The next order that waits opens by itself, its PDF beside the form.
    settle(page, f"{live_server.url}/admin/orders/order/{second.pk}/change/")
    expect(page.locator(".order-document iframe")).to_be_visible()
    keep(page, "next-order")
    first.refresh_from_db()
    assert (first.status, first.decided_by and first.decided_by.username) == ("validated", "admin")
    assert first.lines.order_by("position")[0].quantity == 21000
    assert Sale.objects.count() == 3
    assert OutboundMessage.objects.get().recipient == "achats@alamal-patisserie.example"

    page.keyboard.press("Alt+KeyR")
    page.locator("#dialog textarea").fill("Rupture de stock")
    keep(page, "reject")
    page.locator("#dialog button[type=submit]").click()
    expect(page).to_have_url(f"{live_server.url}/admin/orders/order/")
    second.refresh_from_db()
    assert (second.status, second.rejection_reason) == ("rejected", "Rupture de stock")
    keep(page, "list")
