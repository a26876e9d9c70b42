"""An order that a person types in from a message no machine could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage
from crm import customers
from orders import checks
from orders.models import Order, OrderEvent
from orders.numbers import take_number
from orders.proposal import PROPOSE_CUSTOMER

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PERMISSION = "orders.add_order"


def open_order(message_id: int, *, by: User) -> Order:
    """A pending order without lines for this message, or the one it already has.

    For a photograph, a voice message or a letter that was taken for a mere question: staff fill
    in the lines beside the message. A later reading leaves the order alone until somebody asks
    to read it again. Raises ``PermissionDenied``, or ``DomainError`` (conflict) while the worker
    is reading the message.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": PERMISSION}
        )
    with transaction.atomic():
        messages = InboundMessage.objects.select_for_update(no_key=True).defer("raw")
        message = messages.get(pk=message_id)
        known = Order.objects.filter(message=message, position=0).first()
        if known is not None:
            return known
        if message.status == InboundMessage.Status.PROCESSING:
            error = DomainError(_("The message is being read right now. Try again in a minute."))
            error.conflict = True
            raise error
        order = _create(message)
        OrderEvent.objects.create(
            order=order, kind=OrderEvent.Kind.EDITED, actor=by, note=_("Opened by hand.")
        )
        message.status = InboundMessage.Status.DONE
        message.kind, message.reason = "order", _("Order %(number)s.") % {"number": order.number}
        message.save(update_fields=["status", "kind", "reason"])
    return order


def open_page(message_id: int, *, by: User) -> str:
    """As :func:`open_order`; the address of the order's page, where it is filled in."""
    return reverse("admin:orders_order_change", args=[open_order(message_id, by=by).pk])


def _create(message: InboundMessage) -> Order:
    match = customers.identify(
        name=message.sender_name,
        email=message.sender_email,
        phone=message.sender_phone,
        user_id=message.sender_user_id,
    )
    order = Order.objects.create(
        number=take_number(),
        message=message,
        channel=message.channel,
        customer=match.customer if match.confidence >= PROPOSE_CUSTOMER else None,
        contact_name=message.sender_name,
        email=message.sender_email,
        phone=message.sender_phone,
        confidence=1,
    )
    order.attention = "\n".join(checks.doubts(order, []))
    order.save(update_fields=["attention"])
    return order
