"""Removing a person on request, and what is old by itself."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import pruning
from backoffice.messaging.models import (
    Attachment,
    Channel,
    DeliveryReport,
    InboundMessage,
    OutboundMessage,
)
from listings import keeping
from listings.deciding import match_endings
from listings.deciding.refusals import TraderNotFound, require
from listings.models import Listing, ListingEvent, Trader, TraderAddress
from listings.people import locks
from listings.search import embedding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

PERMISSION: Final = "listings.erase_trader"
_DESK: Final = "listings"
_ATTEMPTS: Final = 3
_BLOCK: Final = 500
# One job prunes so long; what is left is for the next.
_SECONDS: Final = 60.0
_EMPTY_MESSAGE: Final = {
    "sender_name": "",
    "sender_email": "",
    "sender_phone": "",
    "sender_user_id": "",
    "reply_to": "",
    "thread": "",
    "subject": "",
    "body": "",
    "reason": "",
    "raw": b"",
}
_EMPTY_ANSWER: Final[dict[str, object]] = {
    "recipient": "",
    "recipient_name": "",
    "subject": "",
    "body": "",
    "content_variables": {},
}
Status = InboundMessage.Status
Sending = OutboundMessage.Status
_UNSENT: Final = (
    Sending.QUEUED,
    Sending.NOT_CONFIGURED,
    Sending.BLOCKED,
    Sending.FAILED,
    Sending.UNKNOWN,
)


def erase(trader_id: int, *, by: User) -> Trader:
    """Remove a trader's personal data: names, addresses, texts, raw payloads, files, drafts.

    Their offers leave the market, where nobody could be asked about them; facts, price and day
    stay without a name for the figures. Safe to repeat.
    Messages that were moved to another desk are that desk's. What a worker reads just now finds the
    message emptied and writes nothing; who writes again later is a new trader.
    """
    require(by, PERMISSION)
    if not Trader.objects.filter(pk=trader_id).exists():
        raise TraderNotFound(trader_id)
    for _attempt in range(_ATTEMPTS):
        with transaction.atomic():
            trader = _erase(trader_id, by=by)
        if trader is not None:
            return trader
    error = DomainError(
        _("This trader is writing at this very moment. Try again in a minute."),
        code="busy",
        field="trader_id",
        value=trader_id,
    )
    error.conflict = True
    raise error


def _erase(trader_id: int, *, by: User) -> Trader | None:
    """Erase, unless an address came to light while we waited for the locks."""
    addresses = _addresses_of(trader_id)
    # Messages before traders, as whoever reads a message locks them.
    held = _messages_of(addresses, trader_id).select_for_update(no_key=True)
    message_ids = [row.pk for row in held.only("pk").order_by("pk")]
    locks.alone_with(locks.TRADERS)
    trader = Trader.objects.select_for_update(no_key=True).filter(pk=trader_id).first()
    if trader is None:
        raise TraderNotFound(trader_id)
    if _addresses_of(trader_id) != addresses:
        return None
    _empty_messages(message_ids)
    _empty_answers(OutboundMessage.objects.filter(recipient__in=addresses))
    bare = {value.lstrip("+") for value in addresses}
    DeliveryReport.objects.filter(participant__in=addresses | bare).delete()
    _empty_listings(trader, by=by)
    _empty_trader(trader)
    return trader


def _addresses_of(trader_id: int) -> set[str]:
    rows = TraderAddress.objects.filter(trader=trader_id)
    return {*rows.values_list("value", flat=True)}


def prune() -> int:
    """Forget raw payloads, texts and files older than LISTINGS_RETENTION_DAYS; in blocks.

    With them go the senders of those messages, what we answered, and traders who have not written
    since and are no customers. Returns how many messages and traders were emptied, for a minute at
    most: whoever calls it goes on until it is 0. Ids stay, so that nothing is taken in twice.
    """
    if not settings.LISTINGS_RETENTION_DAYS:
        return 0
    old = timezone.now() - timedelta(days=settings.LISTINGS_RETENTION_DAYS)
    until = time.monotonic() + _SECONDS
    pruned = 0
    while time.monotonic() < until:
        emptied = _prune_messages(old) + _prune_traders(old) + _prune_answers(old)
        if not emptied:
            break
        pruned += emptied
    return pruned


def _messages_of(addresses: Collection[str], trader_id: int) -> QuerySet[InboundMessage]:
    sender = Q(sender_phone__in=addresses) | Q(sender_user_id__in=addresses)
    theirs = Listing.objects.filter(trader=trader_id, message__isnull=False)
    rows = InboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD, desk=_DESK)
    return rows.filter(sender | Q(pk__in=theirs.values("message")))


def _empty_messages(message_ids: Collection[int]) -> None:
    files = Attachment.objects.filter(message__in=message_ids)
    documents = [*files.exclude(document=None).values_list("document_id", flat=True)]
    files.delete()
    InboundMessage.objects.filter(pk__in=message_ids).update(**_EMPTY_MESSAGE)
    # Row before file, and only once it is certain: a file cannot be rolled back.
    transaction.on_commit(partial(pruning.forget, documents), robust=True)


def _empty_answers(rows: QuerySet[OutboundMessage]) -> int:
    """Empty what was written to these people; what had not left stays here."""
    rows = rows.filter(channel=Channel.WHATSAPP_CLOUD)
    ids = [*rows.order_by("pk").values_list("pk", flat=True)]
    held = OutboundMessage.objects.filter(pk__in=ids)
    held.filter(status__in=_UNSENT).update(status=Sending.SUPERSEDED, next_attempt_at=None)
    return held.update(**_EMPTY_ANSWER)


def _empty_listings(trader: Trader, *, by: User) -> None:
    rows = Listing.objects.select_for_update(no_key=True).filter(trader=trader).order_by("pk")
    listings = list(rows)
    _forget_words(listings)
    ids = [row.pk for row in listings]
    ListingEvent.objects.filter(listing__in=ids).exclude(note="").update(note="")
    _forget_corrected_texts(ids)
    told = set(ListingEvent.objects.filter(listing__in=ids, kind="erased").values_list("listing"))
    ListingEvent.objects.bulk_create(
        ListingEvent(listing_id=pk, kind=ListingEvent.Kind.ERASED, by=by)
        for pk in ids
        if (pk,) not in told
    )
    _leave_market(ids)
    match_endings.end(ids, by=by)
    keeping.announce(ids)


def _leave_market(listing_ids: Collection[int]) -> int:
    """Withdraw what is live of people whom nobody can ask any more; how many."""
    live = Listing.objects.filter(pk__in=listing_ids, status=Listing.Status.LIVE)
    return live.update(status=Listing.Status.WITHDRAWN, updated_at=timezone.now())


def _forget_words(listings: Iterable[Listing]) -> None:
    """Leave the facts of listings alone without the words they were read in."""
    for row in listings:
        row.text, row.evidence = "", {}
        keeping.derive(row)
        row.save(update_fields=["text", "evidence", *keeping.DERIVED])


def _forget_corrected_texts(listing_ids: Collection[int]) -> None:
    for event in ListingEvent.objects.filter(
        listing__in=listing_ids, changes__has_key="text"
    ).order_by("pk"):
        event.changes.pop("text")
        event.save(update_fields=["changes"])


def _empty_trader(trader: Trader) -> None:
    trader.addresses.all().delete()
    trader.name = trader.username = trader.language = trader.note = ""
    trader.customer = None
    trader.erased_at = trader.erased_at or timezone.now()
    trader.save(update_fields=["name", "username", "language", "note", "customer", "erased_at"])
    kind = ContentType.objects.get_for_model(Trader)
    log = LogEntry.objects.filter(content_type=kind, object_id=str(trader.pk))
    log.update(object_repr=str(trader))


def _prune_messages(old: dt.datetime) -> int:
    """Empty one block of old messages that are not on their way, with their listings' words."""
    with transaction.atomic():
        full = (
            InboundMessage.objects.filter(
                desk=_DESK, channel=Channel.WHATSAPP_CLOUD, received_at__lt=old
            )
            .exclude(status__in=[Status.RECEIVED, Status.PROCESSING])
            .exclude(raw=b"", body="", sender_phone="", sender_user_id="", sender_name="")
        )
        held = full.select_for_update(no_key=True, skip_locked=True).only("pk")
        ids = [row.pk for row in held.order_by("desk", "received_at", "pk")[:_BLOCK]]
        _empty_messages(ids)
        rows = Listing.objects.select_for_update(no_key=True).filter(message__in=ids)
        listings = list(rows.order_by("pk"))
        _forget_words(listings)
        embedding.request([row.pk for row in listings])
    return len(ids)


def _prune_traders(old: dt.datetime) -> int:
    """Forget one block of people who have not written since; customers are the CRM's."""
    with transaction.atomic():
        silent = Trader.objects.filter(last_seen_at__lt=old, customer=None, erased_at=None)
        held = silent.select_for_update(no_key=True, skip_locked=True)
        traders = list(held.order_by("pk")[:_BLOCK])
        for trader in traders:
            _empty_trader(trader)
        rows = Listing.objects.select_for_update(no_key=True).filter(
            trader__in=traders, status=Listing.Status.LIVE
        )
        ids = [row.pk for row in rows.only("pk").order_by("pk")]
        _leave_market(ids)
        keeping.announce(ids)
    return len(traders)


def _prune_answers(old: dt.datetime) -> int:
    about = Q(about_type__app_label="listings") | Q(about_type=None)
    rows = OutboundMessage.objects.filter(
        about, channel=Channel.WHATSAPP_CLOUD, created_at__lt=old
    ).exclude(recipient="", body="")
    sent = rows.exclude(status__in=[Sending.QUEUED, Sending.SENDING])
    ids = [*sent.order_by("pk").values_list("pk", flat=True)[:_BLOCK]]
    return _empty_answers(OutboundMessage.objects.filter(pk__in=ids)) if ids else 0
