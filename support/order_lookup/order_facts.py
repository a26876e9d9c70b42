"""What may be told about an order, and to whom: the one place that knows whose an order is.

An order is a person's own where its customer is this customer (or one merged with them), where
its e-mail is the address that the answer goes to, or where its e-mail is one of the customer's
and it is nobody else's. An address makes somebody the customer only where it is confirmed: whoever
signs an order with a customer's name and number is recognised by it, and shall be told nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging.models import WHATSAPPS
from crm import customers
from crm.models import Customer, CustomerIdentity
from orders.models import Order, OrderLine
from support.models import ShopOrder
from support.order_lookup import order_spelling, order_stages

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from django.db.models import QuerySet

    from support.models import Ticket
    from support.order_lookup.order_stages import Stage

# Shown and searched by name; nobody asks about an older one.
MOST: Final = 500
# UNION drops what it has seen, so that customers merged in a circle end it too.
_FAMILY: Final = """
    WITH RECURSIVE up AS (
        SELECT id, merged_into_id FROM {table} WHERE id = %s
        UNION
        SELECT c.id, c.merged_into_id FROM {table} c JOIN up ON c.id = up.merged_into_id
    ), family AS (
        SELECT id FROM up
        UNION
        SELECT c.id FROM {table} c JOIN family ON c.merged_into_id = family.id
    ) SELECT id FROM family"""
# The address in lower case, by its index. Not ``iexact``: in upper case "ı" is the same as "i",
# and whoever owns a domain with the one would read the orders of the other.
_ADDRESS: Final = Lower("email")
_STAGES: Final[dict[str, Stage]] = {"pending": "open", "validated": "open", "rejected": "ended"}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as a reply may state it; empty or None where it is not known.

    ``source`` says which table it is of: the shop's orders, or purchase orders of the
    order desk; ``pk`` is its row there. ``status`` is in words, ``status_code`` the
    ``Order.Status`` of a purchase order, whose words depend on who reads them.
    """

    source: Literal["shop", "desk"]
    pk: int
    number: str
    status: str = ""
    ordered_on: dt.date | None = None
    delivery_date: dt.date | None = None
    total: Decimal | None = None
    currency: str = ""
    items: tuple[str, ...] = ()
    carrier: str = ""
    tracking_number: str = ""
    status_code: str = ""

    @property
    def stage(self) -> Stage:
        """How far it is: open until it is delivered, ended where nothing more will come."""
        if self.source == "shop":
            return order_stages.of(self.status)
        return _STAGES.get(self.status_code, "unknown")


def of_person(customer: Customer | None, email: str) -> list[OrderFacts]:
    """The person's own orders, the latest first: those of the customer and of the address.

    ``email`` is the address that the answer goes to, never merely one that a message names. Where
    it is no confirmed one of the customer, only the orders that carry it are told. Of a ticket
    the customer is :func:`reader_of`, which also knows numbers.
    """
    own = _own(customer, email)
    if own is None:
        return []
    shop = _shop_orders().filter(own).order_by("-ordered_on", "-pk")[:MOST]
    desk = _desk_orders().filter(own).prefetch_related("lines__product")[:MOST]
    facts = [*map(_of_shop, shop), *map(_of_desk, desk)]
    return sorted(facts, key=_latest_first)


def find(number: str, customer: Customer | None, email: str) -> OrderFacts | None:
    """The person's own order of that number, however it is spelled; None where it is not theirs."""
    own = _own(customer, email)
    if own is None or not order_spelling.of(number):
        return None
    shop = dict(_shop_orders().filter(own).values_list("number", "pk"))
    desk = dict(_desk_orders().filter(own).values_list("number", "pk"))
    chosen = order_spelling.choose(number, [*shop, *desk])
    if chosen in shop:
        return _of_shop(ShopOrder.objects.get(pk=shop[chosen]))
    if chosen in desk:
        return _of_desk(Order.objects.prefetch_related("lines__product").get(pk=desk[chosen]))
    return None


def reader_of(ticket: Ticket) -> Customer | None:
    """The ticket's customer, where the address or number that its answer goes to is confirmed.

    None where the customer was recognised by what an order taught: who reads may be anybody.
    """
    customer = ticket.customer
    if customer is None:
        return None
    if ticket.channel in WHATSAPPS:
        identities = customers.normalised(phone=ticket.phone, user_id=ticket.user_id)
    else:
        identities = customers.normalised(email=ticket.email)
    return customer if customers.is_proven(_family(customer.pk), identities) else None


def unconfirmed(customer: Customer) -> str:
    """What staff are told of a ticket whose customer :func:`reader_of` does not vouch for."""
    return _(
        "This address was learnt from an order of %(customer)s and is not confirmed: make sure that"
        " it is theirs before you tell anything of other orders, then confirm it on their page."
    ) % {"customer": customer}


def is_known(number: str) -> bool:
    """Whether there is such an order at all, for staff: whose it is is not told."""
    pattern = order_spelling.pattern(number)
    if not pattern:
        return False
    return (
        ShopOrder.objects.filter(number__iregex=pattern).exists()
        or Order.objects.filter(number__iregex=pattern).exists()
    )


def _shop_orders() -> QuerySet[ShopOrder]:
    return ShopOrder.objects.alias(address=_ADDRESS)


def _desk_orders() -> QuerySet[Order]:
    return Order.objects.counted().alias(address=_ADDRESS)


def _own(customer: Customer | None, email: str) -> Q | None:
    """Which rows are the person's own; None where neither customer nor address is known."""
    address = email.strip().lower()
    if not address and customer is None:
        return None
    own = Q(address=address) if address else Q(pk__in=())
    if customer is None:
        return own
    family = _family(customer.pk)
    if address and not customers.is_proven(family, customers.normalised(email=address)):
        return own
    rows = CustomerIdentity.objects.filter(
        customer__in=family, kind=CustomerIdentity.Kind.EMAIL, is_confirmed=True
    )
    theirs = Q(address__in={value.lower() for value in rows.values_list("value", flat=True)})
    # A mailbox that two customers share does not give one of them the other's orders.
    return own | Q(customer__in=family) | (theirs & Q(customer=None))


def _family(customer_id: int) -> list[int]:
    """The customer, and whoever was merged into them or they into; also through a third."""
    table = connection.ops.quote_name(Customer._meta.db_table)  # noqa: SLF001 - Django's own API
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY.format(table=table), [customer_id])
        return [pk for (pk,) in cursor.fetchall()]


def _latest_first(facts: OrderFacts) -> tuple[int, int]:
    return (-facts.ordered_on.toordinal() if facts.ordered_on else 0, -facts.pk)


def _of_shop(row: ShopOrder) -> OrderFacts:
    return OrderFacts(
        source="shop",
        pk=row.pk,
        number=row.number,
        status=row.status,
        ordered_on=row.ordered_on,
        delivery_date=row.delivery_date,
        total=row.total,
        currency=row.currency,
        items=tuple(filter(None, map(str.strip, row.items.splitlines()))),
        carrier=row.carrier,
        tracking_number=row.tracking_number,
    )


def _of_desk(row: Order) -> OrderFacts:
    return OrderFacts(
        source="desk",
        pk=row.pk,
        number=row.number,
        status=row.get_status_display(),
        status_code=row.status,
        ordered_on=timezone.localdate(row.created_at),
        delivery_date=row.delivery_date,
        total=row.total,
        currency=row.currency,
        items=tuple(map(_line, row.lines.all())),
    )


def _line(line: OrderLine) -> str:
    goods = line.description or (str(line.product) if line.product else "")
    if line.quantity is None:
        return goods
    unit = "x" if line.unit == OrderLine.Unit.PIECE else line.unit
    return f"{line.quantity.normalize():f} {unit} {goods}".strip()
