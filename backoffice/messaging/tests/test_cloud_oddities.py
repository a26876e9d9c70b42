"""Deliveries that nobody expects: signed, and of any shape."""

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

from backoffice.messaging.cloud import texts as cloud_texts
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tests.meta import (
    HUGO,
    deliver,
    envelope,
    only,
    post,
    post_fixture,
    stored,
    text,
    use_meta,
)

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = InboundMessage.Status


@pytest.fixture(autouse=True)
def _meta(settings: Settings, client: Client) -> None:
    use_meta(settings)
    # Reasons are written in the language of the request, and Meta asks for none.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


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


@pytest.mark.parametrize("words", ["", " \n", "\0"])
def test_a_text_without_a_letter_is_a_message_all_the_same(client: Client, words: str):
    deliver(client, text(words=words))

    assert (only().status, only().body, only().reason) == (Status.RECEIVED, "", "")


def test_numbers_in_the_place_of_texts_are_read(client: Client):
    deliver(client, text() | {"id": 987654321, "from": 33639980117, "text": {"body": 8200}})

    row = only()
    assert (row.external_id, row.sender_phone, row.body) == ("987654321", HUGO, "8200")


def test_the_same_message_twice_in_one_batch_is_one(client: Client):
    deliver(client, text(), text(words="other words"), text("wamid.2"))

    assert [row.body for row in stored()] == ["Vends Tudor", "Vends Tudor"]
    assert OrmQ.objects.count() == 2


def test_a_number_that_is_not_set_leaves_every_number_ours(client: Client, settings: Settings):
    settings.WHATSAPP_PHONE_NUMBER_ID = ""

    post_fixture(client, "batch")

    assert {row.status for row in stored()} == {Status.RECEIVED}


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
