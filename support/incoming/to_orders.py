"""A message of a ticket that is an order after all: a person gives it to the order desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import moving
from backoffice.messaging.models import InboundMessage
from support.incoming import intake
from support.models import Ticket, TicketEvent, TicketMessage
from support.refusals import person, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DESK = "orders"
PERMISSION = moving.PERMISSION


def hand_over(ticket_id: int, message_id: int, *, by: User) -> bool:
    """Take the ticket's message (a ``TicketMessage``) to the order desk; whether the ticket stays.

    That desk reads it as if it had come there; one that it took for a question itself waits
    there for a person, who opens the order by hand. A ticket of this message alone goes.
    Raises ``DomainError`` where it was answered already, or is being read.
    """
    require(by, PERMISSION)
    rows = TicketMessage.objects.filter(ticket=ticket_id, kind=TicketMessage.Kind.MESSAGE)
    row = rows.filter(pk=message_id).select_related("message").defer("message__raw").first()
    if row is None:
        raise DomainError(_("There is no such message."), code="not_found", field="message_id")
    with transaction.atomic():
        if row.message.desk == DESK:
            _leave_to_a_person(row.message_id, by)
        else:
            moving.move(row.message_id, DESK, by=by)
        ticket = Ticket.objects.filter(pk=ticket_id).first()
        if ticket is None:
            return False
        told = _("A message was given to the order desk.")
        TicketEvent.objects.create(ticket=ticket, kind=TicketEvent.Kind.NOTE, actor=by, note=told)
    return ticket.is_open


def _leave_to_a_person(message_id: int, by: User) -> None:
    """What the order desk has read already it would read in the same way again."""
    messages = InboundMessage.objects.select_for_update(no_key=True).defer("raw")
    message = messages.get(pk=message_id)
    if message.status == InboundMessage.Status.PROCESSING:
        told = _("The message is being read right now. Try again in a minute.")
        raise moving.MessageBeingRead(told)
    intake.withdraw(message)
    message.status = InboundMessage.Status.NEEDS_ATTENTION
    message.kind = "order"
    told = _("%(who)s says that this is an order: open it by hand.")
    message.reason = told % {"who": person(by)}
    message.save(update_fields=["status", "kind", "reason"])
