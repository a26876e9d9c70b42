"""Notion's webhook: the handshake, signatures, and what an event sets going."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django_q.models import OrmQ

from backoffice.testing.notion import DATA
from support.models import NotionPage, NotionSource
from support.notion import tasks
from support.notion.state import state
from support.tests.notion_desk import Desk, notion_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

EVENTS = DATA / "webhook"
KNOWN = json.loads((EVENTS / "signatures.json").read_text())
TOKEN = KNOWN["verification_token"]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        settings.NOTION_WEBHOOK_TOKEN = TOKEN
        yield desk


def _post(body: bytes, signature: str = "") -> int:
    headers = {"X-Notion-Signature": signature}
    client = Client(enforce_csrf_checks=True)
    return client.post(
        "/webhook/notion", body, content_type="application/json", headers=headers
    ).status_code


def _event(name: str) -> int:
    return _post((EVENTS / f"{name}.body").read_bytes(), KNOWN["signatures"][name])


def _tasks() -> list[str]:
    return [one.task["func"].rpartition(".")[2] for one in OrmQ.objects.order_by("pk")]


def _signed(event: dict[str, object]) -> int:

    body = json.dumps(event).encode()
    return _post(body, "sha256=" + hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest())


def test_an_event_has_the_bases_read_once(desk: Desk) -> None:
    names = ("page_properties_updated", "page_properties_updated_attempt2")

    assert [_event(name) for name in (*names, "data_source_schema_updated")] == [200, 200, 200]

    assert _tasks() == ["pull"]


def test_a_later_event_has_them_read_again(desk: Desk) -> None:
    _event("page_properties_updated")
    desk.later(minutes=1)
    _event("page_properties_updated_attempt2")

    assert _tasks() == ["pull", "pull"]


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=é", "md5=1"])
def test_a_stranger_sets_nothing_going(desk: Desk, signature: str) -> None:
    body = (EVENTS / "page_properties_updated.body").read_bytes()

    assert _post(body, signature) == 403
    assert _tasks() == []


def test_our_own_edits_are_left_alone(desk: Desk) -> None:
    event: dict[str, object] = {
        "type": "page.properties_updated",
        "authors": [{"id": "x", "type": "bot"}],
    }

    assert _signed(event) == 200
    assert _tasks() == []


@pytest.mark.parametrize("event", [{}, {"authors": 3}, {"entity": []}, {"authors": []}])
def test_what_is_signed_but_odd_is_a_look_too_many(desk: Desk, event: dict[str, object]) -> None:
    assert _signed(event) == 200
    assert _tasks() == ["pull"]


def test_a_removed_page_is_looked_at(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.trash(page_id)

    assert _signed({"type": "page.deleted", "entity": {"id": page_id, "type": "page"}}) == 200
    assert _tasks() == ["look_at"]
    tasks.look_at(page_id)

    assert desk.page_of(ticket).status == NotionPage.Status.REMOVED


def test_the_handshake_is_shown_to_a_person(desk: Desk, settings: Settings) -> None:
    settings.NOTION_WEBHOOK_TOKEN = ""

    assert _post((EVENTS / "verification_handshake.body").read_bytes()) == 200

    assert state().offered_token == TOKEN
    settings.NOTION_WEBHOOK_TOKEN = TOKEN
    assert state().offered_token == ""
    # Nobody changes it from outside any more.
    assert _post(b'{"verification_token": "secret_of_somebody_else"}') == 403
    assert NotionSource.objects.get().offered_token == TOKEN


@pytest.mark.parametrize("body", [b"", b"[" * 2000, b"{}", b'{"verification_token": 3}'])
def test_without_a_token_nothing_else_is_taken(desk: Desk, settings: Settings, body: bytes) -> None:
    settings.NOTION_WEBHOOK_TOKEN = ""

    assert _post(body) == 403
    assert _tasks() == []


def test_where_notion_is_not_set_up_there_is_no_handshake(desk: Desk, settings: Settings) -> None:
    settings.NOTION_TOKEN = settings.NOTION_WEBHOOK_TOKEN = ""

    assert _post((EVENTS / "verification_handshake.body").read_bytes()) == 403
    assert NotionSource.objects.count() == 0


def test_a_long_body_is_not_read(desk: Desk) -> None:
    assert _post(b"x" * 100_001) == 413
