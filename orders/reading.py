"""What was understood of a message: the one result type of rules and OpenAI alike.

Every field carries its value, a confidence from 0 to 1 and the place it was
read. The same types are kept as JSON in ``Order.reading`` (see :data:`ADAPTER`).
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from dataclasses import dataclass, field
from decimal import Decimal  # noqa: TC003 - pydantic reads it
from typing import Generic, Literal, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

# What a message asks for. Only "order" and "renewal" become orders.
MessageKind = Literal[
    "order",
    "renewal",
    "quote_request",
    "order_status",
    "complaint",
    "cancellation",
    "change",
    "thanks",
    "advertising",
    "automatic",
    "other",
]
Unit = Literal["piece", "mille", "kg", "carton", "palette"]
Method = Literal["rules", "openai"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read: characters ``start``-``end`` of a document's text.

    ``document`` is the key of a ReadDocument. ``page`` counts from 1 where the
    document has pages. ``text`` is the words themselves.
    """

    document: str
    start: int
    end: int
    text: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, how sure we are, and where it comes from.

    ``note`` is a sentence or code for staff: why the confidence is low, or from
    which order the value was filled.
    """

    value: T | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineReading:
    """One product line. ``product`` is a product code, or empty for goods we do not make."""

    description: Found[str]
    product: Found[str]
    quantity: Found[Decimal]
    unit: Found[Unit]
    unit_price: Found[Decimal] = field(default_factory=Found)
    total: Found[Decimal] = field(default_factory=Found)
    size: Found[str] = field(default_factory=Found)  # "18x35", in cm
    grammage: Found[str] = field(default_factory=Found)  # "90", g/m²
    paper: Found[str] = field(default_factory=Found)  # "kraft brun"
    printing: Found[str] = field(default_factory=Found)  # "2 couleurs"


@dataclass(frozen=True, slots=True)
class CustomerReading:
    """Who orders: a person's name without title, the firm, e-mail, phone in E.164."""

    name: Found[str] = field(default_factory=Found)
    company: Found[str] = field(default_factory=Found)
    email: Found[str] = field(default_factory=Found)
    phone: Found[str] = field(default_factory=Found)


@dataclass(frozen=True, slots=True)
class Learned:
    """A value that earlier decisions gave: id of the LearnedFact, form field, and a sentence."""

    fact: int
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class OrderReading:
    """A message, understood.

    ``renewed_number`` is the order named by a repeat order ("CMD-2025-00231").
    ``excluded`` are product codes a repeat order leaves out ("sauf les
    sachets"). ``warnings`` are sentences for staff (rows of a table that were
    not understood, a total that does not match its lines).

    The proposal adds ``recognised`` (the id of the customer it is from, and why),
    ``names`` (what the sender is called in it, as learning keeps names) and what was
    ``learned`` from earlier decisions.
    """

    kind: Found[MessageKind]
    is_order: Found[bool]
    is_renewal: Found[bool]
    customer: CustomerReading = field(default_factory=CustomerReading)
    lines: tuple[LineReading, ...] = ()
    currency: Found[str] = field(default_factory=Found)
    total: Found[Decimal] = field(default_factory=Found)
    delivery_date: Found[dt.date] = field(default_factory=Found)
    renewed_number: Found[str] = field(default_factory=Found)
    excluded: tuple[str, ...] = ()
    language: str = ""
    method: Method = "rules"
    warnings: tuple[str, ...] = ()
    recognised: Found[int] = field(default_factory=Found)
    names: tuple[str, ...] = ()
    learned: tuple[Learned, ...] = ()


ADAPTER: TypeAdapter[OrderReading] = TypeAdapter(OrderReading)
