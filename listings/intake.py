"""From a message to listings: what this desk does with what WhatsApp brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.messaging import cloud_facts
from backoffice.messaging.desks import Outcome
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.reading import content_of
from listings import locks, traders
from listings.extraction import reading
from listings.models import Listing
from listings.writing import Watch, Writer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from backoffice.messaging.content import MessageContent


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Write the listings of a message, once, and tell what it was (kinds: see wiring).

    An edited message replaces the listings of the one it edits, a deleted one withdraws them, a
    number change or shared contact links addresses, reactions and the like are noted only.
    """
    cloud_facts.of(message)
    watches = [
        Watch(item, document.text[slice(*item.span)], Listing.Reader.RULES, document.key)
        for document in content.documents
        for item in reading.read(document.text)
    ]
    with transaction.atomic():
        locks.alone_with(message.external_id)
        locked = InboundMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
        trader = traders.of_message(locked)
        rows = Listing.objects.select_for_update(no_key=True).filter(message=locked)
        Writer(locked, trader).write(watches, list(rows.order_by("pk")))
    if not watches:
        return Outcome("done", kind="talk", reason=_("It names no watch."))
    return Outcome("done", kind="listing")


def withdraw(message: InboundMessage) -> None:
    """Take back the listings of a message that moves to another desk.

    ``DomainError`` where people have decided about one of them.
    """
    raise NotImplementedError


def read_again(message_id: int, *, by: User) -> list[Listing]:
    """Read a message anew because a person asked; its listings then, in order."""
    message = InboundMessage.objects.get(pk=message_id)
    process(message, content_of(message))
    return list(Listing.objects.filter(message=message).order_by("position"))
