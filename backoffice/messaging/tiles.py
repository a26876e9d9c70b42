"""Messages that a person has to look at, and messages that did not go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.core import tiles
from backoffice.messaging.models import InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Inbound = InboundMessage.Status
Outbound = OutboundMessage.Status
STUCK_INBOUND = (Inbound.NEEDS_ATTENTION, Inbound.FAILED)
STUCK_OUTBOUND = (
    Outbound.FAILED,
    Outbound.BLOCKED,
    Outbound.NOT_CONFIGURED,
    Outbound.UNKNOWN,
)


def stuck_inbound() -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(status__in=STUCK_INBOUND)


def stuck_outbound() -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(status__in=STUCK_OUTBOUND)


def messages_received(_user: User) -> tiles.Tile:
    row = stuck_inbound().aggregate(
        number=Count("pk"), failed=Count("pk", filter=Q(status=Inbound.FAILED))
    )
    text = _("%(failed)d of them failed.") % row if row["failed"] else _("Nothing failed.")
    return tiles.Tile(
        title=_("Messages to look at"),
        number=row["number"],
        text=text,
        link=_list("messaging.inboundmessage", STUCK_INBOUND),
        tone="danger" if row["failed"] else "warning" if row["number"] else "success",
        icon="mail",
    )


def messages_sent(_user: User) -> tiles.Tile:
    row = stuck_outbound().aggregate(
        number=Count("pk"), waiting=Count("pk", filter=Q(status=Outbound.NOT_CONFIGURED))
    )
    text = _("Everything went out.")
    if row["waiting"]:
        text = _("%(waiting)d wait for a channel that is not configured.") % row
    elif row["number"]:
        text = _("Failed, refused, or unknown whether they arrived.")
    return tiles.Tile(
        title=_("Messages not sent"),
        number=row["number"],
        text=text,
        link=_list("messaging.outboundmessage", STUCK_OUTBOUND),
        tone="danger" if row["number"] else "success",
        icon="outbox",
    )


def _list(label: str, statuses: tuple[str, ...]) -> str:
    return tiles.list_link(label, "?status__in=" + ",".join(statuses))


tiles.register(messages_received, permission="messaging.view_inboundmessage", order=20)
tiles.register(messages_sent, permission="messaging.view_outboundmessage", order=30)
tiles.register_badge("messaging.inboundmessage", stuck_inbound)
tiles.register_badge("messaging.outboundmessage", stuck_outbound)
