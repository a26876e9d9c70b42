"""Edits and deletions: what a trader does to an earlier message, in whatever order we read them.

All of it happens alone with the first message's id (``locks``): of the message and its edit, read
at the same moment by two workers, the second sees what the first one wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from backoffice.messaging.models import Attachment, Channel, InboundMessage
from listings import keeping
from listings.models import Amendment, Listing, ListingEvent
from listings.people import traders

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Amendment.Kind
Status = Listing.Status
DESK: Final = "listings"


@dataclass(frozen=True, slots=True)
class Chain:
    """A message with what its trader did to it since; ``root`` is the first one's id.

    ``messages`` are the first one, where this desk has it, and its edits, oldest first.
    """

    root: str
    messages: tuple[InboundMessage, ...]
    is_deleted: bool

    @property
    def newest(self) -> InboundMessage | None:
        """The one whose text counts."""
        return self.messages[-1] if self.messages else None

    def rows(self) -> list[Listing]:
        """The listings of all of them, locked."""
        rows = Listing.objects.select_for_update(no_key=True).filter(message__in=self.messages)
        return list(rows.order_by("pk"))


def root_of(external_id: str) -> str:
    """The id of the first message, where ``external_id`` is that of an edit of it."""
    edit = Amendment.objects.filter(
        message__channel=Channel.WHATSAPP_CLOUD, message__external_id=external_id, kind=Kind.EDIT
    ).first()
    return edit.original if edit else external_id


def record(message: InboundMessage, kind: str, root: str) -> bool:
    """Keep that ``message`` edits or deletes the first one; whether that was news.

    What changes ``message`` in its turn, and was read before it, belongs to the first one too.
    """
    _row, is_new = Amendment.objects.get_or_create(
        message=message, defaults={"kind": kind, "original": root, "at": message.sent_at}
    )
    if is_new and kind == Kind.EDIT:
        Amendment.objects.filter(original=message.external_id).update(original=root)
    return is_new


def first(root: str) -> InboundMessage | None:
    """The message that was edited or deleted, where we have it."""
    rows = InboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD, external_id=root)
    return rows.first()


def chain_of(message: InboundMessage, root: str) -> Chain:
    """The chain that a message is part of; by itself on channels without edits."""
    if message.channel != Channel.WHATSAPP_CLOUD:
        return Chain(root, (message,), is_deleted=False)
    return chain(root)


def chain(root: str) -> Chain:
    """The first message and what its own sender did to it; the caller is alone with ``root``."""
    origin = first(root)
    rows = Amendment.objects.filter(original=root).select_related("message").order_by("at", "pk")
    valid = [row for row in rows if origin is None or is_same_sender(origin, row.message)]
    edits = [row.message for row in valid if row.kind == Kind.EDIT]
    messages = [origin, *edits] if origin else edits
    return Chain(
        root,
        # What was moved to another desk is that desk's.
        tuple(message for message in messages if message.desk == DESK),
        any(row.kind == Kind.DELETION for row in valid),
    )


def is_same_sender(one: InboundMessage, other: InboundMessage) -> bool:
    """Whether both are of one person: nobody changes what somebody else wrote."""
    if one.sender_user_id and one.sender_user_id == other.sender_user_id:
        return True
    if one.sender_phone and one.sender_phone == other.sender_phone:
        return True
    known = [
        traders.known_by(phone=message.sender_phone, user_id=message.sender_user_id)
        for message in (one, other)
    ]
    return known[0] is not None and known[0] == known[1]


def withdraw(rows: Sequence[Listing], *, told: str) -> int:
    """Take the listings of a message that is gone off the market; how many.

    What a person sold or hid stays so, with a note of why the message is gone.
    """
    gone = [row for row in rows if row.status == Status.LIVE]
    noted = [row for row in rows if row.status in {Status.SOLD, Status.HIDDEN}]
    for row in gone:
        row.status = Status.WITHDRAWN
        row.save(update_fields=["status", "updated_at"])
    ListingEvent.objects.bulk_create(
        ListingEvent(listing=row, kind=ListingEvent.Kind.WITHDRAWN, note=told)
        for row in (*gone, *noted)
    )
    keeping.announce([row.pk for row in gone])
    return len(gone)


def share_files(before: InboundMessage, edit: InboundMessage) -> bool:
    """Give an edited caption the files of the message it edits, which stay where they are too.

    Whether there was something to give. Inside a transaction, with the edit locked.
    """
    if edit.attachments.exists():
        return False
    files = before.attachments.filter(~Q(document=None) | ~Q(problem=""))
    shared = Attachment.objects.bulk_create(
        Attachment(
            message=edit,
            position=file.position,
            document=file.document,
            filename=file.filename,
            declared_type=file.declared_type,
            problem=file.problem,
        )
        for file in files
    )
    return bool(shared)
