"""Files that go out with an e-mail: checked, stored once by their content, read when it is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import mail
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import media
from backoffice.messaging.cleaning import file_name
from backoffice.messaging.models import Channel, OutboundAttachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.models import OutboundMessage

_MIME = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: the name the customer sees, its MIME type, its bytes."""

    name: str
    mime: str
    content: bytes


def check(files: Sequence[File], channel: str) -> None:
    """Raise ``DomainError`` where these files cannot go out by ``channel``."""
    if not files:
        return
    if channel != Channel.EMAIL:
        raise _refused(
            _("Files go out by e-mail only: send this message without them, or by e-mail."),
            "email_only",
            channel,
        )
    for file in files:
        if not file_name(file.name):
            raise _refused(_("A file to send has no name: give it one."), "no_name", file.name)
        if not file.content:
            told = _("The file “%(name)s” is empty: there is nothing to send.")
            raise _refused(told % {"name": file.name}, "empty", file.name)
        if not _MIME.fullmatch(file.mime):
            told = _("“%(mime)s” is not the type of a file, such as application/pdf.")
            raise _refused(told % {"mime": file.mime}, "mime", file.mime)
    size = sum(len(file.content) for file in files)
    if size > mail.MAX_FILES_BYTES:
        told = _("The files weigh %(size)s together; an e-mail takes %(limit)s: send fewer.")
        sizes = {"size": filesizeformat(size), "limit": filesizeformat(mail.MAX_FILES_BYTES)}
        raise _refused(told % sizes, "too_large", size)


def enclose(message: OutboundMessage, files: Sequence[File]) -> None:
    """Put checked ``files`` beside a message just written, in the same transaction."""
    OutboundAttachment.objects.bulk_create(
        OutboundAttachment(
            message=message,
            position=position,
            document=media.store(file.content, file.mime),
            filename=file_name(file.name),
            mime=file.mime,
        )
        for position, file in enumerate(files)
    )


def files_of(message: OutboundMessage) -> tuple[mail.MailFile, ...]:
    """The files of a message with their bytes; a permanent ``ServiceError`` where one is gone."""
    rows = message.attachments.select_related("document")
    return tuple(_read(row) for row in rows)


def _read(row: OutboundAttachment) -> mail.MailFile:
    try:
        with row.document.file.open("rb") as file:
            return mail.MailFile(row.filename, row.mime, file.read())
    except FileNotFoundError as error:
        told = _("The file “%(name)s” is no longer there: write the message again with it.")
        raise ServiceError(told % {"name": row.filename}, permanent=True, code="file") from error


def _refused(sentence: str, code: str, value: object) -> DomainError:
    return DomainError(sentence, code=code, field="attachments", value=value)
