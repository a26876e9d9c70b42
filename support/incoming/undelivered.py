"""Replies that do not arrive come back to staff: the customer has no answer.

Told by messaging in the transaction that ends a message, with the message locked; the ticket's
lock comes after it. A customer's next message, or a reply that gets through, sets it right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.integrations.twilio_errors import WINDOW_CLOSED
from backoffice.messaging import endings
from backoffice.messaging.models import OutboundMessage
from support.drafting import requests
from support.models import Draft, Ticket, TicketEvent, TicketMessage
from support.notion import marks

if TYPE_CHECKING:
    from django.db.models import QuerySet

# The code of a message of which a delivery report came; its error is a sentence of its own.
BOUNCED = "bounced"
Kind = TicketEvent.Kind


def register() -> None:
    endings.register("support.ticket", failed=failed, arrived=arrived)


def failed(reply: OutboundMessage) -> None:
    """Open the ticket of the locked reply again, say why, and let no machine answer it."""
    ticket = _locked(reply)
    if ticket is None:
        return
    told = _told(reply)
    TicketEvent.objects.create(ticket=ticket, kind=Kind.BOUNCED, note=told)
    ticket.attention = "\n".join(
        dict.fromkeys([*ticket.attention.splitlines(), f"{told} {_what_to_do(reply)}"])
    )
    fields = ["attention", "updated_at"]
    if not ticket.is_open:
        # Not "reopened": that counts customers who were not content.
        ticket.status = Ticket.Status.IN_PROGRESS
        ticket.outcome = ""
        ticket.ended_at = None
        fields += ["status", "outcome", "ended_at"]
    ticket.save(update_fields=fields)
    if not _wrote_since(ticket, reply):
        # What the machine would write now would not arrive either.
        requests.make_stale(ticket)
        _asked(ticket).filter(quiet_reason="").update(quiet_reason=told)
    marks.touch(ticket)


def arrived(reply: OutboundMessage) -> None:
    """Take back what was said of the locked reply, and of earlier ones, when it gets through.

    A ticket that was open for nothing else ends again as it had ended.
    """
    # Nearly always there is nothing to take back, and no reason to wait for the ticket.
    if not _news_of(reply.about_id).exists() or _is_overtaken(reply):
        return
    ticket = _locked(reply)
    if ticket is None:
        return
    told = tuple(note for note in _news_of(ticket.pk).values_list("note", flat=True) if note)
    lines = [line for line in ticket.attention.splitlines() if not line.startswith(told)]
    _asked(ticket).filter(quiet_reason__in=told).update(quiet_reason="")
    ticket.attention = "\n".join(lines)
    fields = ["attention", "updated_at"]
    if draft := _answer(ticket, reply):
        ticket.status = Ticket.Status.AUTOMATIC if draft.was_automatic else Ticket.Status.ANSWERED
        ticket.outcome = Ticket.Outcome.REPLIED
        ticket.ended_at = timezone.now()
        fields += ["status", "outcome", "ended_at"]
        requests.make_stale(ticket)
        note = _("The reply to %(address)s has left after all.") % {"address": reply.recipient}
        TicketEvent.objects.create(ticket=ticket, kind=Kind.NOTE, note=note)
    ticket.save(update_fields=fields)
    marks.touch(ticket)


def _told(reply: OutboundMessage) -> str:
    why = " ".join(reply.error.split()) or reply.get_status_display()
    if reply.error_code == BOUNCED:
        return why
    told = _("The reply to %(address)s did not arrive: %(why)s")
    if reply.status == OutboundMessage.Status.UNKNOWN:
        told = _("It is not known whether the reply to %(address)s has left: %(why)s")
    # What servers say ends as it may.
    return told % {"address": reply.recipient, "why": f"{why.rstrip('. ')}."}


def _what_to_do(reply: OutboundMessage) -> str:
    if reply.error_code == WINDOW_CLOSED:
        return _("It goes out by itself when the customer writes again.")
    if reply.status == OutboundMessage.Status.UNKNOWN:
        return _("Ask the customer, or open the message and send it again.")
    if reply.error_code == BOUNCED:
        return _("The customer has no answer: find another way to reach them.")
    return _("The customer has no answer: open the message and send it again, or find another way.")


def _locked(reply: OutboundMessage) -> Ticket | None:
    tickets = Ticket.objects.select_for_update(no_key=True)
    ticket = tickets.filter(pk=reply.about_id or 0).first()
    while ticket and ticket.merged_into_id:
        ticket = tickets.get(pk=ticket.merged_into_id)
    return ticket


def _news_of(ticket_id: int | None) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(ticket=ticket_id, kind=Kind.BOUNCED)


def _is_overtaken(reply: OutboundMessage) -> bool:
    """Whether a later reply is the one that did not arrive."""
    later = OutboundMessage.objects.filter(
        about_type=ContentType.objects.get_for_model(Ticket),
        about_id=reply.about_id,
        pk__gt=reply.pk,
    )
    return any(map(endings.is_bad, later))


def _asked(ticket: Ticket) -> QuerySet[TicketMessage]:
    return ticket.thread.filter(kind=TicketMessage.Kind.MESSAGE)


def _wrote_since(ticket: Ticket, reply: OutboundMessage) -> bool:
    """Whether a newer message waits for an answer of its own."""
    return ticket.drafts.filter(outbound=reply, revision__lt=ticket.revision).exists()


def _answer(ticket: Ticket, reply: OutboundMessage) -> Draft | None:
    """What the reply was, where the ticket is open and nobody has done anything in it since."""
    last = ticket.events.exclude(kind=Kind.NOTE).last()
    if not ticket.is_open or last is None or last.kind != Kind.BOUNCED:
        return None
    sent = ticket.drafts.filter(outbound=reply, revision=ticket.revision)
    return sent.filter(status=Draft.Status.SENT).first()
