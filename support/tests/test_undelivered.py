"""A reply that does not arrive comes back to staff, however its sending ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.messaging import delivery, endings, outbox, statuses
from backoffice.messaging.lanes import OUTBOX
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.tests.making import use_twilio
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.smtp import SmtpServer
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support import workflow
from support.drafting import requests
from support.models import Ticket
from support.tests import tickets as make
from support.tests.test_workflow_races import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

MESSAGES = "/2010-04-01/Accounts/AC00000000000000000000000000000042/Messages.json"
PHONE = "+212661000001"
SID = "SM00000000000000000000000000000384"


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        yield server


@pytest.fixture
def twilio(settings: Settings) -> Iterator[FixtureServer]:
    data = Path(outbox.__file__).parent / "tests" / "data" / "twilio_api"
    with FixtureServer(data) as server:
        use_twilio(settings, server.url)
        server.answers("GET", MESSAGES, Answer.json({"messages": []}))
        yield server


def replied(**fields: object) -> OutboundMessage:
    """A ticket that was answered by a person; the reply waits to be sent."""
    draft = workflow.approve(make.ready(**fields).pk, by=make.agent())
    assert draft.outbound is not None
    return draft.outbound


def chatted(*, hours: float = 1) -> OutboundMessage:
    return replied(channel="whatsapp", phone=PHONE, email="", hours=hours)


def fails(row: OutboundMessage, error: str = "550 no such user", code: str = "550") -> None:
    """Twilio or a mail server says so after it had taken the message."""
    with transaction.atomic():
        locked = OutboundMessage.objects.select_for_update().get(pk=row.pk)
        statuses.advance(locked, "failed", error_code=code, error=error)


def sent(row: OutboundMessage) -> None:
    with transaction.atomic():
        locked = OutboundMessage.objects.select_for_update().get(pk=row.pk)
        statuses.advance(locked, "sent")


def state(row: OutboundMessage) -> tuple[str, str, str, int, int]:
    """Of the reply, its ticket, how that ended, its news of it, and its reopenings."""
    row.refresh_from_db()
    ticket = Ticket.objects.get()
    bounced = ticket.events.filter(kind="bounced").count()
    return row.status, ticket.status, ticket.outcome, bounced, ticket.reopened


BACK = ("in_progress", "", 1, 0)


def test_a_reply_that_is_refused_for_good_opens_its_ticket(smtp: SmtpServer):
    smtp.refuse("RCPT", "550 5.1.1 no such user")
    row = replied()

    delivery.deliver(row.pk)

    assert state(row) == ("failed", *BACK)
    ticket = Ticket.objects.get()
    assert "salma@example.com" in ticket.attention
    assert "550 5.1.1 no such user" in ticket.events.get(kind="bounced").note
    # What the machine would write now would not arrive either.
    assert requests.request_missing() == 0


def test_a_reply_that_was_tried_as_often_as_may_be_opens_its_ticket(smtp: SmtpServer):
    smtp.refuse("RCPT", "451 4.7.1 come back later")
    row = replied()
    OutboundMessage.objects.update(attempts=OUTBOX.policy.max_attempts - 2)

    delivery.deliver(row.pk)
    assert state(row)[:2] == ("queued", "answered")
    OutboundMessage.objects.update(next_attempt_at=None)
    delivery.deliver(row.pk)

    assert state(row) == ("failed", *BACK)


def test_a_reply_whose_last_worker_was_stopped_opens_its_ticket():
    row = replied()
    OutboundMessage.objects.update(
        status="sending",
        attempts=OUTBOX.policy.max_attempts,
        claimed_at=timezone.now() - timedelta(hours=1),
    )

    delivery.deliver(row.pk)

    assert state(row) == ("failed", *BACK)


def test_a_mail_that_may_have_left_waits_for_a_person():
    row = replied()
    OutboundMessage.objects.update(handed_over_at=timezone.now())

    delivery.deliver(row.pk)

    assert state(row) == ("unknown", *BACK)
    assert row.recipient in Ticket.objects.get().attention


def test_a_chat_in_doubt_is_asked_about_and_waits_for_nobody(twilio: FixtureServer):
    row = chatted()
    OutboundMessage.objects.update(handed_over_at=timezone.now())

    delivery.deliver(row.pk)

    assert state(row) == ("unknown", "answered", "replied", 0, 0)


def test_what_the_24_hours_hold_back_opens_its_ticket_and_goes_when_they_write(
    twilio: FixtureServer,
):
    row = chatted(hours=30)

    delivery.deliver(row.pk)

    assert state(row) == ("blocked", *BACK)
    assert PHONE in Ticket.objects.get().attention
    make.written(Ticket.objects.get(), words="Vous êtes là ?")
    outbox.resend(row.pk)
    twilio.answers("POST", MESSAGES, Answer.json({"sid": SID, "status": "queued"}, status=201))
    delivery.deliver(row.pk)
    # The sentence goes; the new message waits.
    assert state(row) == ("sent", *BACK)
    assert Ticket.objects.get().attention == ""


@pytest.mark.parametrize("code", ["63016", "63024", "21211"])
def test_what_twilio_could_not_deliver_opens_its_ticket(code: str):
    row = chatted()
    OutboundMessage.objects.update(status="sent", provider_id=SID, sent_at=timezone.now())
    report = {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": code}

    for _twice in range(2):
        statuses.record_twilio(report)

    assert state(row) == ("failed", *BACK)


def test_a_message_that_was_overtaken_is_no_news():
    row = replied()
    OutboundMessage.objects.update(supersedes=True)
    outbox.queue_text(
        key="newer",
        channel="email",
        recipient=row.recipient,
        body="Autre",
        about=Ticket.objects.get(),
        supersede=True,
    )
    delivery.deliver(row.pk)

    assert state(row) == ("superseded", "answered", "replied", 0, 0)


def test_a_reply_that_leaves_after_all_ends_its_ticket_as_it_had_ended():
    row = replied()
    fails(row)
    outbox.resend(row.pk)
    assert state(row) == ("queued", *BACK)

    sent(row)

    assert state(row) == ("sent", "answered", "replied", 1, 0)
    ticket = Ticket.objects.get()
    assert (ticket.attention, ticket.thread.get().quiet_reason) == ("", "")
    assert ticket.events.last().kind == "note"  # type: ignore[union-attr]


def test_a_ticket_that_somebody_took_up_stays_theirs():
    row = replied()
    fails(row)
    leila = make.agent("leila")
    workflow.assign(Ticket.objects.get().pk, leila.pk, by=leila)
    outbox.resend(row.pk)

    sent(row)

    assert state(row)[:2] == ("sent", "in_progress")
    assert Ticket.objects.get().attention == ""


def test_a_customer_who_wrote_again_keeps_the_draft_for_it():
    row = replied()
    ticket = Ticket.objects.get()
    make.written(ticket)
    Ticket.objects.update(status="in_progress", outcome="", ended_at=None)
    newer = make.draft(ticket)

    fails(row)

    newer.refresh_from_db()
    assert newer.status == "ready"
    assert row.recipient in Ticket.objects.get().attention


def test_an_earlier_reply_that_is_read_does_not_hide_a_later_one_that_failed():
    first = chatted()
    OutboundMessage.objects.update(status="sent", provider_id=SID, sent_at=timezone.now())
    ticket = Ticket.objects.get()
    make.written(ticket)
    Ticket.objects.update(status="in_progress", outcome="", ended_at=None)
    second = workflow.approve(make.draft(ticket).pk, by=make.agent("leila")).outbound
    assert second is not None
    fails(second)

    statuses.record_twilio({"MessageSid": SID, "MessageStatus": "read"})

    assert state(first)[:2] == ("read", "in_progress")
    assert PHONE in Ticket.objects.get().attention


def test_another_reply_that_leaves_takes_the_sentence_away():
    fails(replied())
    ticket = Ticket.objects.get()
    other = workflow.reply(
        ticket.pk, by=make.agent("leila"), body="Voici.", revision=ticket.revision
    )
    assert other.outbound is not None

    sent(other.outbound)

    assert state(other.outbound) == ("sent", "answered", "replied", 1, 0)
    assert Ticket.objects.get().attention == ""


def test_news_follow_the_messages_into_another_ticket():
    row = replied(hours=3)
    Ticket.objects.update(status="in_progress", outcome="", ended_at=None)
    source, target = Ticket.objects.get(), make.ticket(hours=1)
    workflow.merge(source.pk, target.pk, by=make.agent("leila"))

    fails(row)

    target.refresh_from_db()
    source.refresh_from_db()
    assert (row.recipient in target.attention, source.outcome) == (True, "merged")


def test_where_the_news_cannot_be_told_the_message_is_tried_again(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
):
    smtp.refuse("RCPT", "550 5.1.1 no such user", times=1)
    row = replied()

    def broken(_row: OutboundMessage) -> None:
        raise RuntimeError

    follower = endings.Follower(failed=broken, arrived=broken)
    monkeypatch.setitem(endings._followers, "support.ticket", follower)
    with pytest.raises(RuntimeError):
        delivery.deliver(row.pk)
    assert state(row)[:2] == ("queued", "answered")

    # That a mail has left is kept even so.
    OutboundMessage.objects.update(next_attempt_at=None)
    delivery.deliver(row.pk)
    assert state(row)[:2] == ("sent", "answered")


@pytest.mark.django_db(transaction=True)
def test_a_failure_and_a_merge_do_not_wait_in_a_circle():
    row = replied(hours=3)
    Ticket.objects.update(status="in_progress", outcome="", ended_at=None)
    source, target = Ticket.objects.get(), make.ticket(hours=1)
    leila = make.agent("leila")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            OutboundMessage.objects.select_for_update().get(pk=row.pk)
            merged = pool.submit(at_once, lambda: workflow.merge(source.pk, target.pk, by=leila))
            wait_until(somebody_waits_for_us, what="the merge waiting for the reply")
            fails(row)
        assert merged.result() == ["done"]
    target.refresh_from_db()
    assert target.thread.count() == 2
