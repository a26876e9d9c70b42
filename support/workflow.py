"""What people decide about tickets; each function locks the ticket, then its draft.

Of two people who decide at the same moment one wins and the other is told who did; and of a
customer's message and a decision, either the decision came first, and the message opens the
ticket again, or it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support import merging, sending
from support.drafting import requests
from support.models import Category, Draft, ReplyTemplate, Ticket, TicketEvent, Tone
from support.notion import marks
from support.refusals import (
    DraftDecided,
    DraftNotFound,
    StaleDraft,
    TicketNotFound,
    TicketNotOpen,
    TicketOpen,
    person,
    require,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

Kind = TicketEvent.Kind
Status = Ticket.Status


def approve(draft_id: int, *, by: User, body: str | None = None) -> Draft:
    """Send the draft, in the person's own words where ``body`` is given, and end the ticket.

    Raises ``PermissionDenied``; ``DomainError`` (conflict) where it was decided before, or the
    customer has written since (``stale_draft``); ``DomainError`` where it is not ready, empty, or
    nobody can be written to.
    """
    require(by, "support.reply_ticket")
    with transaction.atomic():
        ticket, draft = _lock_draft(draft_id)
        _refuse_unready(draft)
        return sending.send(ticket, draft, draft.body if body is None else body, by=by)


def send_automatically(draft: Draft) -> Draft:
    """As :func:`approve`, by the machine: the ticket and draft are locked by the caller."""
    ticket = draft.ticket
    if not ticket.is_open:
        raise TicketNotOpen(ticket)
    _refuse_stale(ticket, draft)
    _refuse_unready(draft)
    last = sending.last_message(ticket)
    if last is None or last.quiet_reason:
        told = last.quiet_reason if last else _("Nobody waits for an answer.")
        raise DomainError(told, code="quiet")
    return sending.send(ticket, draft, draft.body, by=None)


def reply(ticket_id: int, *, by: User, body: str, revision: int) -> Draft:
    """Send a reply that was written by hand, beside or instead of the draft.

    ``revision`` is that of the thread which the person saw; an older one is a conflict.
    """
    require(by, "support.reply_ticket")
    with transaction.atomic():
        ticket = _lock_open(ticket_id)
        if revision != ticket.revision:
            raise StaleDraft(ticket, revision)
        requests.make_stale(ticket)
        draft = Draft.objects.create(
            ticket=ticket,
            revision=ticket.revision,
            # Sent in this transaction: no worker ever sees it open.
            status=Draft.Status.STALE,
            asked_by=by,
            method=Draft.Method.PERSON,
            category=ticket.category,
            language=ticket.language,
            written_at=timezone.now(),
        )
        return sending.send(ticket, draft, body, by=by)


def reject_draft(draft_id: int, *, by: User, reason: str = "") -> Draft:
    """Put the draft away; the ticket waits for a person's own reply."""
    require(by, "support.draft_ticket")
    with transaction.atomic():
        ticket, draft = _lock_draft(draft_id)
        draft.status = Draft.Status.REJECTED
        draft.decided_by = by
        draft.decided_at = timezone.now()
        draft.rejection_reason = reason.strip()
        draft.claimed_at = draft.next_attempt_at = None
        draft.save(
            update_fields=[
                "status",
                "decided_by",
                "decided_at",
                "rejection_reason",
                "claimed_at",
                "next_attempt_at",
            ]
        )
        _begin(ticket)
        _note(ticket, Kind.DRAFT_REJECTED, by=by, note=draft.rejection_reason)
        marks.touch(ticket)
    return draft


def regenerate(
    ticket_id: int,
    *,
    by: User,
    template_id: int | None = None,
    tone: str = "",
    instructions: str = "",
) -> Draft:
    """Have another draft written: from another template, in another tone, as told."""
    require(by, "support.draft_ticket")
    if tone and tone not in Tone.values:
        told = _("“%(value)s” is not a tone: %(known)s.")
        words = {"value": tone, "known": ", ".join(Tone.values)}
        raise DomainError(told % words, field="tone", value=tone)
    with transaction.atomic():
        ticket = _lock_open(ticket_id)
        template = _template(template_id)
        _begin(ticket)
        draft = requests.request(
            ticket, by=by, template=template, tone=tone, instructions=instructions.strip()
        )
        marks.touch(ticket)
    return draft


def change_category(ticket_id: int, category_id: int, *, by: User) -> Ticket:
    """Say what the ticket is about; the classifier learns it, and a new draft is written.

    To say that the machine was right is worth as much to it, but changes no draft.
    """
    require(by, "support.categorise_ticket")
    with transaction.atomic():
        ticket = _lock_open(ticket_id)
        category = Category.objects.filter(pk=category_id, is_active=True).first()
        if category is None:
            told = _("There is no such category in use.")
            raise DomainError(told, field="category_id", value=category_id)
        before = ticket.category
        if ticket.category_method != Ticket.Method.PERSON:
            ticket.proposed_category = before
        ticket.category = category
        ticket.category_method = Ticket.Method.PERSON
        ticket.category_confidence = 1
        ticket.save(
            update_fields=[
                "category",
                "category_method",
                "category_confidence",
                "proposed_category",
                "updated_at",
            ]
        )
        changes = {"category": [before.name if before else None, category.name]}
        _note(ticket, Kind.CATEGORISED, by=by, changes=changes)
        if before != category:
            _begin(ticket)
            requests.request(ticket, by=by)
        marks.touch(ticket)
    return ticket


def assign(ticket_id: int, assignee_id: int | None, *, by: User) -> Ticket:
    """Give the ticket to somebody, or to nobody."""
    require(by, "support.assign_ticket")
    assignee = _assignee(assignee_id)
    with transaction.atomic():
        ticket = _lock_open(ticket_id)
        before = ticket.assignee
        if before == assignee:
            return ticket
        ticket.assignee = assignee
        ticket.save(update_fields=["assignee", "updated_at"])
        if assignee:
            _begin(ticket)
        names = [person(one) if one else None for one in (before, assignee)]
        _note(ticket, Kind.ASSIGNED, by=by, changes={"assignee": names})
        marks.touch(ticket)
    return ticket


def merge(ticket_id: int, into_id: int, *, by: User) -> Ticket:
    """Put the ticket's messages into another ticket of the same person; returns that one.

    An ended one opens again. Raises ``DomainError`` naming both where they are of two people.
    """
    require(by, "support.merge_ticket")
    with transaction.atomic():
        merging.hold_replies(ticket_id)
        wanted = sorted({ticket_id, into_id})
        locked = Ticket.objects.select_for_update(no_key=True).filter(pk__in=wanted)
        found = {row.pk: row for row in locked.order_by("pk")}
        for pk in wanted:
            if pk not in found:
                raise TicketNotFound(pk)
        source, target = found[ticket_id], found[into_id]
        if not source.is_open:
            raise TicketNotOpen(source)
        merging.merge(source, target, by=by)
    return target


def split(message_id: int, *, by: User) -> Ticket:
    """Give one message of a ticket (its ``TicketMessage``) a ticket of its own."""
    require(by, "support.merge_ticket")
    with transaction.atomic():
        return merging.split(message_id, by=by)


def close(ticket_id: int, *, by: User, reason: str = "") -> Ticket:
    """End the ticket without a reply."""
    require(by, "support.close_ticket")
    with transaction.atomic():
        ticket = _lock_open(ticket_id)
        requests.make_stale(ticket)
        ticket.status = Status.ANSWERED
        ticket.outcome = Ticket.Outcome.CLOSED
        ticket.ended_at = timezone.now()
        ticket.save(update_fields=["status", "outcome", "ended_at", "updated_at"])
        _note(ticket, Kind.CLOSED, by=by, note=reason.strip())
        marks.touch(ticket)
    return ticket


def reopen(ticket_id: int, *, by: User) -> Ticket:
    """Open an ended ticket again, with a new draft."""
    require(by, "support.close_ticket")
    with transaction.atomic():
        ticket = _lock(ticket_id)
        if ticket.is_open:
            raise TicketOpen(ticket)
        if ticket.outcome == Ticket.Outcome.MERGED:
            raise TicketNotOpen(ticket)
        merging.open_again(ticket)
        _note(ticket, Kind.REOPENED, by=by)
        requests.request(ticket, by=by)
        marks.touch(ticket)
    return ticket


def note(ticket_id: int, text: str, *, by: User) -> TicketEvent:
    """Write something for colleagues to the ticket's history; the customer never sees it."""
    require(by, "support.change_ticket")
    text = text.strip()
    if not text:
        raise DomainError(_("Write the note."), code="empty", field="text")
    with transaction.atomic():
        return _note(_lock(ticket_id), Kind.NOTE, by=by, note=text)


def next_open(after: int | None = None, *, by: User | None = None) -> int | None:
    """The id of the ticket to decide next: the one that has waited longest, going round.

    Tickets assigned to somebody else are passed over.
    """
    waiting = Ticket.objects.open().order_by("last_message_at", "pk")
    if by is not None:
        waiting = waiting.filter(Q(assignee=None) | Q(assignee=by))
    ids = waiting.values_list("pk", flat=True)
    if after is None:
        return ids.first()
    ids = ids.exclude(pk=after)
    moment = Ticket.objects.filter(pk=after).values_list("last_message_at", flat=True).first()
    if moment is None:
        return ids.first()
    following = Q(last_message_at__gt=moment) | Q(last_message_at=moment, pk__gt=after)
    return ids.filter(following).first() or ids.first()


def _lock(ticket_id: int) -> Ticket:
    # Without joins: after waiting PostgreSQL reads the ticket anew, but joined rows stay as they
    # were before. no_key: a message's answer may be pointed at it meanwhile.
    return _only(Ticket.objects.select_for_update(no_key=True), ticket_id)


def _only(tickets: QuerySet[Ticket], ticket_id: int) -> Ticket:
    ticket = tickets.filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketNotFound(ticket_id)
    return ticket


def _lock_open(ticket_id: int) -> Ticket:
    ticket = _lock(ticket_id)
    if not ticket.is_open:
        raise TicketNotOpen(ticket)
    return ticket


def _lock_draft(draft_id: int) -> tuple[Ticket, Draft]:
    """The draft's open ticket, then the draft, which answers its last message."""
    ticket_id = Draft.objects.filter(pk=draft_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise DraftNotFound(draft_id)
    ticket = _lock(ticket_id)
    draft = Draft.objects.select_for_update(no_key=True).get(pk=draft_id)
    if draft.status in {Draft.Status.SENT, Draft.Status.REJECTED} and draft.decided_at:
        raise DraftDecided(draft)
    if not ticket.is_open:
        raise TicketNotOpen(ticket)
    _refuse_stale(ticket, draft)
    draft.ticket = ticket
    return ticket, draft


def _refuse_stale(ticket: Ticket, draft: Draft) -> None:
    if draft.status == Draft.Status.STALE or draft.revision != ticket.revision:
        raise StaleDraft(ticket, draft.revision)


def _refuse_unready(draft: Draft) -> None:
    if draft.status == Draft.Status.READY:
        return
    told = _("The draft is still being written: wait a moment, or write the reply by hand.")
    if draft.status == Draft.Status.FAILED:
        told = _("The draft could not be written: try again, or write the reply by hand.")
    raise DomainError(told, code="not_ready", field="status", value=draft.status)


def _template(template_id: int | None) -> ReplyTemplate | None:
    if template_id is None:
        return None
    template = ReplyTemplate.objects.filter(pk=template_id, is_active=True).first()
    if template is None:
        told = _("There is no such reply template in use.")
        raise DomainError(told, field="template_id", value=template_id)
    return template


def _assignee(assignee_id: int | None) -> User | None:
    if assignee_id is None:
        return None
    found = User.objects.filter(pk=assignee_id, is_active=True, is_staff=True).first()
    if found is None or not found.has_perm("support.reply_ticket"):
        told = _("Tickets are assigned to people who may reply to them.")
        raise DomainError(told, field="assignee_id", value=assignee_id)
    return found


def _begin(ticket: Ticket) -> None:
    """Somebody is at it."""
    if ticket.status == Status.NEW:
        ticket.status = Status.IN_PROGRESS
        ticket.save(update_fields=["status", "updated_at"])


def _note(
    ticket: Ticket,
    kind: TicketEvent.Kind,
    *,
    by: User,
    note: str = "",
    changes: dict[str, list[str | None]] | None = None,
) -> TicketEvent:
    return TicketEvent.objects.create(
        ticket=ticket, kind=kind, actor=by, note=note, changes=changes or {}
    )
