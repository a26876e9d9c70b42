"""Messages without a watch that mean something all the same: an answer to us, "sold" to oneself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage
from listings import keeping
from listings.incoming import amendments, outcomes, sold
from listings.models import Listing

if TYPE_CHECKING:
    from backoffice.messaging.cloud.facts import CloudFacts
    from backoffice.messaging.desks import Outcome
    from listings.models import Trader

Status = Listing.Status
# Who says without quoting it that a watch is gone speaks of an offer of these months.
_OFFERED_FOR: Final = timedelta(days=180)

# Of a longer text nobody tells a price by its figures.
_SHORT: Final = 300
# "9.200", "9k", "9 200 €".
_FIGURE: Final = re.compile(r"\d[\d.,' ]*\d\d|\d\s?k\b", re.IGNORECASE)
# An answer comes within days, or is none.
_ANSWERED: Final = timedelta(days=3)


def of_sold(message: InboundMessage, facts: CloudFacts, trader: Trader | None) -> Outcome | None:
    """What a message is that says of the trader's own watches that they are gone; else None.

    The one watch it can mean is marked as sold; a person decides where it may be any of several.
    The message is locked. Once: what a person put back is not sold by reading again.
    """
    left = sold.beside_sold(message.body)
    if trader is None or left is None:
        return None
    offers = _offers(message, facts, trader, is_named=bool(left))
    meant = [row for row in offers if sold.names(left, row)]
    live = [row for row in meant if row.status == Status.LIVE and not sold.was_put_back(row)]
    if not live:
        is_told = meant and (left or facts.reply_to)
        return outcomes.done(outcomes.SOLD, outcomes.names_of(meant)) if is_told else None
    is_all = facts.reply_to and sold.says_all(message.body)
    is_one = len(live) == 1 and (left or facts.reply_to)
    if not (is_all or is_one):
        return outcomes.waits(outcomes.SOLD, outcomes.which_is_sold(live))
    sold.mark(live)
    keeping.announce([row.pk for row in live])
    return outcomes.done(outcomes.SOLD, outcomes.names_of(live))


def _offers(
    message: InboundMessage, facts: CloudFacts, trader: Trader, *, is_named: bool
) -> list[Listing]:
    """The trader's offers it may speak of: those it replies to, else theirs of late; locked.

    Without a reply and without a name, those of the same conversation.
    """
    rows = Listing.objects.filter(
        trader=trader, type__in=sold.OFFERED, status__in=[Status.LIVE, Status.SOLD]
    )
    if facts.reply_to:
        replied = amendments.chain(amendments.root_of(facts.reply_to)).messages
        rows = rows.filter(message__in=replied)
    else:
        since = message.sent_at - _OFFERED_FOR
        rows = rows.filter(offered_at__range=(since, message.sent_at))
        rows = rows if is_named else rows.filter(message__thread=message.thread)
    ids = [*rows.values_list("pk", flat=True)]
    held = Listing.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return list(held.order_by("pk"))


def of_new_price(
    message: InboundMessage, facts: CloudFacts, trader: Trader | None
) -> Outcome | None:
    """What a figure under the trader's own live offer is: most likely another price; else None."""
    if trader is None or not facts.reply_to or not _FIGURE.search(message.body[:_SHORT]):
        return None
    replied = amendments.chain(amendments.root_of(facts.reply_to)).messages
    rows = list(Listing.objects.filter(trader=trader, message__in=replied, status=Status.LIVE))
    return outcomes.waits(outcomes.TALK, outcomes.figure_under(rows, message)) if rows else None


def quotes_us(facts: CloudFacts) -> bool:
    """Whether it replies to a message of ours."""
    ours = OutboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD)
    return bool(facts.reply_to) and ours.filter(provider_id=facts.reply_to).exists()


def answers_us(message: InboundMessage, facts: CloudFacts, trader: Trader | None) -> bool:
    """Whether a person should see it: it answers what we wrote, or is the first word after that."""
    if trader is None or facts.group_id:
        return False
    ours = OutboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD)
    if quotes_us(facts):
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
