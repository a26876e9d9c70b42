"""Asking for drafts: one row at most per ticket is open, and it answers the last message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.jobs import Lane, RetryPolicy, enqueue
from support.models import Draft, ReplyTemplate, Ticket

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = Draft.Status
LANE: Lane[Draft] = Lane(
    Draft,
    waiting=Status.WAITING,
    working=Status.WRITING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=5),
)


def request(
    ticket: Ticket,
    *,
    by: User | None = None,
    template: ReplyTemplate | None = None,
    tone: str = "",
    instructions: str = "",
) -> Draft:
    """Have a draft written for the ticket as it is now; the one before becomes stale.

    Call it with the ticket locked, in the transaction of what makes it necessary.
    """
    from support import tasks  # noqa: PLC0415 - tasks call the writing of drafts

    make_stale(ticket)
    draft = Draft.objects.create(
        ticket=ticket,
        revision=ticket.revision,
        asked_by=by,
        asked_template=template,
        tone=tone,
        instructions=instructions,
    )
    enqueue(tasks.write_draft, draft.pk)
    return draft


def make_stale(ticket: Ticket) -> None:
    """Put away the ticket's open draft, if any; a worker that is writing it loses its claim."""
    Draft.objects.filter(ticket=ticket, status__in=Draft.OPEN).update(
        status=Status.STALE, claimed_at=None, next_attempt_at=None
    )


def current(ticket: Ticket) -> Draft | None:
    """The ticket's open draft."""
    return Draft.objects.filter(ticket=ticket, status__in=Draft.OPEN).first()
