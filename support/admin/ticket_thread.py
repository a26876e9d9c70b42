"""What was said in a ticket, in both directions and in order; six queries however long it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.urls import reverse

from backoffice.messaging.document_view import INLINE_TYPES
from backoffice.messaging.models import Attachment, OutboundAttachment, OutboundMessage
from support.models import Ticket, TicketMessage
from support.refusals import person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.db.models import QuerySet

# Messages of either side on the page: two programs that write to each other write thousands.
MOST = 100
# The colour of what became of our message.
TONES = {
    "sent": "success",
    "delivered": "success",
    "read": "success",
    "failed": "danger",
    "blocked": "danger",
    "not_configured": "warning",
    "unknown": "warning",
}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as the page shows it: ``show`` is image, audio or file."""

    name: str
    url: str
    show: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the thread. ``rest`` is the whole text where ``text`` is a part of it."""

    key: str
    pk: int
    is_ours: bool
    at: dt.datetime
    who: str
    address: str
    channel: str
    text: str
    rest: str = ""
    # "message", "automatic" or "bounce": the last two are shown small.
    kind: str = "message"
    kind_label: str = ""
    quiet_reason: str = ""
    state: str = ""
    tone: str = ""
    problem: str = ""
    link: str = ""
    files: list[File] = field(default_factory=list)

    @property
    def is_asking(self) -> bool:
        """Whether the customer waits for an answer to it."""
        return not self.is_ours and self.kind == TicketMessage.Kind.MESSAGE


def thread(ticket: Ticket) -> list[Said]:
    """The last messages received and sent, the oldest first."""
    said = [*_received(ticket), *_sent(ticket)]
    return sorted(said, key=lambda one: one.at)


def left_out(ticket: Ticket, said: list[Said]) -> int:
    """How many earlier messages :func:`thread` left out."""
    received = sum(not one.is_ours for one in said)
    ours = len(said) - received
    count = (
        TicketMessage.objects.filter(ticket=ticket).count() - received if received == MOST else 0
    )
    return count + (_ours(ticket).count() - ours if ours == MOST else 0)


def _ours(ticket: Ticket) -> QuerySet[OutboundMessage]:
    kind = ContentType.objects.get_for_model(Ticket)
    return OutboundMessage.objects.filter(about_type=kind, about_id=ticket.pk)


def _received(ticket: Ticket) -> Iterator[Said]:
    files = Prefetch("message__attachments", Attachment.objects.select_related("document"))
    rows = TicketMessage.objects.filter(ticket=ticket).select_related("message")
    rows = rows.order_by("-message__sent_at", "-pk")[:MOST]
    for row in rows.defer("message__raw").prefetch_related(files):
        message = row.message
        text = row.text.strip() or message.body.strip()
        yield Said(
            key=f"in-{row.pk}",
            pk=row.pk,
            is_ours=False,
            at=message.sent_at,
            who=message.sender_name or message.sender_email or message.sender_phone,
            address=message.sender_email or message.sender_phone or message.sender_user_id,
            channel=message.get_channel_display(),
            text=text,
            rest=message.body.strip() if _has_more(message.body, text) else "",
            kind=row.kind,
            kind_label=row.get_kind_display(),
            quiet_reason=row.quiet_reason,
            link=reverse("admin:messaging_inboundmessage_change", args=[message.pk]),
            files=[_file(one) for one in message.attachments.all()],
        )


def _sent(ticket: Ticket) -> Iterator[Said]:
    files = Prefetch("attachments", OutboundAttachment.objects.select_related("document"))
    rows = _ours(ticket).select_related("author").prefetch_related(files)
    for row in rows[:MOST]:
        yield Said(
            key=f"out-{row.pk}",
            pk=row.pk,
            is_ours=True,
            at=row.created_at,
            who=person(row.author) if row.author else "",
            address=row.recipient,
            channel=row.get_channel_display(),
            text=row.body.strip(),
            state=row.get_status_display(),
            tone=TONES.get(row.status, "neutral"),
            problem=row.error,
            link=reverse("admin:messaging_outboundmessage_change", args=[row.pk]),
            files=[_file(one) for one in row.attachments.all()],
        )


def _has_more(body: str, text: str) -> bool:
    """Whether the message says more than what the customer wrote now: quotes, a signature."""
    return len("".join(body.split())) > len("".join(text.split()))


def _file(attachment: Attachment | OutboundAttachment) -> File:
    document = attachment.document
    problem = attachment.problem if isinstance(attachment, Attachment) else ""
    if document is None:
        return File(attachment.filename or str(attachment), "", "file", problem)
    family = document.mime.partition("/")[0]
    shown = family if document.mime in INLINE_TYPES and family in {"image", "audio"} else "file"
    url = reverse("messaging:document", args=[document.pk])
    name = attachment.filename or document.mime
    return File(name, url, shown, problem or document.problem)
