from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from backoffice.messaging.models import OutboundMessage
from orders import workflow
from orders.tests import factories as make

if TYPE_CHECKING:
    from orders.models import Order

pytestmark = pytest.mark.django_db


def decide(order: Order) -> OutboundMessage | None:
    workflow.validate(order.pk, by=make.clerk())
    return OutboundMessage.objects.filter(about_id=order.pk).first()


def words(**values: Any) -> str:
    order = make.order_with_line(total=950, delivery_date=date(2026, 5, 4), **values)
    told = decide(order)
    assert told is not None
    return told.body.replace("\u202f", " ").replace("\xa0", " ")


def test_notice_is_in_french_with_the_lines_as_they_were_validated():
    body = words(number="CMD-2020-00042")

    assert "Khalid Boukhris" in body
    assert "CMD-2020-00042" in body
    assert "- 5 000 × Sachets fond plat 18x35" in body
    assert "950,00 MAD" in body
    assert "4 mai 2026" in body


def test_notice_is_in_english_for_who_writes_english():
    body = words(language="en")

    assert "- 5,000 × Sachets fond plat 18x35" in body
    assert "May 4, 2026" in body


@pytest.mark.parametrize("channel", ["whatsapp", "wa_cloud"])
def test_whatsapp_order_is_answered_to_the_number_it_came_from(channel: str):
    message = make.MessageFactory.create(channel=channel, sender_phone="+212663001403")
    order = make.order_with_line(channel=channel, message=message, phone="+212522000000")

    told = decide(order)

    assert told is not None
    assert (told.channel, told.recipient, told.in_reply_to) == (channel, "+212663001403", message)


@pytest.mark.parametrize(
    ("email", "recipient"),
    [
        ("nadia@dar-zitoun.example", "achats@dar-zitoun.example"),
        ("", "achats@dar-zitoun.example"),
        ("chosen@by-staff.example", "chosen@by-staff.example"),
    ],
)
def test_answer_goes_where_the_mail_asked_for_it(email: str, recipient: str):
    message = make.MessageFactory.create(
        sender_email="nadia@dar-zitoun.example", reply_to="achats@dar-zitoun.example"
    )
    told = decide(make.order_with_line(message=message, email=email))

    assert told is not None
    assert told.recipient == recipient


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": ""}, "The customer was not told: no e-mail address is known."),
        (
            {"channel": "whatsapp", "email": ""},
            "The customer was not told: no WhatsApp number is known.",
        ),
    ],
)
def test_customer_without_an_address_is_not_told_and_the_history_says_why(
    values: dict[str, str], expected: str
):
    order = make.order_with_line(**values)

    with translation.override("en"):
        told = decide(order)

    assert told is None
    assert order.events.get(kind="notified").note == expected


def test_order_typed_in_is_told_by_e_mail():
    order = make.order_with_line(channel="")

    told = decide(order)

    assert told is not None
    assert (told.channel, told.recipient) == ("email", order.email)
