"""A real Chromium for the key screens: the machine's own, or the one Playwright installed."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
