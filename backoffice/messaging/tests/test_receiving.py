from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging.cleaning import storable
from backoffice.messaging.models import Attachment, InboundMessage
from backoffice.messaging.receiving import Incoming, IncomingFile, receive

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

RAW = b"From: a@x\r\n\r\n2000 sacs \0 \xff"


def incoming(external_id: str = "<a@x>", **fields: object) -> Incoming:
    facts: dict[str, object] = {
        "desk": "orders",
        "channel": "email",
        "external_id": external_id,
        "raw": RAW,
        "sent_at": timezone.now(),
        "files": (
            IncomingFile(source_url="https://api.twilio.com/1"),
            IncomingFile(problem="Lost."),
        ),
        **fields,
    }
    return Incoming(**facts)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_message_its_files_and_its_job_are_stored_together():
    message, created = receive(incoming())

    assert (created, message.status, message.attempts) == (True, "received", 0)
    assert bytes(InboundMessage.objects.get().raw) == RAW
    assert [(file.position, file.problem) for file in message.attachments.all()] == [
        (0, ""),
        (1, "Lost."),
    ]
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_arrival_costs_an_insert_for_each_table(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    # Savepoint and its release, the message, its files, the job.
    with django_assert_num_queries(5):
        receive(incoming())


@pytest.mark.django_db
def test_second_delivery_finds_the_first_and_changes_nothing():
    first, _created = receive(incoming(body="one"))
    second, created = receive(incoming(body="two", desk="support"))

    assert (second.pk, second.body, second.desk, created) == (first.pk, "one", "orders", False)
    assert (Attachment.objects.count(), OrmQ.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_same_id_in_another_channel_is_another_message():
    receive(incoming())
    _message, created = receive(incoming(channel="whatsapp"))

    assert created


@pytest.mark.django_db
def test_message_that_nobody_understands_waits_for_a_person_and_for_no_worker():
    message, _created = receive(incoming(reason="Not a message."))

    assert (message.status, message.reason) == ("needs_attention", "Not a message.")
    assert OrmQ.objects.count() == 0


@pytest.mark.django_db
def test_texts_are_cut_to_their_columns():
    message, _created = receive(incoming(subject="s" * 9000, sender_email=f"{'a' * 400}@x.example"))

    message.refresh_from_db()
    assert (len(message.subject), len(message.sender_email)) == (500, 254)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_an_arrival_that_is_rolled_back():
    def die_after_arrival() -> None:
        with transaction.atomic():
            receive(incoming())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die_after_arrival()
    assert (InboundMessage.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_deliveries_at_the_same_instant_store_one_message():
    start = threading.Barrier(6)
    results: list[tuple[int, bool]] = []

    def deliver() -> None:
        start.wait()
        message, created = receive(incoming())
        results.append((message.pk, created))
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(created for _pk, created in results) == [False] * 5 + [True]
    assert len({pk for pk, _created in results}) == 1
    assert (InboundMessage.objects.count(), Attachment.objects.count()) == (1, 2)
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\0b", "ab"),
        ("\ud83d\ude00", "😀"),
        ("cut \ud83d off", "cut \ufffd off"),
        ("😀 é ع", "😀 é ع"),
        ("", ""),
    ],
)
def test_storable_text(text: str, clean: str):
    assert storable(text) == clean
