"""A real Chromium for the key screens: the machine's own, or the one Playwright installed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Page, Request

# Where screenshots go to be looked at; set it to keep them.
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS") or "/nonexistent")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a page is given to come to what is expected of it: on a busy machine five seconds are few.
PATIENCE = 30_000
# Root has no sandbox; a container's /dev/shm is small; nothing is to be fetched in the background.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless browser; skip the test where there is none (but never in CI)."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    # Playwright's event loop lives in this thread, where Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        if path is None and not os.path.exists(playwright.chromium.executable_path):  # noqa: PTH110 - a string it is
            if os.environ.get("CI"):
                pytest.fail("the build server has no Chromium: .ci/run installs it")
            pytest.skip("no Chromium: install one, or run .venv/bin/playwright install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
            # Playwright runs the test in a context of its own, which has its own connection.
            connections.close_all()


def watch(page: Page, complaints: list[str]) -> None:
    """Note, from now on, errors in the page's console and requests that leave this machine."""

    def console(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def request(asked: Request) -> None:
        if re.match(r"https?://(?!localhost|127\.0\.0\.1)", asked.url):
            complaints.append(f"foreign request: {asked.url}")

    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def settle(page: Page, url: str) -> None:
    """Wait for the page that opens by itself, and for its scripts: it listens to no key before."""
    expect(page).to_have_url(url)
    page.wait_for_load_state()


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture of the window, or of the whole page, where ``SCREENSHOTS`` names a folder."""
    if SCREENSHOTS.is_dir():
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
