"""The order desk's part of processing a message: from its content to a proposed order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.messaging import desks
from backoffice.messaging.desks import Outcome
from orders import (
    changes,
    checks,
    duplicates,
    editing,
    proposal,
    signals,
    understanding,
    unknown_goods,
)
from orders.extraction.changes import changing
from orders.models import ChangeRequest, Order, OrderEvent, OrderLine
from orders.numbers import take_number
from orders.reading import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage
    from crm.models import Customer
    from orders.changes import Wish
    from orders.proposal import Proposal
    from orders.reading import MessageKind, OrderReading

# Below this, "no order" is a guess: a person looks.
SURE_OF_KIND = 0.5
# These change an order that may be waiting for its decision right now.
ABOUT_AN_ORDER: frozenset[MessageKind] = frozenset({"cancellation", "change", "complaint"})
# Fields of an order that a proposal writes.
PROPOSED_FIELDS = (
    "customer",
    "contact_name",
    "company",
    "email",
    "phone",
    "language",
    "currency",
    "total",
    "delivery_date",
    "is_renewal",
    "renewed_from",
    "duplicate_of",
    "attention",
    "confidence",
    "method",
    "reading",
    "updated_at",
)


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Understand the message and do what it asks for: the desk's entry in messaging's registry."""
    return act_on(message, content, *understanding.read(content))


def act_on(message: InboundMessage, content: MessageContent, *readings: OrderReading) -> Outcome:
    """Propose each order a message was read to ask for, once.

    A message that asks for no goods is announced by ``signals.other_message`` and
    leaves no order; what it asks to change in an earlier one waits as a change request,
    beside the orders of the message where it has some.

    A second run leaves a decided order alone, and one that staff changed since they last
    asked to read it again; any other pending order is proposed anew, for the customer whom
    staff chose where they did. Where it finds fewer orders than before, those left over
    are taken back, or warned about.
    """
    found = changes.wishes(message, content, readings[0])
    wanted = _without(found, content, readings) if found else list(filter(_orders, readings))
    requests = changes.record(message, found)
    if not wanted:
        return _not_an_order(message, content, readings[0], requests)
    kind = wanted[0].kind.value or "order"
    problems = proposal.unreadable(content)
    if problems and not _existing(message) and not any(map(_says_anything, wanted)):
        # "Please find our order attached", and the attachment cannot be opened.
        return Outcome("needs_attention", kind=kind, reason="\n".join(problems))
    orders = [
        _propose(message, content, reading, position) for position, reading in enumerate(wanted)
    ]
    _let_go(message, beyond=len(wanted))
    return Outcome("done", kind=kind, reason=" ".join([_numbers(orders), *_told(requests)]))


def withdraw(message: InboundMessage) -> None:
    """Take back the order proposed for a message that moves to another desk.

    ``DomainError`` where it was validated or rejected already.
    """
    with transaction.atomic():
        # Orders before requests, as whoever decides a request locks them.
        orders = list(Order.objects.select_for_update().filter(message=message).order_by("pk"))
        changes.withdraw(message)
        for order in orders:
            if order.status != Order.Status.PENDING:
                error = DomainError(
                    _("The message stays here: its order %(number)s is already decided.")
                    % {"number": order.number},
                    code="order_decided",
                    value=order.number,
                )
                error.conflict = True
                raise error
            _delete(order)


def _not_an_order(
    message: InboundMessage,
    content: MessageContent,
    reading: OrderReading,
    requests: Sequence[ChangeRequest],
) -> Outcome:
    kind: MessageKind = reading.kind.value or "other"
    if requests:
        kind = "change" if requests[0].kind == ChangeRequest.Kind.CORRECTION else "cancellation"
        no_order = Found(value=False, confidence=1.0)
        reading = replace(
            reading, kind=Found(kind, requests[0].confidence), is_order=no_order, lines=()
        )
    orders = _existing(message)
    problems = proposal.unreadable(content)
    if problems and not orders and (kind == "other" or reading.kind.confidence < SURE_OF_KIND):
        return Outcome("needs_attention", kind=kind, reason="\n".join(problems))
    if orders:
        for order in orders:
            _warn(order, _("Read again, the message no longer looks like an order."))
        return Outcome("done", kind=kind, reason=_numbers(orders))
    found_orders = any(request.order_id for request in requests)
    if kind in ABOUT_AN_ORDER and not found_orders:
        _warn_pending_orders(content, reading, kind)
    outcome = _outcome_of(message, content, reading, requests)
    answers = signals.other_message.send(
        sender=type(message),
        message=message,
        content=content,
        reading=reading,
        outcome=outcome,
        found_orders=found_orders,
    )
    return _answered(outcome, [str(answer) for _receiver, answer in answers if answer])


def _answered(outcome: Outcome, answers: Sequence[str]) -> Outcome:
    """The outcome with what others made of the message: what they took up waits for nobody here."""
    if not answers:
        return outcome
    reason = " ".join(filter(None, [outcome.reason, *answers]))
    return replace(outcome, status="done", reason=reason)


def _outcome_of(
    message: InboundMessage,
    content: MessageContent,
    reading: OrderReading,
    requests: Sequence[ChangeRequest],
) -> Outcome:
    """What the desk itself makes of a message that orders nothing."""
    kind: MessageKind = reading.kind.value or "other"
    if requests:
        return Outcome("done", kind=kind, reason=" ".join(_told(requests)))
    if message.handed_from:
        told = _("It came as an order from “%(desk)s”, but no order was read in it: please look.")
        desk = desks.label(message.handed_from)
        return Outcome("needs_attention", kind=kind, reason=told % {"desk": desk})
    if reading.is_order.confidence < SURE_OF_KIND:
        reason = _("It is not clear whether this is an order: please look.")
        return Outcome("needs_attention", kind=kind, reason=reason)
    if kind == "other" and (said := unknown_goods.said_in(content)):
        reason = _(
            "“%(words)s” may be an order, but of which product? Open it by hand: what the words"
            " mean is then learned."
        )
        return Outcome("needs_attention", kind=kind, reason=reason % {"words": said})
    return Outcome("not_for_us", kind=kind, reason=_reason(kind))


def _reason(kind: MessageKind) -> str:
    reasons: dict[MessageKind, str] = {
        "quote_request": _("The message asks for prices or an offer; it orders nothing."),
        "order_status": _("The message asks about an order; it orders nothing."),
        "complaint": _("The message is a complaint."),
        "cancellation": _("The message cancels an order."),
        "change": _("The message changes an order."),
        "thanks": _("The message only says thanks."),
        "advertising": _("The message is advertising."),
        "automatic": _("The message was sent by a machine."),
    }
    return reasons.get(kind, _("The message orders nothing."))


def _without(
    found: Sequence[Wish], content: MessageContent, readings: Sequence[OrderReading]
) -> list[OrderReading]:
    """What the message orders beside the changes it asks for in earlier orders."""
    asked = [one.asked for one in found]
    told = [changing.rest(reading, asked) for reading in readings]
    wanted = [reading for reading in told if _orders(reading) and _says_anything(reading)]
    if wanted or any(map(_orders, readings)):
        return wanted
    # "Annulez CMD-2026-00045. Envoyez-nous plutôt 700 sacs": taken as a whole it cancels.
    rest = changing.beside(content, asked)
    again = understanding.read(rest) if rest else ()
    return [reading for reading in again if _orders(reading) and reading.lines]


def _orders(reading: OrderReading) -> bool:
    return bool(reading.is_order.value)


def _says_anything(reading: OrderReading) -> bool:
    return bool(reading.lines or reading.is_renewal.value)


def _existing(message: InboundMessage) -> list[Order]:
    return list(Order.objects.filter(message=message).order_by("position"))


def _numbers(orders: Sequence[Order]) -> str:
    numbers = ", ".join(order.number for order in orders)
    return ngettext("Order %(number)s.", "Orders %(number)s.", len(orders)) % {"number": numbers}


def _told(requests: Sequence[ChangeRequest]) -> list[str]:
    """What became of the changes asked for, as sentences for staff."""
    sentences = []
    for request in requests:
        words = {"number": request.order.number if request.order else "", "what": request.sentence}
        sentence = _("Change asked for %(number)s: %(what)s")
        if request.order is None:
            sentence = _("A change is asked for, but of which order? %(what)s")
        sentences.append(sentence % words)
    return sentences


def _propose(
    message: InboundMessage, content: MessageContent, reading: OrderReading, position: int
) -> Order:
    same = Order.objects.filter(message=message, position=position)
    order = same.first()
    chosen = _chosen_customer(order) if order else None
    proposed = proposal.propose(message, content, reading, chosen=chosen)
    if order is not None:
        _propose_again(order, message, content, proposed)
        return order
    try:
        return _create(message, content, proposed, position)
    except IntegrityError:
        # Another worker had the same message and was quicker.
        order = same.first()
        if order is None:
            raise
        return order


def _let_go(message: InboundMessage, *, beyond: int) -> None:
    """Take back orders that the message no longer asks for; those a person worked on stay."""
    with transaction.atomic():
        surplus = Order.objects.select_for_update().filter(message=message, position__gte=beyond)
        for order in surplus.order_by("pk"):
            if order.status != Order.Status.PENDING:
                continue
            if order.events.filter(actor__isnull=False).exists():
                _warn(order, _("Read again, the message no longer asks for this order."))
            else:
                _delete(order)


def _delete(order: Order) -> None:
    """Delete the order but not what other messages ask about it: staff choose another one."""
    asked = order.change_requests.exclude(message=order.message_id)
    asked.filter(state=ChangeRequest.State.OPEN).update(order=None)
    order.delete()


def _create(
    message: InboundMessage, content: MessageContent, proposed: Proposal, position: int
) -> Order:
    with transaction.atomic():
        # The number first: its lock lets one proposal after the other look for duplicates.
        order = Order(number=take_number(), message=message, channel=message.channel)
        order.position = position
        lines = proposal.fill_order(order, proposed, content)
        order.duplicate_of = duplicates.original_of(order, lines, message.sent_at)
        order.attention = _attention(order, lines, proposed, message)
        order.save(force_insert=True)
        OrderLine.objects.bulk_create(lines)
        OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.PROPOSED)
    return order


def _propose_again(
    order: Order, message: InboundMessage, content: MessageContent, proposed: Proposal
) -> None:
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        if order.status != Order.Status.PENDING or _touched(order):
            return
        before = editing.snapshot(order)
        lines = proposal.fill_order(order, proposed, content)
        if not _kept_apart(order):
            order.duplicate_of = duplicates.original_of(order, lines, message.sent_at)
        order.attention = _attention(order, lines, proposed, message)
        order.lines.all().delete()
        OrderLine.objects.bulk_create(lines)
        order.save(update_fields=PROPOSED_FIELDS)
        different = editing.changes_between(before, editing.snapshot(order))
        if different:
            kind = OrderEvent.Kind.PROPOSED
            OrderEvent.objects.create(order=order, kind=kind, changes=different)


def _touched(order: Order) -> bool:
    """Whether staff changed the order after it was proposed or they asked to read it again."""
    kinds = (OrderEvent.Kind.EDITED, OrderEvent.Kind.REREAD, OrderEvent.Kind.PROPOSED)
    last = order.events.filter(kind__in=kinds).order_by("-at", "-pk").first()
    return last is not None and last.kind == OrderEvent.Kind.EDITED


def _chosen_customer(order: Order) -> Customer | None:
    """The order's customer if a person set it: no later reading knows better."""
    edits = order.events.filter(kind=OrderEvent.Kind.EDITED, changes__has_key="customer_id")
    last = edits.order_by("-at", "-pk").first()
    chosen = last is not None and last.changes["customer_id"][1] is not None
    return order.customer if chosen else None


def _kept_apart(order: Order) -> bool:
    """Whether somebody said before that the order is no duplicate."""
    edits = order.events.filter(kind=OrderEvent.Kind.EDITED, changes__has_key="duplicate_of_id")
    return edits.exists()


def _attention(
    order: Order, lines: list[OrderLine], proposed: Proposal, message: InboundMessage
) -> str:
    sentences = [*checks.doubts(order, lines), *proposed.sentences]
    others = duplicates.others_waiting(order, message.sent_at)
    if others:
        sentence = _(
            "Another order of this customer waits (%(numbers)s): does this one correct it?"
        )
        sentences.append(sentence % {"numbers": ", ".join(others)})
    return "\n".join(dict.fromkeys(sentences))


def _warn_pending_orders(content: MessageContent, reading: OrderReading, kind: MessageKind) -> None:
    """Tell whoever decides the sender's waiting orders that there is news."""
    sender = Order(email=content.author.email, phone=content.author.phone)
    sender.customer = proposal.identify(content, reading).customer
    waiting = Order.objects.filter(duplicates.same_sender(sender), status=Order.Status.PENDING)
    for order in waiting.filter(message__sent_at__lte=content.sent_at).order_by("pk")[:20]:
        _warn(order, _("The customer wrote since: %(reason)s") % {"reason": _reason(kind)})


def _warn(order: Order, sentence: str) -> None:
    with transaction.atomic():
        row = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        if row.status == Order.Status.PENDING and sentence not in row.attention.splitlines():
            row.attention = "\n".join(filter(None, [row.attention, sentence]))
            row.save(update_fields=["attention", "updated_at"])
