"""What would have been sent, what was, and how staff's own answers compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.core.errors import DomainError
from support.automatic import rules, sameness
from support.models import AutomaticTrial, Category, Draft

if TYPE_CHECKING:
    from support.models import Ticket

Mode = Category.AutomaticMode


def consider(draft: Draft) -> None:
    """Record, or send, the draft that has just become ready, where its category says so.

    Called in the transaction that finishes the draft, with the ticket locked. A second call
    for the same draft does nothing. A draft that a person asked for is theirs to send.
    """
    ticket = draft.ticket
    if draft.status != Draft.Status.READY or draft.asked_by_id or ticket.category_id is None:
        return
    # Before the lock: most categories are off, and nobody should wait for them.
    if _is_off(ticket.category_id) or AutomaticTrial.objects.filter(draft=draft).exists():
        return
    with transaction.atomic():
        category = Category.objects.select_for_update(no_key=True).get(pk=ticket.category_id)
        if category.automatic_mode == Mode.OFF or _is_rehearsed(ticket, category):
            return
        trial = _record(draft, ticket, category)
    if trial.mode == AutomaticTrial.Mode.LIVE and trial.was_fit:
        _send(draft, trial)


def compare(draft: Draft) -> None:
    """Note how what staff decided compares; called in the transaction of the decision.

    Of the rehearsed drafts of the ticket, those which answer the same message: had the
    customer written once more, staff answered something else.
    """
    if draft.was_automatic or draft.status != Draft.Status.SENT:
        return
    rows = AutomaticTrial.objects.filter(ticket=draft.ticket_id, draft__revision=draft.revision)
    for trial in rows.exclude(mode=AutomaticTrial.Mode.LIVE, was_fit=True):
        found = sameness.compare(trial.body, draft.sent_body, draft.language)
        category_id = draft.ticket.category_id
        trial.staff_body = draft.sent_body
        trial.staff_category_id = category_id
        trial.similarity = found.similarity
        trial.agreed = found.is_same and category_id == trial.category_id
        trial.compared_at = timezone.now()
        trial.save(
            update_fields=["staff_body", "staff_category", "similarity", "agreed", "compared_at"]
        )


def _is_off(category_id: int) -> bool:
    return Category.objects.filter(pk=category_id, automatic_mode=Mode.OFF).exists()


def _is_rehearsed(ticket: Ticket, category: Category) -> bool:
    """Whether the ticket would have been answered before: what came after it never would have."""
    if category.automatic_mode != Mode.SHADOW:
        return False
    return AutomaticTrial.objects.filter(ticket=ticket, was_fit=True).exists()


def _record(draft: Draft, ticket: Ticket, category: Category) -> AutomaticTrial:
    """The trial, with the day's answers counted under the category's lock."""
    from support.automatic import circumstances  # noqa: PLC0415 - sending calls compare

    found = rules.obstacles(draft, ticket, category, circumstances.gather(draft, ticket, category))
    return AutomaticTrial.objects.create(
        draft=draft,
        ticket=ticket,
        category=category,
        mode=circumstances.MODE[category.automatic_mode],
        day=timezone.localdate(),
        confidence=ticket.category_confidence,
        was_fit=not found,
        reasons=[one.value for one in found],
        body=draft.body,
    )


def _send(draft: Draft, trial: AutomaticTrial) -> None:
    from support import workflow  # noqa: PLC0415 - it calls compare by way of sending

    try:
        with transaction.atomic():
            workflow.send_automatically(draft)
    except DomainError as error:
        trial.was_fit = False
        trial.reasons = [str(error.sentence)]
        trial.save(update_fields=["was_fit", "reasons"])
        # What sending wrote to the objects in hand was rolled back in the database.
        ticket = draft.ticket
        ticket.refresh_from_db()
        draft.refresh_from_db()
        draft.ticket = ticket
