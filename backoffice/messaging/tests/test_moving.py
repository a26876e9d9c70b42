from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from backoffice.messaging import media, moving
from backoffice.messaging.models import Attachment, InboundMessage
from backoffice.messaging.tests.making import inbound
from backoffice.messaging.tests.receiving_desk import RecordingDesk, stand_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    user = User.objects.create(username="amina", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="process_inboundmessage"))
    return user


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> RecordingDesk:
    stand_in(monkeypatch, "support")
    return stand_in(monkeypatch, "orders")


def finished(**fields: object) -> InboundMessage:
    facts = {"status": "done", "kind": "order", "reason": "Order 1.", "attempts": 3, "error": "x"}
    return inbound(**{**facts, "processed_at": timezone.now(), **fields})


def state(message: InboundMessage) -> tuple[object, ...]:
    message.refresh_from_db()
    return (message.desk, message.status, message.attempts, message.kind, message.reason)


def test_move_has_the_other_desk_read_it(orders: RecordingDesk, agent: User):
    message = finished()

    with translation.override("en"):
        moving.move(message.pk, "support", by=agent)

    assert state(message) == ("support", "received", 0, "", "")
    assert orders.withdrawn == [message.pk]
    assert OrmQ.objects.count() == 1
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (agent, "Moved from Orders to Support.")


def test_former_desk_that_decided_stops_the_move(orders: RecordingDesk, agent: User):
    def objects() -> None:
        raise DomainError("Order 7 is validated.")

    orders.objects = objects
    message = finished()

    with pytest.raises(DomainError, match="Order 7 is validated"):
        moving.move(message.pk, "support", by=agent)

    assert state(message) == ("orders", "done", 3, "order", "Order 1.")
    assert (OrmQ.objects.count(), LogEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(("desk", "code"), [("orders", "same_desk"), ("nowhere", "unknown_desk")])
def test_move_names_what_is_wrong_with_the_desk(
    orders: RecordingDesk, agent: User, desk: str, code: str
):
    with pytest.raises(DomainError) as refusal:
        moving.move(finished().pk, desk, by=agent)

    assert (refusal.value.code, refusal.value.field, refusal.value.value) == (code, "desk", desk)
    assert orders.withdrawn == []


def test_message_of_a_desk_that_is_gone_can_be_moved(orders: RecordingDesk, agent: User):
    message = finished(desk="closed")

    moving.move(message.pk, "orders", by=agent)

    assert state(message)[0] == "orders"


def test_message_being_read_stays_where_it_is(orders: RecordingDesk, agent: User):
    message = finished(status="processing")

    for action in (
        lambda: moving.move(message.pk, "support", by=agent),
        lambda: moving.process_again(message.pk, by=agent),
    ):
        with pytest.raises(moving.MessageBeingRead) as refusal:
            action()
        assert refusal.value.conflict


def test_stranger_may_do_neither(orders: RecordingDesk):
    stranger = User.objects.create(username="stranger", is_staff=True)
    message = finished()

    with pytest.raises(PermissionDenied):
        moving.move(message.pk, "support", by=stranger)
    with pytest.raises(PermissionDenied):
        moving.process_again(message.pk, by=stranger)
    assert state(message)[1] == "done"


def test_read_again_gives_files_another_try_and_keeps_what_was_read(
    orders: RecordingDesk, agent: User, settings: Settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    message = finished(status="needs_attention")
    good, bad = media.store(b"%PDF good"), media.store(b"%PDF bad")
    for document, problem in ((good, ""), (bad, "No key.")):
        document.text, document.problem, document.read_at = "text", problem, timezone.now()
        document.save()
    Attachment.objects.create(message=message, position=0, document=good)
    Attachment.objects.create(message=message, position=1, document=bad)
    Attachment.objects.create(message=message, position=2, source_url="https://x", problem="Gone.")
    Attachment.objects.create(message=message, position=3, problem="Too large.")

    moving.process_again(message.pk, by=agent)

    for document in (good, bad):
        document.refresh_from_db()
    assert state(message) == ("orders", "received", 0, "", "")
    assert (good.read_at is None, bad.read_at is None, bad.problem) == (False, True, "")
    assert [file.problem for file in message.attachments.all()] == ["", "", "", "Too large."]
    assert OrmQ.objects.count() == 1
    assert orders.withdrawn == []
