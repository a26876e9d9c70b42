"""Storing a message the moment it arrives, once, before anything is done with it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from django.db import connection, transaction

from backoffice.core.jobs.queue import enqueue_many
from backoffice.messaging import releasing, signals, tasks
from backoffice.messaging.cleaning import make_storable, storable
from backoffice.messaging.models import Attachment, Document, InboundMessage

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.db.models import Field

Status = InboundMessage.Status
# A statement takes 65,535 values at most.
_BLOCK = 500
_LONGEST_ID = 300
_NOT_COLUMNS = frozenset({"files", "is_not_for_us"})


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
    stored all the same and waits for a person, unless it ``is_not_for_us``.
    Messages of one batch have one channel.
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
    is_automatic: bool = False
    reason: str = ""
    is_not_for_us: bool = False
    files: tuple[IncomingFile, ...] = field(default=())


def receive(incoming: Incoming) -> tuple[InboundMessage, bool]:
    """Store the message and hand it to the worker; ``(row, True)`` if it is new.

    A second delivery of the same message finds the row of the first and changes
    nothing, also when both arrive at the same instant. Row, files and job are
    committed together or not at all.
    """
    for message in receive_many([incoming]):
        return message, True
    message = _row(incoming)
    known = InboundMessage.objects.get(channel=message.channel, external_id=message.external_id)
    return known, False


def receive_many(incomings: Sequence[Incoming]) -> list[InboundMessage]:
    """Store messages that came together, as :func:`receive` does each; returns the new ones.

    All of them or, where the database fails, none. The worker gets them in the order given.
    """
    # In one order for all: two deliveries of the same messages must not wait for each other.
    rows = sorted(((_row(one), one) for one in incomings), key=lambda pair: pair[0].external_id)
    with transaction.atomic():
        new: dict[str, int] = {}
        for start in range(0, len(rows), _BLOCK):
            new |= _insert_once([row for row, _incoming in rows[start : start + _BLOCK]])
        stored = _matched(rows, new)
        if files := [file for row, one in stored for file in _attachments(row, one.files)]:
            Attachment.objects.bulk_create(files)
        messages = [row for row, _incoming in stored]
        ids = {row.external_id: row.pk for row in messages if row.status == Status.RECEIVED}
        enqueue_many(tasks.process_message, _in_order(incomings, ids))
        # The worker asks for the others, which it gets anyway.
        left = [row for row in messages if row.status == Status.NEEDS_ATTENTION]
        enqueue_many(tasks.release_held_back, releasing.held_back_for(left))
        if unread := [row for row in messages if row.status != Status.RECEIVED]:
            signals.taken_in.send(sender=InboundMessage, messages=unread)
    return messages


def _row(incoming: Incoming) -> InboundMessage:
    facts = {
        part.name: getattr(incoming, part.name)
        for part in fields(Incoming)
        if part.name not in _NOT_COLUMNS
    }
    message = InboundMessage(**facts)
    if incoming.reason:
        message.status = Status.NOT_FOR_US if incoming.is_not_for_us else Status.NEEDS_ATTENTION
    make_storable(message)
    return message


def _matched(
    rows: list[tuple[InboundMessage, Incoming]], new: dict[str, int]
) -> list[tuple[InboundMessage, Incoming]]:
    """The rows that were inserted, each with its id; of two equal ones in a batch the first."""
    found = []
    for row, incoming in rows:
        if message_id := new.pop(row.external_id, None):
            row.pk = message_id
            row._state.adding = False  # noqa: SLF001 - saved by our own INSERT
            found.append((row, incoming))
    return found


def _in_order(incomings: Sequence[Incoming], ids: dict[str, int]) -> list[int]:
    ordered = (ids.pop(storable(one.external_id, _LONGEST_ID), None) for one in incomings)
    return [pk for pk in ordered if pk]


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


def _insert_once(messages: Sequence[InboundMessage]) -> dict[str, int]:
    """INSERT ... ON CONFLICT DO NOTHING; the new ids by external id, none where it was known.

    ``bulk_create(ignore_conflicts=True)`` does the same but does not tell which
    of the two happened, and get_or_create() asks before it writes.
    """
    columns: list[Field[object, object]] = [
        column
        for column in InboundMessage._meta.local_concrete_fields  # noqa: SLF001 - Django's public name
        if not column.primary_key
    ]
    values = [
        column.get_db_prep_save(column.pre_save(message, add=True), connection)
        for message in messages
        for column in columns
    ]
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
    places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(messages))
    table = connection.ops.quote_name(InboundMessage._meta.db_table)  # noqa: SLF001 - Django's public name
    statement = (
        f"INSERT INTO {table} ({names}) VALUES {places}"  # noqa: S608 - names of our own model
        " ON CONFLICT (channel, external_id) DO NOTHING RETURNING external_id, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {str(name): int(pk) for name, pk in cursor.fetchall()}
