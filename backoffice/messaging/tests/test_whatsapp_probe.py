from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from backoffice.integrations import webhook_probe
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import whatsapp_probe
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.tests.making import ACCOUNT, use_twilio
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.tls import self_signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from backoffice.testing.http import Request

WEBHOOK = "/webhook/whatsapp"
ACCOUNT_PATH = f"/2010-04-01/Accounts/{ACCOUNT}.json"
SENDERS = "/v2/Channels/Senders"
NUMBER = "whatsapp:+33639980010"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    """In the place of Twilio, and of whatever stands at PUBLIC_URL."""
    with FixtureServer() as server:
        use_twilio(settings, server.url)
        settings.PUBLIC_URL = server.url
        server.answers("GET", ACCOUNT_PATH, account())
        server.answers("GET", SENDERS, senders(f"{server.url}{WEBHOOK}"))
        yield server


def account(status: str = "active", kind: str = "Full") -> Answer:
    named = {"sid": ACCOUNT, "friendly_name": "Kraft Atlas"}
    return Answer.json({**named, "status": status, "type": kind})


def senders(webhook: str, status: str = "ONLINE", number: str = NUMBER) -> Answer:
    sender = {"sid": "XE1", "sender_id": number, "status": status}
    rows = [{**sender, "webhook": {"callback_url": webhook, "callback_method": "POST"}}]
    return Answer.json({"senders": rows, "meta": {"key": "senders", "next_page_url": None}})


def tones() -> list[str]:
    return [finding.tone for finding in whatsapp_probe.findings()]


def about_webhook() -> list[whatsapp_probe.Finding]:
    return list(whatsapp_probe._of_webhook())


def the_webhook() -> tuple[str, str]:
    """What is said of the webhook where it does not work."""
    (finding,) = about_webhook()
    return finding.tone, finding.text


@pytest.mark.django_db(transaction=True)
def test_our_own_webhook_takes_the_right_signature_and_refuses_a_wrong_one(
    live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    # The whole site answers here, on a machine that may be busy with other tests.
    monkeypatch.setattr(webhook_probe, "TIMEOUT", (60, 60))
    use_twilio(settings)
    settings.PUBLIC_URL = live_server.url

    findings = about_webhook()

    assert [finding.tone for finding in findings] == ["success", "success"], findings
    # Nothing is stored.
    assert (InboundMessage.objects.count(), OutboundMessage.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(403), "PUBLIC_URL"),
        (Answer(301, headers={"Location": "https://www.example.org/"}), "https://www.example.org/"),
        (Answer(200, b"Welcome"), "another program"),
        (Answer(404), "404"),
        (Answer(502), "502"),
        (Answer(closed=True), "127.0.0.1"),
    ],
)
def test_says_why_the_webhook_does_not_take_the_right_signature(
    server: FixtureServer, answer: Answer, word: str
):
    server.answers("POST", WEBHOOK, answer)

    tone, text = the_webhook()

    assert tone == "danger"
    assert word in text


def test_no_redirect_is_followed(server: FixtureServer):
    server.answers("POST", WEBHOOK, Answer(302, headers={"Location": f"{server.url}/elsewhere"}))

    about_webhook()

    assert [request.path for request in server.requests] == [WEBHOOK]


def test_a_webhook_that_takes_any_signature_is_told_of(server: FixtureServer):
    def takes_everything(request: Request) -> Answer:
        nonce = {name: values[0] for name, values in request.form().items()}
        return Answer(200, whatsapp_probe.proof(nonce).encode())

    server.answers("POST", WEBHOOK, takes_everything)

    assert [finding.tone for finding in about_webhook()] == ["success", "danger"]


@pytest.mark.parametrize(("is_trusted", "tone"), [("yes", "success"), ("no", "danger")])
def test_the_certificate_is_looked_at(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_trusted: str,
    tone: str,
):
    certificate = self_signed(tmp_path / "server.pem")
    if is_trusted == "yes":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with FixtureServer(certificate=certificate) as server:
        use_twilio(settings)
        settings.PUBLIC_URL = server.url
        server.answers("POST", WEBHOOK, Answer(403))

        first, *_others = about_webhook()

    assert (first.tone, "certificat" in first.text) == (tone, True)


def test_without_a_token_every_message_is_refused(server: FixtureServer, settings: Settings):
    settings.TWILIO_AUTH_TOKEN = ""

    tone, text = the_webhook()

    assert (tone, "TWILIO_AUTH_TOKEN" in text, server.requests) == ("danger", True, [])


def test_under_local_only_nobody_is_asked(server: FixtureServer, settings: Settings):
    settings.LOCAL_ONLY = True

    assert tones() == ["warning"]
    assert server.requests == []


def test_the_call_itself_is_refused_under_local_only(settings: Settings):
    settings.LOCAL_ONLY = True

    with pytest.raises(ServiceError) as caught:
        webhook_probe.call("http://127.0.0.1:9/webhook/whatsapp", {}, "signature")

    assert caught.value.code == "local_only"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://localhost",
        "https://192.168.1.10",
        "https://backoffice",
        "http://backoffice.example.org",
    ],
)
def test_an_address_that_twilio_cannot_use(settings: Settings, url: str):
    settings.PUBLIC_URL = url

    assert url in whatsapp_probe.address_problem()


def test_an_address_that_twilio_can_use(settings: Settings):
    settings.PUBLIC_URL = "https://backoffice.example.org"

    assert whatsapp_probe.address_problem() == ""


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({}, ["success", "success", "success"]),
        ({ACCOUNT_PATH: account("suspended")}, ["danger", "success", "success"]),
        ({ACCOUNT_PATH: account(kind="Trial")}, ["warning", "success", "success"]),
        ({SENDERS: senders("", "OFFLINE")}, ["success", "danger", "danger"]),
        ({SENDERS: senders("https://old.example.org/hook")}, ["success", "success", "danger"]),
        ({SENDERS: senders("", number="whatsapp:+33639980099")}, ["success", "danger"]),
        ({SENDERS: Answer.json({"code": 20429}, status=429)}, ["success", "danger"]),
        ({ACCOUNT_PATH: Answer.json({"code": 20003}, status=401)}, ["danger"]),
    ],
)
def test_what_twilio_says_of_account_and_number(
    server: FixtureServer, replies: dict[str, Answer], expected: list[str]
):
    for path, reply in replies.items():
        server.answers("GET", path, reply)

    assert [finding.tone for finding in whatsapp_probe._of_twilio()] == expected


def test_the_password_in_another_webhook_s_address_is_not_kept(server: FixtureServer):
    other = "https://hook:s3cret@old.example.org:8443/in?token=s3cret#s3cret"
    server.answers("GET", SENDERS, senders(other))

    told = [finding.text for finding in whatsapp_probe._of_twilio()][-1]

    assert "https://old.example.org:8443/in" in told
    assert "s3cret" not in told


def test_refused_credentials_are_told_in_words(server: FixtureServer):
    server.answers("GET", ACCOUNT_PATH, Answer.json({"code": 20003}, status=401))

    (finding,) = whatsapp_probe._of_twilio()

    assert "TWILIO_AUTH_TOKEN" in finding.text
    assert django_settings.TWILIO_AUTH_TOKEN not in finding.text


def test_the_sandbox_has_rules_of_its_own(server: FixtureServer, settings: Settings):
    settings.TWILIO_WHATSAPP_NUMBER = "+14155238886"

    found = [finding.tone for finding in whatsapp_probe._of_twilio()]

    assert found == ["success", "warning"]
    assert server.requests_to(SENDERS) == []
