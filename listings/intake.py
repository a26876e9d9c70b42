"""From a message to listings: what this desk does with what WhatsApp brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.desks import Outcome
    from backoffice.messaging.models import InboundMessage


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Write the listings of a message, once, and tell what it was (kinds: see wiring).

    An edited message replaces the listings of the one it edits, a deleted one withdraws them, a
    number change or shared contact links addresses, reactions and the like are noted only.
    """
    raise NotImplementedError


def withdraw(message: InboundMessage) -> None:
    """Take back the listings of a message that moves to another desk.

    ``DomainError`` where people have decided about one of them.
    """
    raise NotImplementedError
