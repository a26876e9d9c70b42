"""Photos without words, which traders send beside what they wrote: they need no person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from backoffice.messaging.models import InboundMessage
from listings import outcomes
from listings.models import Listing

if TYPE_CHECKING:
    from listings.models import Trader

Status = InboundMessage.Status
# Before or after the words, in the same conversation.
_NEAR: Final = timedelta(minutes=15)


def beside(message: InboundMessage, trader: Trader | None) -> Listing | None:
    """The listing that the trader wrote about at the time of a wordless message, if any."""
    if trader is None or message.body.strip() or not message.thread:
        return None
    rows = Listing.objects.filter(
        trader=trader,
        offered_at__range=(message.sent_at - _NEAR, message.sent_at + _NEAR),
        message__thread=message.thread,
    )
    return rows.exclude(message=message).order_by("-offered_at", "-pk").first()


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
