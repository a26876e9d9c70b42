"""The worklist of matches, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core import management
from django.db import transaction
from playwright.sync_api import expect

from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.testing.browser import SCREENSHOTS, chromium, watch
from listings.matching import contacting, finding
from listings.models import Match
from listings.people import traders
from listings.tests import market_cast as cast
from listings.tests import messages

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from pytest_django.live_server_helper import LiveServer

    from listings.models import Trader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

State = Match.State
LIST = "/admin/listings/match/"
WANTED = "Cherche Rolex Submariner 126610LN, bon état, budget 11 500 €, 2021 ou plus récente"
OFFER = "FS Rolex Submariner 126610LN 2022 excellent condition full set 10.900 €"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def matches(count: int = 1, *, heard: bool = True) -> list[Match]:
    cast.written(_heard("Hugo Vasseur", "+33639980117", WANTED), WANTED)
    for number in range(count):
        phone, name = f"+44770090012{number}", f"Oliver Grant {number}"
        seller = _heard(name, phone, OFFER) if heard else cast.trader(name, phone)
        for row in cast.written(seller, OFFER):
            finding.find(row.pk)
    return [*Match.objects.order_by("pk")]


def _heard(name: str, phone: str, text: str) -> Trader:
    """A trader who has just written."""
    with transaction.atomic():
        return traders.of_message(messages.said(text, phone=phone, name=name))


def page(match: Match) -> str:
    return f"{LIST}{match.pk}/change/"


def staff(client: Client, *codenames: str) -> Client:
    person = User.objects.create_user("person", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(person)
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert len(matches(rows)) == rows
    boss.get(LIST)

    with django_assert_num_queries(5):
        answer = boss.get(LIST)

    assert answer.content.decode().count("match-score") == rows


def test_parts_of_a_set_are_named_in_the_reasons(boss: Client) -> None:
    cast.written(cast.trader("Hugo"), "Cherche Rolex Submariner 126610LN full set, budget 11 500 €")
    for row in cast.written(cast.trader("Oliver"), "FS Rolex Submariner 126610LN 2022 10.900 €"):
        finding.find(row.pk)
    [match] = Match.objects.all()

    assert boss.get(LIST).status_code == 200
    told = "Wanted with box and papers; the offer does not say."
    assert told in boss.get(page(match)).content.decode(), match.reasons


def test_the_page_asks_the_same_number_of_questions(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = matches()[0]
    boss.get(page(row))

    with django_assert_num_queries(19):
        boss.get(page(row))


def test_the_page_shows_both_sides_and_a_draft_to_each_in_their_language(boss: Client) -> None:
    answer = boss.get(page(matches()[0])).content.decode()

    shown = ["Hugo Vasseur", "Oliver Grant 0", WANTED, OFFER, "Same reference: 126610LN."]
    drafts = ["Vous recherchez : Rolex Submariner 126610LN", "We have a buyer who is looking"]
    assert [text for text in (*shown, *drafts) if text not in answer] == []


def test_what_staff_wrote_is_sent_on_click_and_to_that_side_alone(boss: Client) -> None:
    row = matches()[0]

    answer = boss.post(page(row), {"side": "buyer", "body": "Bonjour Hugo, voilà."})

    sent = OutboundMessage.objects.get()
    assert answer["Location"] == page(row)
    assert (sent.recipient, sent.body) == ("+33639980117", "Bonjour Hugo, voilà.")
    assert Match.objects.get().state == State.CONTACTED


def test_looking_at_the_page_sends_nothing(boss: Client) -> None:
    boss.get(page(matches()[0]))

    assert OutboundMessage.objects.count() == 0


def test_what_was_refused_keeps_what_was_typed(boss: Client) -> None:
    row = matches(heard=False)[0]

    answer = boss.post(page(row), {"side": "seller", "body": "Typed with care"})

    assert "approved template" in answer.content.decode()
    assert OutboundMessage.objects.count() == 0


def test_outside_the_window_the_approved_template_goes(boss: Client) -> None:
    row = matches(heard=False)[0]
    MessageTemplate.objects.filter(key="match_seller").update(content_sid="buyer_found")

    shown = boss.get(page(row)).content.decode()
    boss.post(page(row), {"side": "seller", "template": "1"})

    assert "buyer_found" in shown
    assert OutboundMessage.objects.get().content_sid == "buyer_found"


def test_a_message_that_failed_is_shown_and_found_by_the_filter(boss: Client) -> None:
    row, other, _third = matches(3)
    person = User.objects.get(username="boss")
    for match in (row, other):
        contacting.write(match.pk, "seller", "Hello", by=person)
    OutboundMessage.objects.filter(about_id=row.pk).update(
        status="failed", error="The number is not on WhatsApp."
    )

    shown = boss.get(page(row)).content.decode()
    failed = boss.get(f"{LIST}?messages=failed").context["cl"].result_list
    unwritten = boss.get(f"{LIST}?messages=none").context["cl"].result_list

    assert "The number is not on WhatsApp." in shown
    assert ([one.pk for one in failed], [one.pk for one in unwritten]) == ([row.pk], [_third.pk])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?state=dismissed", 1),
        ("?state=all", 3),
        ("?least=90", 2),
        ("?least=101", 2),
        ("?brand=Rolex", 2),
        ("?brand=Tudor", 0),
        ("?q=oliver", 2),
        ("?q=nobody", 0),
    ],
)
def test_the_list_is_narrowed(boss: Client, query: str, found: int) -> None:
    row = matches(3)[0]
    Match.objects.filter(pk=row.pk).update(state=State.DISMISSED)

    assert len(boss.get(LIST + query).context["cl"].result_list) == found


def test_many_are_dismissed_at_once(boss: Client) -> None:
    rows = matches(3)
    chosen = [str(row.pk) for row in rows[:2]]

    asked = boss.post(LIST, {"action": "dismiss_selected", "_selected_action": chosen})
    confirmed = {"action": "dismiss_selected", "confirmed": "1", "_form_submitted": "on"}
    boss.post(
        LIST,
        {
            **confirmed,
            "ids": ",".join(chosen),
            "_selected_action": chosen[:1],
            "note": "out of date",
        },
    )

    assert asked.context["count"] == 2
    assert [*Match.objects.order_by("pk").values_list("state", "note")] == [
        (State.DISMISSED, "out of date"),
        (State.DISMISSED, "out of date"),
        (State.PROPOSED, ""),
    ]


def test_a_dismissed_match_leads_to_the_next_one(boss: Client) -> None:
    row, following = matches(2)

    answer = boss.post(f"{LIST}{row.pk}/dismiss/", {"_form_submitted": "1", "note": ""})

    assert answer["Location"] == page(following)


def test_who_may_only_look_sees_no_button_and_writes_to_nobody(client: Client) -> None:
    row = matches()[0]
    person = staff(client, "view_match")

    shown = person.get(page(row)).content.decode()
    refused = person.post(page(row), {"side": "buyer", "body": "Hello"})

    assert ("match-letter" in shown, 'data-dialog="' in shown) == (False, False)
    assert refused.status_code == 403


def test_without_the_permission_there_is_no_page(client: Client) -> None:
    row = matches()[0]
    person = staff(client)

    assert [person.get(path).status_code for path in (LIST, page(row))] == [403, 403]


def test_the_home_page_counts_what_waits(boss: Client) -> None:
    matches(2)

    answer = boss.get("/admin/").content.decode()

    assert "Matches to look at" in answer


@pytest.mark.parametrize("address", [f"{LIST}999999/change/", f"{LIST}x/change/"])
def test_a_match_that_is_not_there_leads_home(boss: Client, address: str) -> None:
    assert boss.get(address).status_code == 302


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_match_is_worked_on_in_the_browser(live_server: LiveServer, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    management.call_command("ensure_roles", verbosity=0)
    User.objects.create_superuser("boss", password="secret")
    row = matches(3)[0]
    complaints: list[str] = []

    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        watch(tab, complaints)
        tab.goto(f"{live_server.url}/admin/login/?next={LIST}")
        tab.fill("[name=username]", "boss")
        tab.fill("[name=password]", "secret")
        tab.click("button[type=submit]")
        for width in (1440, 420):
            tab.set_viewport_size({"width": width, "height": 900})
            for name, address in (("matches", LIST), ("match", page(row))):
                tab.goto(live_server.url + address)
                if SCREENSHOTS.is_dir():
                    tab.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        tab.set_viewport_size({"width": 1440, "height": 900})
        tab.locator('[data-side="buyer"] textarea').fill("Bonjour, une 126610LN est arrivée.")
        tab.locator('[data-side="buyer"] button[type=submit]').click()
        expect(tab.get_by_text("The message to the buyer is on its way.")).to_be_visible()
        tab.locator('[data-dialog="dismiss"]').click()
        tab.locator("#modal-content [name=note]").fill("Not serious")
        tab.locator("#modal-content button[type=submit]").click()
        expect(tab.get_by_text("The match is dismissed.")).to_be_visible()

    assert complaints == []
    assert (Match.objects.get(pk=row.pk).note, OutboundMessage.objects.count()) == (
        "Not serious",
        1,
    )
