"""One message from the terminal: taken in and worked on at once, or only rehearsed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.messaging import desks, reading
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tasks import process_message
from support import tasks, triage
from support.drafting import composing
from support.incoming import intake
from support.incoming.submitting import DESK
from support.models import Draft

if TYPE_CHECKING:
    from support.models import Ticket

# Stands in for an address that nobody gave; nothing is ever sent to it.
NOBODY = "essai@essai.invalid"
# Where a worker was quicker and is at it, it is waited for; seconds.
PATIENCE = 90
_LOOK_AGAIN = 0.2
_READING = (InboundMessage.Status.RECEIVED, InboundMessage.Status.PROCESSING)
_WRITING = (Draft.Status.WAITING, Draft.Status.WRITING)


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message; no ticket where another desk took it or it could not be read."""

    message: InboundMessage
    ticket: Ticket | None
    draft: Draft | None


def handle(
    text: str, *, email: str, name: str = "", order_number: str = "", source: str = "command"
) -> Handled:
    """Take the message in and do the worker's part of it now; the draft waits for a person.

    ``DomainError`` naming the field that is wrong; then nothing was taken in.
    """
    message, _is_new = intake.submit(
        text=text, email=email, name=name, order_number=order_number, source=source
    )
    process_message(message.pk)
    until = time.monotonic() + PATIENCE
    message = _read(message.pk, until)
    ticket = intake.ticket_of(message)
    draft = _written(ticket, until) if ticket else None
    if ticket:
        ticket.refresh_from_db()
    return Handled(message, ticket, draft)


def rehearse(text: str, *, email: str = "", name: str = "", order_number: str = "") -> Handled:
    """What :func:`handle` would come to, and nothing of it stays, not even what a model cost."""
    with transaction.atomic():
        message, _is_new = intake.submit(
            text=text,
            email=email or NOBODY,
            name=name,
            order_number=order_number,
            source="rehearsal",
        )
        outcome = desks.get(DESK).process(message, reading.content_of(message))
        ticket = intake.ticket_of(message)
        draft = _drafted(ticket) if ticket else None
        transaction.set_rollback(True)
    message.reason = outcome.reason
    if outcome.status == "handed_over":
        message.desk = outcome.desk
    return Handled(message, ticket, draft)


def work_off(*, seconds: float) -> bool:
    """Read and draft what waits at this desk, beside the worker or without one.

    Returns whether nothing is left; what failed or is to be tried later is not waited for.
    """
    until = time.monotonic() + seconds
    while True:
        now = timezone.now()
        due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
        messages = InboundMessage.objects.filter(due, desk=DESK, status__in=_READING)
        drafts = Draft.objects.filter(due, status__in=_WRITING)
        before = [*messages.values_list("pk", flat=True)], [*drafts.values_list("pk", flat=True)]
        if not any(before):
            return True
        for work, pks in zip((process_message, tasks.write_draft), before, strict=True):
            for pk in pks:
                if time.monotonic() > until:
                    return False
                # Whoever claims it does it; here or in the worker.
                work(pk)
        after = [*messages.values_list("pk", flat=True)], [*drafts.values_list("pk", flat=True)]
        if before == after:
            time.sleep(_LOOK_AGAIN)


def _drafted(ticket: Ticket) -> Draft | None:
    """The ticket's draft as the worker would write it; ticket and draft hold it in memory."""
    draft = Draft.objects.filter(ticket=ticket).first()
    assessment = triage.assess(ticket)
    triage.apply(ticket, assessment)
    # Read now: after the end there is nothing left to look up.
    for name in ("category", "shop_order", "order", "customer"):
        getattr(ticket, name)
    if draft is not None:
        written = composing.compose(draft, ticket, assessment)
        draft.status = Draft.Status.READY
        draft.template, draft.language = written.template, written.language
        draft.method, draft.body = written.method, written.body
        draft.missing, draft.notes = written.missing, "\n".join(written.notes)
    return draft


def _read(message_id: int, until: float) -> InboundMessage:
    while True:
        message = InboundMessage.objects.get(pk=message_id)
        if message.status not in _READING or message.desk != DESK:
            return message
        if time.monotonic() > until:
            return message
        time.sleep(_LOOK_AGAIN)


def _written(ticket: Ticket, until: float) -> Draft | None:
    while True:
        draft = Draft.objects.filter(ticket=ticket).first()
        if draft is None or draft.status not in _WRITING or time.monotonic() > until:
            return draft
        if draft.status == Draft.Status.WAITING and draft.attempts == 0:
            tasks.write_draft(draft.pk)
        else:
            time.sleep(_LOOK_AGAIN)
