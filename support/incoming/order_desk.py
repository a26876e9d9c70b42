"""Between this desk and the order desk: orders that come here, and questions that come there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.incoming import intake, quiet, said, threads, writers
from support.seed_categories import FALLBACK
from support.understanding.understand import understand

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.desks import Outcome
    from backoffice.messaging.models import InboundMessage
    from orders.reading import MessageKind, OrderReading
    from support.incoming.writers import Writer

DESK = "orders"
ASKING: frozenset[MessageKind] = frozenset({"order_status", "complaint", "quote_request"})
ABOUT_AN_ORDER: frozenset[MessageKind] = frozenset({"cancellation", "change"})
IDLE: frozenset[MessageKind] = frozenset({"advertising", "automatic"})
# How sure the classifier must be that somebody asks for something, where nothing else says so.
SURE = 0.6
_QUESTION = re.compile(r"[?؟]")


def hear(
    message: InboundMessage,
    content: MessageContent,
    reading: OrderReading,
    outcome: Outcome,
    found_orders: bool,  # noqa: FBT001 - the signal's own name
    **_signal: Any,
) -> str:
    """Make a ticket of what the order desk was asked but does not answer; says which, else "".

    The message stays at the order desk, with the ticket beside it.
    """
    if quiet.why_a_machine(message, content) or not said.says_anything(content):
        return ""
    writer = writers.of(message, content)
    kind = reading.kind.value or "other"
    known = intake.ticket_of(message)
    if known is None and not _continues(message, writer, kind):
        if outcome.status == "needs_attention" or message.handed_from:
            return ""
        if not is_for_us(kind, content, found_orders=found_orders):
            return ""
    return intake.told(intake.put(message, content, writer))


def hear_left_over(message: InboundMessage, content: MessageContent, **_signal: Any) -> str:
    """Keep what no desk takes with the ticket it belongs to; says what was done, else "".

    A report about a reply of ours that came to the order desk's mailbox; the photograph that
    follows a complaint in a chat.
    """
    if quiet.why_a_machine(message, content):
        return quiet.keep_if_ours(message, content)
    writer = writers.of(message, content)
    if not said.says_anything(content) or not _continues(message, writer, "other"):
        return ""
    return intake.told(intake.put(message, content, writer))


def is_for_us(kind: MessageKind, content: MessageContent, *, found_orders: bool) -> bool:
    """Whether a message that orders nothing asks for an answer of this desk."""
    if kind in ASKING:
        return True
    if kind in ABOUT_AN_ORDER:
        return not found_orders
    return kind == "other" and _asks(content)


def _continues(message: InboundMessage, writer: Writer, kind: MessageKind) -> bool:
    """Whether it goes on in a ticket of the same person: there even "yes, please" is an answer.

    What a machine or an advertiser writes answers nothing.
    """
    return kind not in IDLE and threads.find(message, writer).ticket is not None


def _asks(content: MessageContent) -> bool:
    text = said.text_of(content)
    if _QUESTION.search(text):
        return True
    found = understand(text)
    return found.category != FALLBACK and found.confidence >= SURE
