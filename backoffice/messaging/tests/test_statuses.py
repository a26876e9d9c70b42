from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from twilio.request_validator import RequestValidator

from backoffice.messaging import delivery, outbox, statuses
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.status_webhook import twilio_status
from backoffice.messaging.tests.making import PHONE, inbound, queued, use_twilio, whatsapp
from backoffice.testing.http import FixtureServer

if TYPE_CHECKING:
    from django.test import Client, RequestFactory
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

Status = OutboundMessage.Status
DATA = Path(__file__).parent / "data"
SIGNED = json.loads((DATA / "twilio_status" / "signatures.json").read_text())
SID = "SM00000000000000000000000000000384"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def twilio(settings: Settings) -> None:
    use_twilio(settings)


def sent(sid: str = SID) -> OutboundMessage:
    row = whatsapp()
    OutboundMessage.objects.filter(pk=row.pk).update(status=Status.SENT, provider_id=sid)
    return row


def report(word: str, sid: str = SID, **more: str) -> dict[str, str]:
    return {"MessageSid": sid, "MessageStatus": word, **more}


def status(row: OutboundMessage) -> str:
    row.refresh_from_db()
    return row.status


@pytest.mark.parametrize(
    ("name", "sid", "expected", "code"),
    [
        ("status_queued", "384", "sent", ""),
        ("status_sent", "384", "sent", ""),
        ("status_delivered", "384", "delivered", ""),
        ("status_read", "384", "read", ""),
        ("status_failed_63016", "386", "failed", "63016"),
        ("status_undelivered_63024", "387", "failed", "63024"),
        ("status_delivered_bsuid", "388", "delivered", ""),
    ],
)
def test_reads_twilios_own_signed_reports(
    rf: RequestFactory, name: str, sid: str, expected: str, code: str
):
    row = sent(f"SM{sid:0>32}")
    body = (DATA / "twilio_status" / f"{name}.form").read_bytes()
    headers = {"X-Twilio-Signature": SIGNED["signatures"][name]}

    request = rf.post("/webhooks/twilio/status", body, content_type=FORM, headers=headers)
    assert twilio_status(request).status_code == 204

    assert status(row) == expected
    assert row.error_code == code
    assert bool(row.error) is bool(code)


def test_a_forged_report_changes_nothing(rf: RequestFactory):
    row = sent()
    body = (DATA / "twilio_status" / "status_read.form").read_bytes()
    signature = SIGNED["signatures"]["status_delivered"]

    request = rf.post(
        "/webhooks/twilio/status",
        body,
        content_type=FORM,
        headers={"X-Twilio-Signature": signature},
    )
    with pytest.raises(PermissionDenied):
        twilio_status(request)

    assert status(row) == Status.SENT


def test_the_address_is_public_but_signed(client: Client):
    assert client.post("/webhook/whatsapp/status", report("read")).status_code == 403
    assert client.get("/webhook/whatsapp/status").status_code == 405


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_in_any_order_the_furthest_wins(order: tuple[str, ...]):
    row = sent()

    for word in (*order, *order):
        statuses.record_twilio(report(word))

    assert status(row) == Status.READ
    assert row.read_at is not None


def test_a_repeated_report_keeps_the_first_time():
    row = sent()
    statuses.record_twilio(report("delivered"))
    row.refresh_from_db()
    first = row.delivered_at

    statuses.record_twilio(report("delivered"))

    row.refresh_from_db()
    assert row.delivered_at == first


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["failed"], "failed"),
        (["failed", "sent"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["delivered", "failed"], "delivered"),
        (["read", "undelivered"], "read"),
        (["canceled"], "failed"),
    ],
)
def test_a_failure_is_believed_over_sent_only(words: list[str], expected: str):
    row = sent()

    for word in words:
        statuses.record_twilio(report(word, ErrorCode="63024" if "deliv" not in word else ""))

    assert status(row) == expected


def test_an_unknown_failure_keeps_twilios_words():
    row = sent()

    statuses.record_twilio(report("failed", ErrorCode="69999", ErrorMessage="Something new"))

    assert status(row) == Status.FAILED
    assert (row.error_code, row.error) == ("69999", "Something new")


@pytest.mark.parametrize(
    "form",
    [report("teleported"), report("read", sid="SM-of-somebody-else"), {}, report("read", "")],
)
def test_unknown_words_and_messages_change_nothing(form: dict[str, str]):
    row = sent()

    assert statuses.record_twilio(form) is False

    assert status(row) == Status.SENT


def test_a_report_may_overtake_the_answer_to_the_request(settings: Settings):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    record_answer = delivery._sent

    def report_first(claimed: OutboundMessage, *, provider_id: str) -> None:
        attempt = statuses.stamp(claimed)
        statuses.record_twilio(report("delivered"), message_id=claimed.pk, attempt=attempt)
        record_answer(claimed, provider_id=provider_id)

    with FixtureServer(DATA / "twilio_api") as server, pytest.MonkeyPatch.context() as patch:
        use_twilio(settings, server.url)
        patch.setattr(delivery, "_sent", report_first)
        delivery.deliver(row.pk)

    assert status(row) == Status.DELIVERED
    assert row.provider_id == SID


def test_a_report_settles_a_message_in_doubt(client: Client, settings: Settings):
    row = whatsapp()
    OutboundMessage.objects.update(status=Status.UNKNOWN, handed_over_at=timezone.now())
    row.refresh_from_db()
    path = f"/webhook/whatsapp/status?message={row.pk}&attempt={statuses.stamp(row)}"
    form = report("delivered")
    signature = RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(
        settings.PUBLIC_URL + path, form
    )

    response = client.post(
        path, urlencode(form), content_type=FORM, headers={"X-Twilio-Signature": signature}
    )

    assert response.status_code == 204
    assert status(row) == Status.DELIVERED
    assert (row.provider_id, row.next_attempt_at) == (SID, None)


@pytest.mark.parametrize("before", [Status.QUEUED, Status.FAILED, Status.SENT])
def test_our_own_id_is_believed_only_while_the_message_is_under_way(before: str):
    row = whatsapp()
    OutboundMessage.objects.update(status=before, handed_over_at=timezone.now())
    row.refresh_from_db()
    attempt = statuses.stamp(row)

    assert statuses.record_twilio(report("read"), message_id=row.pk, attempt=attempt) is False

    assert status(row) == before


def test_a_late_report_on_an_earlier_sending_changes_nothing(settings: Settings):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    first = timezone.now() - timedelta(hours=1)
    OutboundMessage.objects.update(status=Status.FAILED, provider_id="SM1", handed_over_at=first)
    row.refresh_from_db()
    earlier = statuses.stamp(row)
    record_answer = delivery._sent
    told: list[bool] = []

    def report_first(claimed: OutboundMessage, *, provider_id: str) -> None:
        for attempt in (earlier, ""):
            form = report("read", sid="SM1")
            told.append(statuses.record_twilio(form, message_id=claimed.pk, attempt=attempt))
        record_answer(claimed, provider_id=provider_id)

    with FixtureServer(DATA / "twilio_api") as server, pytest.MonkeyPatch.context() as patch:
        use_twilio(settings, server.url)
        patch.setattr(delivery, "_sent", report_first)
        outbox.resend(row.pk)
        delivery.deliver(row.pk)

    assert told == [False, False]
    assert (status(row), row.provider_id) == (Status.SENT, SID)


def test_an_email_is_never_meant():
    row = queued()
    OutboundMessage.objects.update(status=Status.SENDING, provider_id=SID)

    assert statuses.record_twilio(report("read"), message_id=row.pk) is False
