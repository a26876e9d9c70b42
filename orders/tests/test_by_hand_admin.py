"""From a message that no machine could read to the page where its order is typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from backoffice.messaging import media
from backoffice.messaging.models import Attachment, InboundMessage
from orders import by_hand
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PHOTO = b"\x89PNG\r\n\x1a\n a handwritten list"
VOICE = b"OggS\0 bghit"
BUTTON = "Open an order"
ENOUGH = ("view_inboundmessage", "add_order", "view_order", "change_order")


@pytest.fixture(autouse=True)
def _english(settings: Settings, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def salma(client: Client) -> User:
    user = make.staff("salma", *ENOUGH)
    client.force_login(user)
    return user


def message_with(content: bytes, filename: str, **fields: object) -> InboundMessage:
    values = {"status": "needs_attention", "body": "", "channel": "whatsapp", **fields}
    message = make.MessageFactory.create(**values)
    document = media.store(content)
    document.problem = "No model is set up that can look at it."
    document.save()
    Attachment.objects.create(message=message, position=0, document=document, filename=filename)
    return message


def page(message: InboundMessage) -> str:
    return reverse("admin:messaging_inboundmessage_change", args=[message.pk])


def opening(message: InboundMessage) -> str:
    return reverse("admin:messaging_inboundmessage_by_hand", args=[message.pk])


def test_button_opens_the_order_beside_its_photograph(client: Client, salma: User):
    message = message_with(PHOTO, "bon.png")
    assert client.get(page(message)).content.decode().count(BUTTON) == 1

    asked = client.get(opening(message))
    assert (asked.status_code, Order.objects.count()) == (200, 0)
    answer = client.post(opening(message), {"_form_submitted": "on"}, headers={"HX-Request": "1"})

    order = Order.objects.get()
    there = reverse("admin:orders_order_change", args=[order.pk])
    assert (answer.headers["HX-Redirect"], order.message) == (there, message)
    shown = client.get(there).content.decode()
    document = message.attachments.get().document_id
    assert shown.count(f'<img src="/messaging/document/{document}/" alt="bon.png"') == 1
    assert shown.count("Opened by hand: no machine read this message.") == 1
    assert shown.count("No model is set up that can look at it.") == 1
    assert BUTTON not in client.get(page(message)).content.decode()


def test_voice_message_can_be_listened_to(client: Client, salma: User):
    message = message_with(VOICE, "")
    order = by_hand.open_order(message.pk, by=salma)

    shown = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

    document = message.attachments.get().document_id
    assert shown.count(f'<audio controls preload="none" src="/messaging/document/{document}/"') == 1


def test_order_that_a_machine_read_says_nothing_about_hands(client: Client, salma: User):
    order = make.order_with_line(message=make.MessageFactory.create(), method="rules")

    shown = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

    assert "Opened by hand" not in shown


def test_who_comes_second_is_led_to_the_order_that_is_there(client: Client, salma: User):
    message = message_with(PHOTO, "bon.png")
    order = by_hand.open_order(message.pk, by=make.staff("karim", "add_order"))

    answer = client.post(opening(message), {"_form_submitted": "on"})

    there = reverse("admin:orders_order_change", args=[order.pk])
    assert (answer.headers["Location"], Order.objects.count()) == (there, 1)


@pytest.mark.parametrize(
    ("fields", "buttons"),
    [
        ({"status": "needs_attention"}, 1),
        ({"status": "not_for_us"}, 1),
        ({"status": "failed"}, 1),
        ({"status": "processing"}, 0),
        ({"status": "done"}, 0),
        ({"desk": "nobody"}, 0),
    ],
)
def test_button_is_there_for_what_the_machine_has_not_done(
    client: Client, salma: User, fields: dict[str, str], buttons: int
):
    message = message_with(PHOTO, "bon.png", **fields)

    assert client.get(page(message)).content.decode().count(BUTTON) == buttons


def test_message_under_the_workers_hands_is_left_to_it(client: Client, salma: User):
    message = message_with(PHOTO, "bon.png", status="processing")

    answer = client.post(opening(message), {"_form_submitted": "on"}, follow=True)

    assert answer.redirect_chain == [(page(message), 302)]
    told = [str(line) for line in answer.context["messages"]]
    assert told == ["The message is being read right now. Try again in a minute."]
    assert not Order.objects.exists()


@pytest.mark.parametrize("missing", ["view_inboundmessage", "add_order"])
def test_colleague_without_one_of_the_permissions_opens_nothing(client: Client, missing: str):
    client.force_login(make.staff("ali", *({*ENOUGH} - {missing})))
    message = message_with(PHOTO, "bon.png")

    answers = [client.get(opening(message)), client.post(opening(message), {"_form_submitted": 1})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not Order.objects.exists()
    if missing == "add_order":
        assert BUTTON not in client.get(page(message)).content.decode()


def test_address_that_names_no_message_leads_to_the_list(client: Client, salma: User):
    assert client.get("/admin/messaging/inboundmessage/abc/change/").status_code == 302
    assert client.get("/admin/orders/order/abc/change/").status_code == 302
