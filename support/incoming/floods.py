"""Too many messages of one sender in an hour: a loop of two machines, or somebody's program.

Nothing is lost: each message becomes part of the sender's latest ticket. But it opens no
ticket of its own, asks for no draft, and nothing is answered by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging.models import WHATSAPPS, InboundMessage
from support.incoming.submitting import is_from_outside
from support.models import TicketMessage

if TYPE_CHECKING:
    from support.incoming.writers import Writer

WITHIN = timedelta(hours=1)


def sentence(message: InboundMessage, writer: Writer) -> str:
    """Why this message gets no automatic answer, where it is one too many; else empty.

    What staff bring in (a spreadsheet, a command) counts for nobody.
    """
    if not is_from_outside(message):
        return ""
    sender = _sender(message, writer)
    if sender is None:
        return ""
    lately = InboundMessage.objects.filter(
        sender,
        received_at__gt=timezone.now() - WITHIN,
        ticket_message__kind=TicketMessage.Kind.MESSAGE,
    ).exclude(pk=message.pk)
    if lately.count() < settings.SUPPORT_HOURLY_LIMIT:
        return ""
    told = _(
        "More than %(limit)d messages of this sender within an hour: no draft is written and"
        " nothing is answered by itself. Read them, then have a draft written."
    )
    return told % {"limit": settings.SUPPORT_HOURLY_LIMIT}


def _sender(message: InboundMessage, writer: Writer) -> Q | None:
    if message.channel in WHATSAPPS:
        if writer.phone:
            return Q(sender_phone=writer.phone)
        return Q(sender_user_id=writer.user_id) if writer.user_id else None
    # The address as it stands on the rows, which a colleague's forward is not the writer's.
    return Q(sender_email=message.sender_email) if message.sender_email else None
