"""The support desk's part of processing a message: from its content to a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.desks import Outcome
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.processing import has_order_file
from support import merging
from support.drafting import requests
from support.incoming import floods, orders_here, quiet, said, thanks, threads, writers
from support.incoming.submitting import may_order, stated_order_number, submit
from support.models import Draft, NotionPage, Ticket, TicketEvent, TicketMessage
from support.notion import marks

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from support.incoming.writers import Writer

__all__ = ["KIND", "process", "put", "submit", "ticket_of", "withdraw"]

# What this desk finds a message to be.
KIND = "ticket"
ORDER_DESK = "orders"
Kind = TicketEvent.Kind


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Put the message into its ticket, a new one where it belongs to none, and ask for a draft."""
    writer = writers.of(message, content)
    machine = quiet.why_a_machine(message, content)
    # A purchasing system may send a real order too, and then it sends it as a file.
    may_be_order = not machine or (content.is_automatic and has_order_file(content))
    if may_be_order and _is_for_the_order_desk(message, content, writer):
        return Outcome("handed_over", desk=ORDER_DESK)
    if machine:
        return quiet.keep(message, content, machine)
    if not said.says_anything(content):
        return Outcome("needs_attention", reason=_("The message holds no text and no file."))
    ticket = put(message, content, writer)
    return Outcome("done", kind=KIND, reason=told(ticket))


def put(message: InboundMessage, content: MessageContent, writer: Writer) -> Ticket:
    """Make the message part of its ticket, once, and have a draft written that answers it.

    Read again, it renews its words; a new draft is asked for only where they changed and
    nothing was answered since.
    """
    with transaction.atomic():
        # Whoever moves the message elsewhere, or has it read twice, waits here.
        InboundMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
        known = TicketMessage.objects.filter(message=message.pk).first()
        if known is not None and not _says_more(known, content, writer):
            return _renew(known, content)
        threads.hold(message, writer)
        place = threads.find(message, writer)
        if place.ticket and thanks.is_all(content, writer):
            settled = _settled(place.ticket)
            if settled is not None:
                return _keep_thanks(settled, message, content)
        flood = floods.sentence(message, writer)
        target = place.ticket or (threads.latest(writer) if flood else None)
        sentences = list(filter(None, [_foreign(place.foreign), said.unread(content), flood]))
        by_hand = quiet.why_by_hand(message, content, writer)
        ticket = _join(target, message) if target else _open(message, content, writer)
        TicketMessage.objects.create(
            ticket=ticket,
            message=message,
            text=said.text_of(content),
            quiet_reason="\n".join(filter(None, [*sentences, by_hand])),
        )
        _attend(ticket, sentences)
        if flood:
            # Whoever answers now has not read all of it; a person asks for a draft.
            requests.make_stale(ticket)
        else:
            requests.request(ticket)
        marks.touch(ticket)
    return ticket


def withdraw(message: InboundMessage) -> None:
    """Take the message out of its ticket because it moves to another desk.

    ``DomainError`` where it was answered already.
    """
    with transaction.atomic():
        known = TicketMessage.objects.filter(message=message.pk).first()
        if known is None:
            return
        ticket = _locked_of(known)
        if known.kind == TicketMessage.Kind.MESSAGE and _is_answered(known, ticket):
            error = DomainError(
                _("The message stays here: its ticket %(number)s was already answered.")
                % {"number": ticket.number},
                code="ticket_answered",
                value=ticket.number,
            )
            error.conflict = True
            raise error
        known.delete()
        if known.kind != TicketMessage.Kind.MESSAGE:
            return
        if ticket.thread.filter(kind=TicketMessage.Kind.MESSAGE).exists():
            _shrink(ticket)
        elif _is_referred_to(ticket):
            _end_empty(ticket)
        else:
            ticket.delete()


def ticket_of(message: InboundMessage) -> Ticket | None:
    """The ticket that the message was put into, once it was processed."""
    known = TicketMessage.objects.filter(message=message.pk).select_related("ticket").first()
    return known.ticket if known else None


def told(ticket: Ticket) -> str:
    """What became of a message, in a sentence for its own page."""
    return _("Ticket %(number)s.") % {"number": ticket.number}


def _is_for_the_order_desk(
    message: InboundMessage, content: MessageContent, writer: Writer
) -> bool:
    """Whether a new order came to this desk; what goes on in a ticket stays in it."""
    if message.handed_from or not may_order(message) or ticket_of(message):
        return False
    if not orders_here.is_order(content, writer):
        return False
    place = threads.find(message, writer)
    return place.ticket is None and place.foreign is None


def _open(message: InboundMessage, content: MessageContent, writer: Writer) -> Ticket:
    subject = content.document("subject")
    ticket = Ticket.objects.create(
        subject=" ".join((subject.text if subject else message.subject).split())[:500],
        customer=writer.customer,
        channel=message.channel,
        name=writer.name,
        email=writer.email,
        phone=writer.phone,
        user_id=writer.user_id,
        order_number=stated_order_number(message),
        revision=1,
        opened_at=message.sent_at,
        last_message_at=message.sent_at,
    )
    TicketEvent.objects.create(ticket=ticket, kind=Kind.OPENED)
    return ticket


def _join(target: Ticket, message: InboundMessage) -> Ticket:
    ticket = _locked(target.pk)
    if not ticket.is_open:
        merging.open_again(ticket)
        TicketEvent.objects.create(ticket=ticket, kind=Kind.REOPENED)
    ticket.revision += 1
    ticket.last_message_at = max(ticket.last_message_at, message.sent_at)
    ticket.save(update_fields=["revision", "last_message_at", "updated_at"])
    return ticket


def _settled(target: Ticket) -> Ticket | None:
    """The ticket, locked, where our last reply ended it and asked for nothing."""
    ticket = _locked(target.pk)
    if ticket.outcome != Ticket.Outcome.REPLIED:
        return None
    reply = ticket.drafts.filter(status=Draft.Status.SENT).order_by("decided_at", "pk").last()
    asked = reply is not None and thanks.asks(reply.sent_body)
    return None if asked else ticket


def _keep_thanks(ticket: Ticket, message: InboundMessage, content: MessageContent) -> Ticket:
    """Put thanks into the locked ticket; nobody waits for an answer to them."""
    TicketMessage.objects.create(
        ticket=ticket,
        message=message,
        kind=TicketMessage.Kind.THANKS,
        text=thanks.text_of(content),
    )
    TicketEvent.objects.create(ticket=ticket, kind=Kind.NOTE, note=_("The customer says thanks."))
    return ticket


def _says_more(known: TicketMessage, content: MessageContent, writer: Writer) -> bool:
    """Take thanks out of the ticket in which, read again, more is said: it is put in anew."""
    if known.kind != TicketMessage.Kind.THANKS or thanks.is_all(content, writer):
        return False
    known.delete()
    return True


def _locked(ticket_id: int) -> Ticket:
    """The ticket; where it was merged while we waited for it, the one it went into."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    while ticket.merged_into_id:
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.merged_into_id)
    return ticket


def _locked_of(known: TicketMessage) -> Ticket:
    """The ticket that the message is in once we hold it: it may have been moved until then."""
    while True:
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=known.ticket_id)
        known.refresh_from_db(fields=["ticket"])
        if known.ticket_id == ticket.pk:
            return ticket


def _renew(known: TicketMessage, content: MessageContent) -> Ticket:
    ticket = _locked_of(known)
    is_thanks = known.kind == TicketMessage.Kind.THANKS
    text = thanks.text_of(content) if is_thanks else said.text_of(content)
    if text == known.text:
        return ticket
    known.text = text
    known.save(update_fields=["text"])
    if known.kind == TicketMessage.Kind.MESSAGE and not _is_answered(known, ticket):
        requests.request(ticket)
        marks.touch(ticket)
    return ticket


def _is_answered(known: TicketMessage, ticket: Ticket) -> bool:
    replies = ticket.drafts.filter(status=Draft.Status.SENT, decided_at__gte=known.created_at)
    return not ticket.is_open or replies.exists()


def _attend(ticket: Ticket, sentences: list[str]) -> None:
    lines = dict.fromkeys([*ticket.attention.splitlines(), *"\n".join(sentences).splitlines()])
    attention = "\n".join(lines)
    if attention != ticket.attention:
        ticket.attention = attention
        ticket.save(update_fields=["attention", "updated_at"])


def _foreign(ticket: Ticket | None) -> str:
    if ticket is None:
        return ""
    return _(
        "The message answers %(number)s but comes from another address: it was kept apart."
        " Make sure who it is before you tell anything of that ticket."
    ) % {"number": ticket.number}


def _shrink(ticket: Ticket) -> None:
    """One message fewer: a draft that answered it must not be approved."""
    asked = ticket.thread.filter(kind=TicketMessage.Kind.MESSAGE)
    times = sorted(asked.values_list("message__sent_at", flat=True))
    ticket.revision += 1
    if times:
        ticket.opened_at, ticket.last_message_at = times[0], times[-1]
    ticket.save(update_fields=["revision", "opened_at", "last_message_at", "updated_at"])
    if ticket.is_open:
        requests.request(ticket)
    marks.touch(ticket)


def _is_referred_to(ticket: Ticket) -> bool:
    """Whether anything stays that a person, a machine or Notion has done with it."""
    return (
        ticket.events.filter(actor__isnull=False).exists()
        or ticket.thread.exists()
        or ticket.merged.exists()
        or NotionPage.objects.filter(ticket=ticket).exists()
        or ticket.drafts.filter(decided_at__isnull=False).exists()
    )


def _end_empty(ticket: Ticket) -> None:
    requests.make_stale(ticket)
    if ticket.is_open:
        ticket.status = Ticket.Status.ANSWERED
        ticket.outcome = Ticket.Outcome.CLOSED
        ticket.ended_at = timezone.now()
        ticket.save(update_fields=["status", "outcome", "ended_at", "updated_at"])
        note = _("Its only message was moved to another desk.")
        TicketEvent.objects.create(ticket=ticket, kind=Kind.CLOSED, note=note)
    marks.touch(ticket)
