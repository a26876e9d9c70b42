"""Fetching mail at a press: a real mailbox, a living worker, and two people who watch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import Schedule
from playwright.sync_api import expect

from backoffice.core.jobs import schedules
from backoffice.messaging.models import InboundMessage, MailboxRun
from backoffice.testing.browser import chromium
from backoffice.testing.imap import PASSWORD, USER, ImapServer
from backoffice.testing.worker import live_worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ORDER = "Bonjour, merci de nous livrer 5000 sachets fond plat 24x10x33 à 0,35 DH l'unité."
PRICE = "Bonjour, quel serait votre prix pour 5000 sachets fond plat 24x10x33 ? Merci."


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        server.create("Commandes")
        yield server


def mail(number: int, text: str) -> bytes:
    lines = (
        "From: Nadia Alaoui <nadia@dar-zitoun.example>",
        f"Message-ID: <{number}@dar-zitoun.example>",
        "Subject: Sachets",
        "Content-Type: text/plain; charset=utf-8",
    )
    return ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()


def mail_page(browser: Browser, live_server: LiveServer, username: str) -> Page:
    page = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{live_server.url}/admin/?next=/admin/messaging/mail/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "demo-password")
    page.click("button[type=submit]")
    page.goto(f"{live_server.url}/admin/messaging/mail/")
    return page


def only_when_pressed() -> None:
    """Keep the schedule, due soon after a worker starts, from fetching before the press."""
    schedules.ensure_schedules()
    mailboxes = Schedule.objects.filter(name=f"{schedules.PREFIX}mailboxes")
    assert mailboxes.update(next_run=timezone.now() + timedelta(hours=1)) == 1


def test_fetch_now_shows_the_mail_as_it_is_stored_and_read(
    server: ImapServer, settings: Settings, live_server: LiveServer, tmp_path: Path
):
    settings.MAILBOXES = {"orders": server.account("Commandes")}
    server.append("Commandes", mail(1, ORDER), mail(2, PRICE), mail(3, ORDER))
    for name in ("salma", "omar"):
        User.objects.create_superuser(name, password="demo-password")
    mailbox = {
        "ORDERS_IMAP_HOST": "127.0.0.1",
        "ORDERS_IMAP_PORT": str(server.port),
        "ORDERS_IMAP_USER": USER,
        "ORDERS_IMAP_PASSWORD": PASSWORD,
        "ORDERS_IMAP_FOLDER": "Commandes",
        "ORDERS_IMAP_SECURITY": "none",
        # On a busy machine the first message takes a while: everything is loaded then.
        "JOB_TIMEOUT": "60",
    }
    only_when_pressed()
    with live_worker(tmp_path / "worker.log", environment=mailbox), chromium() as browser:
        page = mail_page(browser, live_server, "salma")
        page.locator("[data-mailbox=orders] button").click()
        other = mail_page(browser, live_server, "omar")
        for watched in (page, other):
            figures = watched.locator("[data-mailbox=orders] .channel-figures")
            for name, number in (("found", "3"), ("stored", "3"), ("read", "3"), ("made", "2")):
                figure = figures.locator(f"[data-figure={name}] dd")
                expect(figure).to_have_text(number, timeout=60_000)
            # There is nothing more to come: the page asks no longer.
            expect(watched.locator("#mail-state[data-live]")).to_have_count(0)
        page.reload()
        expect(page.locator("#mail-state[data-live]")).to_have_count(0)
        expect(page.locator("[data-figure=made] dd")).to_have_text("2")

    run = MailboxRun.objects.get(stored=3)
    assert run.status == MailboxRun.Status.DONE
    kinds = InboundMessage.objects.filter(run=run).order_by("external_id")
    assert list(kinds.values_list("kind", flat=True)) == ["order", "quote_request", "order"]
