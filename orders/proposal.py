"""From a reading to the order and lines it proposes, nothing saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.messaging.cleaning import storable
from crm import customers
from crm.customers import Match
from crm.models import Product
from orders import checks, renewals
from orders.editing import line_total, lines_total
from orders.learning import aliases, phrases, using
from orders.learning.aliases import Recognised
from orders.models import Order, OrderLine
from orders.reading import ADAPTER, Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import DecimalField, Model

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage
    from crm.models import Customer
    from orders.reading import LineReading, OrderReading

# From here on the customer is filled in; below, staff get the candidates by name.
PROPOSE_CUSTOMER = 0.75
# A customer nobody knows yet is no fault of the order, but somebody has to look.
NEW_CUSTOMER = 0.7
INCOMPLETE = 0.3


@dataclass(frozen=True, slots=True)
class Proposal:
    """``reading`` completed from history, the customer it is from, sentences for staff."""

    reading: OrderReading
    match: Match
    filled: renewals.Filled | None
    sentences: tuple[str, ...]


def propose(
    message: InboundMessage,
    content: MessageContent,
    reading: OrderReading,
    *,
    chosen: Customer | None = None,
) -> Proposal:
    """Recognise the customer, unless a person has ``chosen`` one, and complete a repeat order."""
    who = Recognised(Match(chosen, 1.0, _("chosen by staff"))) if chosen else None
    who = who or recognise(content, reading)
    match = who.match
    customer = match.customer if match.confidence >= PROPOSE_CUSTOMER else None
    sentences = [
        *checks.reading_doubts(reading),
        *_about_customer(match, filled_in=customer is not None),
    ]
    sentences += unreadable(content)
    filled = None
    if reading.is_renewal.value:
        earlier = renewals.earlier_orders(customer, message.sent_at)
        filled = renewals.fill(reading, customer=customer, orders=earlier, content=content)
        reading, sentences = filled.reading, [*sentences, *filled.problems]
    if customer is not None and not chosen:
        recognised = Found(customer.pk, match.confidence, note=match.reason)
        reading = replace(reading, recognised=recognised)
    reading = replace(reading, names=phrases.names_in(content, reading))
    alias = who.fact if customer is not None else None
    reading = using.complete(
        reading,
        customer=customer,
        alias=alias,
        at=message.sent_at,
        with_prices=chosen is not None or _is_sender(customer, content),
    )
    learned = (one.sentence for one in reading.learned if one.field != "customer")
    tells = bool(filled and filled.source) or any(
        one.field.endswith("-unit_price") for one in reading.learned
    )
    if tells and customer is not None and not chosen and not _is_proven(customer, content):
        sentences.append(_tells_history(customer))
    return Proposal(reading, match, filled, (*sentences, *learned))


def fill_order(order: Order, proposal: Proposal, content: MessageContent) -> list[OrderLine]:
    """Write the proposal's values to ``order`` and return its lines; saves nothing."""
    reading, match = proposal.reading, proposal.match
    known = match.confidence >= PROPOSE_CUSTOMER
    order.customer = match.customer if known else None
    _fill_contact(order, reading, content)
    order.language = reading.language[:10]
    order.delivery_date = reading.delivery_date.value
    order.is_renewal = bool(reading.is_renewal.value)
    order.renewed_from = proposal.filled.source if proposal.filled else None
    order.method = reading.method
    order.reading = ADAPTER.dump_python(reading, mode="json")
    lines = _lines(order, proposal)
    stated = _fitting(Order, "total", reading.total.value)
    order.total = lines_total(lines) if stated is None else stated
    order.currency = (reading.currency.value or "")[:3]
    order.confidence = confidence_of(proposal, known=known)
    return lines


def confidence_of(proposal: Proposal, *, known: bool) -> float:
    """The weakest of what matters: is it an order, whose, and what and how much of each line.

    A repeat order that was filled counts as sure as its lines: the reader's doubt
    whether "kif dima" is an order is settled by the order that was found.
    """
    reading = proposal.reading
    parts = [proposal.match.confidence if known else NEW_CUSTOMER]
    if proposal.filled is None or proposal.filled.source is None:
        parts.append(reading.is_order.confidence)
    if not reading.lines:
        parts.append(INCOMPLETE)
    for line in reading.lines:
        goods = line.product if line.product.value else line.description
        both = (goods, line.quantity)
        parts += [found.confidence if found.value else INCOMPLETE for found in both]
    if any(one.field.endswith("-unit_price") for one in reading.learned):
        # Nobody shall validate by the dozen what no message says and the customer is told.
        parts.append(using.PRICE)
    return round(max(0.0, min(1.0, *parts)), 3)


def identify(content: MessageContent, reading: OrderReading) -> Match:
    """The customer by what the message says, and by who sent it where it says nothing."""
    return recognise(content, reading).match


def recognise(content: MessageContent, reading: OrderReading) -> Recognised:
    """As :func:`identify`, with the learned name that decided where one did."""
    said, author = reading.customer, content.author
    known_by = {
        "email": said.email.value or author.email,
        "phone": said.phone.value or author.phone,
        "user_id": author.user_id,
    }
    match = customers.identify(
        name=said.name.value or author.name, company=said.company.value or "", **known_by
    )
    if not settings.LEARNING or match.confidence >= customers.CERTAIN:
        return Recognised(match)
    names = phrases.names_in(content, reading)
    return aliases.recognise(match, names, known=customers.known_by(**known_by))


def _is_sender(customer: Customer | None, content: MessageContent) -> bool:
    """Whether the message came from an address or number of the customer.

    Who only signs with a firm's name shall not be told what that firm pays.
    """
    author = content.author
    known = customers.known_by(email=author.email, phone=author.phone, user_id=author.user_id)
    return customer is not None and customer in known


def _is_proven(customer: Customer, content: MessageContent) -> bool:
    """As :func:`_is_sender`, by what is confirmed; who is only learnt may be anybody."""
    author = content.author
    known = customers.proven_by(email=author.email, phone=author.phone, user_id=author.user_id)
    return customer in known


def _tells_history(customer: Customer) -> str:
    return _(
        "Goods or prices are those of earlier orders of %(customer)s: the confirmation tells them."
        " The address is not confirmed as theirs: make sure who wrote this."
    ) % {"customer": customer}


def unreadable(content: MessageContent) -> list[str]:
    """A sentence for each document whose text could not be had."""
    return [f"{doc.filename or doc.key}: {doc.problem}" for doc in content.documents if doc.problem]


def _about_customer(match: Match, *, filled_in: bool) -> list[str]:
    if match.customer is not None and match.confidence < customers.CERTAIN:
        sentence = _("Check the customer: %(customer)s was recognised by %(reason)s.")
        if not filled_in:
            sentence = _("The customer may be %(customer)s (%(reason)s): choose it if so.")
        return [sentence % {"customer": match.customer, "reason": match.reason}]
    if match.candidates:
        names = ", ".join(str(customer) for customer in match.candidates)
        return [
            _("Choose the customer: %(reason)s (%(names)s).")
            % {"reason": match.reason, "names": names}
        ]
    return []


def _fill_contact(order: Order, reading: OrderReading, content: MessageContent) -> None:
    said, author = reading.customer, content.author
    order.contact_name = storable(said.name.value or "", 200)
    order.company = storable(said.company.value or "", 200)
    order.email = storable(said.email.value or author.email, 254)
    order.phone = storable(said.phone.value or author.phone, 32)
    if not (order.contact_name or order.company):
        order.contact_name = storable(author.name, 200)


def _lines(order: Order, proposal: Proposal) -> list[OrderLine]:
    readings = proposal.reading.lines
    skus = {line.product.value for line in readings if line.product.value}
    products = Product.objects.in_bulk(skus, field_name="sku")
    sources: Sequence[Order | None] = (
        proposal.filled.from_history if proposal.filled else [None] * len(readings)
    )
    return [
        _line(order, index, reading, products, source)
        for index, (reading, source) in enumerate(zip(readings, sources, strict=True))
    ]


def _line(
    order: Order,
    index: int,
    reading: LineReading,
    products: dict[str, Product],
    source: Order | None,
) -> OrderLine:
    quantity = _fitting(OrderLine, "quantity", reading.quantity.value) or None
    price = _fitting(OrderLine, "unit_price", reading.unit_price.value)
    total = _fitting(OrderLine, "total", reading.total.value)
    details = {name: getattr(reading, name).value for name in renewals.DETAILS}
    product = products.get(reading.product.value or "")
    return OrderLine(
        order=order,
        position=index,
        product=product,
        description=storable(reading.description.value or str(product or ""), 500),
        quantity=quantity,
        unit=reading.unit.value or OrderLine.Unit.PIECE,
        unit_price=price,
        total=line_total(quantity, price) if total is None else total,
        attributes={name: storable(value) for name, value in details.items() if value},
        confidence=_line_confidence(reading),
        from_history=source,
    )


def _fitting(model: type[Model], name: str, value: Decimal | None) -> Decimal | None:
    """The figure as its column can hold it; None where it cannot: a misread code, a minus."""
    column = cast("DecimalField[Any, Any]", model._meta.get_field(name))  # noqa: SLF001 - Django's documented way to a field
    if value is None or not value.is_finite() or value < 0:
        return None
    whole_digits = column.max_digits - column.decimal_places
    if value >= Decimal(10) ** whole_digits:
        return None
    return value.quantize(Decimal(1).scaleb(-column.decimal_places), rounding=ROUND_HALF_UP)


def _line_confidence(reading: LineReading) -> float:
    goods = reading.product if reading.product.value else reading.description
    parts = [goods.confidence, reading.quantity.confidence]
    return max(0.0, min(1.0, *parts))
