"""An agent's morning in a real browser: a ticket, a snippet, sent, and the next one opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from backoffice.messaging import delivery_tasks
from backoffice.messaging.models import OutboundMessage
from backoffice.testing.browser import chromium, keep, settle, watch
from backoffice.testing.smtp import SmtpServer
from support.drafting import requests
from support.models import Draft, Snippet, Ticket
from support.tests import tickets as make

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
    """A signed-in page that fails the test on errors in its console and on foreign requests."""
    User.objects.create_superuser("omar", password="demo-password", first_name="Omar")
    complaints: list[str] = []
    with chromium() as browser:
        page = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        watch(page, complaints)
        page.goto(f"{live_server.url}/admin/?next=/admin/support/ticket/")
        page.fill("input[name=username]", "omar")
        page.fill("input[name=password]", "demo-password")
        page.click("button[type=submit]")
        yield page
    assert complaints == []


def address(live_server: LiveServer, ticket: Ticket) -> str:
    return f"{live_server.url}/admin/support/ticket/{ticket.pk}/change/"


def test_a_reply_is_completed_with_a_snippet_and_sent_and_the_next_ticket_opens(
    page: Page, live_server: LiveServer, settings: Settings
):
    first = make.ready(hours=30, words="Où est ma commande 10402 ?")
    Draft.objects.update(facts={"customer_name": "Salma"})
    second = make.ready(hours=2, email="nadia@example.com", name="Nadia")
    Snippet.objects.create(title="Zut", body="Toutes nos excuses, {customer_name}.")

    page.goto(f"{live_server.url}/admin/support/ticket/")
    keep(page, "queue")
    page.locator("#result_list a", has_text=first.ticket.number).click()
    settle(page, address(live_server, first.ticket))
    expect(page.locator(".ticket-said")).to_contain_text("Où est ma commande 10402 ?")
    send = page.locator("[data-send]")
    expect(send).to_contain_text("Approve and send")

    page.keyboard.down("Alt")
    expect(page.locator(".ticket-page.is-alt [data-send][data-key=V]")).to_have_count(1)
    keep(page, "letters")
    page.keyboard.up("Alt")
    expect(page.locator(".is-alt")).to_have_count(0)

    # At the end of the text, by the keyboard alone.
    page.locator("textarea[name=body]").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+KeyS")
    page.keyboard.type("zut")
    page.keyboard.press("Enter")
    text = f"{make.REPLY}\nToutes nos excuses, Salma."
    expect(page.locator("textarea[name=body]")).to_have_value(text)
    expect(send).to_contain_text("Send edited")
    keep(page, "ticket")
    page.keyboard.press("Alt+KeyV")

    settle(page, address(live_server, second.ticket))
    keep(page, "next-ticket")
    page.locator("[data-send]").click()
    expect(page).to_have_url(f"{live_server.url}/admin/support/ticket/")
    keep(page, "queue-empty")

    with SmtpServer() as server:
        server.use(settings)
        for row in OutboundMessage.objects.order_by("pk"):
            delivery_tasks.deliver_message(row.pk)
        mail = server.mails[0]
        asked = first.ticket.thread.get().message.external_id
        assert (mail["To"], mail["Subject"]) == (
            "Salma Tazi <salma@example.com>",
            "Re: Ma commande",
        )
        assert (mail["In-Reply-To"], mail["References"]) == (asked, asked)
        body = mail.get_body(("plain",))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n").strip() == text
        assert server.recipients == ["salma@example.com", "nadia@example.com"]


def test_who_writes_while_the_page_is_open_is_read_first(page: Page, live_server: LiveServer):
    draft = make.ready()
    page.clock.install()
    page.goto(address(live_server, draft.ticket))
    page.fill("textarea[name=body]", "Mes propres mots")

    make.written(draft.ticket, words="J'ai trouvé mon colis !")
    requests.make_stale(draft.ticket)
    page.clock.run_for(20_000)
    expect(page.locator(".ticket-news")).to_contain_text("The customer wrote again at ")
    keep(page, "banner")

    # Sent all the same: refused, and nothing typed is lost.
    page.locator("[data-send]").click()
    expect(page.locator(".ticket-said.is-last")).to_contain_text("J'ai trouvé mon colis !")
    expect(page.locator("textarea[name=body]")).to_have_value("Mes propres mots")
    assert OutboundMessage.objects.count() == 0
    keep(page, "refused")

    # Read by now: it goes as a reply by hand.
    page.locator("[data-send]").click()
    expect(page).to_have_url(f"{live_server.url}/admin/support/ticket/")
    assert OutboundMessage.objects.get().body == "Mes propres mots"


def test_the_page_keeps_up_and_keeps_what_was_typed(page: Page, live_server: LiveServer):
    draft = make.draft(make.ticket(channel="whatsapp", phone="+212600000001"), "", status="writing")
    area = page.locator("textarea[name=body]")
    page.clock.install()
    page.goto(address(live_server, draft.ticket))
    expect(page.locator(".ticket-writing")).to_be_visible()
    keep(page, "being-written")

    # What was being written comes by itself, its gaps marked.
    Draft.objects.update(status="ready", body="Livraison le {delivery_date}.")
    page.clock.run_for(5_000)
    expect(page.locator(".ticket-marks mark")).to_have_text("{delivery_date}")
    expect(page.locator(".ticket-count")).to_have_text("29 / 1,600")
    keep(page, "gaps")
    page.locator(".ticket-gaps button").click()
    page.keyboard.type("24 novembre")
    expect(area).to_have_value("Livraison le 24 novembre.")
    expect(page.locator(".ticket-gaps")).to_be_hidden()

    # A dialog loads the page anew.
    page.keyboard.press("Alt+KeyN")
    page.locator("#dialog textarea").fill("Rappeler lundi")
    keep(page, "note")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator(".is-note")).to_contain_text("Rappeler lundi")
    expect(area).to_have_value("Livraison le 24 novembre.")
    page.locator("[data-use-draft]").click()
    expect(area).to_have_value("Livraison le {delivery_date}.")


def test_many_are_sent_from_the_list(page: Page, live_server: LiveServer):
    drafts = [make.ready(hours=hours) for hours in (3, 2)]
    page.goto(f"{live_server.url}/admin/support/ticket/")
    for draft in drafts:
        page.locator(f'input[name=_selected_action][value="{draft.ticket_id}"]').check()
    page.select_option("select[name=action]", "approve_selected")
    page.locator("button[name=index]").click()
    keep(page, "bulk")
    page.get_by_role("button", name="Approve and send the drafts").click()
    expect(page.locator("body")).to_contain_text("2 replies sent.")
    assert OutboundMessage.objects.count() == 2
