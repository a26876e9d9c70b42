"""Writing to a trader outside the 24-hour window: in words that Meta approved beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from backoffice.messaging import outbox, templating
from backoffice.messaging.models import Channel, MessageTemplate
from listings.deciding.refusals import TraderNotFound, require
from listings.models import Trader
from listings.people import traders

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from backoffice.messaging.models import OutboundMessage

OCCASION = "trader_hello"
NAMES = ("trader_name", "company_name")


def register_occasion() -> None:
    """Declare the occasion, so that staff can edit its texts and name Meta's template."""
    sample = {"trader_name": "Marco", "company_name": "Horlogerie"}
    label = gettext_lazy("Writing to a trader first")
    templating.register_occasion(OCCASION, NAMES, sample, label=label)


def templates(trader: Trader) -> list[MessageTemplate]:
    """Those that Meta approved and that need no more than a name, in the trader's language first.

    What ``content_sid`` names is the approved template; a row without one cannot be sent.
    """
    rows = MessageTemplate.objects.filter(channel=Channel.WHATSAPP_CLOUD).exclude(content_sid="")
    usable = [row for row in rows if set(templating.placeholders_in(row.body)) <= set(NAMES)]
    return sorted(usable, key=lambda row: (row.language != trader.language, row.key, row.language))


def values(trader: Trader) -> dict[str, str]:
    """What fills the template's placeholders; the outbox knows our own name."""
    return {"trader_name": trader.name or trader.username or "-"}


def write(trader_id: int, template_id: int, *, key: str, by: User) -> OutboundMessage:
    """Send an approved template to the trader; ``key`` makes a second click the same message.

    Raises ``DomainError`` where nobody can be written to, or the template is not one of
    :func:`templates`.
    """
    require(by, "listings.write_trader")
    with transaction.atomic():
        trader = Trader.objects.filter(pk=trader_id).first()
        if trader is None:
            raise TraderNotFound(trader_id)
        address = traders.recipient(trader)
        if trader.erased_at or not address:
            told = _("No number or user id of %(name)s is known that is still in use.")
            raise DomainError(told % {"name": trader}, code="no_address", field="trader_id")
        chosen = next((row for row in templates(trader) if row.pk == template_id), None)
        if chosen is None:
            told = _("Choose one of the templates that Meta has approved.")
            raise DomainError(told, code="no_template", field="template", value=template_id)
        return outbox.queue(
            key=key,
            channel=Channel.WHATSAPP_CLOUD,
            recipient=address,
            recipient_name=str(trader),
            template=chosen.key,
            language=chosen.language,
            values=values(trader),
            about=trader,
            author=by,
        )
