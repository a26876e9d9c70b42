from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from backoffice.messaging import delivery, outbox, statuses
from backoffice.messaging.lanes import LOOKUP_EVERY
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.tests.making import PHONE, inbound, queued, use_twilio, whatsapp
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import User
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

Status = OutboundMessage.Status
MESSAGES = "/2010-04-01/Accounts/AC00000000000000000000000000000042/Messages.json"
SID = "SM00000000000000000000000000000384"


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        yield server


@pytest.fixture
def twilio(settings: Settings) -> Iterator[FixtureServer]:
    with FixtureServer(Path(__file__).parent / "data" / "twilio_api") as server:
        use_twilio(settings, server.url)
        server.answers("GET", MESSAGES, Answer.json({"messages": []}))
        yield server


def state(row: OutboundMessage) -> tuple[str, str]:
    row.refresh_from_db()
    return row.status, row.error_code


def posts(server: FixtureServer) -> int:
    return len(server.requests_to(MESSAGES, "POST"))


def listed(row: OutboundMessage, sid: str = SID, body: str | None = None) -> Answer:
    """Twilio's list with ``row`` in it, made just now."""
    message = {
        "sid": sid,
        "status": "sent",
        "direction": "outbound-api",
        "body": row.body if body is None else body,
        "date_created": timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
    }
    return Answer.json({"messages": [message], "next_page_uri": None})


# --- E-mail ---------------------------------------------------------------


def test_an_email_is_sent_once_however_often_the_job_runs(smtp: SmtpServer):
    row = queued()

    delivery.deliver(row.pk)
    delivery.deliver(row.pk)

    assert state(row) == (Status.SENT, "")
    assert row.sent_at is not None
    assert (row.claimed_at, row.next_attempt_at, row.queued_at) == (None, None, None)
    assert [mail["Message-ID"] for mail in smtp.mails] == [row.provider_id]


def test_an_answer_stays_in_the_customers_thread(smtp: SmtpServer):
    asked = inbound(
        channel="email", external_id="<ask@example.org>", subject="Commande", thread="<t@x.org>"
    )

    delivery.deliver(queued(in_reply_to=asked, subject="").pk)

    (mail,) = smtp.mails
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Commande", "<ask@example.org>")
    assert mail["References"] == "<t@x.org> <ask@example.org>"


def test_a_busy_server_is_tried_again_with_the_same_message_id(smtp: SmtpServer):
    smtp.refuse("RCPT", "450 busy", times=1)
    row = queued()

    delivery.deliver(row.pk)
    assert state(row) == (Status.QUEUED, "450")
    assert row.next_attempt_at is not None
    assert row.error != ""
    delivery.deliver(row.pk)  # not due yet
    assert smtp.mails == []

    with time_machine.travel(row.next_attempt_at + timedelta(seconds=1), tick=False):
        delivery.deliver(row.pk)
    assert state(row)[0] == Status.SENT
    assert [mail["Message-ID"] for mail in smtp.mails] == [row.provider_id]


def test_a_message_that_was_under_way_is_not_sent_after_the_newer_one(
    smtp: SmtpServer, admin_user: User
):
    older = queued(about=admin_user, supersede=True)
    OutboundMessage.objects.update(status=Status.SENDING)
    newer = queued(about=admin_user, supersede=True)
    OutboundMessage.objects.filter(pk=older.pk).update(status=Status.QUEUED)

    delivery.deliver(newer.pk)
    delivery.deliver(older.pk)

    assert [state(older)[0], state(newer)[0]] == [Status.SUPERSEDED, Status.SENT]
    assert [mail["Message-ID"] for mail in smtp.mails] == [newer.provider_id]


def test_a_refused_recipient_is_final(smtp: SmtpServer):
    smtp.refuse_recipient("salma@example.org", "550 no such user")
    row = queued()

    delivery.deliver(row.pk)

    assert state(row) == (Status.FAILED, "550")
    assert "550 no such user" in row.error
    assert row.handed_over_at is None


def test_a_server_that_stays_down_ends_in_failed(settings: Settings):
    with SmtpServer() as server:
        server.use(settings)
    row = queued()

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(7):
            delivery.deliver(row.pk)
            clock.shift(timedelta(hours=3))

    assert state(row) == (Status.FAILED, "connection")
    assert row.attempts == 7


def test_a_lost_answer_leaves_the_email_in_doubt_and_unsent(smtp: SmtpServer):
    smtp.lose_answer()
    row = queued()

    delivery.deliver(row.pk)
    delivery.deliver(row.pk)
    delivery.settle_unknown()

    assert state(row)[0] == Status.UNKNOWN
    assert len(smtp.mails) == 1


def test_a_worker_killed_after_handing_over_leaves_the_email_in_doubt(smtp: SmtpServer):
    row = queued()
    long_ago = timezone.now() - timedelta(hours=1)
    OutboundMessage.objects.update(
        status=Status.SENDING, attempts=1, claimed_at=long_ago, handed_over_at=long_ago
    )

    delivery.deliver(row.pk)

    assert state(row)[0] == Status.UNKNOWN
    assert smtp.mails == []


def test_a_worker_killed_before_handing_over_is_followed_by_another(smtp: SmtpServer):
    row = queued()
    long_ago = timezone.now() - timedelta(hours=1)
    OutboundMessage.objects.update(status=Status.SENDING, attempts=1, claimed_at=long_ago)

    delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    assert len(smtp.mails) == 1


def test_a_resent_doubtful_email_is_recognisable(smtp: SmtpServer):
    smtp.lose_answer()
    row = queued()
    delivery.deliver(row.pk)

    outbox.resend(row.pk)
    delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    assert len({mail["Message-ID"] for mail in smtp.mails}) == 1


# --- WhatsApp ---------------------------------------------------------------


def test_free_text_goes_out_within_the_window(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    row = whatsapp()

    delivery.deliver(row.pk)
    delivery.deliver(row.pk)

    assert state(row) == (Status.SENT, "")
    assert row.provider_id == SID
    (request,) = twilio.requests_to(MESSAGES, "POST")
    assert request.form() == {
        "To": [f"whatsapp:{PHONE}"],
        "From": ["whatsapp:+33639980010"],
        "Body": [row.body],
        "StatusCallback": [
            (
                "https://backoffice.example.org/webhook/whatsapp/status"
                f"?message={row.pk}&attempt={statuses.stamp(row)}"
            )
        ],
    }


def test_outside_the_window_the_content_template_goes_out(twilio: FixtureServer):
    row = whatsapp()
    OutboundMessage.objects.update(content_sid="HX1", content_variables={"1": "Salma"})

    delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    (request,) = twilio.requests_to(MESSAGES, "POST")
    assert request.form()["ContentSid"] == ["HX1"]
    assert request.form()["ContentVariables"] == ['{"1": "Salma"}']
    assert "Body" not in request.form()


def test_outside_the_window_without_a_template_it_is_blocked(twilio: FixtureServer):
    row = whatsapp()

    delivery.deliver(row.pk)

    assert state(row)[0] == Status.BLOCKED
    assert "24" in row.error
    assert twilio.requests == []


def test_a_wrong_number_is_final(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, "error_invalid_to_400")
    row = whatsapp()

    delivery.deliver(row.pk)

    assert state(row) == (Status.FAILED, "21211")
    assert row.error != ""


def test_a_throttled_message_is_tried_again(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, "error_too_many_429", "message_created_201")
    row = whatsapp()

    delivery.deliver(row.pk)
    assert state(row) == (Status.QUEUED, "20429")
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    assert posts(twilio) == 2


@pytest.mark.parametrize(
    "answer", [Answer(closed=True), Answer(delay=0.5), "error_internal_500", Answer(502, b"<html>")]
)
def test_a_doubtful_message_is_found_at_twilio_and_not_sent_again(
    twilio: FixtureServer, settings: Settings, answer: Answer | str
):
    settings.TWILIO_TIMEOUT = 0.2
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, answer)
    row = whatsapp()

    delivery.deliver(row.pk)
    assert state(row)[0] == Status.UNKNOWN
    assert delivery.settle_unknown() == 0  # too early to ask
    twilio.answers("GET", MESSAGES, listed(row))
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        assert delivery.settle_unknown() == 1

    assert state(row)[0] == Status.SENT
    assert (row.provider_id, posts(twilio)) == (SID, 1)


def test_a_doubtful_message_that_twilio_does_not_have_is_sent_again(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, Answer(closed=True), "message_created_201")
    twilio.answers("GET", MESSAGES, Answer.json({"messages": []}))
    row = whatsapp()

    delivery.deliver(row.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        delivery.settle_unknown()
        assert state(row)[0] == Status.QUEUED
        delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    assert posts(twilio) == 2


def test_a_worker_killed_after_the_answer_sends_nothing_again(
    twilio: FixtureServer, monkeypatch: pytest.MonkeyPatch
):
    inbound(sender_phone=PHONE)
    row = whatsapp()

    class Killed(BaseException):
        """What kill -9 looks like to the row: nothing runs any more."""

    def killed(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_sent", killed)
        with pytest.raises(Killed):
            delivery.deliver(row.pk)
    assert (state(row)[0], posts(twilio)) == (Status.SENDING, 1)
    twilio.answers("GET", MESSAGES, listed(row))
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        delivery.deliver(row.pk)

    assert state(row)[0] == Status.SENT
    assert (row.provider_id, posts(twilio)) == (SID, 1)


def test_an_unexpected_error_after_the_answer_sends_nothing_again(
    twilio: FixtureServer, monkeypatch: pytest.MonkeyPatch
):
    inbound(sender_phone=PHONE)
    row = whatsapp()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_sent", broken)
        with pytest.raises(RuntimeError):
            delivery.deliver(row.pk)
    twilio.answers("GET", MESSAGES, listed(row))
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        delivery.deliver(row.pk)

    assert (state(row)[0], posts(twilio)) == (Status.SENT, 1)


def test_twilios_list_of_other_messages_proves_nothing(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    earlier = whatsapp()
    OutboundMessage.objects.update(status=Status.SENT, provider_id=SID)
    twilio.answers("POST", MESSAGES, Answer(closed=True))
    twilio.answers("GET", MESSAGES, listed(earlier))  # the same words, but known already
    row = whatsapp()

    delivery.deliver(row.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=59), tick=False):
        delivery.look_up(row.pk)

    assert state(row)[0] == Status.UNKNOWN


def test_a_look_up_that_fails_is_repeated(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, Answer(closed=True))
    twilio.answers("GET", MESSAGES, "error_internal_500")
    row = whatsapp()
    delivery.deliver(row.pk)

    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        delivery.settle_unknown()
        row.refresh_from_db()
        assert row.next_attempt_at == timezone.now() + LOOKUP_EVERY

    assert (row.status, posts(twilio)) == (Status.UNKNOWN, 1)


# --- The last attempt ---------------------------------------------------------------


def killed_in_the_last_attempt(row: OutboundMessage) -> None:
    """``row`` as a worker leaves it that was killed after the hand-over of the last attempt."""
    long_ago = timezone.now() - timedelta(hours=1)
    OutboundMessage.objects.filter(pk=row.pk).update(
        status=Status.SENDING, attempts=7, claimed_at=long_ago, handed_over_at=long_ago
    )
    delivery.deliver(row.pk)


@pytest.mark.parametrize("make", [queued, whatsapp])
def test_a_message_handed_over_in_the_last_attempt_is_in_doubt(
    make: Callable[[], OutboundMessage],
):
    row = make()

    killed_in_the_last_attempt(row)

    assert state(row)[0] == Status.UNKNOWN
    assert (row.claimed_at, row.error != "") == (None, True)
    assert (row.next_attempt_at is not None) is (row.channel == "whatsapp")


def test_a_worker_killed_before_the_hand_over_of_the_last_attempt_leaves_it_failed():
    row = queued()
    long_ago = timezone.now() - timedelta(hours=1)
    OutboundMessage.objects.update(status=Status.SENDING, attempts=7, claimed_at=long_ago)

    delivery.deliver(row.pk)

    assert state(row)[0] == Status.FAILED


def test_an_unexpected_error_after_the_hand_over_of_the_last_attempt_is_a_doubt(
    twilio: FixtureServer, monkeypatch: pytest.MonkeyPatch
):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    OutboundMessage.objects.update(attempts=6)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(delivery, "_sent", broken)
    with pytest.raises(RuntimeError):
        delivery.deliver(row.pk)

    assert (state(row)[0], posts(twilio)) == (Status.UNKNOWN, 1)
    assert row.next_attempt_at is not None


def test_a_message_in_doubt_that_twilio_has_is_not_sent_again_by_hand(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    killed_in_the_last_attempt(row)
    OutboundMessage.objects.update(handed_over_at=timezone.now())
    twilio.answers("GET", MESSAGES, listed(row))

    outbox.resend(row.pk)
    delivery.deliver(row.pk)

    assert (state(row)[0], row.provider_id, posts(twilio)) == (Status.SENT, SID, 0)


def test_a_message_in_doubt_that_twilio_does_not_have_is_sent_by_hand(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    killed_in_the_last_attempt(row)

    outbox.resend(row.pk)
    for _attempt in range(2):
        delivery.deliver(row.pk)

    assert (state(row)[0], posts(twilio)) == (Status.SENT, 1)


def test_a_message_that_twilio_reported_failed_is_sent_anew_by_hand(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    OutboundMessage.objects.update(
        status=Status.FAILED, provider_id="SM1", handed_over_at=timezone.now()
    )

    outbox.resend(row.pk)
    delivery.deliver(row.pk)

    assert (state(row)[0], row.provider_id, posts(twilio)) == (Status.SENT, SID, 1)


# --- Credentials ---------------------------------------------------------------


def test_without_credentials_messages_wait_and_then_go(settings: Settings, smtp: SmtpServer):
    port, settings.EMAIL_HOST = settings.EMAIL_HOST, ""
    rows = [queued(), queued()]

    for row in rows:
        delivery.deliver(row.pk)
        assert state(row) == (Status.NOT_CONFIGURED, "not_configured")
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert delivery.release_waiting() == 0
        settings.EMAIL_HOST = port
        assert delivery.release_waiting() == 2
        for row in rows:
            delivery.deliver(row.pk)

    assert [state(row)[0] for row in rows] == [Status.SENT, Status.SENT]


def test_refused_credentials_are_tried_with_one_message_at_a_time(twilio: FixtureServer):
    inbound(sender_phone=PHONE)
    twilio.answers("POST", MESSAGES, "error_auth_401")
    rows = [whatsapp() for _ in range(3)]
    for row in rows:
        delivery.deliver(row.pk)
        assert state(row) == (Status.NOT_CONFIGURED, "20003")

    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert delivery.release_waiting() == 1
        twilio.answers("POST", MESSAGES, "message_created_201")
        delivery.deliver(rows[0].pk)
        assert delivery.release_waiting() == 2

    assert state(rows[0])[0] == Status.SENT


def test_local_only_keeps_whatsapp_waiting_and_lets_email_go(
    twilio: FixtureServer, smtp: SmtpServer, settings: Settings
):
    settings.LOCAL_ONLY = True
    inbound(sender_phone=PHONE)
    told, written = whatsapp(), queued()

    delivery.deliver(told.pk)
    delivery.deliver(written.pk)

    assert state(told)[0] == Status.NOT_CONFIGURED
    assert "LOCAL_ONLY" in told.error
    assert state(written)[0] == Status.SENT
    assert twilio.requests == []


# --- Two workers ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_instant_send_once(smtp: SmtpServer):
    row = queued()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            delivery.deliver(row.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert state(row)[0] == Status.SENT
    assert len(smtp.mails) == 1
