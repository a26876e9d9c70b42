"""Storing a message the moment it arrives, once, before anything is done with it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from django.db import connection, transaction

from backoffice.core.jobs.queue import enqueue
from backoffice.messaging import releasing, tasks
from backoffice.messaging.cleaning import make_storable
from backoffice.messaging.models import Attachment, Document, InboundMessage

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import Field

Status = InboundMessage.Status


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file of a message: already stored, or still to be fetched from ``source_url``."""

    source_url: str = ""
    document: Document | None = None
    filename: str = ""
    declared_type: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a door hands over: the raw bytes and the facts that cost nothing to read.

    ``external_id`` names the message for ever in its channel. ``reason`` is a
    sentence for staff when the door could not make sense of the message: it is
    stored all the same and waits for a person.
    """

    desk: str
    channel: str
    external_id: str
    raw: bytes
    sent_at: dt.datetime
    account: str = ""
    run_id: int | None = None
    thread: str = ""
    in_reply_to: str = ""
    sender_name: str = ""
    sender_email: str = ""
    sender_phone: str = ""
    sender_user_id: str = ""
    reply_to: str = ""
    subject: str = ""
    body: str = ""
    reason: str = ""
    files: tuple[IncomingFile, ...] = field(default=())


def receive(incoming: Incoming) -> tuple[InboundMessage, bool]:
    """Store the message and hand it to the worker; ``(row, True)`` if it is new.

    A second delivery of the same message finds the row of the first and changes
    nothing, also when both arrive at the same instant. Row, files and job are
    committed together or not at all.
    """
    facts = {
        part.name: getattr(incoming, part.name) for part in fields(Incoming) if part.name != "files"
    }
    message = InboundMessage(**facts)
    if incoming.reason:
        message.status = Status.NEEDS_ATTENTION
    make_storable(message)
    with transaction.atomic():
        message_id = _insert_once(message)
        if message_id is None:
            known = InboundMessage.objects.get(
                channel=message.channel, external_id=message.external_id
            )
            return known, False
        message.pk = message_id
        message._state.adding = False  # noqa: SLF001 - saved by our own INSERT
        Attachment.objects.bulk_create(_attachments(message, incoming.files))
        if message.status == Status.RECEIVED:
            enqueue(tasks.process_message, message_id)
        if releasing.holds_back(message):
            enqueue(tasks.release_held_back, message_id)
    return message, True


def _attachments(message: InboundMessage, files: tuple[IncomingFile, ...]) -> list[Attachment]:
    rows = []
    for position, file in enumerate(files):
        row = Attachment(
            message=message,
            position=position,
            document=file.document,
            filename=file.filename,
            declared_type=file.declared_type,
            source_url=file.source_url,
            problem=file.problem,
        )
        make_storable(row)
        rows.append(row)
    return rows


def _insert_once(message: InboundMessage) -> int | None:
    """INSERT ... ON CONFLICT DO NOTHING; the new id, or None where the message is known.

    ``bulk_create(ignore_conflicts=True)`` does the same but does not tell which
    of the two happened, and get_or_create() asks before it writes.
    """
    columns: list[Field[object, object]] = [
        column
        for column in message._meta.local_concrete_fields  # noqa: SLF001 - Django's public name
        if not column.primary_key
    ]
    values = [
        column.get_db_prep_save(column.pre_save(message, add=True), connection)
        for column in columns
    ]
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(message._meta.db_table)  # noqa: SLF001 - Django's public name
    statement = (
        f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of our own model
        " ON CONFLICT (channel, external_id) DO NOTHING RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None
