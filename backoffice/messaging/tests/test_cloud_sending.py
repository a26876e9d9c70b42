"""Messages that go out by the Cloud API, against a stand-in for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.core.jobs import claim
from backoffice.messaging import (
    cloud_statuses,
    delivery,
    endings,
    outbox,
    releasing,
    templating,
    window,
)
from backoffice.messaging.lanes import OUTBOX
from backoffice.messaging.models import (
    Channel,
    DeliveryReport,
    InboundMessage,
    MessageTemplate,
    OutboundMessage,
)
from backoffice.messaging.tests.making import inbound, queued
from backoffice.messaging.tests.meta import (
    DATA,
    HUGO,
    HUGO_ID,
    NUMBER_ID,
    deliver,
    post_fixture,
    text,
    use_meta,
)
from backoffice.testing.graph import MESSAGES, GraphServer
from backoffice.testing.http import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = OutboundMessage.Status
RENARD = "FR.9018273645500192"


@pytest.fixture
def graph(settings: Settings) -> Iterator[GraphServer]:
    with GraphServer(DATA / "api") as server:
        use_meta(settings, server.url)
        yield server


def written(**fields: Any) -> OutboundMessage:
    return queued(**{"channel": "wa_cloud", "recipient": HUGO, "body": "Bonjour Hugo", **fields})


def heard(phone: str = HUGO, **fields: Any) -> None:
    """The person wrote to us by this channel just now."""
    facts = {"channel": "wa_cloud", "sender_phone": phone, "thread": phone, "desk": "listings"}
    inbound(**{**facts, **fields})


def delivered(row: OutboundMessage) -> OutboundMessage:
    delivery.deliver(row.pk)
    row.refresh_from_db()
    return row


def status_of(wamid: str, status: str, **fields: Any) -> dict[str, Any]:
    return {"id": wamid, "status": status, "timestamp": "1795161600", **fields}


# --- Sending ------------------------------------------------------------------------


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
    "heard_by",
    [
        {"channel": "whatsapp"},
        {"is_automatic": True},
        {"thread": "Y2FwaV9ncm91cA"},
        {"sent_at": timezone.now() - timedelta(hours=25)},
    ],
    ids=["by Twilio", "a system message", "in a group", "yesterday"],
)
def test_a_window_opens_by_a_message_of_the_person_on_this_channel_only(
    graph: GraphServer, heard_by: dict[str, Any]
):
    heard(**heard_by)

    assert not window.is_open(HUGO, Channel.WHATSAPP_CLOUD)
    assert delivered(written()).status == Status.BLOCKED


def test_a_clock_that_runs_ahead_keeps_no_window_open(graph: GraphServer):
    heard(sent_at=timezone.now() + timedelta(hours=20))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert not window.is_open(HUGO, Channel.WHATSAPP_CLOUD)


def test_what_the_window_held_back_goes_once_the_person_writes(graph: GraphServer, client: Client):
    about = User.objects.create_user("stands-for-a-match")
    row = delivered(written(about=about))

    deliver(client, text(timestamp=str(int(timezone.now().timestamp()))))
    assert releasing.release(InboundMessage.objects.get().pk) == 1

    assert delivered(row).status == Status.SENT


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


# --- Doubt --------------------------------------------------------------------------


def stopped(row: OutboundMessage) -> OutboundMessage:
    """As a worker that dies while it sends leaves the row."""
    claimed = claim(OUTBOX, row.pk)
    assert claimed is not None
    delivery._hand_over(claimed)
    return claimed


def test_a_killed_attempt_is_settled_by_the_report_that_brings_our_reference(
    graph: GraphServer, client: Client
):
    heard()
    row = stopped(written())
    reference = cloud_statuses.reference(row)

    report = status_of("wamid.LATE", "delivered", biz_opaque_callback_data=reference)
    deliver(client, statuses=[report])

    row.refresh_from_db()
    assert (row.status, row.provider_id) == (Status.DELIVERED, "wamid.LATE")
    assert delivered(row).status == Status.DELIVERED
    assert graph.requests == []


def test_a_report_on_an_earlier_sending_settles_nothing(graph: GraphServer, client: Client):
    heard()
    row = stopped(written())
    earlier = f"outbox:{row.pk}:1"

    deliver(client, statuses=[status_of("wamid.OLD", "sent", biz_opaque_callback_data=earlier)])

    row.refresh_from_db()
    assert (row.status, row.provider_id) == (Status.SENDING, "")


def test_a_doubt_without_a_report_waits_for_a_person(
    graph: GraphServer, monkeypatch: pytest.MonkeyPatch
):
    told: list[str] = []
    follower = endings.Follower(lambda row: told.append(row.status), lambda _row: None)
    monkeypatch.setitem(endings._followers, "auth.user", follower)
    heard()
    graph.answers("POST", MESSAGES, Answer(closed=True))
    row = delivered(written(about=User.objects.create_user("stands-for-a-match")))
    assert (row.status, told, delivery.settle_unknown()) == (Status.UNKNOWN, [], 0)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert [delivery.settle_unknown() for _twice in range(2)] == [1, 0]

    row.refresh_from_db()
    assert (row.status, row.next_attempt_at, told) == (Status.UNKNOWN, None, [Status.UNKNOWN])
    graph.takes()
    assert delivered(outbox.resend(row.pk)).status == Status.SENT


# --- What became of it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["sent", "delivered", "read"], Status.READ),
        (["read", "delivered", "sent"], Status.READ),
        (["delivered", "delivered", "sent"], Status.DELIVERED),
        (["played"], Status.READ),
        (["delivered", "failed"], Status.DELIVERED),
        (["failed", "sent"], Status.FAILED),
        (["failed", "read"], Status.READ),
        (["frozen", "", "SENT"], Status.SENT),
    ],
)
def test_a_message_only_moves_forward(
    graph: GraphServer, client: Client, words: list[str], status: str
):
    heard()
    row = delivered(written())

    for word in words:
        assert deliver(client, statuses=[status_of(row.provider_id, word)]).status_code == 200

    row.refresh_from_db()
    assert (row.status, DeliveryReport.objects.count()) == (status, 0)


def test_a_failure_is_told_in_words(graph: GraphServer, client: Client):
    heard()
    row = delivered(written())
    OutboundMessage.objects.filter(pk=row.pk).update(
        provider_id="wamid.HB8ljFLzK2ojP2n5rUt0JF5CdI62h9yzaDyoyG"
    )

    post_fixture(client, "status_failed_phone")

    row.refresh_from_db()
    assert (row.status, row.error_code) == (Status.FAILED, "131047")
    assert row.error == (
        "More than 24 hours have passed since the person last wrote: WhatsApp takes only an"
        " approved message template."
    )


def test_reports_that_come_before_the_answer_are_taken_in_with_it(
    graph: GraphServer, client: Client
):
    """Also without our reference: by the id alone, which we learn later."""
    heard()
    early = [status_of("wamid.TEST000001", word) for word in ("read", "sent")]
    deliver(client, statuses=early)
    assert DeliveryReport.objects.count() == 2

    row = delivered(written())

    assert (row.status, DeliveryReport.objects.count()) == (Status.READ, 0)


def test_reports_of_a_group_count_once_for_each_participant(client: Client, settings: Settings):
    use_meta(settings)
    for _twice in range(2):
        post_fixture(client, "status_group_read_aggregated")

    participants = DeliveryReport.objects.values_list("participant", flat=True)
    assert sorted(participants) == ["CH.1039485720012377", HUGO_ID]


def test_a_group_message_is_read_once_one_has_read_it(graph: GraphServer, client: Client):
    row = written()
    wamid = "wamid.HBjtLKFCnee1D2gtdUzda8yrs3CCqnkVUR0f0Z"
    OutboundMessage.objects.filter(pk=row.pk).update(status=Status.SENT, provider_id=wamid)

    post_fixture(client, "status_group_read_aggregated")

    row.refresh_from_db()
    assert row.status == Status.READ


def test_an_app_that_fails_over_a_report_costs_no_message(
    graph: GraphServer, client: Client, monkeypatch: pytest.MonkeyPatch
):
    def fails(row: OutboundMessage) -> None:
        raise RuntimeError

    follower = endings.Follower(fails, lambda _row: None)
    monkeypatch.setitem(endings._followers, "auth.user", follower)
    heard()
    row = delivered(written(about=User.objects.create_user("stands-for-a-match")))
    failed = status_of(row.provider_id, "failed", errors=[{"code": 131026}])

    answer = deliver(client, text("wamid.good"), statuses=[failed])

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (200, Status.SENT)
    monkeypatch.setitem(endings._followers, "auth.user", endings.Follower(lambda _row: None, fails))
    assert cloud_statuses.settle() == 1
    row.refresh_from_db()
    assert (row.status, row.error_code) == (Status.FAILED, "131026")


def test_reports_that_no_message_came_for_go_after_some_days(client: Client, settings: Settings):
    use_meta(settings)
    post_fixture(client, "status_sent")
    assert DeliveryReport.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(days=9)):
        cloud_statuses.settle()

    assert DeliveryReport.objects.count() == 0


@pytest.mark.parametrize(
    "status",
    [
        {},
        {"id": "wamid.1"},
        {"status": "sent"},
        {"id": None, "status": None},
        {"id": 5, "status": 5},
        {"id": "wamid.1", "status": "failed", "errors": "text"},
        {"id": "wamid.1", "status": "failed", "errors": [None, {"code": []}]},
        {"id": "wamid.1", "status": "sent", "biz_opaque_callback_data": "outbox:" + "9" * 40},
        {"id": "wamid.1", "status": "sent", "biz_opaque_callback_data": ["outbox:1:2"]},
        {"id": "w" * 500, "status": "sent", "recipient_participant_id": "x" * 500},
        {"id": "wamid.\0\ud800", "status": "read", "timestamp": "soon"},
    ],
    ids=json.dumps,
)
def test_a_report_of_any_shape_is_harmless(
    client: Client, settings: Settings, status: dict[str, Any]
):
    use_meta(settings)

    assert [deliver(client, statuses=[status]).status_code for _twice in range(2)] == [200, 200]
