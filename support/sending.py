"""The one way a reply leaves: written to the outbox in the transaction that ends its ticket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import mail
from backoffice.messaging import outbox
from backoffice.messaging.models import WHATSAPPS, Channel, InboundMessage, OutboundMessage
from crm import customers
from support.automatic import trials
from support.drafting.gaps import gaps
from support.models import Draft, ShopOrder, Ticket, TicketEvent, TicketMessage
from support.notion import marks
from support.order_lookup import order_facts
from support.refusals import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Characters of a reply by e-mail; no person writes, and none reads, more.
MOST = 20_000
UNREAD = (InboundMessage.Status.RECEIVED, InboundMessage.Status.PROCESSING)
_ANSWERED = re.compile(r"^\s*((re|ré|rép|aw|sv|antw|رد)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answer to a ticket goes; ``problem`` says why it can go nowhere."""

    channel: str
    recipient: str
    problem: str = ""


def address_of(ticket: Ticket) -> Address:
    """The address that wrote: WhatsApp tickets by WhatsApp, all others by e-mail.

    Never a Reply-To: what a draft tells was decided by who reads this address.
    """
    if ticket.channel in WHATSAPPS:
        recipient = ticket.phone or ticket.user_id
        problem = "" if recipient else _("No WhatsApp number is known for this customer.")
        return Address(ticket.channel, recipient, problem)
    if not ticket.email:
        problem = _("No e-mail address is known for this customer.")
    elif mail.is_nobody(ticket.email):
        problem = _("Nobody reads “%(address)s”.") % {"address": ticket.email}
    else:
        problem = ""
    return Address(Channel.EMAIL, ticket.email, problem)


def last_message(ticket: Ticket) -> TicketMessage | None:
    """The customer's last message that waits for an answer, without its raw bytes."""
    thread = TicketMessage.objects.filter(ticket=ticket, kind=TicketMessage.Kind.MESSAGE)
    return thread.select_related("message").defer("message__raw").last()


def subject_of(ticket: Ticket) -> str:
    """The ticket's subject after one "Re: ", however often it went to and fro."""
    subject = _ANSWERED.sub("", ticket.subject).strip()
    if not subject:
        with translation.override("en" if ticket.language.startswith("en") else "fr"):
            subject = _("Your message")
    return f"Re: {subject}"[:500]


def edited_share(drafted: str, sent: str) -> float:
    """How much of a draft was changed, by its words: 0 nothing, 1 nothing of it is left."""
    before, after = drafted.split(), sent.split()
    if before == after:
        return 0.0
    likeness = SequenceMatcher(None, before, after, autojunk=False).ratio()
    return round(1 - likeness, 3)


def send(ticket: Ticket, draft: Draft, body: str, *, by: User | None) -> Draft:
    """Write the reply to the outbox and end the ticket; ticket and draft are locked.

    ``by`` is None where the machine sends. Raises ``DomainError`` where the text is empty,
    too long or has gaps, or where there is nobody to write to.
    """
    # PostgreSQL takes no NUL.
    body = body.replace("\r\n", "\n").replace("\0", "").strip()
    _refuse_text(body)
    _refuse_unread(ticket)
    answered = last_message(ticket)
    address = _reachable(ticket, answered.message if answered else None)
    _know_customer(ticket)
    draft.outbound = outbox.queue_text(
        key=f"ticket:{ticket.pk}:reply:{draft.pk}",
        channel=address.channel,
        recipient=address.recipient,
        recipient_name=ticket.name or (ticket.customer.name if ticket.customer else ""),
        body=body,
        subject=subject_of(ticket) if address.channel == Channel.EMAIL else "",
        language=draft.language or ticket.language,
        in_reply_to=answered.message if answered else None,
        about=ticket,
        author=by,
    )
    if draft.outbound.status == OutboundMessage.Status.BLOCKED:
        # The outbox knows a reason that we do not: then nothing is answered.
        raise DomainError(draft.outbound.error, code="nobody_to_write_to", field="email")
    _end_draft(draft, body, by=by)
    _end_ticket(ticket, is_automatic=by is None)
    TicketEvent.objects.create(
        ticket=ticket,
        kind=TicketEvent.Kind.AUTOMATIC if by is None else TicketEvent.Kind.REPLIED,
        actor=by,
        note=_("%(title)s: %(value)s")
        % {"title": Channel(address.channel).label, "value": address.recipient},
    )
    trials.compare(draft)
    marks.touch(ticket)
    return draft


def _refuse_text(body: str) -> None:
    if not body:
        raise DomainError(_("Write the text of the reply."), code="empty", field="body")
    if len(body) > MOST:
        told = _("A reply has at most %(most)d characters; this one has %(length)d.")
        sizes = {"most": MOST, "length": len(body)}
        raise DomainError(told % sizes, code="too_long", field="body")
    if left := gaps(body):
        shown = ", ".join(left)
        told = _("Fill in what is still missing in the text: %(gaps)s.")
        raise DomainError(told % {"gaps": shown}, code="gaps", field="body", value=shown)


def _refuse_unread(ticket: Ticket) -> None:
    """A message that came and that no worker has read yet may change everything."""
    sender = Q(sender_email=ticket.email.lower()) if ticket.email else Q(pk__in=())
    if ticket.channel in WHATSAPPS:
        sender |= Q(sender_phone=ticket.phone) if ticket.phone else Q(pk__in=())
        sender |= Q(sender_user_id=ticket.user_id) if ticket.user_id else Q(pk__in=())
    threads = TicketMessage.objects.filter(ticket=ticket).exclude(message__thread="")
    same = sender | Q(thread__in=threads.values("message__thread"))
    waiting = InboundMessage.objects.filter(same, status__in=UNREAD, ticket_message=None)
    received_at = waiting.order_by("pk").values_list("received_at", flat=True).first()
    if received_at is not None:
        told = _(
            "A message that this customer sent at %(when)s is being read: wait a moment, then look"
            " at the ticket again."
        )
        words = {"when": clock(received_at)}
        error = DomainError(told % words, code="unread_message", field="revision")
        error.conflict = True
        raise error


def _reachable(ticket: Ticket, answered: InboundMessage | None) -> Address:
    address = address_of(ticket)
    problem = address.problem
    if not problem and answered is not None and answered.is_automatic:
        problem = _("The message was sent by a machine: it gets no answer.")
    if problem:
        told = _("%(problem)s Close the ticket without a reply.") % {"problem": problem}
        raise DomainError(told, code="nobody_to_write_to", field="email", value=address.recipient)
    return address


def _end_draft(draft: Draft, body: str, *, by: User | None) -> None:
    draft.status = Draft.Status.SENT
    draft.decided_by = by
    draft.decided_at = timezone.now()
    draft.sent_body = body
    if draft.method != Draft.Method.PERSON:
        draft.edited_share = edited_share(draft.body, body)
    draft.was_automatic = by is None
    # A worker that is still about it loses its claim.
    draft.claimed_at = draft.next_attempt_at = None
    draft.save(
        update_fields=[
            "status",
            "decided_by",
            "decided_at",
            "sent_body",
            "edited_share",
            "was_automatic",
            "outbound",
            "claimed_at",
            "next_attempt_at",
        ]
    )


def _end_ticket(ticket: Ticket, *, is_automatic: bool) -> None:
    now = timezone.now()
    ticket.status = Ticket.Status.AUTOMATIC if is_automatic else Ticket.Status.ANSWERED
    ticket.outcome = Ticket.Outcome.REPLIED
    ticket.ended_at = now
    ticket.first_response_at = ticket.first_response_at or now
    ticket.save(
        update_fields=[
            "status",
            "outcome",
            "ended_at",
            "first_response_at",
            "customer",
            "updated_at",
        ]
    )


def _know_customer(ticket: Ticket) -> None:
    """Register who wrote, where nobody knew them; their orders and tickets become theirs.

    By the address that reads the answer and no other: a form may name anybody's number, and
    whoever is known by it would be shown its owner's orders.
    """
    if ticket.customer_id is not None:
        return
    is_whatsapp = ticket.channel in WHATSAPPS
    email = "" if is_whatsapp else ticket.email
    name = ticket.name or email.partition("@")[0] or ticket.phone
    if not name:
        return
    ticket.customer = customers.register(
        name=name,
        email=email,
        phone=ticket.phone if is_whatsapp else "",
        user_id=ticket.user_id if is_whatsapp else "",
        language=ticket.language,
        written_from=customers.normalised(
            email=email,
            phone=ticket.phone if is_whatsapp else "",
            user_id=ticket.user_id if is_whatsapp else "",
        ),
    )
    if not email or order_facts.reader_of(ticket) is None:
        return
    address = email.strip().lower()
    # In the order of their ids, as a push of the shop's locks them.
    theirs = ShopOrder.objects.select_for_update(no_key=True).order_by("pk")
    theirs = theirs.filter(email=address, customer=None)
    ours = list(theirs.values_list("pk", flat=True))
    ShopOrder.objects.filter(pk__in=ours).update(customer=ticket.customer)
    # Those that somebody holds at the moment are left: they find their customer when they are
    # decided, and waiting here for who waits for us would be for ever.
    others = Ticket.objects.select_for_update(skip_locked=True, no_key=True)
    others = others.filter(email=ticket.email, customer=None).exclude(pk=ticket.pk)
    free = list(others.values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=free).update(customer=ticket.customer)
