"""Understanding a ticket: its category, the order it is about, its language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.models import Category, Ticket
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
    raise NotImplementedError


def apply(ticket: Ticket, assessment: Assessment) -> None:
    """Write what was understood to the locked ticket, with an event where it changed."""
    raise NotImplementedError
