from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
import time_machine

from backoffice.messaging import reading
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
