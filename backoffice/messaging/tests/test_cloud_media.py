"""Files of Cloud API messages, fetched from a stand-in in the two steps in which Meta has them."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from backoffice.integrations import whatsapp_cloud, whatsapp_cloud_media
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import media, moving, tasks
from backoffice.messaging.models import Attachment, InboundMessage
from backoffice.messaging.tests.meta import DATA, deliver, use_meta
from backoffice.messaging.tests.receiving_desk import stand_in
from backoffice.testing.graph import GraphServer
from backoffice.testing.http import Answer, FixtureServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MEDIA = "1380044512760931"
PDF = b"%PDF-1.4\n%%EOF\n"
SHA256 = hashlib.sha256(PDF).hexdigest()


@pytest.fixture(autouse=True)
def _in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def graph(settings: Settings) -> Iterator[GraphServer]:
    with GraphServer(DATA / "api") as server:
        use_meta(settings, server.url)
        yield server


def received(client: Client, **facts: str) -> InboundMessage:
    document = {"id": MEDIA, "mime_type": "application/pdf", "filename": "papiers.pdf", **facts}
    deliver(
        client,
        {"id": "wamid.1", "from": "33639980117", "type": "document"} | {"document": document},
    )
    return InboundMessage.objects.get()


def problem(message: InboundMessage) -> str:
    media.fetch_missing(message, is_last=True)
    return Attachment.objects.get().problem


def test_a_file_is_asked_for_by_its_id_and_then_fetched(graph: GraphServer, client: Client):
    graph.keeps(MEDIA, PDF, "application/pdf")
    told = base64.b64encode(bytes.fromhex(SHA256)).decode()

    media.fetch_missing(received(client, sha256=told))

    file = Attachment.objects.select_related("document").get()
    assert file.document is not None
    assert (file.document.sha256, file.filename, file.problem) == (SHA256, "papiers.pdf", "")
    asked, fetched = graph.requests
    assert (asked.path, asked.query) == (
        f"/v26.0/{MEDIA}",
        {"phone_number_id": ["316780950000417"]},
    )
    assert {one.headers["authorization"] for one in (asked, fetched)} == {"Bearer EAATestOnly"}


@pytest.mark.parametrize("facts", [{"sha256": "0" * 64}, {}], ids=["Graph's", "the webhook's"])
def test_a_file_that_is_not_what_was_announced_is_not_taken(
    graph: GraphServer, client: Client, facts: dict[str, str]
):
    graph.keeps(MEDIA, PDF, "application/pdf", **facts)
    announced = {} if facts else {"sha256": "1" * 64}

    assert problem(received(client, **announced)) == "The file arrived damaged from WhatsApp."


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/f", "http://lookaside.fbsbx.com/f", "file:///etc/passwd", ""]
)
def test_only_whatsapps_own_hosts_are_asked(graph: GraphServer, client: Client, url: str):
    graph.keeps(MEDIA, PDF, "application/pdf", url=url)

    assert "WHATSAPP_MEDIA_HOSTS" in problem(received(client))
    assert len(graph.requests) == 1


def test_the_token_does_not_follow_a_redirect_to_another_host(
    graph: GraphServer, client: Client, settings: Settings
):
    with FixtureServer() as other:
        settings.WHATSAPP_MEDIA_HOSTS = [other.url]
        graph.keeps(MEDIA, PDF, "application/pdf")
        moved = Answer(302, b"", {"Location": f"{other.url}/f"})
        graph.answers("GET", f"/files/{MEDIA}", moved)
        other.answers("GET", "/f", Answer(200, PDF))

        media.fetch_missing(received(client))

        assert Attachment.objects.get().document is not None
        assert ["authorization" in request.headers for request in other.requests] == [False]


@pytest.mark.parametrize("told", ["99999999", "", "many", "9" * 5000])
def test_a_file_that_is_too_large_is_left_there(
    graph: GraphServer, client: Client, settings: Settings, told: str
):
    settings.MAX_DOCUMENT_BYTES = 10
    graph.keeps(MEDIA, PDF, "application/pdf", file_size=told)

    assert problem(received(client)) == "The file is larger than 10\xa0bytes, the most we accept."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("error_media_gone_400", "WhatsApp no longer has the file. Ask the sender to send it"),
        ("error_token_expired_401", "The file waits at WhatsApp: WhatsApp refuses the access"),
        ("error_service_500", "WhatsApp's service is away for the moment."),
        (Answer(200, b"<html>"), "WhatsApp's answer cannot be read."),
        (Answer(closed=True), "WhatsApp cannot be reached or did not answer in time."),
    ],
    ids=str,
)
def test_what_cannot_be_had_says_why(
    graph: GraphServer, client: Client, answer: str | Answer, words: str
):
    graph.answers("GET", f"/v*/{MEDIA}", answer)

    assert problem(received(client)).startswith(words)


def test_a_message_goes_on_without_its_file_and_is_read_again_with_it(
    graph: GraphServer, client: Client, monkeypatch: pytest.MonkeyPatch
):
    desk = stand_in(monkeypatch, "listings", wants_unread=True)
    graph.keeps(MEDIA, PDF, "application/pdf")
    graph.answers("GET", f"/files/{MEDIA}", Answer(503), Answer(503), Answer(200, PDF))
    message = received(client, caption="Vends Tudor")

    tasks.process_message(message.pk)
    message.refresh_from_db()
    assert (message.status, len(desk.taken)) == (InboundMessage.Status.DONE, 1)
    assert "error (503)" in Attachment.objects.get().problem
    assert moving.read_late_files() == 0  # not due yet

    for minutes, read in ((2, 0), (3, 0), (8, 1), (20, 0)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert moving.read_late_files() == read

    file = Attachment.objects.get()
    assert (file.document is not None, file.problem, file.fetch_again_at) == (True, "", None)
    message.refresh_from_db()
    assert message.status == InboundMessage.Status.RECEIVED
    tasks.process_message(message.pk)
    assert len(desk.taken) == 2


def test_a_file_is_not_asked_for_longer_than_whatsapp_keeps_it(graph: GraphServer, client: Client):
    graph.answers("GET", f"/v*/{MEDIA}", "error_service_500")
    media.fetch_missing(received(client))

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert media.fetch_late() == []

    file = Attachment.objects.get()
    assert (file.fetch_again_at, file.problem) == (
        None,
        "WhatsApp's service is away for the moment.",
    )


def test_without_a_token_the_file_waits(graph: GraphServer, client: Client, settings: Settings):
    settings.WHATSAPP_ACCESS_TOKEN = ""

    assert problem(received(client)) == (
        "The file waits at WhatsApp: WhatsApp waits for WHATSAPP_ACCESS_TOKEN. Read the message"
        " again within a week."
    )
    assert graph.requests == []


@pytest.mark.parametrize("media_id", ["../me", "a/b", "", "x" * 200, "1?fields=token"])
def test_an_id_that_is_none_asks_for_nothing(graph: GraphServer, client: Client, media_id: str):
    message = received(client, id=media_id)

    assert problem(message) == "WhatsApp names no file. Ask the sender to send it again."
    with pytest.raises(ServiceError):
        whatsapp_cloud_media.download(media_id)
    assert graph.requests == []


def test_the_number_tells_its_name(graph: GraphServer):
    facts = {"display_phone_number": "+33 6 39 98 00 01", "verified_name": "Montres"}
    graph.answers("GET", "/v26.0/316780950000417", Answer.json(facts))

    assert whatsapp_cloud.number_name() == "+33 6 39 98 00 01, Montres"
