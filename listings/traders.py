"""Who wrote a message: the trader of its addresses, joined only by explicit statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Model

    from backoffice.messaging.models import InboundMessage, OutboundMessage
    from listings.models import Trader


def of_message(message: InboundMessage) -> Trader:
    """The trader who sent it, made where nobody is known by its addresses; inside a transaction.

    The key is the WhatsApp user id where there is one. A message that carries both phone and user
    id states that they are one person; two traders known so far apart become one then.
    """
    raise NotImplementedError


def link(*, phone: str = "", user_id: str = "", former: tuple[str, ...] = ()) -> Trader | None:
    """Join addresses that WhatsApp states to be one person's (number change, shared contact)."""
    raise NotImplementedError


def write(
    trader_id: int, body: str, *, key: str, by: User, about: Model | None = None
) -> OutboundMessage:
    """Write a person's words to the trader through the outbox (channel wa_cloud).

    To the newest address that is not former, the user id first. Raises ``DomainError`` where none
    is known, the trader was erased, or the 24-hour window is shut (a template is needed then).
    """
    raise NotImplementedError
