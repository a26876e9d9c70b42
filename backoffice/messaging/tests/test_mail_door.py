from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
import time_machine

from backoffice.messaging import reading
from backoffice.messaging.content import Person
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage

pytestmark = pytest.mark.django_db
ARRIVED = dt.datetime(2026, 4, 14, 9, 30, tzinfo=dt.UTC)
ACCOUNT = "commandes@kraft-atlas.example"


def eml(text: str = "Bonjour", **headers: str) -> bytes:
    lines = {
        "From": "Nadia Alaoui <nadia@dar-zitoun.example>",
        "To": ACCOUNT,
        "Date": format_datetime(ARRIVED),
        "Message-ID": "<1@dar-zitoun.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{text}\r\n".encode()


def receive(raw: bytes, arrived_at: dt.datetime | None = ARRIVED) -> InboundMessage:
    message, _created = receive_mail(
        Mail(raw, desk="orders", account=ACCOUNT, arrived_at=arrived_at)
    )
    return InboundMessage.objects.get(pk=message.pk)


@pytest.mark.parametrize("arrived_at", [ARRIVED, None])
def test_mail_from_a_clock_that_is_ahead_is_one_mail_whenever_it_is_looked_at(
    arrived_at: dt.datetime | None,
):
    ahead = eml(Date=format_datetime(ARRIVED + dt.timedelta(days=5)))
    for days in (0, 4, 400):
        with time_machine.travel(ARRIVED + dt.timedelta(days=days), tick=False):
            message = receive(ahead, arrived_at)
            assert reading.content_of(message).sent_at == ARRIVED

    assert InboundMessage.objects.get().sent_at == ARRIVED


def test_the_authors_time_zone_is_kept():
    message = receive(eml(Date="Tue, 14 Apr 2026 23:30:00 -0500"))

    assert reading.content_of(message).sent_at.isoformat() == "2026-04-14T23:30:00-05:00"


CUSTOMER = "Salma Bennani <salma@client.example>"


@pytest.mark.parametrize(
    ("sender", "reply_to", "name", "email", "answers"),
    [
        ("Boutique <no-reply@shop.example>", CUSTOMER, "Salma Bennani", "salma@client.example", ""),
        ("Boutique <noreply@shop.example>", "s@client.example", "Boutique", "s@client.example", ""),
        ("notifications@shop.example", CUSTOMER, "Salma Bennani", "salma@client.example", ""),
        ("Nadia <n@dar.example>", CUSTOMER, "Nadia", "n@dar.example", "salma@client.example"),
        ("Nadia <n@dar.example>", "N@dar.example", "Nadia", "n@dar.example", ""),
        ("Nadia <n@dar.example>", ACCOUNT, "Nadia", "n@dar.example", ""),
        ("Nadia <n@dar.example>", "x@kraft-atlas.example", "Nadia", "n@dar.example", ""),
        ("Nadia <n@dar.example>", "no-reply@dar.example", "Nadia", "n@dar.example", ""),
        ("Nadia <n@dar.example>", "nonsense", "Nadia", "n@dar.example", ""),
        ("Nadia <n@dar.example>", "", "Nadia", "n@dar.example", ""),
    ],
)
def test_door_and_reader_agree_on_who_is_to_be_answered(
    sender: str, reply_to: str, name: str, email: str, answers: str
):
    message = receive(eml(From=sender, Reply_To=reply_to))

    assert (message.sender_name, message.sender_email, message.reply_to) == (name, email, answers)
    content = reading.content_of(message)
    assert content.author == Person(name=name, email=email)
    reading.take_apart(message)
    assert message.is_automatic is False


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Id": "<news.shop.example>"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"From": "MAILER-DAEMON@shop.example"},
    ],
)
def test_reply_to_of_lists_and_machines_changes_nothing(headers: dict[str, str]):
    message = receive(eml(**{"From": "no-reply@shop.example", "Reply_To": CUSTOMER, **headers}))

    sender = headers.get("From", "no-reply@shop.example").lower()
    assert (message.sender_email, message.reply_to) == (sender, "")
    reading.take_apart(message)
    assert message.is_automatic is True


def test_a_long_message_id_with_bytes_that_are_no_letters_is_taken_in():
    raw = b"From: a@x.example\r\nMessage-ID: <" + b"y" * 300 + b"\xe6@x>\r\n\r\n2000 sachets"

    first, created = receive_mail(Mail(raw, desk="orders"))

    assert (created, first.external_id[:7], len(first.external_id)) == (True, "sha256:", 71)
    assert receive_mail(Mail(raw, desk="orders")) == (first, False)
