"""What people decide about tickets; each function locks the ticket, then its draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from support.models import Draft, Ticket, TicketEvent


def approve(draft_id: int, *, by: User, body: str | None = None) -> Draft:
    """Send the draft, in the person's own words where ``body`` is given, and end the ticket.

    Raises ``PermissionDenied``; ``DomainError`` (conflict) where it was decided before, or the
    customer has written since (``stale_draft``); ``DomainError`` where it is not ready, empty, or
    nobody can be written to.
    """
    raise NotImplementedError


def send_automatically(draft: Draft) -> Draft:
    """As :func:`approve`, by the machine: the ticket and draft are locked by the caller."""
    raise NotImplementedError


def reply(ticket_id: int, *, by: User, body: str, revision: int) -> Draft:
    """Send a reply that was written by hand, beside or instead of the draft.

    ``revision`` is that of the thread which the person saw; an older one is a conflict.
    """
    raise NotImplementedError


def reject_draft(draft_id: int, *, by: User, reason: str = "") -> Draft:
    """Put the draft away; the ticket waits for a person's own reply."""
    raise NotImplementedError


def regenerate(
    ticket_id: int,
    *,
    by: User,
    template_id: int | None = None,
    tone: str = "",
    instructions: str = "",
) -> Draft:
    """Have another draft written: from another template, in another tone, as told."""
    raise NotImplementedError


def change_category(ticket_id: int, category_id: int, *, by: User) -> Ticket:
    """Say what the ticket is about; the classifier learns it, and a new draft is written."""
    raise NotImplementedError


def assign(ticket_id: int, assignee_id: int | None, *, by: User) -> Ticket:
    """Give the ticket to somebody, or to nobody."""
    raise NotImplementedError


def merge(ticket_id: int, into_id: int, *, by: User) -> Ticket:
    """Put the ticket's messages into another ticket of the same person; returns that one."""
    raise NotImplementedError


def close(ticket_id: int, *, by: User, reason: str = "") -> Ticket:
    """End the ticket without a reply."""
    raise NotImplementedError


def reopen(ticket_id: int, *, by: User) -> Ticket:
    """Open an ended ticket again, with a new draft."""
    raise NotImplementedError


def note(ticket_id: int, text: str, *, by: User) -> TicketEvent:
    """Write something for colleagues to the ticket's history; the customer never sees it."""
    raise NotImplementedError


def next_open(after: int | None = None, *, by: User | None = None) -> int | None:
    """The id of the ticket to decide next: the one that has waited longest, going round.

    Tickets assigned to somebody else are passed over.
    """
    raise NotImplementedError
