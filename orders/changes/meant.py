"""Which order a customer means who asks for a change: one of their own, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging.content import Person
from backoffice.messaging.models import WHATSAPPS, Channel, InboundMessage, OutboundMessage
from crm import customers
from orders.models import Order

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from backoffice.messaging.content import MessageContent
    from orders.extraction.changes.changing import Asked
    from orders.extraction.kind.order_named import Named

# How long a validated order may be meant that the message does not name.
RECENT = timedelta(days=14)
WAITING = timedelta(days=60)
MOST = 10
NAMED, ANSWERED, ONLY, LATEST = 1.0, 0.95, 0.85, 0.6


@dataclass(frozen=True, slots=True)
class Meant:
    """``order`` is None where it is not clear which; ``why`` is a sentence for staff."""

    order: Order | None
    confidence: float
    why: str
    # By its number or by answering: not merely the latest one.
    is_pointed_at: bool = False
    # There are orders it may be; a person has to choose.
    is_ambiguous: bool = False


def find(message: InboundMessage, content: MessageContent, asked: Asked) -> Meant:
    """The sender's order that is meant: named, answered, of the last message, or the latest.

    Only orders of the sender or the customer the sender is known as are ever looked at.
    Of several that wait, the one that has the goods or figures in question; on WhatsApp,
    where nobody says which, the latest.
    """
    theirs = of_sender(content.author).exclude(message=message)
    if asked.named.numbers:
        named = theirs.filter(number__in=asked.named.numbers).first()
        words = {"numbers": ", ".join(asked.named.numbers)}
        if named is None:
            return Meant(None, 0.5, _("%(numbers)s is no order of this sender.") % words)
        return Meant(named, NAMED, _("named in the message"), is_pointed_at=True)
    placed = theirs.annotate(placed_at=Coalesce("message__sent_at", "created_at"))
    before = placed.filter(placed_at__lte=message.sent_at, duplicate_of__isnull=True)
    before = before.exclude(status=Order.Status.REJECTED).select_related("message")
    before = before.order_by(F("placed_at").desc(), "-pk")
    answered = _answered(message, before)
    if answered:
        order = answered[0] if len(answered) == 1 else _only(answered, asked)
        if order is not None:
            return Meant(order, ANSWERED, _("answers its messages"), is_pointed_at=True)
    near = before.filter(placed_at__gte=message.sent_at - WAITING)
    pointed = _told_apart(list(near.prefetch_related("lines__product")[:MOST]), asked.named)
    if pointed is not None:
        return pointed
    waiting = before.filter(
        status=Order.Status.PENDING, placed_at__gte=message.sent_at - WAITING
    ).prefetch_related("lines__product")[:MOST]
    recent = before.filter(
        status=Order.Status.VALIDATED, placed_at__gte=message.sent_at - RECENT
    ).prefetch_related("lines__product")[:MOST]
    return _likeliest(list(waiting) or list(recent), message, asked)


def of_sender(author: Person) -> QuerySet[Order]:
    """The orders of the customers known by the sender's addresses, and those the sender sent."""
    theirs = Q(pk__in=[])
    known = customers.known_by(email=author.email, phone=author.phone, user_id=author.user_id)
    if known:
        theirs |= Q(customer__in=[customer.pk for customer in known])
    for field, value in (("email", author.email), ("message__sender_email", author.email)):
        theirs |= Q(**{f"{field}__iexact": value}) if value else Q()
    for field, value in (
        ("phone", author.phone),
        ("message__sender_phone", author.phone),
        ("message__sender_user_id", author.user_id),
    ):
        theirs |= Q(**{field: value}) if value else Q()
    return Order.objects.filter(theirs)


def of_message(message: InboundMessage) -> QuerySet[Order]:
    """As :func:`of_sender`, by what is stored of the message."""
    return of_sender(
        Person(
            email=message.sender_email, phone=message.sender_phone, user_id=message.sender_user_id
        )
    )


def fits(order: Order, asked: Asked) -> bool:
    """Whether the order has the goods and the figures that are to change."""
    for change in asked.changes:
        old = change.instead_of or (change.product if change.action != "add" else "")
        lines = [line for line in order.lines.all() if not old or _sku(line) == old]
        if change.before is not None:
            lines = [line for line in lines if change.before in _figures(line)]
        if not lines and (old or change.before is not None):
            return False
    return True


def _told_apart(orders: Sequence[Order], named: Named) -> Meant | None:
    """The order of the day, the short number, the turn or the goods by which it is called."""
    for serial in named.serials:
        ours = [order for order in orders if _serial(order) == serial]
        if len(ours) == 1:
            return Meant(ours[0], NAMED, _("named in the message"), is_pointed_at=True)
    if named.day:
        same_day = [order for order in orders if _placed_on(order) == named.day]
        with_goods = [order for order in same_day if _holds(order, named.goods)]
        if len(with_goods or same_day) == 1:
            why = _("placed on the day that is named")
            return Meant((with_goods or same_day)[0], ANSWERED, why, is_pointed_at=True)
    if named.goods:
        holding = [order for order in orders if _holds(order, named.goods)]
        if len(holding) == 1:
            return Meant(holding[0], ONLY, _("the only one with these goods"), is_pointed_at=True)
    if 0 < named.back <= len(orders):
        why = _("called by its turn in the message")
        return Meant(orders[named.back - 1], ANSWERED, why, is_pointed_at=True)
    return None


def _serial(order: Order) -> int | None:
    last = order.number.rpartition("-")[2]
    return int(last) if last.isdigit() else None


def _placed_on(order: Order) -> dt.date:
    placed_at = order.message.sent_at if order.message else order.created_at
    return timezone.localtime(placed_at).date()


def _holds(order: Order, goods: tuple[str, ...]) -> bool:
    return bool(goods) and set(goods) <= {_sku(line) for line in order.lines.all()}


def _likeliest(orders: Sequence[Order], message: InboundMessage, asked: Asked) -> Meant:
    if not orders:
        return Meant(None, 0.5, _("No order of this sender waits, nor was any placed lately."))
    if asked.forgets:
        return Meant(orders[0], ONLY, _("ordered by the message before"), is_pointed_at=True)
    fitting = [order for order in orders if fits(order, asked)]
    if len(orders) == 1:
        return Meant(orders[0], ONLY if fitting else LATEST, _("the only order it can be"))
    tells = any(one.product or one.before is not None for one in asked.changes)
    if tells and len(fitting) == 1:
        return Meant(fitting[0], ONLY, _("the only one with these goods"))
    if message.channel in WHATSAPPS:
        return Meant((fitting or orders)[0], LATEST, _("the latest one"))
    numbers = ", ".join(order.number for order in (fitting or orders)[:5])
    why = _("It may be any of %(numbers)s.") % {"numbers": numbers}
    return Meant(None, 0.5, why, is_ambiguous=True)


def _answered(message: InboundMessage, theirs: QuerySet[Order]) -> list[Order]:
    """Orders of the message that is answered, or that the answered notice is about."""
    nearest = [message.in_reply_to] if message.in_reply_to else []
    # On WhatsApp a thread is the sender's number: it says nothing.
    first = [message.thread] if message.thread and message.channel == Channel.EMAIL else []
    for ids in (nearest, first):
        ids = [one for one in ids if one != message.external_id]  # noqa: PLW2901 - its own id names no other
        if not ids:
            continue
        notices = OutboundMessage.objects.filter(
            provider_id__in=ids, about_type=ContentType.objects.get_for_model(Order)
        )
        about = notices.values_list("about_id", flat=True)
        found = theirs.filter(Q(pk__in=list(about)) | Q(message__external_id__in=ids))
        orders = list(found.prefetch_related("lines__product")[:MOST])
        if orders:
            return orders
    return []


def _only(orders: Sequence[Order], asked: Asked) -> Order | None:
    fitting = [order for order in orders if fits(order, asked)]
    return fitting[0] if len(fitting) == 1 else None


def _sku(line: object) -> str:
    product = getattr(line, "product", None)
    return product.sku if product else ""


def _figures(line: object) -> set[object]:
    """The quantity as it stands, and in pieces where it counts thousands."""
    quantity, unit = getattr(line, "quantity", None), getattr(line, "unit", "")
    if quantity is None:
        return set()
    return {quantity, quantity * 1000} if unit == "mille" else {quantity}
