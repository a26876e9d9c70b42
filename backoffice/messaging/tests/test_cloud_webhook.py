from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging import cloud_texts
from backoffice.messaging.models import Attachment, DeliveryReport, InboundMessage
from backoffice.messaging.tests.meta import (
    HUGO,
    HUGO_ID,
    NUMBER_ID,
    SIGNATURES,
    VERIFY_TOKEN,
    body,
    deliver,
    envelope,
    post,
    post_fixture,
    text,
    use_meta,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = InboundMessage.Status
PROCESS = "backoffice.messaging.tasks.process_message"


@pytest.fixture(autouse=True)
def _meta(settings: Settings, client: Client) -> None:
    use_meta(settings)
    # Reasons are written in the language of the request, and Meta asks for none.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def stored() -> list[InboundMessage]:
    return [*InboundMessage.objects.order_by("pk")]


def only() -> InboundMessage:
    return InboundMessage.objects.get()


# --- Verification -------------------------------------------------------------------


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


# --- Signature ----------------------------------------------------------------------


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


def test_a_signature_covers_the_bytes_and_not_what_they_mean(client: Client):
    again = json.dumps(json.loads(body("text_sale"))).encode()

    answer = post(client, again, **{"x-hub-signature-256": SIGNATURES["text_sale"]})

    assert answer.status_code == 403


def test_without_a_secret_everything_is_refused(client: Client, settings: Settings):
    settings.WHATSAPP_APP_SECRET = ""

    assert post_fixture(client, "text_sale").status_code == 403


# --- Every kind of delivery ---------------------------------------------------------

HUGO_KEYS = (HUGO, HUGO_ID)
NADIA = ("+33639980233", "FR.7719204418835560")
LEON = ("+41790000321", "CH.1039485720012377")
AMIR = ("+212600000148", "MA.5500912837461190")
RENARD = ("", "FR.9018273645500192")
SUB = "Vends Rolex Submariner 124060 de 2022, full set"
PLACE = "Place Bellecour\nPlace Bellecour, 69002 Lyon\n(45.7578137, 4.8320114)"
CARD = """\
Atelier du Temps
Atelier du Temps SARL
+33 6 39 98 04 55
contact@atelier-du-temps.example"""
WANTED = """\
Cherche Omega Speedmaster 3861 boîte et papiers, budget 5500€ max, remise en main propre Lyon"""
TRADE = """\
ÉCHANGE
1) Seiko SPB143 (2021) 750€
2) Tissot PRX 40mm neuve 550 €
3) GMT-Master II 126710BLRO – 17.5k
contre Explorer 36 124270 ± soulte"""
RECEIVED: dict[str, tuple[tuple[str, str], str]] = {
    "text_sale": (HUGO_KEYS, f"{SUB}, excellent état, 9 800 € ferme. MP si intéressé"),
    "text_wanted": (NADIA, WANTED),
    "text_question": (LEON, "Avez-vous une Tudor Black Bay 58 bleue sous 3'200 CHF ?"),
    "text_trade_multiline": (LEON, TRADE),
    "text_arabic_rtl": (AMIR, "للبيع ساعة أوميغا سيماستر 300 حالة ممتازة، الثمن 42000 درهم"),
    "text_reply": (HUGO_KEYS, "Toujours dispo, 9 500 € dernier prix"),
    "text_forwarded": (NADIA, "Datejust 41 bleu azzuro 2023, 9.9k€ full set"),
    "image": (HUGO_KEYS, "Submariner 124060 – photos du jour"),
    "image_no_caption": (NADIA, ""),
    "video": (HUGO_KEYS, "mouvement"),
    "audio_voice": (AMIR, ""),
    "document_pdf": (LEON, "Papiers de la BB58"),
    "document_xlsx": (LEON, ""),
    "sticker": (NADIA, ""),
    "button_quick_reply": (HUGO_KEYS, "Prolonger l'annonce"),
    "interactive_button_reply": (HUGO_KEYS, "Mettre en relation"),
    "interactive_list_reply": (NADIA, "Speedmaster 3861\n5 450 € – 2022 – full set"),
    "contacts": (LEON, CARD),
    "contacts_phone_shared_by_username_user": (RENARD, "+33639980599"),
    "location": (NADIA, PLACE),
    "reaction": (HUGO_KEYS, "👍"),
    "reaction_removed": (HUGO_KEYS, ""),
    "edit": (HUGO_KEYS, f"{SUB}, 9 500 €"),
    "revoke": (HUGO_KEYS, ""),
    "system_user_changed_number": (
        HUGO_KEYS,
        "User Hugo Vasseur changed from 33639980117 to 33639980118",
    ),
    "system_user_changed_user_id": (
        RENARD,
        "User C. Renard changed from FR.9018273645500192 to FR.9018273645507777",
    ),
    "group_text": (LEON, "FS: Grand Seiko SBGA413 full set 2021, 4'900 CHF, ship EU"),
    "bsuid_no_phone": (RENARD, "Je vends une Cartier Santos medium 2020, 5200€"),
    "bsuid_with_phone_and_username": (LEON, "Merci, je confirme"),
    "bsuid_parent": (RENARD, "Photos demain"),
    "legacy_no_user_id": ((HUGO, ""), "ancienne forme, avant avril 2026"),
}
WAITS = {
    "unsupported": "A message of the kind “poll_creation” cannot be read here. Open the"
    " conversation on the phone to see it. Message type is currently not supported. (131051)",
    "unknown_message_type": "A message of the kind “event_invitation_v2” cannot be read here."
    " Open the conversation on the phone to see it.",
    "value_errors_only": "A message of the kind “interactive” cannot be read here. Open the"
    " conversation on the phone to see it. Unsupported webhook payload (131000)",
}
FOR_THE_RECORD = {
    "template_status_update": "The message template “order_confirmation” (fr) is now APPROVED.",
    "unknown_field": "WhatsApp tells of our account: phone_number_quality_update UPGRADE.",
}
NOTHING = ("empty_entry", "empty_value")
REPORTS = {name for name in SIGNATURES if name.startswith("status_")}


def test_no_delivery_is_left_out_of_these_tests():
    told = {*RECEIVED, *WAITS, *FOR_THE_RECORD, *NOTHING, *REPORTS, "batch"}

    assert told == set(SIGNATURES)


@pytest.mark.parametrize("name", RECEIVED)
def test_a_message_is_stored_once_and_handed_to_the_worker(client: Client, name: str):
    answers = [post_fixture(client, name).status_code for _twice in range(2)]

    keys, words = RECEIVED[name]
    row = only()
    assert answers == [200, 200]
    assert (row.status, row.desk, row.channel) == (Status.RECEIVED, "listings", "wa_cloud")
    assert ((row.sender_phone, row.sender_user_id), row.body) == (keys, words)
    assert (row.account, row.reason) == (NUMBER_ID, "")
    assert [entry.task["args"] for entry in OrmQ.objects.all()] == [(row.pk,)]


@pytest.mark.parametrize("name", WAITS)
def test_what_cannot_be_read_waits_for_a_person(client: Client, name: str):
    answer = post_fixture(client, name)

    row = only()
    assert (answer.status_code, row.status) == (200, Status.NEEDS_ATTENTION)
    assert (row.reason, OrmQ.objects.count()) == (WAITS[name], 0)


@pytest.mark.parametrize("name", FOR_THE_RECORD)
def test_what_meta_tells_of_our_account_is_kept(client: Client, name: str):
    answers = [post_fixture(client, name).status_code for _twice in range(2)]

    row = only()
    assert answers == [200, 200]
    assert (row.status, row.reason) == (Status.NOT_FOR_US, FOR_THE_RECORD[name])
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize("name", NOTHING)
def test_an_empty_delivery_leaves_nothing(client: Client, name: str):
    assert (post_fixture(client, name).status_code, stored()) == (200, [])


def test_bad_news_of_a_template_waits_for_a_person(client: Client):
    value = {"event": "REJECTED", "message_template_name": "match_seller", "reason": "SCAM"}
    change = {"field": "message_template_status_update", "value": value}
    content = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}

    post(client, json.dumps(content).encode())

    assert (only().status, only().reason) == (
        Status.NEEDS_ATTENTION,
        "The message template “match_seller” (?) is now REJECTED: SCAM.",
    )


def test_a_batch_becomes_a_row_for_each_message_and_each_its_own_sender(client: Client):
    post_fixture(client, "batch")

    rows = {row.external_id[:12]: row for row in stored()}
    assert {key: (row.sender_name, row.status) for key, row in rows.items()} == {
        "wamid.HBV82s": ("Hugo Vasseur", Status.RECEIVED),
        "wamid.HBjjyB": ("Nadia B.", Status.RECEIVED),
        "wamid.HBn1Nw": ("Hugo Vasseur", Status.RECEIVED),
        "wamid.HBAznt": ("C. Renard", Status.RECEIVED),
        "316780950000": ("أمير", Status.NOT_FOR_US),
    }
    foreign = rows["316780950000"]
    assert foreign.external_id == "316780950000999/wamid.HBl8aXdczC9DEeE5Oe0epxyyd6HKRXqyPy1Ue9"
    assert foreign.reason == (
        "It was sent to another WhatsApp number (id 316780950000999) than ours."
    )
    assert DeliveryReport.objects.count() == 2


def test_the_worker_gets_a_batch_in_the_order_it_came(client: Client):
    deliver(client, *(text(f"wamid.{number}") for number in (7, 3, 9)))

    names = dict(InboundMessage.objects.values_list("pk", "external_id"))
    tasks = [entry.task for entry in OrmQ.objects.order_by("pk")]
    assert [task["func"] for task in tasks] == [PROCESS] * 3
    assert [names[task["args"][0]] for task in tasks] == ["wamid.7", "wamid.3", "wamid.9"]


def test_a_file_is_kept_by_its_id_and_digest_until_it_is_fetched(client: Client):
    post_fixture(client, "document_pdf")

    file = Attachment.objects.get()
    assert (file.filename, file.declared_type) == (
        "certificat_garantie_2022.pdf",
        "application/pdf",
    )
    assert file.source_url == (
        "whatsapp-media:1380044512760960"
        "?sha256=c63ebdcbe00c06b7d93143056be2bb37d7edc77c5076c1dd3b1c9931f36ddb8a"
    )


def test_the_senders_own_time_and_thread_are_kept(client: Client):
    post_fixture(client, "text_reply")
    post_fixture(client, "group_text")

    reply, group = stored()
    assert reply.sent_at == datetime(2026, 11, 20, 8, 5, tzinfo=UTC)
    assert (reply.thread, reply.in_reply_to) == (
        HUGO_ID,
        "wamid.HBtSwSTr9yb91oZpIhAmWy0H7cwotPA9FlSmiC",
    )
    assert group.thread == "Y2FwaV9ncm91cDozMzYzOTk4MDAwMToxMjAzNjMzOTgwMDAwMDAwMDEZD"


def test_a_delivery_costs_the_same_however_many_messages_it_has(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    for batch in (1, 30):
        with django_assert_num_queries(5):
            deliver(client, *(text(f"wamid.{batch}.{number}") for number in range(batch)))

    assert InboundMessage.objects.count() == OrmQ.objects.count() == 31


# --- What nobody expects ------------------------------------------------------------

NOW_AND_THEN = timedelta(minutes=1)


@pytest.mark.parametrize(
    "timestamp",
    [None, "", "soon", "-5", 0, "0", True, [], {"s": 1}, "9" * 30, 10**40, "4102444800", 1e400],
)
def test_an_absurd_time_is_the_time_of_arrival(client: Client, timestamp: object):
    assert deliver(client, text(timestamp=timestamp)).status_code == 200

    assert abs(only().sent_at - timezone.now()) < NOW_AND_THEN


@pytest.mark.parametrize(
    "timestamp", [1795161600, "1795161600", 1795161600.25, "1795161600000", 1795161600999]
)
def test_a_time_counts_in_seconds_or_milliseconds(client: Client, timestamp: object):
    deliver(client, text(timestamp=timestamp))

    assert only().sent_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


SENSELESS: list[bytes] = [
    b"",
    b"not json",
    b"null",
    b"[]",
    b'"text"',
    b"42",
    b"{}",
    b'{"object":"whatsapp_business_account"}',
    b'{"object":"whatsapp_business_account","entry":{"id":"1"}}',
    b'{"object":"whatsapp_business_account","entry":"1"}',
    b'{"entry":[{"id":"1","changes":[{"field":"messages","value":"text"}]}]}',
    b'{"entry":[{"id":"1","changes":{"field":"messages"}}]}',
    b'{"entry":[{"id":"1","messaging":[{"sender":1}]}]}',
    b'{"entry":["text"]}',
    b'{"entry":[{"changes":[42]}]}',
    b"\xff\xfe\x00",
    b"[" * 1000 + b"]" * 1000,
    b'{"entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[' + b'{"a":' * 970,
]


@pytest.mark.parametrize("content", SENSELESS, ids=lambda content: content[:40].decode("latin-1"))
def test_what_makes_no_sense_but_is_signed_is_kept_once(client: Client, content: bytes):
    answers = [post(client, content).status_code for _twice in range(2)]

    row = only()
    row.refresh_from_db()
    assert (answers, row.status) == ([200, 200], Status.NEEDS_ATTENTION)
    assert row.external_id.startswith("sha256:")


def test_the_whole_body_of_what_cannot_be_read_is_kept(client: Client):
    post(client, b"\x00 not json")

    row = InboundMessage.objects.get()
    row.refresh_from_db(fields=["raw"])
    assert bytes(row.raw) == b"\x00 not json"


ODD: list[object] = [None, True, 0, 42, -1.5, "", "text", "\x00", "\ud800", [], [None], ["x"], {}]
ODD += [{"a": None}, [[["x"]]], 10**200, "x" * 5000]
FIELDS = ["from", "from_user_id", "id", "timestamp", "type", "text", "context", "group_id"]


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_any_type_never_breaks_the_delivery(client: Client, field: str):
    odd = [text(f"wamid.{number}") | {field: value} for number, value in enumerate(ODD)]

    assert deliver(client, *odd, text("wamid.good")).status_code == 200

    # Without an id of their own they are known by their content.
    assert InboundMessage.objects.count() == len(ODD) + 1
    assert InboundMessage.objects.get(external_id="wamid.good").status == Status.RECEIVED


@pytest.mark.parametrize("field", ["metadata", "contacts", "statuses", "errors"])
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_what_stands_beside_a_message_never_breaks_it(client: Client, field: str, value: object):
    assert deliver(client, text(), **{field: value}).status_code == 200

    assert InboundMessage.objects.get(external_id="wamid.1").status == Status.RECEIVED


@pytest.mark.parametrize(
    "kind",
    [*cloud_texts.FILES, *cloud_texts.WRITERS, "edit", "revoke", "unsupported"],
)
def test_the_content_of_a_message_may_have_any_type(client: Client, kind: str):
    odd = [
        {"id": f"wamid.{kind}.{number}", "from": "33639980117", "type": kind, kind: value}
        for number, value in enumerate(ODD)
    ]

    assert deliver(client, *odd).status_code == 200

    assert InboundMessage.objects.count() == len(ODD)


def test_a_message_nested_too_deep_costs_no_other_of_its_batch(client: Client):
    """What can be read but not written down alone: the whole delivery is kept for it."""
    deep = json.dumps(envelope(text("wamid.1"), "HERE", text("wamid.2")))
    for depth in range(780, 960, 3):
        nest = '{"id":"wamid.deep","x":' + "[" * depth + "]" * depth + "}"
        assert post(client, deep.replace('"HERE"', nest).encode()).status_code == 200

    names = set(InboundMessage.objects.values_list("external_id", flat=True))
    assert {"wamid.1", "wamid.2", "wamid.deep"} < names


def test_a_message_without_an_id_is_known_by_its_content(client: Client):
    nameless = {key: value for key, value in text().items() if key != "id"}

    answers = [deliver(client, nameless, nameless).status_code for _twice in range(2)]

    assert (answers, only().status) == ([200, 200], Status.NEEDS_ATTENTION)


def test_ids_that_fit_no_column_stay_apart(client: Client):
    names = ["w" * 400, "w" * 401, "wamid.1\0", "wamid.1", "\ud800", "\ud801"]

    deliver(client, *(text(name) for name in names))

    assert InboundMessage.objects.count() == len(names)


def test_characters_the_database_refuses_are_left_out(client: Client):
    deliver(client, text(words="Rolex\0 \ud83d\ude00 \ud800!"))

    assert only().body == "Rolex 😀 \ufffd!"


def test_numbers_in_the_place_of_texts_are_read(client: Client):
    deliver(client, text() | {"id": 987654321, "from": 33639980117, "text": {"body": 8200}})

    row = only()
    assert (row.external_id, row.sender_phone, row.body) == ("987654321", HUGO, "8200")


def test_the_same_message_twice_in_one_batch_is_one(client: Client):
    deliver(client, text(), text(words="other words"), text("wamid.2"))

    assert [row.body for row in stored()] == ["Vends Tudor", "Vends Tudor"]
    assert OrmQ.objects.count() == 2


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


def test_a_number_that_is_not_set_leaves_every_number_ours(client: Client, settings: Settings):
    settings.WHATSAPP_PHONE_NUMBER_ID = ""

    post_fixture(client, "batch")

    assert {row.status for row in stored()} == {Status.RECEIVED}


def test_only_get_and_post_are_answered(client: Client):
    assert client.put("/webhook").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_deliveries_at_the_same_instant_store_each_message_once():
    messages = [text(f"wamid.{number}") for number in range(12)]
    start = threading.Barrier(6)
    answers: list[int] = []

    def send(turn: int) -> None:
        start.wait()
        # The same messages in another order: nobody waits for each other in a ring.
        turned = messages[turn:] + messages[:turn]
        answers.append(deliver(Client(), *turned).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(turn * 2,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 6
    assert InboundMessage.objects.count() == OrmQ.objects.count() == 12
