"""The 24 hours in which free text may go out by the Cloud API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.messaging import (
    releasing,
    window,
)
from backoffice.messaging.models import (
    Channel,
    InboundMessage,
    OutboundMessage,
)
from backoffice.messaging.tests.cloud_making import delivered, heard, written
from backoffice.messaging.tests.meta import (
    DATA,
    HUGO,
    deliver,
    text,
    use_meta,
)
from backoffice.testing.graph import GraphServer

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


@pytest.mark.parametrize(
    "heard_by",
    [
        {"channel": "whatsapp"},
        {"is_automatic": True},
        {"thread": "Y2FwaV9ncm91cA"},
        {"account": "316780950000999"},
        {"sent_at": timezone.now() - timedelta(hours=25)},
    ],
    ids=["by Twilio", "a system message", "in a group", "to another number", "yesterday"],
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
