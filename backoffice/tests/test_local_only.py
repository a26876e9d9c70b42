"""LOCAL_ONLY is a promise: with every key in place, no connection but to the mail server."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backoffice.core import ai
from backoffice.integrations import twilio_whatsapp
from backoffice.integrations.errors import NotConfigured
from backoffice.messaging import delivery, importing, mailboxes, tasks
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.tests.making import inbound, queued, whatsapp
from backoffice.testing.imap import ImapServer
from backoffice.testing.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).resolve().parents[2] / "orders" / "tests" / "data" / "samples"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
INTERNET = {socket.AF_INET, socket.AF_INET6}
# Runs in the processes that parse documents: what they open is written to a file.
SPY = """
import socket, sys

def note(event, arguments, internet={{int(socket.AF_INET), int(socket.AF_INET6)}}):
    if event == "socket.getaddrinfo" or (event == "socket.__new__" and arguments[1] in internet):
        with open({path!r}, "a") as file:
            file.write(event + "\\n")

sys.addaudithook(note)
with open({path!r}, "a") as file:
    file.write("")
"""

# An audit hook cannot be taken away again, so there is one, and it notes for whoever listens.
_listeners: list[list[tuple[str, object]]] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if not _listeners:
        return
    if event == "socket.__new__" and arguments[1] in INTERNET:
        _listeners[-1].append(("socket", arguments[1]))
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _listeners[-1].append(("look-up", arguments[0]))
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and isinstance(
        arguments[1], tuple
    ):
        _listeners[-1].append(("connection", arguments[1][:2]))


sys.addaudithook(_note)


@pytest.fixture
def opened() -> Iterator[list[tuple[str, object]]]:
    """Sockets, look-ups and connections of this process, as they happen."""
    events: list[tuple[str, object]] = []
    _listeners.append(events)
    yield events
    _listeners.remove(events)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that exists once a document process ran, and names the sockets they opened."""
    noted = tmp_path / "children.txt"
    (tmp_path / "sitecustomize.py").write_text(SPY.format(path=str(noted)))
    monkeypatch.setattr(sys, "path", [sys.path[0], str(tmp_path), *sys.path[1:]])
    return noted


@pytest.fixture(autouse=True)
def everything_is_configured(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LOCAL_ONLY = True
    settings.OPENAI_API_KEY = "sk-test-0001"
    settings.TWILIO_ACCOUNT_SID = "AC00000000000000000000000000000042"
    settings.TWILIO_AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
    settings.TWILIO_WHATSAPP_NUMBER = "whatsapp:+33639980010"
    settings.PUBLIC_URL = "https://backoffice.example.org"


def test_the_watch_sees_what_it_should(opened: list[tuple[str, object]]):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2]).close()

    assert {kind for kind, _ in opened} == {"socket", "look-up", "connection"}


def test_reading_every_sample_opens_no_socket(opened: list[tuple[str, object]], children: Path):
    importing.import_paths([SAMPLES], desk="orders")
    for pk in InboundMessage.objects.values_list("pk", flat=True):
        tasks.process_message(pk)

    messages = InboundMessage.objects.all()
    assert len(messages) > 30
    assert {message.status for message in messages} <= {"done", "not_for_us", "needs_attention"}
    assert [message.kind for message in messages].count("order") > 10
    assert opened == []
    # They did run.
    assert children.read_text() == ""


def test_media_that_lie_at_twilio_are_not_fetched(opened: list[tuple[str, object]]):
    message = inbound(body="2000 sachets fond plat")
    message.attachments.create(position=0, source_url=MEDIA, declared_type="image/jpeg")

    tasks.process_message(message.pk)

    assert "LOCAL_ONLY" in message.attachments.get().problem
    assert opened == []


def test_nothing_is_sent_through_twilio_or_asked_of_it(opened: list[tuple[str, object]]):
    row = whatsapp()

    delivery.deliver(row.pk)
    delivery.release_waiting()
    delivery.settle_unknown()
    with pytest.raises(NotConfigured):
        twilio_whatsapp.fetch("SM00000000000000000000000000000386")

    row.refresh_from_db()
    assert row.status == OutboundMessage.Status.NOT_CONFIGURED
    assert opened == []


def test_no_model_is_asked(opened: list[tuple[str, object]]):
    with pytest.raises(ai.AiLocalOnly):
        ai.chat(purpose="test", instructions="Answer.", parts=[ai.TextPart("Salam")])
    with pytest.raises(ai.AiLocalOnly):
        ai.read_images([b"x"], purpose="test", mime="image/png")
    with pytest.raises(ai.AiLocalOnly):
        ai.transcribe(b"x", filename="a.ogg", mime="audio/ogg", purpose="test")
    with pytest.raises(ai.AiLocalOnly):
        ai.embed(["x"], purpose="test")

    assert opened == []


def test_mail_goes_to_the_configured_server_and_nowhere_else(
    opened: list[tuple[str, object]], settings: Settings
):
    with SmtpServer() as smtp:
        smtp.use(settings)
        opened.clear()
        row = queued()

        delivery.deliver(row.pk)

    row.refresh_from_db()
    assert row.status == OutboundMessage.Status.SENT
    assert {where for kind, where in opened if kind == "connection"} == {("127.0.0.1", smtp.port)}


def test_mail_is_fetched_from_the_configured_server_and_nowhere_else(
    opened: list[tuple[str, object]], settings: Settings
):
    with ImapServer() as imap:
        settings.MAILBOXES = {"orders": imap.account("INBOX")}
        opened.clear()

        mailboxes.fetch("orders")

        assert {where for kind, where in opened if kind == "connection"} == {
            ("127.0.0.1", imap.port)
        }
