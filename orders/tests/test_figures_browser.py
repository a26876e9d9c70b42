"""The charts in a real browser: drawn, from our own files, without a word in the console."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.core.models import AiCall
from backoffice.testing.browser import chromium, keep, watch
from orders.tests import factories as make
from orders.tests.histories import hours, outcome, placed

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

# How many pixels of a canvas are not transparent.
PAINTED = """canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.filter((_value, index) => index % 4 === 3 && _value > 0).length;
}"""
COLOUR = """canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = {};
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 255) seen[[data[i], data[i + 1], data[i + 2]]] = true;
  }
  return Object.keys(seen);
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def history() -> None:
    customer = make.CustomerFactory.create(company="مخبزة السلام")
    for days in range(5):
        at = timezone.now() - hours(24 * days + 2)
        order = placed(at, customer=customer, status="validated", total=Decimal(900 + days))
        make.OrderLineFactory.create(order=order)
        outcome(order, "quantity", 0.95, kept=days > 0)
        outcome(order, "customer", 0.55, kept=days > 2)
    placed(timezone.now() - hours(3), status="rejected", channel="whatsapp")
    AiCall.objects.create(purpose="transcribe", model="m", outcome="ok", cost_usd=Decimal("0.0023"))


def sign_in(page: Page, live_server: LiveServer) -> list[str]:
    """What the console and the network had to complain of, from now on."""
    User.objects.create_superuser("admin", "admin@localhost", "demo-password")
    complaints: list[str] = []
    watch(page, complaints)
    page.goto(f"{live_server.url}/admin/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "demo-password")
    page.click("button[type=submit]")
    return complaints


def test_charts_are_drawn_at_home_and_on_the_page_in_light_and_dark(live_server: LiveServer):
    history()
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        complaints = sign_in(page, live_server)
        expect(page.locator("canvas[data-chart]")).to_have_count(3)
        keep(page, "home-charts", whole=True)

        page.goto(f"{live_server.url}/admin/orders/figures/")
        canvases = page.locator("canvas[data-chart]")
        expect(canvases).to_have_count(8)
        painted = [canvas.evaluate(PAINTED) for canvas in canvases.all()]
        # Small values fill their chart; whole ones have no half marks.
        ends = "names => names.map(name => Chart.getChart(name).scales.y.max)"
        heights = page.evaluate(ends, ["orders-ai-costs", "orders-received"])
        light = page.locator("#orders-amount-mad").evaluate(COLOUR)
        keep(page, "figures", whole=True)

        page.evaluate("document.documentElement.classList.add('dark')")
        expect(page.locator("#orders-amount-mad")).to_be_visible()
        page.wait_for_function("document.documentElement.classList.contains('dark')")
        dark = page.locator("#orders-amount-mad").evaluate(COLOUR)
        keep(page, "figures-dark", whole=True)

        summary = page.locator("#amounts details summary").first
        summary.click()
        expect(page.locator("#orders-amount-mad-table tbody tr")).to_have_count(30)
        expect(page.locator("#id_since")).to_be_hidden()
        page.select_option("#id_period", "custom")
        expect(page.locator("#id_since")).to_be_visible()

    assert min(painted) > 1000
    assert heights == [0.0025, 2]
    # The kraft of the bars, on light and on dark ground: #a2602f and #d08c54.
    assert ("162,96,47" in light, "208,140,84" in light) == (True, False)
    assert ("162,96,47" in dark, "208,140,84" in dark) == (False, True)
    assert complaints == []
