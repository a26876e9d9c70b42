"""Understanding a ticket: its category, the order it is about, its language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from support import order_facts
from support.models import Category, Ticket, TicketEvent, TicketMessage

if TYPE_CHECKING:
    from support.order_facts import OrderFacts


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was understood of a ticket. ``attention`` are sentences for staff.

    ``order_number`` is as the customer wrote it; ``order`` only where it is their own, and
    then it may have been told without a number ("my order", and there is one only).
    """

    category: Category
    confidence: float
    method: str
    language: str
    reasons: tuple[str, ...] = ()
    order_number: str = ""
    order: OrderFacts | None = None
    attention: tuple[str, ...] = field(default=())


def assess(ticket: Ticket) -> Assessment:
    """Understand the ticket's thread; slow where OpenAI is asked, so under no lock.

    A category that a person decided stays. Raises nothing that a retry would mend: where
    OpenAI fails the local classifier answers.
    """
    # numpy takes a while.
    from support.understanding.understand import understand  # noqa: PLC0415 - slow import

    texts = list(
        ticket.thread.filter(kind=TicketMessage.Kind.MESSAGE).values_list("text", flat=True)
    )
    own = order_facts.of_person(ticket.customer, ticket.email)
    found = understand(texts[-1] if texts else "", orders=[order.number for order in own])
    categories = {one.key: one for one in Category.objects.all()}
    fallback = next(one for one in categories.values() if one.is_fallback)
    category = categories.get(found.category, fallback)
    number = ticket.order_number or found.order_number or ""
    order = order_facts.find(number, ticket.customer, ticket.email) if number else None
    attention = []
    if number and order is None:
        attention.append(_("The order %(number)s is none of this customer's.") % {"number": number})
    is_decided = ticket.category_method == Ticket.Method.PERSON and ticket.category is not None
    return Assessment(
        category=ticket.category if is_decided and ticket.category else category,
        confidence=ticket.category_confidence if is_decided else found.confidence,
        method=Ticket.Method.PERSON if is_decided else Ticket.Method.RULES,
        language=found.language,
        reasons=found.reasons,
        order_number=number[:40],
        order=order,
        attention=tuple(attention),
    )


def apply(ticket: Ticket, assessment: Assessment) -> None:
    """Write what was understood to the locked ticket, with an event where it changed."""
    before = ticket.category
    order = assessment.order
    if ticket.category_method != Ticket.Method.PERSON:
        ticket.category = assessment.category
        ticket.category_confidence = assessment.confidence
        ticket.category_method = assessment.method
        ticket.category_reasons = list(assessment.reasons)
        ticket.proposed_category = assessment.category
    ticket.language = assessment.language
    ticket.order_number = assessment.order_number
    ticket.shop_order_id = order.pk if order and order.source == "shop" else None
    ticket.order_id = order.pk if order and order.source == "desk" else None
    ticket.attention = "\n".join(assessment.attention)
    ticket.save(
        update_fields=[
            "category",
            "category_confidence",
            "category_method",
            "category_reasons",
            "proposed_category",
            "language",
            "order_number",
            "shop_order",
            "order",
            "attention",
            "updated_at",
        ]
    )
    if ticket.category != before:
        TicketEvent.objects.create(
            ticket=ticket,
            kind=TicketEvent.Kind.CATEGORISED,
            changes={"category": [str(before) if before else "", str(ticket.category)]},
        )
