"""Gathering what the rules decide on, under the locks of the ticket and the category."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from backoffice.messaging import window
from backoffice.messaging.models import WHATSAPPS, Attachment, InboundMessage, OutboundMessage
from support import sending
from support.automatic import answering, texts, wording
from support.automatic.rules import Circumstances
from support.drafting.placeholders import OF_ORDER, needs_order
from support.incoming.submitting import is_from_outside
from support.models import AutomaticTrial, Category, Draft, TicketEvent, TicketMessage
from support.order_lookup import order_facts, order_fit
from support.understanding import asks

if TYPE_CHECKING:
    from support.automatic.obstacles import Obstacle
    from support.models import Ticket
    from support.order_lookup.order_facts import OrderFacts
    from support.sending import Address

# Within this time nobody gets a second answer of the machine: two machines never talk for long.
REST = dt.timedelta(hours=24)
MODE = {"shadow": AutomaticTrial.Mode.SHADOW, "on": AutomaticTrial.Mode.LIVE}


def gather(draft: Draft, ticket: Ticket, category: Category) -> Circumstances:
    """What is so now. Call it with the category's row locked: the day's answers are counted."""
    thread = list(
        TicketMessage.objects.filter(ticket=ticket)
        .select_related("message")
        .order_by("message__sent_at", "pk")
    )
    address = sending.address_of(ticket)
    _hold(address, ticket)
    messages = [row.message for row in thread]
    asked = asks.of("\n".join(map(_words, thread)))
    order = _own_order(draft, ticket)
    senders = {message.sender_email.lower() for message in messages if message.sender_email}
    return Circumstances(
        messages=len(thread),
        is_touched=_is_touched(ticket),
        is_more_coming=_is_more_coming(ticket),
        has_text_changed=_has_text_changed(draft, category),
        is_machine=any(message.is_automatic for message in messages)
        or any(row.kind != TicketMessage.Kind.MESSAGE for row in thread),
        is_quiet=any(row.quiet_reason for row in thread),
        is_brought_in=not all(map(is_from_outside, messages)),
        is_passed_on=ticket.channel not in WHATSAPPS and senders != {ticket.email.lower()},
        age=timezone.now() - max((message.sent_at for message in messages), default=_NEVER),
        unread_files=_unread_files(ticket),
        wording=_wording(ticket, thread),
        uses_order=_uses_order(draft),
        has_own_order=order is not None,
        does_order_differ=order is not None
        and bool(order_fit.disagreement(category, order, asked.facts)),
        wants_deed=asked.wants_deed,
        leaves_unsaid=answering.leaves_unsaid(asked.facts, draft),
        is_reachable=bool(address.recipient) and not address.problem,
        can_leave=_can_leave(address, category),
        is_window_open=address.channel not in WHATSAPPS
        or window.is_open(address.recipient, address.channel),
        was_told_lately=_was_told_lately(ticket, address, category),
        sent_today=sent_today(category),
    )


def sent_today(category: Category) -> int:
    """What the category's machine answered today, or would have answered in a rehearsal."""
    mode = MODE.get(category.automatic_mode, AutomaticTrial.Mode.LIVE)
    return AutomaticTrial.objects.filter(
        category=category, day=timezone.localdate(), mode=mode, was_fit=True
    ).count()


_NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def _can_leave(address: Address, category: Category) -> bool:
    """Whether an answer would leave: one that waits in the outbox has left the queue of staff.

    Its first message tells that a channel is not set up, or its password not taken any more.
    """
    if category.automatic_mode != Category.AutomaticMode.ON:
        return True
    waiting = OutboundMessage.objects.filter(status=OutboundMessage.Status.NOT_CONFIGURED)
    return not waiting.filter(channel=address.channel).exists()


def _is_touched(ticket: Ticket) -> bool:
    """Whether anybody, here or in Notion, did or noted anything about the ticket."""
    by_somebody = Q(actor__isnull=False) | Q(kind=TicketEvent.Kind.NOTION)
    return TicketEvent.objects.filter(by_somebody, ticket=ticket).exists()


def _is_more_coming(ticket: Ticket) -> bool:
    """Whether the inbox holds another message of the same sender, at whatever desk."""
    same = Q(sender_email__iexact=ticket.email) if ticket.email else Q(pk__in=())
    if ticket.channel in WHATSAPPS:
        same |= Q(sender_phone=ticket.phone) if ticket.phone else Q(pk__in=())
        same |= Q(sender_user_id=ticket.user_id) if ticket.user_id else Q(pk__in=())
    unread = (InboundMessage.Status.RECEIVED, InboundMessage.Status.PROCESSING)
    waiting = InboundMessage.objects.filter(same, status__in=unread)
    return waiting.exclude(ticket_message__ticket=ticket).exists()


def _has_text_changed(draft: Draft, category: Category) -> bool:
    is_live = category.automatic_mode == Category.AutomaticMode.ON
    template = draft.template
    return template is not None and texts.has_changed(template, category, is_live=is_live)


def _wording(ticket: Ticket, thread: list[TicketMessage]) -> tuple[Obstacle, ...]:
    """What the customer's words call for, and those of their files: a formal notice comes so."""
    found = wording.obstacles("\n".join(_words(row) for row in thread))
    files = Attachment.objects.filter(message__ticket_message__ticket=ticket)
    for text in files.exclude(document=None).values_list("document__text", flat=True):
        found += wording.in_file(text[:_MOST_OF_FILE])
    return tuple(dict.fromkeys(found))


# Characters; what a person must see stands on the first pages.
_MOST_OF_FILE = 20_000


def _words(row: TicketMessage) -> str:
    """The subject too: "URGENT avocat" stands there as often as in the text."""
    return f"{row.message.subject}\n{row.text or row.message.body}"


def _unread_files(ticket: Ticket) -> int:
    unread = Q(document__isnull=True) | Q(document__text="") | ~Q(document__problem="")
    return Attachment.objects.filter(
        unread | ~Q(problem=""), message__ticket_message__ticket=ticket
    ).count()


def _uses_order(draft: Draft) -> bool:
    template = draft.template
    stated = OF_ORDER.intersection(draft.facts)
    return bool(stated) or bool(template and needs_order(template.body))


def _own_order(draft: Draft, ticket: Ticket) -> OrderFacts | None:
    """Asked anew: what the draft states may be told to whoever reads this address now."""
    number = draft.facts.get("order_number") or ticket.order_number
    if not (number and (ticket.shop_order_id or ticket.order_id)):
        return None
    return order_facts.find(number, order_facts.reader_of(ticket), ticket.email)


def _was_told_lately(ticket: Ticket, address: Address, category: Category) -> bool:
    """Whether this person got an automatic answer a short while ago, on whatever ticket.

    In a rehearsal also, whether they would have got one.
    """
    same = Q(ticket__email__iexact=ticket.email) if ticket.email else Q(pk__in=())
    if address.channel in WHATSAPPS:
        same |= Q(ticket__phone=ticket.phone) if ticket.phone else Q(pk__in=())
        same |= Q(ticket__user_id=ticket.user_id) if ticket.user_id else Q(pk__in=())
    if ticket.customer_id:
        same |= Q(ticket__customer=ticket.customer_id)
    since = timezone.now() - REST
    if Draft.objects.filter(same, was_automatic=True, decided_at__gte=since).exists():
        return True
    if category.automatic_mode != Category.AutomaticMode.SHADOW:
        return False
    # By the index on category and day.
    lately = AutomaticTrial.objects.filter(
        category__in=Category.objects.all(), day__gte=timezone.localdate(since), was_fit=True
    )
    return lately.filter(same, created_at__gte=since).exists()


def _hold(address: Address, ticket: Ticket) -> None:
    """Let nobody else answer this address, or this customer, until we commit.

    Two categories are two locks, and one customer may write from two addresses. Always the
    address first: two that take both cannot wait for each other.
    """
    names = [f"support:automatic:{address.recipient.lower()}"]
    if ticket.customer_id:
        names.append(f"support:automatic:customer:{ticket.customer_id}")
    with connection.cursor() as cursor:
        for name in names:
            key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
