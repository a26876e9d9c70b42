"""A manager in a real browser: two versions side by side, one put to use, everybody scored."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium, keep, watch
from scoring.leads import running
from scoring.models import LeadScore, ModelTraining, ScoringModel, ScoringRun
from scoring.tests import leads, planting, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LIST = "/admin/scoring/scoringmodel/"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    User.objects.create_superuser("omar", password="demo-password")
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


def test_versions_are_compared_and_one_is_put_to_use(page: Page, live_server: LiveServer):
    version = usable.version(shift=2.0)
    shipped = ScoringModel.objects.get(is_active=True)
    leads.lead(50)
    page.goto(f"{live_server.url}{LIST}")
    for one in (version, shipped):
        page.locator(f"input[name=_selected_action][value='{one.pk}']").check()
    page.locator("select[name=action]").select_option("compare")
    page.locator("button[name=index]").click()
    expect(page.get_by_text("Our customers under each")).to_be_visible()
    keep(page, "versions-compared")

    page.get_by_role("link", name=str(version), exact=True).click()
    expect(page.locator("canvas[data-chart]")).to_have_count(2)
    keep(page, "version")
    page.get_by_role("link", name="Put to use").click()
    expect(page.locator("#dialog")).to_contain_text("Of 1 customer")
    page.locator("#dialog button[type=submit]").click()
    expect(page.get_by_text(f"{version} is in use")).to_be_visible()

    version.refresh_from_db()
    assert version.is_active


def test_a_training_and_a_scoring_are_asked_for_and_followed(page: Page, live_server: LiveServer):
    somebody = planting.customer(dt.date(2025, 1, 1))
    planting.sale(somebody, dt.date(2026, 4, 19), 100)
    page.goto(f"{live_server.url}{LIST}")

    page.get_by_role("link", name="Train on our own history").click()
    page.locator("#dialog input[name=horizon]").fill("30")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#training-state")).to_contain_text("waits for the worker")
    ModelTraining.objects.update(status="failed", error="There are too few buyers.")
    expect(page.locator("#training-state")).to_contain_text("There are too few buyers.")
    keep(page, "training-refused")

    page.goto(f"{live_server.url}/admin/scoring/scoringrun/")
    page.get_by_role("link", name="Score everybody now").click()
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#run-state[data-status=waiting]")).to_be_visible()
    running.to_the_end(ScoringRun.objects.get())
    expect(page.locator("#run-state[data-status=done]")).to_be_visible()
    keep(page, "scoring-done")

    assert LeadScore.objects.get().customer == somebody
