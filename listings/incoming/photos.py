"""Photos without words, which traders send beside what they wrote: they need no person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from backoffice.core import jobs
from backoffice.messaging.models import InboundMessage
from listings.incoming import outcomes
from listings.models import Listing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from listings.models import Trader

Status = InboundMessage.Status
# Before or after the words, in the same conversation.
_NEAR: Final = timedelta(minutes=15)
# Wordless messages looked at on either side of the words.
_MOST: Final = 20


def beside(message: InboundMessage, trader: Trader | None) -> Listing | None:
    """The listing nearest in time that the trader wrote about beside a wordless message, if any."""
    if trader is None or message.body.strip() or not message.thread:
        return None
    rows = Listing.objects.filter(
        trader=trader,
        offered_at__range=(message.sent_at - _NEAR, message.sent_at + _NEAR),
        message__thread=message.thread,
    ).exclude(message=message)
    said_before = rows.filter(offered_at__lte=message.sent_at).order_by("-offered_at", "-pk")
    said_after = rows.filter(offered_at__gt=message.sent_at).order_by("offered_at", "-pk")
    found = [row for row in (said_before.first(), said_after.first()) if row is not None]
    return min(found, key=lambda row: abs(row.offered_at - message.sent_at), default=None)


def messages_of(listing: Listing) -> list[int]:
    """Its message, and the wordless ones whose photos go with it."""
    if listing.message is None:
        return []
    own = listing.message
    if listing.trader is None or not own.thread:
        return [own.pk]
    wordless = InboundMessage.objects.filter(
        desk=own.desk,
        body="",
        thread=own.thread,
        sender_phone=own.sender_phone,
        sender_user_id=own.sender_user_id,
        sent_at__range=(own.sent_at - _NEAR, own.sent_at + _NEAR),
        attachments__document__kind="image",
    ).exclude(pk=own.pk)
    return [own.pk, *(row.pk for row in _nearest(wordless, own) if _goes_with(row, listing))]


def look_again(listing: Listing) -> None:
    """Have what a wordless photo goes with examined, once this transaction commits."""
    from listings import tasks  # noqa: PLC0415 - tasks import what calls this

    for pk in Listing.objects.filter(message=listing.message_id).values_list("pk", flat=True):
        jobs.enqueue(tasks.examine, pk)


def _nearest(rows: QuerySet[InboundMessage], own: InboundMessage) -> list[InboundMessage]:
    """Those around a message, each once: as many before it as after it."""
    before = rows.filter(sent_at__lte=own.sent_at).order_by("-sent_at", "-pk").distinct()
    after = rows.filter(sent_at__gt=own.sent_at).order_by("sent_at", "pk").distinct()
    return [*before[:_MOST], *after[:_MOST]]


def _goes_with(message: InboundMessage, listing: Listing) -> bool:
    found = beside(message, listing.trader)
    return found is not None and found.message_id == listing.message_id


def settle(message: InboundMessage, listing: Listing) -> int:
    """End the waiting of photos that came just before the words about them; how many."""
    if not message.thread:
        return 0
    waiting = InboundMessage.objects.filter(
        desk=message.desk,
        status=Status.NEEDS_ATTENTION,
        kind=outcomes.PHOTO,
        body="",
        thread=message.thread,
        sender_phone=message.sender_phone,
        sender_user_id=message.sender_user_id,
        sent_at__range=(message.sent_at - _NEAR, message.sent_at + _NEAR),
    )
    # One that somebody holds is being read or decided: it is theirs.
    held = [row.pk for row in waiting.select_for_update(no_key=True, skip_locked=True)]
    rows = InboundMessage.objects.filter(pk__in=held)
    return rows.update(status=Status.DONE, reason=outcomes.beside_it(listing))
