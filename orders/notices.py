"""Telling the customer what was decided, by the channel the order came by."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.messaging import outbox
from backoffice.messaging.models import WHATSAPPS, Channel, InboundMessage
from orders import seed_templates
from orders.documents import confirmation
from orders.models import Order, OrderEvent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from django.contrib.auth.models import User

    from orders.models import OrderLine

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes; ``problem`` says why it cannot go anywhere."""

    channel: str = ""
    recipient: str = ""
    problem: str = ""


def queue_decision(order: Order, lines: Sequence[OrderLine], *, by: User) -> bool:
    """Write the notice of a decision to the outbox, in the decision's own transaction.

    Returns False where there is nowhere to send it; the order's history then says why.
    """
    validated = order.status == Order.Status.VALIDATED
    template = "order_validated" if validated else "order_rejected"
    values = _values(order, lines)
    return _queue(order, f"order:{order.pk}:decision", template, values, by=by, with_files=True)


def queue_cancellation(order: Order, *, by: User) -> bool:
    """As :func:`queue_decision`: the order is cancelled, as its customer asked."""
    values = _values(order, ()) | {"changes": ""}
    return _queue(order, f"order:{order.pk}:cancelled", seed_templates.CANCELLED, values, by=by)


def queue_change(order: Order, changes: str, *, key: str, by: User) -> bool:
    """As :func:`queue_decision`: a change of a validated order is agreed.

    ``changes`` are sentences in the language that :func:`locale_of` names.
    """
    values = _values(order, ()) | {"changes": changes}
    return _queue(order, key, seed_templates.CHANGED, values, by=by)


def locale_of(order: Order) -> str:
    """In which language figures and short sentences in a notice are written: "fr" or "en"."""
    # Babel has no "ar-Latn"; figures and dates in Darija messages are written the French way.
    return "en" if _language(order).startswith("en") else "fr"


def _queue(  # noqa: PLR0913 - the parts of a notice
    order: Order,
    key: str,
    template: str,
    values: dict[str, str],
    *,
    by: User,
    with_files: bool = False,
) -> bool:
    address = address_of(order)
    if address.problem:
        OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.NOTIFIED, note=address.problem)
        return False
    outbox.queue(
        key=key,
        channel=address.channel,
        recipient=address.recipient,
        recipient_name=_name(order),
        template=template,
        values=values,
        language=_language(order),
        in_reply_to=_message(order),
        about=order,
        author=by,
        attachments=_files(order, address) if with_files else (),
    )
    note = f"{Channel(address.channel).label}: {address.recipient}"
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.NOTIFIED, note=note)
    return True


def _files(order: Order, address: Address) -> tuple[outbox.File, ...]:
    """The confirmation of a validated order, where it goes by e-mail and settings say so.

    Without it where it cannot be made, which the order's history then says: a decision never
    fails because of its paper.
    """
    is_wanted = settings.ORDER_CONFIRMATION_PDF and address.channel == Channel.EMAIL
    if not is_wanted or order.status != Order.Status.VALIDATED:
        return ()
    try:
        with transaction.atomic():
            content = confirmation.confirmation_pdf(order)
    except Exception as error:  # noqa: BLE001 - whatever reportlab makes of what people typed
        # Not its sentence: that quotes what the customer wrote.
        logger.error("order %s: no confirmation (%s)", order.pk, type(error).__name__)  # noqa: TRY400 - as said
        note = _("The confirmation could not be printed: the e-mail went without it.")
        OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.NOTIFIED, note=note)
        return ()
    return (outbox.File(confirmation.filename(order), "application/pdf", content),)


def address_of(order: Order) -> Address:
    """The channel the order came by; e-mail for orders that came by no message."""
    if order.channel in WHATSAPPS:
        message = _message(order)
        number = (message.sender_phone or message.sender_user_id) if message else ""
        recipient = number or order.phone
        if recipient:
            return Address(order.channel, recipient)
        return Address(problem=_("The customer was not told: no WhatsApp number is known."))
    recipient = _answers_to(order) or order.email
    if recipient:
        return Address(Channel.EMAIL, recipient)
    return Address(problem=_("The customer was not told: no e-mail address is known."))


def _answers_to(order: Order) -> str:
    """The Reply-To of the order's e-mail, unless staff or the text named another address."""
    message = _message(order)
    if message is None or order.email not in {"", message.sender_email}:
        return ""
    return message.reply_to


def _message(order: Order) -> InboundMessage | None:
    """The order's message without its raw bytes, which may weigh megabytes."""
    if order.message_id is None:
        return None
    return InboundMessage.objects.defer("raw").get(pk=order.message_id)


def _values(order: Order, lines: Sequence[OrderLine]) -> dict[str, str]:
    locale = locale_of(order)
    with translation.override(locale):
        return {
            "customer_name": _name(order),
            "order_number": order.number,
            "lines": "\n".join(_line(line, locale) for line in lines),
            "total": _money(order.total, order.currency, locale),
            "delivery_date": _day(order.delivery_date, locale),
            "reason": order.rejection_reason,
            "company_name": settings.COMPANY_NAME,
        }


def _line(line: OrderLine, locale: str) -> str:
    goods = line.description or (str(line.product) if line.product else "")
    if line.quantity is None:
        return f"- {goods}"
    quantity = format_decimal(line.quantity, locale=locale)
    unit = "" if line.unit == line.Unit.PIECE else f" {line.get_unit_display()}"
    return f"- {quantity}{unit} × {goods}"


def _money(amount: Decimal | None, currency: str, locale: str) -> str:
    if amount is None:
        return ""
    return format_currency(amount, currency or settings.DEFAULT_CURRENCY, locale=locale)


def _day(day: date | None, locale: str) -> str:
    return format_date(day, format="long", locale=locale) if day else ""


def _name(order: Order) -> str:
    customer = order.customer
    known = (customer.name or customer.company) if customer else ""
    return order.contact_name or known or order.company


def _language(order: Order) -> str:
    known = order.customer.language if order.customer else ""
    return order.language or known or settings.LANGUAGE_CODE
