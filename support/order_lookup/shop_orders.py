"""Orders of the online shop as they come in: one form for sheets, programs and people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.numbers import is_currency
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import CustomerIdentity
from support.models import ShopOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crm.models import Customer

FIELDS = (
    "customer_name",
    "email",
    "status",
    "ordered_on",
    "delivery_date",
    "total",
    "currency",
    "items",
    "carrier",
    "tracking_number",
)
WRITTEN = (*FIELDS, "customer", "updated_at")
# "#10402", "n° 10402": how shops write a number is not part of it.
_NUMBER_SIGN = re.compile(r"^(?:#|n\s*[°º]|no\.)\s*", re.IGNORECASE)
_BETWEEN_ARTICLES = re.compile(r"[;\n\r]+")
# Advisory lock held while many orders are written.
_WRITING = int.from_bytes(b"shoporde")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "DH": "MAD", "DHS": "MAD"}


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of orders that a shop sent."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def number_of(text: str) -> str:
    """The order number without the sign before it."""
    return _NUMBER_SIGN.sub("", text.strip())


def items_of(text: str) -> str:
    """One article per line, from "4 x Chaise Lin; 1 x Lampe Brume"."""
    parts = (" ".join(part.split()) for part in _BETWEEN_ARTICLES.split(text))
    return "\n".join(part for part in parts if part)


def currency_of(text: str) -> str:
    """The currency's code; ``DomainError`` where there is no such currency."""
    code = text.strip().upper()
    code = _SIGNS.get(code, code)
    if code and not is_currency(code):
        raise DomainError(
            _("“%(value)s” is no currency: write three letters such as EUR.") % {"value": text},
            code="not_a_currency",
            field="currency",
            value=text,
        )
    return code


def owners_of(addresses: Collection[str]) -> dict[str, Customer]:
    """The customers with these confirmed e-mail addresses (lower case); one query.

    An address that several customers in use share says nothing about whose order it is.
    """
    known: dict[str, dict[int, Customer]] = {}
    rows = CustomerIdentity.objects.filter(
        kind=CustomerIdentity.Kind.EMAIL,
        value__in={address for address in addresses if address},
        is_confirmed=True,
    ).select_related("customer__merged_into")
    for row in rows:
        customer = row.customer.merged_into or row.customer
        known.setdefault(row.value, {})[customer.pk] = customer
    found = {}
    for address, customers in known.items():
        in_use = [one for one in customers.values() if one.archived_at is None]
        candidates = in_use or [*customers.values()]
        if len(candidates) == 1:
            found[address] = candidates[0]
    return found


def give_to_owner(order: ShopOrder, owners: Mapping[str, Customer], *, former_email: str) -> None:
    """Set whose order it is by its e-mail; who was chosen by hand stays while that is the same."""
    owner = owners.get(order.email)
    if owner is not None or order.email != former_email:
        order.customer = owner


def hold(numbers: Iterable[str]) -> dict[str, ShopOrder]:
    """The orders with these numbers, held for whoever writes many until the transaction ends.

    A row that is not there cannot be locked: who writes many comes one after the other. Those
    that are there are locked in the order of their ids, as by everybody who locks several.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITING])
    orders = ShopOrder.objects.select_for_update(no_key=True).order_by("pk")
    return {order.number: order for order in orders.filter(number__in=set(numbers))}


@transaction.atomic
def upsert(rows: Sequence[Mapping[str, Any]]) -> Upserted:
    """Write orders by their number; of known ones only what is given changes.

    Each row has ``number`` and any of :data:`FIELDS`, already in their proper form, and no
    number comes twice. Sent again, nothing changes.
    """
    known = hold(row["number"] for row in rows)
    emails = {str(row["email"]) for row in rows if row.get("email")}
    owners = owners_of(emails | {order.email for order in known.values()})
    new, changed = [], []
    for row in rows:
        order = known.get(row["number"]) or ShopOrder(number=row["number"])
        before = _state(order)
        former_email = order.email
        for name in FIELDS:
            if name in row:
                setattr(order, name, row[name])
        give_to_owner(order, owners, former_email=former_email)
        if order.number not in known:
            new.append(order)
        elif _state(order) != before:
            changed.append(order)
    # The form may have made one since we looked; the later words stand.
    written = ShopOrder.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=WRITTEN,
    )
    _update(changed)
    return Upserted(len(written), len(changed), len(rows) - len(written) - len(changed))


def _update(orders: Sequence[ShopOrder]) -> None:
    now = timezone.now()
    for order in orders:
        order.updated_at = now
    ShopOrder.objects.bulk_update(orders, WRITTEN, batch_size=500)


def _state(order: ShopOrder) -> tuple[object, ...]:
    return (order.customer_id, *(getattr(order, name) for name in FIELDS))
