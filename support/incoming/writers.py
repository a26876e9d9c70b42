"""Who wrote a message, which is also where its answer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from backoffice.integrations.mail import is_nobody
from backoffice.messaging.documents.sender import is_colleague
from backoffice.messaging.models import WHATSAPPS, Channel
from crm import customers
from support.order_lookup import order_facts

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage
    from crm.models import Customer
    from support.models import Ticket


@dataclass(frozen=True, slots=True)
class Writer:
    """The person whom an answer reaches: by e-mail, or by WhatsApp where they wrote there.

    ``customers`` are those whose confirmed address or number it is, never a name or number that
    a message merely states: what they may be told depends on it. ``learnt`` are those it was
    learnt for from an order: worth showing to staff, and no more.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    user_id: str = ""
    # By which of our numbers they wrote: answers come from the same.
    channel: str = Channel.WHATSAPP
    customers: tuple[Customer, ...] = ()
    learnt: tuple[Customer, ...] = ()

    @property
    def customer(self) -> Customer | None:
        """The only customer it can be; who was merely learnt, where nobody is certain."""
        known = self.customers or self.learnt
        return known[0] if len(known) == 1 else None

    @property
    def is_somebody(self) -> bool:
        """Whether two messages of this address are of one person: not so for no-reply@."""
        if self.email:
            return not is_nobody(self.email)
        return bool(self.phone or self.user_id)

    def tickets(self) -> Q:
        """Which tickets have this very address or number; none where it is unknown."""
        found = Q(pk__in=())
        if self.email:
            # As it is kept, in lower case. Not ``iexact``: in upper case "ı" is the same as "i".
            found |= Q(email=self.email)
        elif self.phone or self.user_id:
            # A number that a form states beside an address is nobody's proof.
            known = Q(phone=self.phone) if self.phone else Q(pk__in=())
            known |= Q(user_id=self.user_id) if self.user_id else Q(pk__in=())
            found |= known & Q(channel=self.channel)
        return found

    def is_of(self, ticket: Ticket) -> bool:
        """Whether the ticket is this person's own, by address, number or customer."""
        if ticket.customer_id and ticket.customer_id in {one.pk for one in self.customers}:
            # Theirs in name only, where somebody who is not certainly they reads its answers.
            return order_facts.reader_of(ticket) is not None or self._has_address_of(ticket)
        return self._has_address_of(ticket)

    def _has_address_of(self, ticket: Ticket) -> bool:
        if self.email:
            return ticket.email.lower() == self.email
        if ticket.channel != self.channel:
            return False
        same = [(self.phone, ticket.phone), (self.user_id, ticket.user_id)]
        return any(mine and mine == theirs for mine, theirs in same)


def of(message: InboundMessage, content: MessageContent) -> Writer:
    """Who is to be answered.

    For what a colleague forwarded, the original sender; what a customer forwards (the
    carrier's e-mail, say) is the customer's own.
    """
    if message.channel in WHATSAPPS:
        certain, learnt = _known(phone=message.sender_phone, user_id=message.sender_user_id)
        return Writer(
            name=" ".join(message.sender_name.split()),
            phone=message.sender_phone,
            user_id=message.sender_user_id,
            channel=message.channel,
            customers=certain,
            learnt=learnt,
        )
    name, email = message.sender_name, message.sender_email
    if is_passed_on(content):
        name, email = content.author.name, content.author.email
    email = email.strip().lower()[:254]
    if len(email.split()) > 1:
        # "salma\nbcc: x@y.z", out of an encoded name: nobody can be answered there.
        email = ""
    certain, learnt = _known(email=email)
    return Writer(
        name=" ".join(name.split())[:200],
        email=email,
        phone=message.sender_phone,
        customers=certain,
        learnt=learnt,
    )


def _known(**identities: str) -> tuple[tuple[Customer, ...], tuple[Customer, ...]]:
    """The customers whose identities these are, and those for whom they were merely learnt."""
    certain = customers.proven_by(**identities)
    known = customers.known_by(**identities)
    return tuple(certain), tuple(one for one in known if one not in certain)


def is_passed_on(content: MessageContent) -> bool:
    """Whether a colleague forwarded what a customer wrote."""
    forwarder = content.forwarded_by
    return (
        forwarder is not None
        and bool(content.author.email)
        and is_colleague(forwarder.email, content.own_addresses)
    )
