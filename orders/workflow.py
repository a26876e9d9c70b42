"""What people decide about orders: pending -> validated | rejected.

Each decision locks the order's row, so of two people who decide at the same
moment one wins and the other is told who did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import moving
from backoffice.messaging.documents.sender import is_colleague, our_addresses
from backoffice.messaging.models import WHATSAPPS, InboundMessage
from crm import customers
from orders import checks, editing, learning, notices, sales
from orders.models import Order, OrderEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from crm.models import Customer


class OrderNotFound(ObjectDoesNotExist, DomainError):
    """There is no order with that id."""

    code = "not_found"

    def __init__(self, order_id: int) -> None:
        super().__init__(_("There is no such order."), field="order_id", value=order_id)


class OrderNotPending(DomainError):
    """Somebody decided before; the sentence says who, what and when."""

    code = "not_pending"
    conflict = True

    def __init__(self, order: Order) -> None:
        super().__init__(_already_decided(order), field="status", value=order.status)


def validate(order_id: int, *, by: User) -> Order:
    """Accept the order: its sales are counted, and its customer, registered if new, is told.

    The customer is recognised by the order's addresses and sender from then on, and what
    staff corrected is learned.

    Raises ``PermissionDenied``, :class:`OrderNotFound`, :class:`OrderNotPending`, or
    ``DomainError`` naming what is missing, that the order repeats another, or that its
    customer asked for a change nobody has decided yet.
    """
    with transaction.atomic():
        order = _lock_pending(order_id, by, "orders.validate_order")
        lines = list(order.lines.select_related("product"))
        _refuse_duplicate(order)
        _refuse_open_change(order)
        checks.require_complete(order, lines)
        order.customer = _customer(order)
        _decide(order, Order.Status.VALIDATED, by=by)
        sales.record(order, lines)
        notices.queue_decision(order, lines, by=by)
        # Last: who learns keeps everybody else from it until the end of the transaction.
        learning.remember(order, lines)
    return order


def reject(order_id: int, *, by: User, reason: str) -> Order:
    """Refuse the order for a ``reason`` the customer reads.

    The copy of an order that stands is rejected silently, which its history says: the
    sender would take the notice for a refusal of the order itself.
    """
    reason = reason.strip()
    with transaction.atomic():
        order = _lock_pending(order_id, by, "orders.reject_order")
        if not reason:
            raise DomainError(_("Say why the order is rejected."), code="required", field="reason")
        _reject(order, by=by, reason=reason, is_silent=repeats_another(order))
    return order


def reject_duplicate(order_id: int, *, by: User) -> Order:
    """Put away an order that is the same as another; nobody is told."""
    with transaction.atomic():
        order = _lock_pending(order_id, by, "orders.reject_order")
        if order.duplicate_of is None:
            raise DomainError(_("This order is not marked as a duplicate."), field="duplicate_of")
        reason = _("Duplicate of %(number)s.") % {"number": order.duplicate_of.number}
        _reject(order, by=by, reason=reason, is_silent=True)
    return order


def cancel(order_id: int, *, by: User, reason: str) -> Order:
    """Reject an order because its customer took it back, also where it was validated.

    Its sales are taken back, and the customer is told that it is cancelled.
    """
    with transaction.atomic():
        _require(by, "orders.reject_order")
        order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
        if order is None:
            raise OrderNotFound(order_id)
        if order.status == Order.Status.REJECTED:
            raise OrderNotPending(order)
        order.rejection_reason = reason
        kind = OrderEvent.Kind.CANCELLED
        _decide(order, Order.Status.REJECTED, by=by, note=reason, kind=kind)
        sales.take_back(order)
        notices.queue_cancellation(order, by=by)
        learning.forget(order, list(order.lines.all()))
    return order


def repeats_another(order: Order) -> bool:
    """Whether the order is the copy of one that stands: it waits or was validated."""
    original = order.duplicate_of
    return original is not None and original.status != Order.Status.REJECTED


def edit(
    order_id: int,
    *,
    by: User,
    changes: Mapping[str, Any],
    lines: Sequence[editing.LineInput] | None = None,
    only_line: Mapping[str, Any] | None = None,
) -> Order:
    """Change fields (``editing.ORDER_FIELDS``) and, where given, all lines of a pending order.

    ``only_line`` instead changes values of the one line of an order that has one.
    ``DomainError`` names the field that is wrong.
    """
    with transaction.atomic():
        order = _lock_pending(order_id, by, "orders.change_order")
        before = editing.snapshot(order)
        if only_line:
            lines = editing.only_line(order, only_line)
        editing.apply(order, changes, lines)
        editing.record(order, before=before, after=editing.snapshot(order), by=by)
    return order


def record_edit(
    order: Order, before: Mapping[str, Any], after: Mapping[str, Any], by: User
) -> OrderEvent | None:
    """History of changes that a form has saved; both are ``editing.snapshot(order)``."""
    return editing.record(order, before=before, after=after, by=by)


def keep_both(order_id: int, *, by: User) -> Order:
    """Say that the order is no duplicate: the customer wants both."""
    return edit(order_id, by=by, changes={"duplicate_of_id": None})


def read_again(order_id: int, *, by: User) -> Order:
    """Have the worker read the order's message anew; the new proposal replaces this one.

    What staff typed into the order until now is replaced too: that is what they ask for. Only
    the customer they chose stays, with whose earlier orders a repeat order is then filled.
    """
    with transaction.atomic():
        order = _pending(Order.objects.all(), order_id, by, "orders.change_order")
        if order.message_id is None:
            raise DomainError(
                _("This order did not come by a message: there is nothing to read again."),
                field="message",
            )
        # The message before the order, in the same sequence as when a message moves to another
        # desk; else the two could wait for each other.
        moving.process_again(order.message_id, by=by)
        order = _lock_pending(order_id, by, "orders.change_order")
        OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.REREAD, actor=by)
    return order


def note_refusal(order_id: int, *, by: User, reason: str) -> OrderEvent | None:
    """Write to the order's history why it could not be decided as ``by`` wanted, once.

    For decisions whose outcome nobody waits to see. Nothing is written where the order is
    gone, or where it is ``by`` who decided it before: then the decision is only repeated.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
        if order is None or order.decided_by_id == by.pk:
            return None
        event, _is_new = OrderEvent.objects.get_or_create(
            order=order, kind=OrderEvent.Kind.REFUSED, actor=by, note=reason
        )
    return event


def next_pending(after: int | None = None) -> int | None:
    """The id of the order to decide next: the oldest that waits, going round from ``after``."""
    waiting = Order.objects.filter(status=Order.Status.PENDING).order_by("pk")
    ids = waiting.values_list("pk", flat=True)
    if after is None:
        return ids.first()
    following = ids.filter(pk__gt=after).first()
    return following if following is not None else ids.filter(pk__lt=after).first()


def _lock_pending(order_id: int, by: User, permission: str) -> Order:
    # Without joins: after waiting for the lock PostgreSQL reads the order anew, but joined rows
    # stay as they were before, so that "decided by" would still be nobody.
    # no_key: another order may be marked as the copy of this one meanwhile.
    locked = Order.objects.select_for_update(no_key=True)
    return _pending(locked, order_id, by, permission)


def _require(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": permission}
        )


def _pending(orders: QuerySet[Order], order_id: int, by: User, permission: str) -> Order:
    _require(by, permission)
    order = orders.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(order_id)
    if order.status != Order.Status.PENDING:
        raise OrderNotPending(order)
    return order


def _decide(
    order: Order,
    status: Order.Status,
    *,
    by: User,
    note: str = "",
    kind: OrderEvent.Kind | None = None,
) -> None:
    order.status = status
    order.decided_by = by
    order.decided_at = timezone.now()
    order.save(
        update_fields=[
            "status",
            "decided_by",
            "decided_at",
            "rejection_reason",
            "customer",
            "updated_at",
        ]
    )
    kind = kind or OrderEvent.Kind(status.value)
    OrderEvent.objects.create(order=order, kind=kind, actor=by, note=note)


def _reject(order: Order, *, by: User, reason: str, is_silent: bool) -> None:
    order.rejection_reason = reason
    _decide(order, Order.Status.REJECTED, by=by, note=reason)
    if is_silent and order.duplicate_of is not None:
        note = _("The customer was not told: copy of %(number)s.")
        OrderEvent.objects.create(
            order=order,
            kind=OrderEvent.Kind.NOTIFIED,
            note=note % {"number": order.duplicate_of.number},
        )
        return
    notices.queue_decision(order, list(order.lines.select_related("product")), by=by)


def _refuse_duplicate(order: Order) -> None:
    if order.duplicate_of is not None and repeats_another(order):
        raise DomainError(
            _(
                "This order repeats %(number)s. Reject it, or clear “duplicate of” if the"
                " customer wants both."
            )
            % {"number": order.duplicate_of.number},
            code="duplicate",
            field="duplicate_of",
            value=order.duplicate_of.number,
        )


def _refuse_open_change(order: Order) -> None:
    asked = order.change_requests.filter(state="open").order_by("pk").first()
    if asked is not None:
        raise DomainError(
            _("The customer asked for a change (%(change)s): apply or dismiss it first.")
            % {"change": asked.sentence},
            code="change_requested",
            field="change_requests",
            value=asked.pk,
        )


def _customer(order: Order) -> Customer:
    """The order's customer, registered if new, who is recognised by this sender from now on.

    The addresses count also where staff chose the customer: that is how a number nobody knew is
    learnt. One telephone may so come to belong to several customers, as in life. But who signs
    with somebody's name and number must not be taken for them: what is learnt is not confirmed,
    save where a new customer wrote themselves.
    """
    phone, user_id = _whatsapp_sender(order)
    customer = order.customer or customers.register(
        name=order.contact_name,
        company=order.company,
        email=order.email,
        phone=order.phone or phone,
        user_id=user_id,
        language=order.language,
        written_from=_written_from(order),
    )
    known_by = {
        *customers.normalised(email=order.email, phone=order.phone, user_id=user_id),
        *customers.normalised(phone=phone),
    }
    # Sorted: two who learn the same addresses at once must not wait in a circle.
    customers.add_identities(customer, sorted(known_by), confirmed=False)
    return customer


def _written_from(order: Order) -> list[tuple[str, str]]:
    """The addresses and numbers that the message itself came from; what it states is not proven."""
    message = _message_head(order)
    if message is None or is_colleague(message.sender_email, sorted(our_addresses())):
        # Typed by staff, sent by a program that has a key, or passed on by a colleague.
        return customers.normalised(email=order.email, phone=order.phone)
    if message.channel in WHATSAPPS:
        return customers.normalised(phone=message.sender_phone, user_id=message.sender_user_id)
    stated = customers.normalised(email=order.email)
    # A form writes from one address for many people: that is no customer's.
    return [one for one in customers.normalised(email=message.sender_email) if one in stated]


def _whatsapp_sender(order: Order) -> tuple[str, str]:
    """Number and user id that the message itself came from, beside the number it states.

    An e-mail's sender is left out: a colleague may have forwarded it.
    """
    message = _message_head(order)
    if message is None or message.channel not in WHATSAPPS:
        return "", ""
    return message.sender_phone, message.sender_user_id


def _message_head(order: Order) -> InboundMessage | None:
    messages = InboundMessage.objects.filter(orders=order)
    return messages.only("channel", "sender_email", "sender_phone", "sender_user_id").first()


def _already_decided(order: Order) -> str:
    who = order.decided_by
    when = timezone.localtime(order.decided_at)
    moment = date_format(when, "H:i")
    if when.date() != timezone.localdate():
        moment = f"{date_format(when, 'SHORT_DATE_FORMAT')} {moment}"
    words = {"number": order.number, "when": moment}
    if who is None:
        return _("%(number)s was already decided at %(when)s.") % words
    words["who"] = who.get_full_name() or who.get_username()
    if order.status == Order.Status.VALIDATED:
        return _("%(number)s was already validated by %(who)s at %(when)s.") % words
    return _("%(number)s was already rejected by %(who)s at %(when)s.") % words
