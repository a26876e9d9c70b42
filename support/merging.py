"""One matter in two tickets becomes one, and one message of a ticket a ticket of its own.

The caller holds the locks of the tickets and has asked for the permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import WHATSAPPS, OutboundMessage
from support.drafting import requests
from support.models import Ticket, TicketEvent, TicketMessage
from support.notion import marks
from support.order_lookup import order_facts
from support.refusals import TicketNotOpen

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = TicketEvent.Kind
# A ticket of a message that was split off knows its writer from the ticket it came from.
_SAME_WRITER = ("customer", "channel", "name", "email", "phone", "user_id", "language")


def merge(source: Ticket, target: Ticket, *, by: User) -> None:
    """Move what was written from ``source`` to ``target``; both are locked, ``source`` is open.

    Our answers move along, so that an answer to one of them finds its ticket; the drafts stay
    with the messages they were written for, in the history of ``source``.
    """
    _refuse(source, target)
    requests.make_stale(source)
    moved = TicketMessage.objects.filter(ticket=source)
    asked = moved.filter(kind=TicketMessage.Kind.MESSAGE).count()
    moved.update(ticket=target)
    kind = ContentType.objects.get_for_model(Ticket)
    OutboundMessage.objects.filter(about_type=kind, about_id=source.pk).update(about_id=target.pk)
    _end(source, target)
    if not target.is_open:
        open_again(target)
    target.revision += asked
    target.opened_at = min(target.opened_at, source.opened_at)
    target.last_message_at = max(target.last_message_at, source.last_message_at)
    target.save(update_fields=["revision", "opened_at", "last_message_at", "updated_at"])
    told = {
        source: _("Into %(number)s") % {"number": target.number},
        target: _("From %(number)s") % {"number": source.number},
    }
    # In the order of their ids, as whoever gives all tickets their pages.
    for ticket in sorted(told, key=lambda one: one.pk):
        TicketEvent.objects.create(ticket=ticket, kind=Kind.MERGED, actor=by, note=told[ticket])
        marks.touch(ticket)
    requests.request(target, by=by)


def hold_replies(ticket_id: int) -> None:
    """Lock what we wrote about the ticket; before the tickets, as whoever delivers it does."""
    kind = ContentType.objects.get_for_model(Ticket)
    ours = OutboundMessage.objects.select_for_update(no_key=True).order_by("pk")
    list(ours.filter(about_type=kind, about_id=ticket_id).values_list("pk"))


def split(message_id: int, *, by: User) -> Ticket:
    """Give the message a new ticket; ``DomainError`` where it is the only one of its ticket."""
    moved = TicketMessage.objects.filter(pk=message_id).select_related("message").first()
    if moved is None:
        raise DomainError(_("There is no such message."), code="not_found", field="message_id")
    source = Ticket.objects.select_for_update(no_key=True).get(pk=moved.ticket_id)
    if not source.is_open:
        raise TicketNotOpen(source)
    if not source.thread.filter(pk=message_id).exists():
        # Moved to another desk while we waited for the ticket.
        raise DomainError(_("There is no such message."), code="not_found", field="message_id")
    others = source.thread.exclude(pk=message_id).filter(kind=TicketMessage.Kind.MESSAGE)
    if not others.exists() or moved.kind != TicketMessage.Kind.MESSAGE:
        told = _("This is the only message of %(number)s: there is nothing to separate.")
        raise DomainError(told % {"number": source.number}, code="only_message", field="message_id")
    sent_at = moved.message.sent_at
    new = Ticket.objects.create(
        **{name: getattr(source, name) for name in _SAME_WRITER},
        status=Ticket.Status.NEW,
        subject=moved.message.subject,
        opened_at=sent_at,
        last_message_at=sent_at,
        revision=1,
    )
    TicketMessage.objects.filter(pk=message_id).update(ticket=new)
    times = sorted(others.values_list("message__sent_at", flat=True))
    source.opened_at, source.last_message_at = times[0], times[-1]
    # One message fewer, but a draft that answered it must not be approved.
    source.revision += 1
    source.save(update_fields=["opened_at", "last_message_at", "revision", "updated_at"])
    for ticket, other in ((source, new), (new, source)):
        TicketEvent.objects.create(ticket=ticket, kind=Kind.SPLIT, actor=by, note=other.number)
        requests.request(ticket, by=by)
        marks.touch(ticket)
    return new


def open_again(ticket: Ticket) -> None:
    """The locked ticket waits for us again."""
    ticket.status = Ticket.Status.IN_PROGRESS
    ticket.outcome = ""
    ticket.ended_at = None
    ticket.reopened += 1
    ticket.save(update_fields=["status", "outcome", "ended_at", "reopened", "updated_at"])


def are_of_one_person(one: Ticket, other: Ticket) -> bool:
    """Whether the customer is the same, or the address that answers to the two go to.

    A number that a form states beside an address is nobody's proof.
    """
    if one.customer_id and one.customer_id == other.customer_id:
        # One of the two may merely have signed with the other's number.
        both = (order_facts.reader_of(one), order_facts.reader_of(other))
        if all(both):
            return True
    if not WHATSAPPS & {one.channel, other.channel}:
        return bool(one.email) and one.email.lower() == other.email.lower()
    same = [(one.phone, other.phone), (one.user_id, other.user_id)]
    return one.channel == other.channel and any(mine and mine == its for mine, its in same)


def _refuse(source: Ticket, target: Ticket) -> None:
    words = {"number": source.number, "other": target.number}
    if source.pk == target.pk:
        told = _("%(number)s cannot be merged into itself.") % words
        raise DomainError(told, code="same_ticket", field="into_id", value=target.pk)
    if target.outcome == Ticket.Outcome.MERGED:
        raise TicketNotOpen(target)
    if not are_of_one_person(source, target):
        told = _(
            "%(number)s and %(other)s are of two people: only one person's tickets are merged."
        )
        raise DomainError(told % words, code="two_people", field="into_id", value=target.pk)


def _end(source: Ticket, target: Ticket) -> None:
    source.status = Ticket.Status.ANSWERED
    source.outcome = Ticket.Outcome.MERGED
    source.merged_into = target
    source.ended_at = timezone.now()
    source.save(update_fields=["status", "outcome", "merged_into", "ended_at", "updated_at"])
