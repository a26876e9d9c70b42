"""What was said between a trader and us, in both directions; one page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Prefetch, Q, Value
from django.urls import reverse

from backoffice.messaging import kinds
from backoffice.messaging.models import Attachment, Channel, InboundMessage, OutboundMessage
from listings.admin.people import person
from listings.admin.source import files_of
from listings.models import Listing

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from listings.admin.source import File
    from listings.models import Trader

PAGE_SIZE = 50
RECEIVED, SENT = "received", "sent"
# How far our message is, as WhatsApp draws it, and the colour of what became of it.
TICKS = {"sent": "check", "delivered": "done_all", "read": "done_all"}
TONES = {
    "read": "read",
    "failed": "danger",
    "blocked": "danger",
    "not_configured": "warning",
    "unknown": "warning",
}
_CLOCK = "schedule"
_WRONG = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """One message; ``tick`` is the icon of its state, ``quiet`` marks what is no message."""

    pk: int
    is_ours: bool
    at: dt.datetime
    text: str
    link: str
    who: str = ""
    state: str = ""
    tick: str = ""
    tone: str = ""
    problem: str = ""
    note: str = ""
    in_group: bool = False
    files: list[File] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of what was said, oldest first; page 1 is the newest."""

    messages: list[Said]
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


def thread(trader: Trader, *, page: int = 1) -> Thread:
    """A page of the conversation by any of the trader's addresses, former ones too.

    Nine queries at most, however long the conversation is.
    """
    addresses = [row.value for row in trader.addresses.all()]
    received, sent = _received_by(addresses), _sent_to(addresses)
    total = received.count() + sent.count()
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    ids = _ids(received, RECEIVED, "sent_at").union(_ids(sent, SENT, "created_at"), all=True)
    wanted = [*ids.order_by("-moment", "-pk")[start : start + PAGE_SIZE]]
    said = _received(_pks(wanted, RECEIVED), set(addresses)) | _sent(_pks(wanted, SENT))
    # A row may have gone since its id was read.
    shown = (said.get((row["direction"], row["pk"])) for row in reversed(wanted))
    return Thread([one for one in shown if one], total, page)


def _received_by(addresses: list[str]) -> QuerySet[InboundMessage]:
    by_them = Q(sender_phone__in=addresses) | Q(sender_user_id__in=addresses)
    return InboundMessage.objects.filter(by_them, channel=Channel.WHATSAPP_CLOUD)


def _sent_to(addresses: list[str]) -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(recipient__in=addresses, channel=Channel.WHATSAPP_CLOUD)


def _ids(rows: QuerySet[Any], direction: str, moment: str) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(direction=Value(direction, CharField()), moment=F(moment))
    found: QuerySet[Any, Any] = named.values("direction", "pk", "moment")
    return found


def _pks(wanted: list[dict[str, Any]], direction: str) -> list[int]:
    return [row["pk"] for row in wanted if row["direction"] == direction]


def _received(pks: list[int], addresses: set[str]) -> dict[tuple[str, int], Said]:
    files = Prefetch("attachments", Attachment.objects.select_related("document"))
    watches = Prefetch("listings", Listing.objects.order_by("position"))
    rows = InboundMessage.objects.filter(pk__in=pks).prefetch_related(files, watches)
    return {
        (RECEIVED, row.pk): Said(
            pk=row.pk,
            is_ours=False,
            at=row.sent_at,
            text=row.body.strip(),
            link=reverse("admin:messaging_inboundmessage_change", args=[row.pk]),
            note=_note(row),
            in_group=bool(row.thread) and row.thread not in addresses,
            files=files_of(row),
            listings=[*row.listings.all()],
        )
        for row in rows
    }


def _note(message: InboundMessage) -> str:
    """What it was found to be, where that says more than its text and its listings do."""
    if message.status in {InboundMessage.Status.NEEDS_ATTENTION, InboundMessage.Status.FAILED}:
        return message.reason or message.error or message.get_status_display()
    has_words = bool(message.body.strip() or message.attachments.all())
    return "" if has_words else message.reason or kinds.label(message.kind)


def _sent(pks: list[int]) -> dict[tuple[str, int], Said]:
    rows = OutboundMessage.objects.filter(pk__in=pks).select_related("author")
    return {
        (SENT, row.pk): Said(
            pk=row.pk,
            is_ours=True,
            at=row.created_at,
            text=row.body.strip(),
            link=reverse("admin:messaging_outboundmessage_change", args=[row.pk]),
            who=person(row.author),
            state=row.get_status_display(),
            tone=TONES.get(row.status, ""),
            tick=_WRONG if TONES.get(row.status) == "danger" else TICKS.get(row.status, _CLOCK),
            problem=row.error if row.status in TONES and row.status != "read" else "",
        )
        for row in rows
    }
