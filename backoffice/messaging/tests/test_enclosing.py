from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from backoffice.core.errors import DomainError
from backoffice.integrations import mail
from backoffice.messaging import delivery, outbox
from backoffice.messaging.models import Document, OutboundAttachment, OutboundMessage
from backoffice.messaging.tests.making import PHONE, VALUES, queued
from backoffice.testing.smtp import SmtpServer, file_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PDF = outbox.File("CMD-1.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff the order")
CSV = outbox.File("lignes.csv", "text/csv", "désignation;quantité\r\n".encode())


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        yield server


def decision(**fields: object) -> OutboundMessage:
    seed = {"key": "order:1:decision", "channel": "email", "recipient": "salma@example.org"}
    words = {"template": "order_validated", "values": VALUES, "language": "fr"}
    return outbox.queue(**{**seed, **words, **fields})  # type: ignore[arg-type]


def refusal(**fields: object) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as caught:
        queued(**fields)
    assert OutboundMessage.objects.count() == 0
    return caught.value.code, caught.value.field


def test_files_go_out_with_the_words_of_a_template(smtp: SmtpServer):
    row = decision(attachments=[PDF, CSV])

    delivery.deliver(row.pk)

    (received,) = smtp.mails
    _text, *files = received.iter_parts()
    assert [(file.get_filename(), file.get_content_type(), file_bytes(file)) for file in files] == [
        (PDF.name, PDF.mime, PDF.content),
        (CSV.name, CSV.mime, CSV.content),
    ]


def test_the_same_key_twice_is_one_message_with_one_file():
    first = queued(key="once", attachments=[PDF])
    second = queued(key="once", attachments=[PDF, CSV])

    assert second.pk == first.pk
    assert [row.filename for row in OutboundAttachment.objects.all()] == ["CMD-1.pdf"]
    assert Document.objects.count() == 1


def test_the_same_file_in_two_messages_is_stored_once(tmp_path: Path):
    queued(attachments=[PDF])
    queued(attachments=[replace(PDF, name="again.pdf")])

    assert (OutboundAttachment.objects.count(), Document.objects.count()) == (2, 1)
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [PDF.content]


def test_a_decision_rolled_back_leaves_no_row():
    with transaction.atomic():
        decision(attachments=[PDF])
        transaction.set_rollback(True)

    assert (OutboundAttachment.objects.count(), Document.objects.count()) == (0, 0)


def test_whatsapp_takes_no_files():
    refused = refusal(channel="whatsapp", recipient=PHONE, attachments=[PDF])

    assert refused == ("email_only", "attachments")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (replace(PDF, name=" / "), "no_name"),
        (replace(PDF, content=b""), "empty"),
        (replace(PDF, mime="pdf"), "mime"),
        (replace(PDF, mime="text/plain\r\nBcc: a@b.org"), "mime"),
    ],
)
def test_a_file_that_cannot_be_sent_is_refused_at_once(file: outbox.File, code: str):
    assert refusal(attachments=[file]) == (code, "attachments")


def test_files_are_weighed_together():
    half = replace(PDF, content=b"x" * (mail.MAX_FILES_BYTES // 2))

    assert queued(attachments=[half, half]).attachments.count() == 2
    OutboundMessage.objects.all().delete()
    assert refusal(attachments=[half, half, PDF]) == ("too_large", "attachments")


def test_a_name_is_no_path_and_ends_no_header(smtp: SmtpServer):
    row = queued(attachments=[replace(PDF, name="../a\r\nBcc: x@y.org\\b\u202efdp.exe")])

    delivery.deliver(row.pk)

    assert row.attachments.get().filename == ".. a Bcc: x@y.org b fdp.exe"
    assert smtp.recipients == ["salma@example.org"]


def test_a_file_that_is_gone_fails_the_message_in_words(smtp: SmtpServer, tmp_path: Path):
    row = queued(attachments=[PDF])
    for path in tmp_path.rglob("*"):
        path.unlink() if path.is_file() else None

    delivery.deliver(row.pk)

    row.refresh_from_db()
    assert (row.status, row.error_code, smtp.mails) == ("failed", "file", [])
    assert "CMD-1.pdf" in row.error
