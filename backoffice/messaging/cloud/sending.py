"""One message of the outbox by WhatsApp's Cloud API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from backoffice.integrations import whatsapp_cloud
from backoffice.messaging.cloud import statuses as cloud_statuses
from backoffice.messaging.models import Channel

if TYPE_CHECKING:
    from backoffice.messaging.models import OutboundMessage

_WAMID = "wamid."


def send(row: OutboundMessage, *, as_template: bool) -> str:
    """Hand the message over; WhatsApp's id of it. Raises what the client raises."""
    reference = cloud_statuses.reference(row)
    if not as_template:
        quoted = _quoted(row)
        taken = whatsapp_cloud.send_text(
            row.recipient, row.body, reference=reference, answers=quoted
        )
        return taken.wamid
    name, language = template_of(row)
    variables = row.content_variables
    taken = whatsapp_cloud.send_template(
        row.recipient, name, language, variables, reference=reference
    )
    return taken.wamid


def template_of(row: OutboundMessage) -> tuple[str, str]:
    """Name and language of the approved template: "match_seller", or "match_seller/en_US" where
    WhatsApp calls the language otherwise than we do.
    """  # noqa: D205 - one thought
    name, _slash, language = row.content_sid.partition("/")
    return name, language or (row.language or settings.LANGUAGE_CODE).replace("-", "_")


def _quoted(row: OutboundMessage) -> str:
    """The message that this one answers, where WhatsApp can show it above the answer."""
    answered = row.in_reply_to
    if answered is None or answered.channel != Channel.WHATSAPP_CLOUD:
        return ""
    return answered.external_id if answered.external_id.startswith(_WAMID) else ""
