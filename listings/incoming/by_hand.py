"""A listing that a person types in from a message no machine could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage
from listings.deciding.refusals import require
from listings.incoming import outcomes
from listings.models import Listing, ListingEvent
from listings.people import traders

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PERMISSION = "listings.add_listing"


def open_listing(message_id: int, *, by: User) -> Listing:
    """A hidden listing without facts for this message, or the one a person opened before.

    For a photograph or a voice message: staff fill it in beside the message, and show it then. A
    later reading leaves it alone. Raises ``PermissionDenied``, or ``DomainError`` (conflict) while
    the worker is reading the message.
    """
    require(by, PERMISSION)
    with transaction.atomic():
        message = InboundMessage.objects.select_for_update(no_key=True).get(pk=message_id)
        rows = Listing.objects.filter(message=message)
        known = rows.filter(reader=Listing.Reader.PERSON).first()
        if known is not None:
            return known
        if message.status == InboundMessage.Status.PROCESSING:
            error = DomainError(_("The message is being read right now. Try again in a minute."))
            error.conflict = True
            raise error
        taken = {*rows.values_list("position", flat=True)}
        has_sender = message.sender_phone or message.sender_user_id
        listing = Listing.objects.create(
            message=message,
            position=max(taken, default=-1) + 1,
            trader=traders.of_message(message) if has_sender else None,
            status=Listing.Status.HIDDEN,
            type=Listing.Type.SALE,
            text=message.body,
            reader=Listing.Reader.PERSON,
            offered_at=message.sent_at,
        )
        note = _("Opened by hand.")
        ListingEvent.objects.create(
            listing=listing, kind=ListingEvent.Kind.EDITED, by=by, note=note
        )
        message.status, message.kind = InboundMessage.Status.DONE, outcomes.LISTING
        message.reason = note
        message.save(update_fields=["status", "kind", "reason"])
    return listing


def open_page(message_id: int, *, by: User) -> str:
    """As :func:`open_listing`; the address of the listing's page, where it is filled in."""
    return reverse("admin:listings_listing_change", args=[open_listing(message_id, by=by).pk])
