"""Everything that was said between us and one person, in both directions and in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Prefetch, Q, QuerySet, Value

from backoffice.messaging.content import Person
from backoffice.messaging.models import (
    Attachment,
    InboundMessage,
    OutboundAttachment,
    OutboundMessage,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

RECEIVED, SENT = "received", "sent"
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation; ``is_ours`` when we wrote it."""

    pk: int
    is_ours: bool
    at: dt.datetime
    name: str
    channel: str
    subject: str
    text: str
    status: str
    status_label: str
    attachments: tuple[Attachment | OutboundAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """One page of what was said, oldest first; page 1 is the newest."""

    messages: tuple[Said, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def older(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def newer(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


def thread(person: Person | InboundMessage, *, page: int = 1) -> Conversation:
    """What this person wrote to us and we to them, by any of their addresses.

    Seven queries at most, however long the conversation is: two counts, the ids of
    the page, and for either direction the rows and their files.
    """
    received, sent = _of(person)
    total = received.count() + sent.count()
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    ids = _ids(received, RECEIVED, "sent_at").union(_ids(sent, SENT, "created_at"), all=True)
    wanted = [*ids.order_by("-moment", "-pk")[start : start + PAGE_SIZE]]
    said = _received(_pks(wanted, RECEIVED)) | _sent(_pks(wanted, SENT))
    # A row may have gone since its id was read.
    messages = (said.get((row["direction"], row["pk"])) for row in reversed(wanted))
    return Conversation(tuple(message for message in messages if message), total, page)


def _of(
    person: Person | InboundMessage,
) -> tuple[QuerySet[InboundMessage], QuerySet[OutboundMessage]]:
    if isinstance(person, InboundMessage):
        person = Person(
            email=person.sender_email, phone=person.sender_phone, user_id=person.sender_user_id
        )
    known = {
        "sender_email": person.email,
        "sender_phone": person.phone,
        "sender_user_id": person.user_id,
    }
    anyone = Q(pk__in=[])
    for field, value in known.items():
        anyone |= Q(**{field: value}) if value else Q(pk__in=[])
    addresses = [value for value in known.values() if value]
    return (
        InboundMessage.objects.filter(anyone),
        OutboundMessage.objects.filter(recipient__in=addresses),
    )


def _ids(rows: QuerySet[Any], direction: str, moment: str) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(direction=Value(direction, CharField()), moment=F(moment))
    found: QuerySet[Any, Any] = named.values("direction", "pk", "moment")
    return found


def _pks(wanted: Iterable[dict[str, Any]], direction: str) -> list[int]:
    return [row["pk"] for row in wanted if row["direction"] == direction]


def _received(pks: list[int]) -> dict[tuple[str, int], Said]:
    rows = InboundMessage.objects.filter(pk__in=pks)
    files = Prefetch("attachments", Attachment.objects.select_related("document"))
    return {
        (RECEIVED, row.pk): Said(
            pk=row.pk,
            is_ours=False,
            at=row.sent_at,
            name=row.sender_name or row.sender_phone or row.sender_email or row.sender_user_id,
            channel=row.get_channel_display(),
            subject=row.subject,
            text=row.body,
            status=row.status,
            status_label=row.get_status_display(),
            attachments=tuple(row.attachments.all()),
        )
        for row in rows.prefetch_related(files)
    }


def _sent(pks: list[int]) -> dict[tuple[str, int], Said]:
    rows = OutboundMessage.objects.filter(pk__in=pks).select_related("author")
    files = Prefetch("attachments", OutboundAttachment.objects.select_related("document"))
    return {
        (SENT, row.pk): Said(
            pk=row.pk,
            is_ours=True,
            at=row.created_at,
            name=str(row.author or ""),
            channel=row.get_channel_display(),
            subject=row.subject,
            text=row.body,
            status=row.status,
            status_label=row.get_status_display(),
            attachments=tuple(row.attachments.all()),
        )
        for row in rows.prefetch_related(files)
    }
