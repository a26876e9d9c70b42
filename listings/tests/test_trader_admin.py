"""The list of traders and the conversation with one of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.messaging.models import (
    Channel,
    InboundMessage,
    MessageTemplate,
    OutboundMessage,
)
from crm.models import Customer
from listings.admin import trader_thread
from listings.models import Listing, Trader, TraderAddress
from listings.panels import recent_listings
from listings.tests import messages, staff

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/listings/trader/"
HX = {"HX-Request": "true"}
SUBMARINER = "Vends Rolex Submariner 126610LN 2021, full set, 10 900€"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def lea() -> User:
    return staff.trader_of_the_desk()


@pytest.fixture
def client(lea: User) -> Client:
    client = Client()
    client.force_login(lea)
    return client


def wrote(text: str = SUBMARINER, **more: Any) -> Trader:
    """The trader of a message that was taken in."""
    message = messages.said(text, **more)
    messages.process(message)
    value = message.sender_user_id or message.sender_phone
    return TraderAddress.objects.get(value=value).trader


def page(trader: Trader) -> str:
    return reverse("admin:listings_trader_change", args=[trader.pk])


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def told(client: Client) -> list[str]:
    return [str(one) for one in client.get(LIST).context["messages"]]


def token(html: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found
    return found[1]


def send(client: Client, trader: Trader, **data: str) -> Any:  # noqa: ANN401 - the test client's answer
    return client.post(reverse("admin:listings_trader_reply", args=[trader.pk]), data)


def press(client: Client, trader: Trader, action: str, **data: str) -> Any:  # noqa: ANN401 - as above
    address = reverse(f"admin:listings_trader_{action}", args=[trader.pk])
    return client.post(address, {"_form_submitted": "on", **data}, headers=HX)


def approved(**more: str) -> MessageTemplate:
    """The French text of the occasion, approved by Meta under a name."""
    row = MessageTemplate.objects.get(key="trader_hello", channel="wa_cloud", language="fr")
    row.content_sid = "trader_hello"
    for name, value in more.items():
        setattr(row, name, value)
    row.save()
    return row


# --- the list ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_for_any_number_of_rows(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for number in range(rows):
        wrote(phone=f"+3363998011{number}", name=f"Hugo {number}")
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)


def test_a_trader_is_found_by_name_and_by_number(client: Client):
    hugo = wrote()
    wrote(phone=messages.LEON, name="Léon")

    for words in ("vasseur", "33639980117"):
        found = client.get(LIST, {"q": words}).context["cl"].result_list
        assert [row.pk for row in found] == [hugo.pk]


# --- the conversation ---


def test_the_conversation_shows_both_sides_media_watches_and_what_became_of_them(
    client: Client, lea: User
):
    trader = wrote()
    photo = messages.said("Photo", kind="image")
    document = messages.attach(photo, kind="image", mime="image/jpeg", filename="a.jpg")
    voice = messages.said("", kind="audio")
    messages.attach(voice, kind="audio", mime="audio/ogg", text="Je cherche une Speedmaster")
    for status, error in (("read", ""), ("delivered", ""), ("failed", "The number is gone.")):
        OutboundMessage.objects.create(
            key=status,
            channel=Channel.WHATSAPP_CLOUD,
            recipient=messages.HUGO,
            body=f"({status})",
            status=status,
            error=error,
            author=lea,
        )

    html = shown(client, page(trader))

    listing = Listing.objects.get()
    assert reverse("admin:listings_listing_change", args=[listing.pk]) in html
    assert f'<img src="{reverse("messaging:document", args=[document.pk])}"' in html
    assert "<audio controls" in html
    assert "Je cherche une Speedmaster" in html
    ticks = re.findall(r'data-tone="(\w*)"><span class="material-symbols-outlined">(\w+)', html)
    assert ticks == [("read", "done_all"), ("", "done_all"), ("danger", "error")]
    assert "The number is gone." in html


def test_a_conversation_of_thousands_is_shown_page_by_page_in_constant_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    trader = wrote()
    start = timezone.now() - timedelta(days=90)
    InboundMessage.objects.bulk_create(
        InboundMessage(
            desk="listings",
            channel=Channel.WHATSAPP_CLOUD,
            external_id=f"wamid.{number}",
            thread=messages.HUGO,
            sender_phone=messages.HUGO,
            body=f"message {number}",
            raw=b"{}",
            sent_at=start + timedelta(minutes=number),
            status="done",
        )
        for number in range(3_000)
    )

    with django_assert_num_queries(7):
        newest = trader_thread.thread(trader)
    assert (len(newest.messages), newest.total, newest.pages) == (50, 3001, 61)
    assert newest.messages[-2].text == "message 2999"
    html = shown(client, f"{page(trader)}?p=61")
    assert html.count('<article class="trader-said') == 1
    assert "message 0" in html
    assert shown(client, f"{page(trader)}?p=999999999999").count("trader-said") > 0
    assert 'href="?p=2"' in shown(client, page(trader))


def test_messages_of_a_group_say_so(client: Client):
    trader = wrote()
    messages.said("bonjour", group=messages.GROUP)

    assert shown(client, page(trader)).count("in a group") == 1


def test_what_traders_write_is_never_markup(client: Client):
    trader = wrote("<img src=x onerror=alert(1)> Vends Rolex 126610LN 9 000€", name="<b>Hugo")

    html = shown(client, page(trader))

    assert "<img src=x" not in html
    assert "<b>Hugo" not in html


# --- answering ---


def test_an_answer_goes_out_once_however_often_send_is_pressed(client: Client, lea: User):
    trader = wrote()
    html = shown(client, page(trader))
    assert "Free text for another" in html

    for _click in range(2):
        send(client, trader, body="Encore disponible ?", token=token(html))

    row = OutboundMessage.objects.get()
    assert (row.channel, row.recipient, row.body, row.author, row.about) == (
        Channel.WHATSAPP_CLOUD,
        messages.HUGO,
        "Encore disponible ?",
        lea,
        trader,
    )


def test_outside_the_24_hours_the_box_explains_itself_and_keeps_the_text(client: Client):
    trader = wrote(at=timezone.now() - timedelta(hours=23, minutes=59))
    html = shown(client, page(trader))

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        send(client, trader, body="Encore disponible ?", token=token(html))
        late = shown(client, page(trader))

    assert OutboundMessage.objects.count() == 0
    assert "last wrote more than 24 hours ago" in late
    assert "WhatsApp takes free text for 24 hours after a message only" in late
    assert "This is your own text, which was not sent." in late
    assert "Encore disponible ?" in late
    assert "No template can be sent yet" in late


def test_an_approved_template_goes_out_with_the_trader_s_name(client: Client, settings: Settings):
    trader = wrote(at=timezone.now() - timedelta(days=3))
    template = approved()
    html = shown(client, page(trader))
    assert f'name="template" value="{template.pk}" checked' in html
    assert f"Bonjour Hugo Vasseur, ici {settings.COMPANY_NAME}." in html

    send(client, trader, template=str(template.pk), token=token(html))

    row = OutboundMessage.objects.get()
    assert (row.content_sid, row.content_variables["1"], row.status) == (
        "trader_hello",
        "Hugo Vasseur",
        "queued",
    )
    assert row.body.startswith("Bonjour Hugo Vasseur")


def test_a_template_that_meta_did_not_approve_or_that_needs_more_is_not_offered(client: Client):
    trader = wrote(at=timezone.now() - timedelta(days=3))
    other = approved(body="Bonjour {order_number}")
    html = shown(client, page(trader))
    assert 'name="template"' not in html

    send(client, trader, template=str(other.pk), token=token(html))

    assert OutboundMessage.objects.count() == 0
    assert told(client) == ["Choose one of the templates that Meta has approved."]


def test_an_answer_without_a_word_is_refused(client: Client):
    trader = wrote()

    send(client, trader, body="  ", token=token(shown(client, page(trader))))

    assert OutboundMessage.objects.count() == 0
    assert told(client) == ["Write the text of the message."]


# --- deciding ---


def test_a_blocked_trader_s_offers_leave_the_market_and_come_back(client: Client):
    trader = wrote()
    press(client, trader, "block")
    assert Listing.objects.live().count() == 0
    assert 'data-dialog="unblock"' in shown(client, page(trader))
    press(client, trader, "block")
    assert told(client)[-1] == "Hugo Vasseur is blocked already."
    press(client, trader, "unblock")
    assert Listing.objects.live().count() == 1


def test_erasing_asks_for_a_yes_and_leaves_nothing_of_the_person(client: Client):
    trader = wrote()
    unconfirmed = press(client, trader, "erase")
    assert "This field is required." in unconfirmed.content.decode()
    trader.refresh_from_db()
    assert trader.erased_at is None

    press(client, trader, "erase", confirmed="on")

    html = shown(client, page(trader))
    assert "Name, addresses, messages and files were erased" in html
    for word in ("Vasseur", messages.HUGO, "Encore"):
        assert word not in html
    assert re.findall(r'data-dialog="(\w+)"', html) == []
    assert 'name="body"' not in html
    assert client.post(page(trader), {"name": "Hugo"}).status_code == 403


def test_saving_the_page_leaves_alone_what_a_message_moves_meanwhile(client: Client):
    trader = wrote()
    moved = timezone.now() + timedelta(hours=1)
    Trader.objects.filter(pk=trader.pk).update(last_seen_at=moved)

    client.post(page(trader), {"name": "Hugo V.", "language": "fr", "customer": "", "note": "ok"})

    trader.refresh_from_db()
    assert (trader.name, trader.note, trader.last_seen_at) == ("Hugo V.", "ok", moved)


# --- who may what ---


def test_who_only_reads_sees_no_button_and_is_refused(client: Client):
    trader = wrote()
    html = shown(client, page(trader))
    reader = Client()
    reader.force_login(staff.member("view_trader", "view_listing", name="rita"))

    seen = shown(reader, page(trader))
    assert re.findall(r'data-dialog="(\w+)"', seen) == []
    assert 'name="body"' not in seen
    for action in ("block", "unblock", "erase"):
        assert press(reader, trader, action, confirmed="on").status_code == 403
    assert send(reader, trader, body="x", token=token(html)).status_code == 403
    assert reader.post(page(trader), {"name": "x"}).status_code == 403
    assert OutboundMessage.objects.count() == 0


def test_an_answer_is_not_sent_by_following_a_link(client: Client):
    trader = wrote()
    assert client.get(reverse("admin:listings_trader_reply", args=[trader.pk])).status_code == 405


# --- on the customer's page ---


def test_a_customer_s_page_shows_what_they_offer_here():
    trader = wrote()
    customer = Customer.objects.create(name="Hugo Vasseur")
    assert recent_listings(customer) is None
    trader.customer = customer
    trader.save()

    panel = recent_listings(customer)

    assert panel is not None
    [row] = panel.rows
    assert (row[1], row[4]) == ("for sale", "live")
    assert page(trader) in str(row[5])


def test_the_panel_leads_to_the_list_of_that_customer(client: Client):
    trader = wrote()
    wrote(phone=messages.LEON, name="Léon")
    trader.customer = Customer.objects.create(name="Hugo Vasseur")
    trader.save()
    panel = recent_listings(trader.customer)

    assert panel is not None
    rows = client.get(panel.link).context["cl"].result_list
    assert [row.trader_id for row in rows] == [trader.pk]
