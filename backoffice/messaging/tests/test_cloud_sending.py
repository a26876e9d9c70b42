"""Messages that go out by the Cloud API, against a stand-in for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import delivery, outbox, templating
from backoffice.messaging.cloud import statuses as cloud_statuses
from backoffice.messaging.models import (
    MessageTemplate,
    OutboundMessage,
)
from backoffice.messaging.tests.cloud_making import delivered, heard, written
from backoffice.messaging.tests.making import inbound
from backoffice.messaging.tests.meta import (
    DATA,
    HUGO,
    NUMBER_ID,
    use_meta,
)
from backoffice.testing.graph import MESSAGES, GraphServer
from backoffice.testing.http import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = OutboundMessage.Status
RENARD = "FR.9018273645500192"


@pytest.fixture
def graph(settings: Settings) -> Iterator[GraphServer]:
    with GraphServer(DATA / "api") as server:
        use_meta(settings, server.url)
        yield server


def test_text_goes_to_who_wrote_within_a_day(graph: GraphServer):
    heard()

    row = delivered(written())

    assert (row.status, row.provider_id, row.error) == (Status.SENT, "wamid.TEST000001", "")
    request = graph.requests_to(MESSAGES)[0]
    assert request.path == f"/v26.0/{NUMBER_ID}/messages"
    assert request.headers["authorization"] == "Bearer EAATestOnly"
    assert request.json() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": HUGO,
        "biz_opaque_callback_data": cloud_statuses.reference(row),
        "type": "text",
        "text": {"body": "Bonjour Hugo", "preview_url": False},
    }


def test_a_user_id_is_written_to_as_such_and_an_answer_quotes_its_message(graph: GraphServer):
    asked = inbound(
        channel="wa_cloud", sender_user_id=RENARD, thread=RENARD, external_id="wamid.ASKED"
    )

    delivered(written(recipient=RENARD, in_reply_to=asked))

    body = graph.sent()[0]
    assert (body.get("to"), body["recipient"]) == (None, RENARD)
    assert body["context"] == {"message_id": "wamid.ASKED"}


def template(**fields: str) -> None:
    facts = {"key": "cloud_test", "channel": "wa_cloud", "language": "fr"}
    facts |= {"body": "Bonjour {name}, la {watch} vous plaît ?", "content_sid": "match_seller"}
    MessageTemplate.objects.create(**{**facts, **fields})
    templating.register_occasion("cloud_test", ("name", "watch"), {"name": "Hugo", "watch": "BB58"})


@pytest.mark.parametrize(
    ("content_sid", "name", "language"),
    [("match_seller", "match_seller", "fr"), ("match_seller/en_US", "match_seller", "en_US")],
)
def test_outside_the_window_the_approved_template_goes(
    graph: GraphServer, content_sid: str, name: str, language: str
):
    template(content_sid=content_sid)
    row = outbox.queue(
        key="t:1",
        channel="wa_cloud",
        recipient=HUGO,
        template="cloud_test",
        values={"name": "Hugo", "watch": "BB58\n2021"},
    )

    assert delivered(row).status == Status.SENT

    assert graph.sent()[0]["template"] == {
        "name": name,
        "language": {"code": language},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Hugo"},
                    {"type": "text", "text": "BB58; 2021"},
                ],
            }
        ],
    }


def test_outside_the_window_without_a_template_it_is_blocked(graph: GraphServer):
    row = delivered(written())

    assert (row.status, row.error_code, graph.requests) == (Status.BLOCKED, "131047", [])
    assert row.error.startswith("The person last wrote more than 24 hours ago.")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("error_token_expired_401", Status.NOT_CONFIGURED, "190"),
        ("error_window_closed_400", Status.FAILED, "131047"),
        ("error_bad_parameter_400", Status.FAILED, "100"),
        ("error_bsuid_not_supported_400", Status.FAILED, "131062"),
        ("error_template_missing_404", Status.FAILED, "132001"),
        ("error_throughput_429", Status.QUEUED, "130429"),
        ("error_pair_rate_400", Status.QUEUED, "131056"),
        ("error_service_500", Status.QUEUED, "2"),
        (Answer(429, b"slow down", {"Retry-After": "7"}), Status.QUEUED, "429"),
        (Answer(401, b"<html>"), Status.NOT_CONFIGURED, "401"),
        (Answer(500, b"<html>oops"), Status.UNKNOWN, "500"),
        (Answer(502, b""), Status.UNKNOWN, "502"),
        (Answer(200, b"<html>"), Status.UNKNOWN, "unreadable"),
        (Answer.json({"messages": []}), Status.UNKNOWN, "unreadable"),
        (Answer.json([1]), Status.UNKNOWN, "unreadable"),
        (
            Answer(302, b"", {"Location": "https://elsewhere.example/"}),
            Status.UNKNOWN,
            "unreadable",
        ),
        (Answer.json({"error": "no"}, status=400), Status.FAILED, "400"),
        (Answer.json({"error": {"code": 131999, "message": "odd"}}, 400), Status.FAILED, "131999"),
        (Answer(closed=True), Status.UNKNOWN, "connection"),
    ],
    ids=str,
)
def test_the_code_decides_what_becomes_of_a_refusal(
    graph: GraphServer, answer: str | Answer, status: str, code: str
):
    heard()
    graph.answers("POST", MESSAGES, answer)

    row = delivered(written())

    assert (row.status, row.error_code, len(graph.requests)) == (status, code, 1)
    assert bool(row.handed_over_at) == (status == Status.UNKNOWN)


def test_nothing_is_sent_where_nobody_listens_and_it_is_tried_again(settings: Settings):
    use_meta(settings)
    heard()

    row = delivered(written())

    assert (row.status, row.error_code, row.handed_over_at) == (Status.QUEUED, "connection", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WHATSAPP_ACCESS_TOKEN", ""),
        ("WHATSAPP_PHONE_NUMBER_ID", ""),
        ("LOCAL_ONLY", True),
    ],
)
def test_without_settings_it_waits_for_them(
    graph: GraphServer, settings: Settings, name: str, value: object
):
    heard()
    before = getattr(settings, name)
    setattr(settings, name, value)
    row = delivered(written())
    assert (row.status, row.error_code) == (Status.NOT_CONFIGURED, "not_configured")

    setattr(settings, name, before)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert delivery.release_waiting() == 1
        assert delivered(row).status == Status.SENT


def test_a_text_may_have_4096_characters(graph: GraphServer):
    assert written(body="x" * 4096).status == Status.QUEUED

    with pytest.raises(DomainError, match="at most 4096 characters; this text has 4097"):
        written(body="x" * 4097)
