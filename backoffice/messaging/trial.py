"""A message to try WhatsApp out, through the outbox like every other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core import phones
from backoffice.core.errors import DomainError
from backoffice.messaging import outbox, templating, window
from backoffice.messaging.models import Channel, MessageTemplate

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from backoffice.messaging.models import OutboundMessage


def templates() -> list[MessageTemplate]:
    """The texts for WhatsApp whose occasion is known, so that they can be filled with examples."""
    rows = MessageTemplate.objects.filter(channel=Channel.WHATSAPP)
    return [row for row in rows if templating.occasion(row.key)]


def send(
    number: str, *, text: str, template_id: int | None, key: str, by: AbstractBaseUser
) -> OutboundMessage:
    """Write a trial message to ``number`` into the outbox; the same ``key`` twice is one message.

    Own words, or the template with its example values. ``DomainError`` where the
    number is none, or WhatsApp would not take such a message now.
    """
    regions = (settings.PHONE_REGION, *phones.DEFAULT_REGIONS)
    recipient = phones.normalise(number, regions, strict=False)
    if not recipient:
        told = _("“%(number)s” is not a telephone number: write it with its country code, +212…")
        raise DomainError(told % {"number": number}, code="phone", field="number", value=number)
    template = next((row for row in templates() if row.pk == template_id), None)
    if not (template and template.content_sid) and not window.is_open(recipient):
        raise DomainError(
            _(
                "This person did not write to us in the last 24 hours: WhatsApp takes only an "
                "approved template now. Choose one, or have them write to our number first."
            ),
            code="window",
            field="template",
        )
    occasion = templating.occasion(template.key) if template else None
    if template is None or occasion is None:
        return outbox.queue_text(
            key=f"trial:{key}",
            channel=Channel.WHATSAPP,
            recipient=recipient,
            body=text,
            author=by,
        )
    return outbox.queue(
        key=f"trial:{key}",
        channel=Channel.WHATSAPP,
        recipient=recipient,
        template=template.key,
        language=template.language,
        values=dict(occasion.sample),
        author=by,
    )
