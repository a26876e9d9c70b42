"""From a message to the change requests it makes, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from backoffice.core.errors import DomainError
from orders import catalogue, extraction
from orders.changes import lines, meant
from orders.extraction.changes import changing
from orders.extraction.text import recalled
from orders.models import ChangeRequest, Order, OrderEvent
from orders.reading import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage
    from orders.changes.meant import Meant
    from orders.extraction.changes.changing import Asked
    from orders.reading import OrderReading

EVIDENCE: TypeAdapter[tuple[Evidence, ...]] = TypeAdapter(tuple[Evidence, ...])
# "zid 500" is more of an order that waits for so long; later it is another order.
MORE_OF_IT = timedelta(days=3)
# "finalement 3000 sachets" changes one that waits for so long.
STILL_THE_SAME = timedelta(days=14)
Kind, State = ChangeRequest.Kind, ChangeRequest.State


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that a message asks for, and the order it is likely about."""

    asked: Asked
    meant: Meant


def wishes(message: InboundMessage, content: MessageContent, reading: OrderReading) -> list[Wish]:
    """The changes of earlier orders that the message asks for; nothing is written.

    Words that may as well order anew ("zid 500", "finalement 3000 au lieu de 2000") are a
    change only where the sender has an order that they fit.
    """
    own = recalled.without_ours(content, extraction.our_company())
    found = changing.read(own, reading, catalogue.current())
    known = ChangeRequest.objects.filter(message=message).exists()
    every = [Wish(one, meant.find(message, content, one)) for one in found]
    return [
        one
        for one in every
        if (known or _is_change(one, message, reading)) and not _says_it_again(one)
    ]


def record(message: InboundMessage, found: Sequence[Wish]) -> list[ChangeRequest]:
    """Write one request per wish; a second run replaces what nobody has decided yet."""
    with transaction.atomic():
        # Orders before requests, as whoever decides an order does.
        orders = [one.meant.order.pk for one in found if one.meant.order]
        list(Order.objects.select_for_update(no_key=True).filter(pk__in=orders).order_by("pk"))
        requests = [_write(message, position, one) for position, one in enumerate(found)]
        surplus = ChangeRequest.objects.filter(message=message, position__gte=len(found))
        surplus.filter(state=State.OPEN).delete()
    return requests


def withdraw(message: InboundMessage) -> None:
    """Take back the requests of a message that moves to another desk.

    ``DomainError`` where one was decided already.
    """
    requests = ChangeRequest.objects.select_for_update().filter(message=message).order_by("pk")
    for request in requests:
        if request.state != State.OPEN:
            error = DomainError(
                _("The message stays here: the change it asks for is already decided."),
                code="change_decided",
            )
            error.conflict = True
            raise error
        request.delete()


def describe(request: ChangeRequest) -> str:
    """What the customer asks for, in one sentence kept with the request."""
    with translation.override(settings.LANGUAGE_CODE):
        if request.kind == Kind.CANCELLATION:
            return _("Cancel the order.")
        asked = [lines.sentence(change) for change in lines.from_json(request.changes)]
        return f"{'; '.join(asked)}." if asked else _("Change the order: see the message.")


def set_order(request: ChangeRequest, order: Order | None, asked: Asked | None) -> None:
    """Put the request against ``order``: its lines say what the change means."""
    request.order = order
    found = lines.changes_of(order, asked) if asked else []
    request.changes = lines.as_json(found)
    if order and lines.takes_all(order, found):
        request.kind, request.changes = Kind.CANCELLATION, []
    request.sentence = describe(request)


def _is_change(wish: Wish, message: InboundMessage, reading: OrderReading) -> bool:
    asked, order = wish.asked, wish.meant.order
    if asked.kind == "cancellation":
        # What replaces an order nobody knows is just an order.
        return bool(order or asked.spans or not reading.is_order.value)
    if asked.needs_figure:
        return order is not None and order.status == Order.Status.PENDING and _has_figure(wish)
    if wish.meant.is_pointed_at:
        return True
    orders_goods = bool(reading.is_order.value and reading.lines)
    if order is None:
        return asked.is_explicit and (wish.meant.is_ambiguous or not orders_goods)
    if asked.is_explicit:
        return not orders_goods or meant.fits(order, asked)
    placed_at = order.message.sent_at if order.message else order.created_at
    is_fresh = message.sent_at - placed_at <= _still_the_same(asked)
    return order.status == Order.Status.PENDING and is_fresh and meant.fits(order, asked)


def _has_figure(wish: Wish) -> bool:
    order = wish.meant.order
    return order is not None and bool(order.lines.all()) and meant.fits(order, wish.asked)


def _says_it_again(wish: Wish) -> bool:
    """Whether all is asked for as it already stands: the order is only confirmed."""
    asked, order = wish.asked, wish.meant.order
    told = [one for one in asked.changes if one.action == "set" and one.product]
    if order is None or not told or len(told) < len(asked.changes):
        return False
    return not lines.changes_of(order, asked)


def _still_the_same(asked: Asked) -> timedelta:
    adds = any(change.action == "add" for change in asked.changes)
    return MORE_OF_IT if adds else STILL_THE_SAME


def _write(message: InboundMessage, position: int, wish: Wish) -> ChangeRequest:
    request, is_new = ChangeRequest.objects.select_for_update().get_or_create(
        message=message, position=position, defaults={"kind": wish.asked.kind}
    )
    if request.state != State.OPEN:
        return request
    before = request.order_id
    request.kind = Kind(wish.asked.kind)
    chosen = None if is_new else _chosen_by_staff(request)
    set_order(request, chosen or wish.meant.order, wish.asked)
    request.evidence = EVIDENCE.dump_python(wish.asked.evidence, mode="json")
    request.confidence = round(wish.asked.certainty * wish.meant.confidence, 2)
    request.note = "" if request.order_id else wish.meant.why
    request.save()
    if request.order is not None and request.order_id != before:
        tell_order(request)
    return request


def tell_order(request: ChangeRequest, **event: object) -> None:
    """Note the request in its order's history; pages that show the order are old from now on."""
    order = request.order
    if order is None:
        return
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now())
    OrderEvent.objects.create(
        order=order, kind=OrderEvent.Kind.ASKED, note=request.sentence, **event
    )


def _chosen_by_staff(request: ChangeRequest) -> Order | None:
    """The request's order if a person set it: no later reading knows better."""
    order = request.order
    if order is None:
        return None
    by_hand = order.events.filter(
        kind=OrderEvent.Kind.ASKED, actor__isnull=False, at__gte=request.created_at
    )
    return order if by_hand.exists() else None
