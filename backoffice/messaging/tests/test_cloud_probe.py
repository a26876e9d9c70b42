from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.cloud import probe as cloud_probe
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.tests.making import queued
from backoffice.messaging.tests.meta import DATA, HUGO, NUMBER_ID, use_meta
from backoffice.testing.graph import GraphServer
from backoffice.testing.http import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.usefixtures("english")

NUMBER = f"/v26.0/{NUMBER_ID}"


@pytest.fixture
def graph(settings: Settings) -> Iterator[GraphServer]:
    with GraphServer(DATA / "api") as server:
        use_meta(settings, server.url)
        server.answers(
            "GET", NUMBER, Answer.json({"display_phone_number": "+33 6 39 98 00 01", "id": "1"})
        )
        yield server


def told() -> list[tuple[str, str]]:
    return [(finding.tone, finding.text) for finding in cloud_probe.findings()]


def test_a_line_that_works_is_told_by_its_number(graph: GraphServer):
    assert told() == [("success", "WhatsApp's Cloud API knows our number: +33 6 39 98 00 01.")]


def test_a_token_that_is_refused_is_told(graph: GraphServer):
    graph.answers("GET", NUMBER, "error_token_expired_401")

    assert told() == [
        ("warning", "WhatsApp refuses the access token: renew WHATSAPP_ACCESS_TOKEN.")
    ]


def test_what_is_missing_for_the_webhook_is_told(graph: GraphServer, settings: Settings):
    settings.WHATSAPP_APP_SECRET = settings.WHATSAPP_VERIFY_TOKEN = ""

    assert [tone for tone, _text in told()] == ["danger", "danger", "success"]


def test_nothing_is_asked_of_a_line_that_is_not_used(graph: GraphServer, settings: Settings):
    settings.LOCAL_ONLY = True

    assert (told(), graph.requests) == ([], [])


@pytest.mark.django_db
def test_the_page_names_the_settings_and_shows_no_secret(admin_client: Client, settings: Settings):
    use_meta(settings)
    settings.WHATSAPP_ACCESS_TOKEN = ""

    page = admin_client.get("/admin/messaging/whatsapp/").content.decode()

    assert f"{settings.PUBLIC_URL}/webhook" in page
    assert NUMBER_ID in page
    assert settings.WHATSAPP_APP_SECRET not in page
    assert settings.WHATSAPP_VERIFY_TOKEN not in page


@pytest.mark.django_db
def test_the_health_tells_of_the_line(client: Client, settings: Settings):
    use_meta(settings)
    row = queued(channel="wa_cloud", recipient=HUGO)

    assert _lines(client) == (True, True)
    OutboundMessage.objects.filter(pk=row.pk).update(status="not_configured", error_code="190")
    assert _lines(client) == (True, False)


def _lines(client: Client) -> tuple[bool, bool]:
    components = client.get("/health").json()["components"]
    return components["webhook"], components["whatsapp_api"]
