"""Reading a message with the words of the table of products and of who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from crm import customers
from orders import catalogue, extraction, proposal
from orders.learning import vocabulary

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from crm.models import Customer
    from orders.reading import OrderReading


def read(content: MessageContent) -> tuple[OrderReading, ...]:
    """Each order the message asks for, understood in its sender's own words.

    Whose words they are is guessed by the sender's address. Where the reading then says
    somebody else, who calls things otherwise, it is read once more: nobody's words are
    another's.
    """
    products = catalogue.current()
    if not settings.LEARNING:
        return extraction.read(content, products)
    words = vocabulary.spoken(vocabulary.words_for(_sender(content)))
    readings = extraction.read(content, products.with_spoken(words))
    match = proposal.identify(content, readings[0])
    is_known = match.confidence >= proposal.PROPOSE_CUSTOMER
    theirs = vocabulary.spoken(vocabulary.words_for(match.customer if is_known else None))
    if sorted(theirs) == sorted(words):
        return readings
    return extraction.read(content, products.with_spoken(theirs))


def _sender(content: MessageContent) -> Customer | None:
    """The only customer with the sender's address, before a word was read."""
    author = content.author
    known = customers.known_by(email=author.email, phone=author.phone, user_id=author.user_id)
    return known[0] if len(known) == 1 else None
