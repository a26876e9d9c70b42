from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.messaging import conversation, outbox
from backoffice.messaging.content import Person
from backoffice.messaging.models import Attachment, OutboundMessage
from backoffice.messaging.tests.making import PHONE, inbound, queued, whatsapp

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def received(text: str, minutes: int, **fields: object) -> None:
    facts = {"sender_phone": PHONE, "sender_name": "Salma", **fields}
    inbound(body=text, sent_at=NOW + timedelta(minutes=minutes), **facts)


def sent(text: str, minutes: int) -> None:
    row = whatsapp(body=text)
    moment = NOW + timedelta(minutes=minutes)
    OutboundMessage.objects.filter(pk=row.pk).update(created_at=moment)


def texts(page: int = 1, person: Person | None = None) -> list[tuple[bool, str]]:
    found = conversation.thread(person or Person(phone=PHONE), page=page)
    return [(message.is_ours, message.text) for message in found.messages]


def test_both_directions_in_order():
    received("bghit 2000 sac", 1)
    sent("Votre commande est validée.", 3)
    received("wakha", 5)
    received("somebody else", 2, sender_phone="+212600000121")

    assert texts() == [
        (False, "bghit 2000 sac"),
        (True, "Votre commande est validée."),
        (False, "wakha"),
    ]


def test_person_is_known_by_every_address():
    received("by phone", 1)
    received("by mail", 2, sender_phone="", sender_email="salma@example.org")
    received("by id", 3, sender_phone="", sender_user_id="FR.1")
    person = Person(phone=PHONE, email="salma@example.org", user_id="FR.1")

    assert [text for _ours, text in texts(person=person)] == ["by phone", "by mail", "by id"]


def test_sender_without_any_address_has_no_conversation():
    received("who?", 1, sender_phone="")

    assert conversation.thread(Person(name="Salma")).total == 0


def test_message_stands_for_its_sender():
    message = inbound(sender_phone=PHONE, body="bonjour")

    assert [said.pk for said in conversation.thread(message).messages] == [message.pk]


def test_newest_page_comes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conversation, "PAGE_SIZE", 2)
    for number in range(5):
        received(str(number), number)

    first = conversation.thread(Person(phone=PHONE))
    assert (first.pages, first.newer, first.older) == (3, None, 2)
    assert [texts(page) for page in (1, 2, 3)] == [
        [(False, "3"), (False, "4")],
        [(False, "1"), (False, "2")],
        [(False, "0")],
    ]
    assert texts(99) == texts(3)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
    settings: Settings,
    tmp_path: Path,
):
    settings.MEDIA_ROOT = tmp_path
    file = outbox.File("CMD-1.pdf", "application/pdf", b"%PDF-1.7")
    for index in range(number):
        message = inbound(sender_phone=PHONE, body="voir photo")
        Attachment.objects.create(message=message, position=0, filename=f"{index}.jpg")
        queued(recipient=PHONE, attachments=[file])

    with django_assert_num_queries(7):
        found = conversation.thread(Person(phone=PHONE))

    assert found.total == 2 * number
    assert sum(len(said.attachments) for said in found.messages) == 2 * number
