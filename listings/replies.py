"""Messages without a watch that mean something all the same: an answer to us, "sold" to oneself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.text import words
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage
from listings import keeping, match_endings
from listings.models import Listing, ListingEvent

if TYPE_CHECKING:
    from backoffice.messaging.cloud_facts import CloudFacts
    from listings.models import Trader

# All that such a message says, in the words that are left without signs and accents.
_SOLD: Final = frozenset(
    {
        ("vendu",),
        ("vendue",),
        ("deja", "vendu"),
        ("deja", "vendue"),
        ("c", "est", "vendu"),
        ("plus", "dispo"),
        ("plus", "disponible"),
        ("sold",),
        ("sold", "out"),
        ("sold", "thanks"),
        ("now", "sold"),
        ("no", "longer", "available"),
        ("venduto",),
        ("venduta",),
        ("non", "piu", "disponibile"),
        ("vendido",),
        ("vendida",),
        ("ya", "vendido"),
        ("verkauft",),
        ("schon", "verkauft"),
        ("nicht", "mehr", "verfugbar"),
    }
)
# An answer comes within days, or is none.
_ANSWERED: Final = timedelta(days=3)


def says_sold(text: str) -> bool:
    """Whether all that it says is that something is gone."""
    return tuple(words(text)) in _SOLD


def mark_sold(message: InboundMessage, facts: CloudFacts) -> list[Listing]:
    """Mark the one watch as sold to whose message its own trader replied "sold"; else none.

    The message is locked. Once: what a person put back on the market is not sold by reading again.
    """
    if not facts.reply_to or not says_sold(message.body):
        return []
    theirs = Listing.objects.filter(
        message__channel=Channel.WHATSAPP_CLOUD,
        message__external_id=facts.reply_to,
        trader__addresses__value__in=_addresses(message),
    )
    ids = {*theirs.values_list("pk", flat=True)}
    rows = Listing.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    live = [row for row in rows if row.status == Listing.Status.LIVE]
    if len(live) != 1:
        return []
    listing = live[0]
    if listing.events.filter(kind=ListingEvent.Kind.SOLD).exists():
        return []
    listing.status = Listing.Status.SOLD
    listing.save(update_fields=["status", "updated_at"])
    told = _("The trader wrote that it is sold.")
    ListingEvent.objects.create(listing=listing, kind=ListingEvent.Kind.SOLD, note=told)
    match_endings.end([listing.pk])
    keeping.announce([listing.pk])
    return [listing]


def answers_us(message: InboundMessage, facts: CloudFacts, trader: Trader | None) -> bool:
    """Whether a person should see it: it answers what we wrote, or is the first word after that."""
    if trader is None or facts.group_id:
        return False
    ours = OutboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD)
    if facts.reply_to and ours.filter(provider_id=facts.reply_to).exists():
        return True
    addresses = [*trader.addresses.values_list("value", flat=True)]
    last = ours.filter(
        recipient__in=addresses,
        sent_at__range=(message.sent_at - _ANSWERED, message.sent_at),
    ).order_by("-sent_at")
    wrote_at = last.values_list("sent_at", flat=True).first()
    if wrote_at is None:
        return False
    between = InboundMessage.objects.filter(
        thread=message.thread,
        channel=Channel.WHATSAPP_CLOUD,
        sender_user_id=message.sender_user_id,
        sender_phone=message.sender_phone,
        sent_at__gt=wrote_at,
        sent_at__lt=message.sent_at,
    )
    return not between.exists()


def _addresses(message: InboundMessage) -> list[str]:
    return [value for value in (message.sender_phone, message.sender_user_id) if value]
