"""Asking for drafts: one row at most per ticket is open, and it answers the last message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from backoffice.core.jobs import Lane, RetryPolicy, enqueue, start_over
from support.models import Draft, ReplyTemplate, Ticket, TicketMessage

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

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


def propose(ticket: Ticket, body: str, *, notes: str = "") -> Draft:
    """Make a person's words the ticket's draft, in the place of the one before.

    Call it as :func:`request`. Never the same row: whoever has the earlier text before their
    eyes must not send this one. What may be stated stays what it was.
    """
    before = current(ticket)
    make_stale(ticket)
    return Draft.objects.create(
        ticket=ticket,
        revision=ticket.revision,
        status=Status.READY,
        method=Draft.Method.PERSON,
        category=ticket.category,
        language=ticket.language,
        body=body,
        facts=before.facts if before else {},
        notes=notes,
        written_at=timezone.now(),
        queued_at=None,
    )


def make_stale(ticket: Ticket) -> None:
    """Put away the ticket's open draft, if any; a worker that is writing it loses its claim."""
    Draft.objects.filter(ticket=ticket, status__in=Draft.OPEN).update(
        status=Status.STALE, claimed_at=None, next_attempt_at=None
    )


def current(ticket: Ticket) -> Draft | None:
    """The ticket's open draft."""
    return Draft.objects.filter(ticket=ticket, status__in=Draft.OPEN).first()


def request_missing(limit: int | None = None) -> int:
    """Have a draft written for each open ticket that has none; returns for how many.

    Failed drafts get all their attempts again. Left alone: tickets whose draft was rejected
    since the customer's last message (they wait for a person's own reply), and those in which
    only machines wrote. ``limit``: at most so many, those that have waited longest first.
    """
    rows = _without_draft().order_by("last_message_at", "pk").values_list("pk", flat=True)
    return sum(_request_where_missing(pk) for pk in list(rows[:limit]))


def _without_draft() -> QuerySet[Ticket]:
    drafts = Draft.objects.filter(ticket=OuterRef("pk"))
    # By a person, who may be answered.
    written = TicketMessage.objects.filter(
        ticket=OuterRef("pk"), kind=TicketMessage.Kind.MESSAGE, quiet_reason=""
    )
    return Ticket.objects.open().filter(
        Exists(written),
        ~Exists(drafts.filter(status__in=(Status.WAITING, Status.WRITING, Status.READY))),
        ~Exists(drafts.filter(status=Status.REJECTED, revision=OuterRef("revision"))),
    )


def _request_where_missing(ticket_id: int) -> bool:
    """Under the ticket's lock: somebody else may have asked, or answered, in the meantime."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
        if not _without_draft().filter(pk=ticket_id).exists():
            return False
        if not _retry(ticket):
            request(ticket)
    return True


def _retry(ticket: Ticket) -> bool:
    """Start the locked ticket's failed draft over, with what was asked of it."""
    from support import tasks  # noqa: PLC0415 - tasks call the writing of drafts

    failed = Draft.objects.select_for_update(no_key=True).filter(
        ticket=ticket, status=Status.FAILED, revision=ticket.revision
    )
    draft = failed.first()
    if draft is None:
        return False
    start_over(LANE, draft)
    enqueue(tasks.write_draft, draft.pk)
    return True
