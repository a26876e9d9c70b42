"""What may be told about an order, and to whom: the one place that knows whose an order is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from crm.models import Customer


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as a reply may state it; empty or None where it is not known.

    ``source`` says which table it is of: the shop's orders, or purchase orders of the
    order desk; ``pk`` is its row there. ``status`` is in words for the customer.
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


def of_person(customer: Customer | None, email: str) -> list[OrderFacts]:
    """The person's own orders, the latest first: those of the customer and of the address.

    ``email`` is the address that the answer goes to, never merely one that a message names.
    """
    raise NotImplementedError


def find(number: str, customer: Customer | None, email: str) -> OrderFacts | None:
    """The person's own order of that number, however it is spelled; None where it is not theirs."""
    raise NotImplementedError


def is_known(number: str) -> bool:
    """Whether there is such an order at all, for staff: whose it is is not told."""
    raise NotImplementedError
