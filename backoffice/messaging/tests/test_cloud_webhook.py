"""Who may call the webhook, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tests.meta import (
    SIGNATURES,
    VERIFY_TOKEN,
    body,
    envelope,
    only,
    post,
    post_fixture,
    stored,
    text,
    use_meta,
)

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = InboundMessage.Status


@pytest.fixture(autouse=True)
def _meta(settings: Settings, client: Client) -> None:
    use_meta(settings)
    # Reasons are written in the language of the request, and Meta asks for none.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.mark.parametrize("path", ["/webhook", "/webhook/"])
def test_the_challenge_is_returned_to_who_knows_the_token(client: Client, path: str):
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}

    answer = client.get(path, {**asked, "hub.verify_token": VERIFY_TOKEN})

    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    "asked",
    [
        {"hub.mode": "subscribe", "hub.verify_token": "guess"},
        {"hub.mode": "subscribe", "hub.verify_token": "devin\u00e9"},
        {"hub.mode": "subscribe"},
        {"hub.mode": "unsubscribe", "hub.verify_token": VERIFY_TOKEN},
        {"hub.verify_token": VERIFY_TOKEN},
        {},
    ],
)
def test_nobody_else_gets_the_challenge(client: Client, asked: dict[str, str]):
    answer = client.get("/webhook", {**asked, "hub.challenge": "1158201444"})

    assert (answer.status_code, b"1158201444" in answer.content) == (403, False)


def test_no_token_lets_nobody_in(client: Client, settings: Settings):
    settings.WHATSAPP_VERIFY_TOKEN = ""

    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}

    assert client.get("/webhook", asked).status_code == 403


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + "0" * 40,
        SIGNATURES["text_wanted"],
        SIGNATURES["text_sale"].upper(),
        "sha256=d\u00e9j\u00e0",
    ],
)
def test_what_meta_did_not_sign_is_refused_and_not_stored(client: Client, signature: str):
    answer = post(client, body("text_sale"), **{"x-hub-signature-256": signature})

    assert (answer.status_code, stored()) == (403, [])


def test_a_refusal_is_a_line_of_the_log(client: Client, caplog: pytest.LogCaptureFixture):
    post(client, body("text_sale"), **{"x-hub-signature-256": "sha256=0"})

    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("A webhook at /webhook was refused: its signature is wrong.", None),
        ("Forbidden (Permission denied): /webhook", None),
    ]


def test_a_signature_covers_the_bytes_and_not_what_they_mean(client: Client):
    again = json.dumps(json.loads(body("text_sale"))).encode()

    answer = post(client, again, **{"x-hub-signature-256": SIGNATURES["text_sale"]})

    assert answer.status_code == 403


def test_without_a_secret_everything_is_refused(client: Client, settings: Settings):
    settings.WHATSAPP_APP_SECRET = ""

    assert post_fixture(client, "text_sale").status_code == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_the_content_type_says_nothing(client: Client, kind: str):
    answer = post(client, body("text_sale"), **{"content-type": kind})

    assert (answer.status_code, only().status) == (200, Status.RECEIVED)


def test_three_megabytes_are_taken(client: Client):
    long = text(words="Vends " + "€" * 500_000)

    content = json.dumps(envelope(long)).encode()

    assert len(content) > 3_000_000
    assert post(client, content).status_code == 200
    assert len(only().body) == 500_006


def test_only_get_and_post_are_answered(client: Client):
    assert client.put("/webhook").status_code == 405
