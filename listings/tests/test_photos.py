"""Photos sent in a message of their own, beside the words about the watch."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging.models import Attachment, Document
from listings.market import suspicions
from listings.models import Listing, Suspicion
from listings.tests.messages import HUGO, LEON, process, said

if TYPE_CHECKING:
    from backoffice.messaging.models import InboundMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "For sale Rolex Submariner 124060, 2023, full set, 10500 EUR"
TUDOR = "For sale Tudor Black Bay 58 79030N, 2021, 2900 EUR"
NOON = timezone.now() - dt.timedelta(days=3)
_numbers = count(1)


def photo() -> Document:
    return Document.objects.create(
        sha256=f"{next(_numbers):064}", size=90_000, mime="image/jpeg", kind="image"
    )


def send(document: Document, *, phone: str, minute: int, text: str = "") -> InboundMessage:
    message = at(minute, text, phone=phone, kind="image")
    Attachment.objects.create(message=message, position=0, document=document)
    process(message)
    return message


def at(minute: int, text: str = "", *, phone: str, kind: str = "text") -> InboundMessage:
    return said(text, phone=phone, kind=kind, at=NOON + dt.timedelta(minutes=minute))


def write(text: str, *, phone: str, minute: int) -> Listing:
    message = at(minute, text, phone=phone)
    process(message)
    return Listing.objects.get(message=message)


def found() -> dict[int, int | None]:
    """The suspicious listings, each with the one whose photo it bears."""
    for pk in Listing.objects.order_by("pk").values_list("pk", flat=True):
        suspicions.examine(pk)
    rows = Suspicion.objects.filter(kind="photo")
    return {row.listing_id: row.facts["listing"] for row in rows}


@pytest.mark.parametrize("sent_at", [1, -1])
def test_the_photo_of_another_sender_is_told_though_both_sent_it_without_words(sent_at: int):
    document = photo()
    first = write(SUB, phone=HUGO, minute=0)
    send(document, phone=HUGO, minute=sent_at)
    copy = write(SUB.replace("10500", "9000"), phone=LEON, minute=60)
    send(document, phone=LEON, minute=60 + sent_at)

    assert found() == {copy.pk: first.pk}


def test_a_photo_goes_with_the_words_nearest_to_it():
    document = photo()
    send(document, phone=HUGO, minute=0, text=SUB)
    other = write(TUDOR, phone=LEON, minute=50)
    copy = write(SUB, phone=LEON, minute=60)
    send(document, phone=LEON, minute=61)

    assert list(found()) == [copy.pk]
    assert other.pk != copy.pk


def test_who_sent_a_photo_alone_before_is_not_told_of_its_copy():
    document = photo()
    send(document, phone=HUGO, minute=0)
    send(document, phone=LEON, minute=60, text=SUB)
    again = send(document, phone=HUGO, minute=120, text=SUB)

    assert Listing.objects.get(message=again).pk not in found()


def test_an_offer_is_looked_at_again_when_its_photo_comes():
    copy = write(TUDOR, phone=LEON, minute=60)
    OrmQ.objects.all().delete()

    send(photo(), phone=LEON, minute=61)

    assert [(row.func(), row.args()) for row in OrmQ.objects.all()] == [
        ("listings.tasks.examine", (copy.pk,))
    ]


def test_a_copy_that_was_read_first_is_looked_at_again_when_the_first_photo_is_known():
    document = photo()
    copy = write(SUB, phone=LEON, minute=60)
    send(document, phone=LEON, minute=61)
    suspicions.examine(copy.pk)
    first = write(TUDOR, phone=HUGO, minute=0)
    send(document, phone=HUGO, minute=1)

    assert found() == {copy.pk: first.pk}
