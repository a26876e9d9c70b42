"""A sending process killed with -9 while the other side has the message already."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import timezone

from backoffice.messaging import delivery
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.tests.making import ACCOUNT, PHONE, inbound, queued, use_twilio, whatsapp
from backoffice.messaging.tests.meta import deliver, use_meta
from backoffice.testing.graph import MESSAGES as GRAPH_MESSAGES
from backoffice.testing.graph import GraphServer
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.smtp import SmtpServer
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import environment_of_the_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

Status = OutboundMessage.Status
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
SID = "SM00000000000000000000000000000384"


def mail_settings(server: SmtpServer) -> dict[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_SECURITY": "none",
        "SMTP_FROM": "commandes@example.com",
    }


def deliver_and_be_killed(
    row: OutboundMessage, environment: dict[str, str], when: Callable[[], object]
) -> None:
    """Deliver ``row`` in a process of its own and kill that as soon as ``when()`` is true."""
    script = f"from backoffice.messaging import delivery; delivery.deliver({row.pk})"
    process = subprocess.Popen(
        [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "shell", "-c", script],
        env=environment_of_the_test() | environment,
    )
    try:
        wait_until(when, what="the message at the other side")
    finally:
        process.kill()
        process.wait()
    row.refresh_from_db()
    assert row.status == Status.SENDING
    assert row.handed_over_at is not None


def test_a_whatsapp_message_that_twilio_has_is_not_sent_again(settings: Settings):
    inbound(sender_phone=PHONE)
    row = whatsapp()
    with FixtureServer(Path(__file__).parent / "data" / "twilio_api") as server:
        use_twilio(settings, server.url)
        server.answers("POST", MESSAGES, server.fixture("message_created_201", delay=30))
        names = ("ACCOUNT_SID", "AUTH_TOKEN", "WHATSAPP_NUMBER", "API_URL")
        environment = {f"TWILIO_{name}": getattr(settings, f"TWILIO_{name}") for name in names}
        deliver_and_be_killed(row, environment, lambda: server.requests_to(MESSAGES, "POST"))

        at_twilio = {
            "sid": SID,
            "status": "sent",
            "direction": "outbound-api",
            "body": row.body,
            "date_created": timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        }
        server.answers("GET", MESSAGES, Answer.json({"messages": [at_twilio]}))
        with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
            delivery.deliver(row.pk)

        row.refresh_from_db()
        assert (row.status, row.provider_id) == (Status.SENT, SID)
        assert len(server.requests_to(MESSAGES, "POST")) == 1


def test_a_whatsapp_message_that_meta_has_is_settled_by_its_report(
    settings: Settings, client: Client
):
    inbound(channel="wa_cloud", sender_phone=PHONE, thread=PHONE)
    row = queued(channel="wa_cloud", recipient=PHONE)
    with GraphServer() as graph:
        use_meta(settings, graph.url)
        graph.answers("POST", GRAPH_MESSAGES, Answer(delay=30))
        names = ("ACCESS_TOKEN", "PHONE_NUMBER_ID", "API_URL")
        environment = {f"WHATSAPP_{name}": getattr(settings, f"WHATSAPP_{name}") for name in names}
        deliver_and_be_killed(row, environment, graph.sent)

        with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
            delivery.deliver(row.pk)
            row.refresh_from_db()
            assert row.status == Status.UNKNOWN
        reference = graph.sent()[0]["biz_opaque_callback_data"]
        report = {"id": "wamid.1", "status": "delivered", "biz_opaque_callback_data": reference}
        deliver(client, statuses=[report])

        row.refresh_from_db()
        assert (row.status, row.provider_id) == (Status.DELIVERED, "wamid.1")
        assert len(graph.sent()) == 1


def test_an_email_that_the_server_has_waits_for_a_person():
    row = queued()
    with SmtpServer() as server:
        server.stall(30)
        deliver_and_be_killed(row, mail_settings(server), lambda: server.mails)

        with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
            delivery.deliver(row.pk)

        row.refresh_from_db()
        assert (row.status, len(server.mails)) == (Status.UNKNOWN, 1)
