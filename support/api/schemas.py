"""What the support desk's API gives."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003 - as above
from typing import TYPE_CHECKING, Any

from ninja import Schema
from pydantic import BaseModel

from support.status_words import FRENCH

if TYPE_CHECKING:
    from support.models import Draft, Ticket, TicketEvent


class TicketRef(BaseModel):
    id: int
    number: str
    status: str


class SubmittedOut(BaseModel):
    """``ticket`` is there once the worker has made it; send the same external_id again to ask.

    ``desk`` has the message now: "support", or "orders" where it turned out to be a new order,
    which makes no ticket.
    """

    message_id: int
    created: bool
    desk: str
    ticket: TicketRef | None


class CustomerOut(Schema):
    id: int
    name: str
    company: str


class DraftRef(Schema):
    """``id`` and ``revision`` say which text was read: one of them goes with an approval."""

    id: int
    status: str
    revision: int


class DraftOut(DraftRef):
    """``missing`` are placeholders without a value; ``notes`` what to look at before sending."""

    body: str
    sent_body: str
    method: str
    language: str
    tone: str
    category: str | None
    template: str | None
    facts: dict[str, Any]
    missing: list[str]
    notes: list[str]
    asked_by: str | None
    decided_by: str | None
    decided_at: dt.datetime | None
    rejection_reason: str
    was_automatic: bool
    edited_share: float | None
    error: str
    written_at: dt.datetime | None
    created_at: dt.datetime

    @staticmethod
    def resolve_category(draft: Draft) -> str | None:
        return draft.category.name if draft.category else None

    @staticmethod
    def resolve_template(draft: Draft) -> str | None:
        return draft.template.name if draft.template else None

    @staticmethod
    def resolve_notes(draft: Draft) -> list[str]:
        return draft.notes.splitlines()

    @staticmethod
    def resolve_asked_by(draft: Draft) -> str | None:
        return draft.asked_by.get_username() if draft.asked_by else None

    @staticmethod
    def resolve_decided_by(draft: Draft) -> str | None:
        return draft.decided_by.get_username() if draft.decided_by else None


class TicketOut(Schema):
    """``statut`` is the status in the first system's words, ``status_label`` in the caller's.

    ``order_number`` is as the customer wrote it; ``order`` only where it is their own.
    """

    id: int
    number: str
    status: str
    statut: str
    status_label: str
    outcome: str
    subject: str
    channel: str
    customer: CustomerOut | None
    name: str
    email: str
    phone: str
    language: str
    category: str | None
    category_confidence: float
    category_method: str
    order_number: str
    order: str | None
    attention: list[str]
    assignee: str | None
    merged_into: str | None
    revision: int
    reopened: int
    opened_at: dt.datetime
    last_message_at: dt.datetime
    first_response_at: dt.datetime | None
    ended_at: dt.datetime | None
    draft: DraftRef | None

    @staticmethod
    def resolve_statut(ticket: Ticket) -> str:
        return FRENCH[ticket.status]

    @staticmethod
    def resolve_status_label(ticket: Ticket) -> str:
        return ticket.get_status_display()

    @staticmethod
    def resolve_category(ticket: Ticket) -> str | None:
        return ticket.category.name if ticket.category else None

    @staticmethod
    def resolve_order(ticket: Ticket) -> str | None:
        order = ticket.shop_order or ticket.order
        return order.number if order else None

    @staticmethod
    def resolve_attention(ticket: Ticket) -> list[str]:
        return ticket.attention.splitlines()

    @staticmethod
    def resolve_assignee(ticket: Ticket) -> str | None:
        return ticket.assignee.get_username() if ticket.assignee else None

    @staticmethod
    def resolve_merged_into(ticket: Ticket) -> str | None:
        return f"T-{ticket.merged_into_id}" if ticket.merged_into_id else None

    @staticmethod
    def resolve_draft(ticket: Ticket) -> Draft | None:
        return next(iter(ticket.drafts.all()), None)


class SaidOut(BaseModel):
    """A message of the thread; ``from_us`` where we wrote it. ``status`` is the sending's."""

    id: int
    from_us: bool
    at: dt.datetime
    name: str
    text: str
    kind: str
    status: str
    attachments: list[str]


class OrderOut(BaseModel):
    """What may be told to this customer about their own order."""

    source: str
    number: str
    status: str
    ordered_on: dt.date | None
    delivery_date: dt.date | None
    total: Decimal | None
    currency: str
    items: list[str]
    carrier: str
    tracking_number: str


class EventOut(Schema):
    kind: str
    at: dt.datetime
    by: str | None
    changes: dict[str, Any]
    note: str

    @staticmethod
    def resolve_by(event: TicketEvent) -> str | None:
        return event.actor.get_username() if event.actor else None


class TicketDetailOut(BaseModel):
    """The ticket, its thread in order, the open draft, the customer's own order, the history."""

    ticket: TicketOut
    category_reasons: list[str]
    thread: list[SaidOut]
    draft: DraftOut | None
    order: OrderOut | None
    events: list[EventOut]


class UpsertedOut(BaseModel):
    created: int
    updated: int
    unchanged: int
