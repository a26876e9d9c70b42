"""Writing a draft: understand the ticket, choose the template, fill it, have it personalised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backoffice.core import ai
from backoffice.core.jobs import finish
from support import triage
from support.automatic import trials
from support.drafting import composing
from support.drafting.requests import LANE
from support.models import Draft, Ticket, TicketEvent
from support.notion import marks

if TYPE_CHECKING:
    from support.drafting.composing import Written
    from support.triage import Assessment


# Of a job's time, what calls of OpenAI may take; the rest is for the database.
_SHARE_OF_AI: Final = 0.75


def work(draft: Draft) -> None:
    """Write the claimed draft; the worker's part (docs/jobs.md).

    What takes time is done before the ticket is locked. Under the lock the draft must still
    be the ticket's open one and answer its last message, else it ends as overtaken.
    """
    ticket = Ticket.objects.select_related("category", "customer").get(pk=draft.ticket_id)
    # Understanding and personalising together: a job that overruns its time is killed.
    with ai.time_limit(settings.JOB_TIMEOUT * _SHARE_OF_AI):
        assessment = triage.assess(ticket)
        written = composing.compose(draft, ticket, assessment)
    with transaction.atomic():
        _store(draft, assessment, written)


def _store(draft: Draft, assessment: Assessment, written: Written) -> None:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=draft.ticket_id)
    if not ticket.is_open or draft.revision != ticket.revision:
        finish(LANE, draft, status=Draft.Status.STALE)
        return
    attention = (*assessment.attention, *written.attention)
    triage.apply(ticket, replace(assessment, attention=attention))
    # A draft that was put away meanwhile has lost its claim: this raises, and nothing is written.
    finish(
        LANE,
        draft,
        status=Draft.Status.READY,
        category=assessment.category,
        template=written.template,
        language=written.language,
        method=written.method,
        body=written.body,
        facts=written.facts,
        missing=written.missing,
        notes="\n".join(written.notes),
        written_at=timezone.now(),
    )
    TicketEvent.objects.create(
        ticket=ticket, kind=TicketEvent.Kind.DRAFTED, actor_id=draft.asked_by_id
    )
    draft.ticket = ticket
    trials.consider(draft)
    marks.touch(ticket)
