from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging import delivery, releasing, tasks
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.receiving import Incoming, receive
from backoffice.messaging.tests.making import PHONE, inbound, use_twilio, whatsapp

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

Status = OutboundMessage.Status
RELEASE = "backoffice.messaging.tasks.release_held_back"


@pytest.fixture
def order() -> User:
    return User.objects.create_user("stands-for-an-order")


def held(about: User | None, **fields: object) -> OutboundMessage:
    """A message that the 24-hour rule has held back."""
    row = whatsapp(about=about)
    seed = {"status": Status.BLOCKED, "error_code": "63016", "error": "24 hours"}
    OutboundMessage.objects.filter(pk=row.pk).update(**{**seed, **fields})
    return row


def status(row: OutboundMessage) -> str:
    row.refresh_from_db()
    return row.status


def written(**fields: object) -> InboundMessage:
    return inbound(**{"sender_phone": PHONE, **fields})


def test_what_was_held_back_goes_once_the_person_has_written(order: User):
    row = held(order)

    assert [releasing.release(written().pk) for _twice in range(2)] == [1, 0]

    assert (status(row), row.error, row.error_code, row.attempts) == (Status.QUEUED, "", "", 0)
    assert OrmQ.objects.count() == 2  # when it was written, and now


def test_the_24_hour_rule_is_the_reason_on_the_row(order: User, settings: Settings):
    use_twilio(settings)
    row = whatsapp(about=order)

    delivery.deliver(row.pk)

    assert (status(row), row.error_code) == (Status.BLOCKED, "63016")
    assert releasing.release(written().pk) == 1


def test_what_whatsapp_refused_for_that_reason_gets_a_new_sending(order: User):
    row = held(
        order, status=Status.FAILED, provider_id="SM1", handed_over_at=timezone.now(), attempts=1
    )

    releasing.release(written().pk)

    assert (status(row), row.provider_id, row.handed_over_at) == (Status.QUEUED, "", None)


def test_only_the_last_word_on_a_matter_goes(order: User):
    other = User.objects.create_user("stands-for-another-order")
    rows = [held(order), held(order), held(other)]

    assert releasing.release(written().pk) == 2

    assert [status(row) for row in rows] == [Status.BLOCKED, Status.QUEUED, Status.QUEUED]


@pytest.mark.parametrize("newer", [Status.SENT, Status.QUEUED, Status.FAILED])
def test_nothing_goes_after_something_newer_on_the_matter(order: User, newer: str):
    row = held(order)
    OutboundMessage.objects.filter(pk=whatsapp(about=order).pk).update(status=newer)

    assert (releasing.release(written().pk), status(row)) == (0, Status.BLOCKED)


@pytest.mark.parametrize(
    "fields",
    [
        {"error_code": "63024"},
        {"error_code": ""},
        {"status": Status.SUPERSEDED},
        {"recipient": "+212600000001"},
        {"created_at": timezone.now() - timedelta(days=8)},
        {"channel": "email"},
        {"about_id": None},
    ],
)
def test_what_is_held_back_for_another_reason_stays(order: User, fields: dict[str, object]):
    held(order, **fields)

    assert releasing.release(written().pk) == 0


def test_a_message_of_long_ago_opens_nothing(order: User):
    held(order)

    assert releasing.release(written(sent_at=timezone.now() - timedelta(days=2)).pk) == 0


def test_a_person_without_a_number_is_known_by_the_user_id(order: User):
    row = held(order, recipient="FR.3019284756019283")

    releasing.release(written(sender_phone="", sender_user_id="FR.3019284756019283").pk)

    assert status(row) == Status.QUEUED


@pytest.mark.parametrize(("channel", "jobs"), [("whatsapp", [RELEASE]), ("email", [])])
def test_a_message_that_arrives_has_them_released(order: User, channel: str, jobs: list[str]):
    held(order)
    OrmQ.objects.all().delete()
    arrived = Incoming(
        desk="orders",
        channel=channel,
        external_id="SM1",
        raw=b"",
        sent_at=timezone.now(),
        sender_phone=PHONE,
        reason="a sticker",
    )

    receive(arrived)
    receive(arrived)

    assert [job.func() for job in OrmQ.objects.all()] == jobs


@pytest.mark.parametrize(("channel", "jobs"), [("whatsapp", [RELEASE]), ("email", [])])
def test_the_worker_has_them_released_before_it_reads(order: User, channel: str, jobs: list[str]):
    held(order)
    message = written(channel=channel, desk="nobody")
    OrmQ.objects.all().delete()

    tasks.process_message(message.pk)

    assert [job.func() for job in OrmQ.objects.all()] == jobs


@pytest.mark.django_db(transaction=True)
def test_two_messages_at_once_release_it_once(order: User):
    held(order)
    messages = [written().pk, written().pk]
    together = threading.Barrier(2)
    released: list[int] = []

    def run(message_id: int) -> None:
        together.wait()
        try:
            released.append(releasing.release(message_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(pk,)) for pk in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(released) == [0, 1]
