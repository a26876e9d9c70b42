from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from backoffice.messaging import media, outbox, pruning
from backoffice.messaging.models import Attachment, Document
from backoffice.messaging.tests.making import inbound, queued
from backoffice.testing.waiting import somebody_waits_for_us, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 order"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def old(content: bytes = PDF, days: float = 8) -> Document:
    """A document as if it had been stored that many days ago."""
    document = media.store(content)
    Document.objects.filter(pk=document.pk).update(created_at=timezone.now() - timedelta(days=days))
    age(document, days)
    return document


def age(document: Document, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(document.file.path, (then, then))


def is_there(document: Document) -> bool:
    return default_storage.exists(str(document.file.name))


def test_a_document_without_a_message_goes_with_its_file():
    document = old()

    assert (pruning.prune(), pruning.prune()) == (1, 0)
    assert (Document.objects.count(), is_there(document)) == (0, False)


def test_what_a_message_refers_to_stays():
    came, sent = old(), old(b"%PDF-1.7 confirmation")
    Attachment.objects.create(message=inbound(), position=0, document=came)
    queued(attachments=[outbox.File("a.pdf", "application/pdf", b"%PDF-1.7 confirmation")])

    assert (pruning.prune(), is_there(came), is_there(sent)) == (0, True, True)
    assert Document.objects.count() == 2


def test_what_was_stored_lately_stays():
    document = old(days=6)

    assert (pruning.prune(), is_there(document)) == (0, True)


def test_a_file_that_is_stored_again_meanwhile_stays():
    document = old()
    Document.objects.all().delete()

    # Its row is not committed yet, as far as the pruning can see.
    with transaction.atomic():
        media.store(PDF)
        Document.objects.all().delete()

    assert (media.remove_unless_known(document.sha256), is_there(document)) == (False, True)


def test_a_file_whose_transaction_was_rolled_back_goes_on_its_day():
    document = old()
    Document.objects.all().delete()
    day = int(document.sha256[:2], 16)
    its_turn = datetime(2026, 1, 1, 12, tzinfo=UTC)
    its_turn += timedelta(days=(day - its_turn.toordinal()) % 256)
    another = its_turn + timedelta(days=1)
    then = its_turn.timestamp() - 10 * 86_400
    os.utime(document.file.path, (then, then))

    removed = []
    for moment in (another, its_turn):
        with time_machine.travel(moment, tick=False):
            removed.append(pruning.prune())

    assert (removed, is_there(document)) == ([0, 1], False)


def test_a_stranger_s_file_is_left_alone(folder: Path):
    for number in range(256):
        strange = folder / f"{number:02x}" / "aa" / "notes.txt"
        strange.parent.mkdir(parents=True)
        strange.write_text("mine")
        os.utime(strange, (0, 0))

    pruning.prune()

    assert len([path for path in folder.rglob("*") if path.is_file()]) == 256


@pytest.mark.django_db(transaction=True)
def test_the_same_file_in_two_messages_at_once_is_one_file_and_one_row(folder: Path):
    messages = [inbound(), inbound()]
    together = threading.Barrier(2)

    def arrive(message_id: int) -> None:
        together.wait()
        try:
            with transaction.atomic():
                document = media.store(PDF)
                Attachment.objects.create(message_id=message_id, position=0, document=document)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(message.pk,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Document.objects.count(), Attachment.objects.count()) == (1, 2)
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [PDF]


def in_a_thread(act: Callable[[], object]) -> object:
    """What ``act`` returns on a connection of its own."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_a_document_that_a_transaction_is_about_to_refer_to_stays():
    old()
    message = inbound()

    with transaction.atomic():
        document = media.store(PDF)
        assert in_a_thread(pruning.prune) == 0
        # Nobody else who stores the same file has to wait.
        assert in_a_thread(lambda: media.store(PDF)) == document
        Attachment.objects.create(message=message, position=0, document=document)

    assert (pruning.prune(), is_there(document)) == (0, True)
    assert Attachment.objects.get().document == document


@pytest.mark.django_db(transaction=True)
def test_a_document_stored_again_without_a_transaction_stays_until_it_is_referred_to():
    old()

    document = media.store(PDF)
    assert pruning.prune() == 0
    Attachment.objects.create(message=inbound(), position=0, document=document)

    assert is_there(document)


@pytest.mark.django_db(transaction=True)
def test_whoever_stores_a_document_that_is_being_deleted_writes_it_anew():
    former = old()
    stored: list[Document] = []
    storing = threading.Thread(target=lambda: stored.append(store_in_transaction()))

    with transaction.atomic():
        Document.objects.get().delete()
        storing.start()
        wait_until(somebody_waits_for_us)
    storing.join()

    assert stored[0].pk != former.pk
    assert media.remove_unless_known(former.sha256) is False
    with stored[0].file.open("rb") as file:
        assert file.read() == PDF


def store_in_transaction() -> Document:
    try:
        with transaction.atomic():
            return media.store(PDF)
    finally:
        connection.close()
