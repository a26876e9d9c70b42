"""The support desk's part of processing a message: from its content to a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.desks import Outcome
    from backoffice.messaging.models import InboundMessage
    from support.models import Ticket


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Put the message into its ticket, a new one where it belongs to none, and ask for a draft."""
    raise NotImplementedError


def withdraw(message: InboundMessage) -> None:
    """Take the message out of its ticket because it moves to another desk.

    ``DomainError`` where it was answered already.
    """
    raise NotImplementedError


def submit(  # noqa: PLR0913 - what a form of a shop says
    *,
    text: str,
    email: str = "",
    name: str = "",
    phone: str = "",
    subject: str = "",
    order_number: str = "",
    external_id: str = "",
    source: str,
) -> tuple[InboundMessage, bool]:
    """Take in a message that came by no mailbox: REST, a command, a spreadsheet, Notion.

    ``source`` ("api", "command", "import", "notion") and ``external_id`` name it for ever: a
    second time returns the first message and False. ``order_number`` is what the form's own
    field says. The worker makes the ticket; :func:`ticket_of` then finds it.
    Raises ``DomainError`` naming the field that is wrong.
    """
    raise NotImplementedError


def ticket_of(message: InboundMessage) -> Ticket | None:
    """The ticket that the message was put into, once it was processed."""
    raise NotImplementedError
