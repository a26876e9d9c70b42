from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django_q.models import OrmQ
from twilio.request_validator import RequestValidator

from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.tests.making import whatsapp

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data" / "twilio"
SIGNED: dict[str, Any] = json.loads((DATA / "signatures.json").read_text())
MESSAGES = [
    name
    for name, entry in SIGNED["signatures"].items()
    if entry["url"].endswith("/webhooks/twilio/whatsapp")
]
PATH = "/webhooks/twilio/whatsapp"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@pytest.fixture(autouse=True)
def _twilio(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = SIGNED["auth_token"]
    settings.PUBLIC_URL = "https://backoffice.example.org"
    settings.ROOT_URLCONF = "backoffice.messaging.tests.fixture_urls"


def body_of(name: str) -> bytes:
    return (DATA / f"{name}.form").read_bytes().rstrip(b"\n")


def post(body: bytes, signature: str | None, path: str = PATH, **headers: str) -> HttpResponse:
    """As Twilio does it: no cookie, no CSRF token, and the proxy's own host name."""
    if signature is not None:
        headers["X-Twilio-Signature"] = signature
    client = Client(enforce_csrf_checks=True)
    content_type = headers.pop("content_type", FORM)
    return client.post(path, body, content_type=content_type, headers=headers)  # type: ignore[return-value]


def sign(body: bytes, url: str = f"https://backoffice.example.org{PATH}") -> str:
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return str(RequestValidator(SIGNED["auth_token"]).compute_signature(url, form))


def receive(name: str) -> InboundMessage:
    answer = post(body_of(name), SIGNED["signatures"][name]["X-Twilio-Signature"])
    assert answer.status_code == 200, name
    return InboundMessage.objects.get()


@pytest.mark.parametrize("name", MESSAGES)
def test_every_payload_is_stored_as_it_came_and_answered(name: str):
    answer = post(body_of(name), SIGNED["signatures"][name]["X-Twilio-Signature"])

    row = InboundMessage.objects.get()
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml"
    assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert bytes(row.raw) == body_of(name)
    assert (row.channel, row.desk, row.status) == ("whatsapp", "orders", "received")
    assert OrmQ.objects.count() == 1


def test_text_gives_the_sender_and_the_words():
    row = receive("text_order_darija")

    assert (row.sender_phone, row.sender_name) == ("+212600000121", "Boulangerie El Baraka")
    assert row.external_id == "SM00000000000000000000000000000002"
    assert row.account == "+33639980010"
    assert row.body.startswith("Salam khouya, bghit 3000 sac")


def test_sender_without_a_number_is_known_by_the_user_id():
    row = receive("bsuid_no_phone")

    assert (row.sender_phone, row.sender_user_id) == ("", "FR.3019284756019283")
    assert row.thread == "FR.3019284756019283"


def test_user_id_is_kept_beside_the_number():
    row = receive("bsuid_with_phone")

    assert (row.sender_phone, row.sender_user_id) == ("+33639980355", "FR.6610294857302211")


def test_several_media_become_attachments_in_their_order():
    row = receive("several_media")

    files = [(f.position, f.declared_type, f.source_url[-1]) for f in row.attachments.all()]
    assert files == [
        (0, "image/jpeg", "3"),
        (1, "image/jpeg", "4"),
        (2, "application/pdf", "5"),
    ]
    assert row.body == "3 pages"


@pytest.mark.parametrize(
    ("name", "filename"), [("pdf", "BC-2026-118.pdf"), ("xlsx", "commande novembre.xlsx")]
)
def test_body_of_a_document_is_its_file_name(name: str, filename: str):
    row = receive(name)

    assert (row.body, row.attachments.get().filename) == ("", filename)


def test_caption_of_a_document_stays_text():
    body = body_of("pdf").replace(b"BC-2026-118.pdf", b"Voici+le+bon%2C+merci.+Livrer+le+12")

    assert post(body, sign(body)).status_code == 200

    row = InboundMessage.objects.get()
    assert (row.body, row.attachments.get().filename) == ("Voici le bon, merci. Livrer le 12", "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("button_reply", "Confirmer"),
        ("list_reply", "Sachets fond plat"),
        ("location", "Dépôt El Baraka\nBd Zerktouni, Casablanca\n(33.5731104, -7.5898434)"),
        ("vcard", ""),
        ("text_empty_body", ""),
        ("forwarded", "Tarifs 2027 sacs kraft"),
    ],
)
def test_text_of_other_kinds(name: str, text: str):
    assert receive(name).body == text


def test_button_without_body_gives_its_own_words():
    body = body_of("button_reply").replace(b"Body=Confirmer", b"Body=")

    post(body, sign(body))

    assert InboundMessage.objects.get().body == "Confirmer"


def test_answer_to_our_message_names_it():
    assert receive("reply_to_ours").in_reply_to == "SM00000000000000000000000000000384"


def test_second_delivery_does_nothing():
    receive("text_order_fr")
    receive("text_order_fr")

    assert OrmQ.objects.count() == 1


def test_shared_key_signs_with_sha256(settings: Settings):
    variant = SIGNED["signatures"]["text_order_fr"]["sharedkey_variant"]
    settings.TWILIO_WEBHOOK_SECRETS = [SIGNED["shared_key_secret"]]
    signature = variant.pop("X-Twilio-Signature")

    assert post(body_of("text_order_fr"), signature, **variant).status_code == 200


def test_former_token_is_accepted_while_it_is_listed(settings: Settings):
    settings.TWILIO_AUTH_TOKEN = "the new one"
    settings.TWILIO_WEBHOOK_SECRETS = ["another", SIGNED["auth_token"]]

    receive("text_order_fr")


def test_address_with_a_port_is_accepted():
    entry = SIGNED["signatures"]["text_order_fr"]["port_variant"]

    assert post(body_of("text_order_fr"), entry["X-Twilio-Signature"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/webhook/whatsapp", "/webhook/whatsapp/", "/webhook/whatsapp?a=b"]
)
def test_our_own_address_works_with_slash_and_query(settings: Settings, path: str):
    settings.ROOT_URLCONF = "backoffice.urls"
    body = body_of("text_order_fr")

    answer = post(body, sign(body, f"https://backoffice.example.org{path}"), path)

    assert (answer.status_code, InboundMessage.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    "signature", [None, "", "AAAA", "ez0Pit/ycSi9Yt42GW9gCvoGsqU", "é", "x" * 5000]
)
def test_wrong_signature_is_refused_and_nothing_is_stored(signature: str | None):
    assert post(body_of("text_order_fr"), signature).status_code == 403
    assert (InboundMessage.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_changed_body_is_refused():
    body = body_of("text_order_fr").replace(b"5000", b"9000")

    assert (
        post(body, SIGNED["signatures"]["text_order_fr"]["X-Twilio-Signature"]).status_code == 403
    )


def test_unknown_algorithm_is_refused():
    entry = SIGNED["signatures"]["text_order_fr"]
    header = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_MD5"}

    assert post(body_of("text_order_fr"), entry["X-Twilio-Signature"], **header).status_code == 403


def test_body_that_nothing_signs_is_refused():
    signature = sign(b"")

    answer = post(b'{"a": 1}', signature, content_type="application/json")

    assert (answer.status_code, InboundMessage.objects.count()) == (403, 0)


def test_without_a_token_everything_is_refused_and_the_log_says_why(
    settings: Settings, caplog: pytest.LogCaptureFixture
):
    settings.TWILIO_AUTH_TOKEN = ""
    empty = base64.b64encode(hmac.new(b"", PATH.encode(), hashlib.sha1).digest()).decode()

    assert post(body_of("text_order_fr"), empty).status_code == 403
    assert "TWILIO_AUTH_TOKEN" in caplog.records[0].getMessage()


def test_signed_json_is_kept_for_a_person():
    body = b'{"type": "com.twilio.messaging"}'
    query = f"?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = sign(b"", f"https://backoffice.example.org{PATH}{query}")

    answer = post(body, signature, PATH + query, content_type="application/json")

    row = InboundMessage.objects.get()
    assert (answer.status_code, row.status, bytes(row.raw)) == (200, "needs_attention", body)
    assert row.reason
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"From=whatsapp%3A%2B212600000121&Body=no+id",
        b"MessageSid=SM1&Body=no+sender",
        b"MessageSid=SM1&From=whatsapp%3A%2B212600000121&MessageType=poll&Body=&NumMedia=0",
    ],
)
def test_signed_form_that_says_nothing_we_know_waits_for_a_person(body: bytes):
    assert post(body, sign(body)).status_code == 200

    row = InboundMessage.objects.get()
    assert (row.status, bytes(row.raw)) == ("needs_attention", body)
    assert row.reason


def test_unknown_kind_with_words_is_read_like_any_other():
    body = b"MessageSid=SM1&From=whatsapp%3A%2B212600000121&MessageType=edited&Body=2000+sacs"

    post(body, sign(body))

    row = InboundMessage.objects.get()
    assert (row.status, row.body) == ("received", "2000 sacs")


def test_text_postgresql_refuses_is_cleaned_and_kept_in_the_raw_bytes():
    body = b"MessageSid=SM1&From=whatsapp%3A%2B212600000121&Body=a%00b&ProfileName=" + b"n" * 900

    assert post(body, sign(body)).status_code == 200

    row = InboundMessage.objects.get()
    assert (row.body, len(row.sender_name), bytes(row.raw)) == ("ab", 200, body)


def test_status_report_that_strays_here_is_no_message():
    row = whatsapp()
    OutboundMessage.objects.filter(pk=row.pk).update(status="sent", provider_id="SM1")
    body = b"MessageSid=SM1&MessageStatus=delivered&From=whatsapp%3A%2B33639980010"

    assert post(body, sign(body)).status_code == 200

    assert InboundMessage.objects.count() == 0
    assert OutboundMessage.objects.get().status == "delivered"


def test_only_post_is_answered():
    assert Client().get(PATH).status_code == 405
