"""What became of our messages: doubt, and the reports of the Cloud API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core.jobs import claim
from backoffice.messaging import delivery, endings, outbox
from backoffice.messaging.cloud import statuses as cloud_statuses
from backoffice.messaging.lanes import OUTBOX
from backoffice.messaging.models import (
    DeliveryReport,
    InboundMessage,
    OutboundMessage,
)
from backoffice.messaging.tests.cloud_making import delivered, heard, status_of, written
from backoffice.messaging.tests.meta import (
    DATA,
    HUGO_ID,
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


@pytest.fixture
def graph(settings: Settings) -> Iterator[GraphServer]:
    with GraphServer(DATA / "api") as server:
        use_meta(settings, server.url)
        yield server


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


@pytest.mark.parametrize(
    ("errors", "code", "words"),
    [
        ({}, "", "WhatsApp does not say why."),
        ({"errors": []}, "", "WhatsApp does not say why."),
        ({"errors": [{}]}, "", "WhatsApp does not say why."),
        ({"errors": [{"code": 131999}]}, "131999", "WhatsApp reports error 131999."),
        ({"errors": [{"code": 131999, "title": "Odd"}]}, "131999", "Odd (131999)"),
    ],
)
def test_a_failure_that_nobody_knows_is_told_as_well_as_can_be(
    graph: GraphServer,
    client: Client,
    settings: Settings,
    errors: dict[str, Any],
    code: str,
    words: str,
):
    heard()
    row = delivered(written())

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    deliver(client, statuses=[status_of(row.provider_id, "failed", **errors)])

    row.refresh_from_db()
    assert (row.status, row.error_code, row.error) == (Status.FAILED, code, words)


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


def test_reports_about_another_number_are_none_of_ours(graph: GraphServer, client: Client):
    heard()
    row = delivered(written())
    other = {"phone_number_id": "316780950000999"}

    for wamid in (row.provider_id, "wamid.THEIRS"):
        deliver(client, statuses=[status_of(wamid, "failed")], metadata=other)

    row.refresh_from_db()
    assert (row.status, DeliveryReport.objects.count()) == (Status.SENT, 0)
    assert not InboundMessage.objects.filter(account=other["phone_number_id"]).exists()


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
