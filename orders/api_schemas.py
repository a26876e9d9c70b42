"""What the order desk's API takes and gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field

from backoffice.core import local_days, phones
from backoffice.core.api import RowId, Text
from backoffice.messaging.models import Channel  # noqa: TC001 - pydantic reads it
from orders.editing import LineInput
from orders.models import STATUS_WORDS, Order, OrderEvent, OrderLine

if TYPE_CHECKING:
    from django.db.models import QuerySet

ENGLISH = {word: status for status, word in STATUS_WORDS.items()}
Status = Literal["pending", "validated", "rejected", "en_attente", "validee", "rejetee"]
LINE_VALUES = {"description", "quantity", "unit", "unit_price"}
Quantity = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)]
Price = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Unit = Literal["piece", "mille", "kg", "carton", "palette"]
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


def _email(text: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise ValueError(_("Give an e-mail address such as salma@example.com.")) from None
    return text


def _phone(text: str) -> str:
    number = phones.normalise(text, strict=False)
    if text and not number:
        raise ValueError(_("Give a telephone number such as +212600000000."))
    return number


def _currency(code: str) -> str:
    if code and not is_currency(code):
        raise ValueError(_("Give the code of a currency, three capitals such as MAD or EUR."))
    return code


def _day(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(_("Give a day between 2000 and 2100."))
    return day


Email = Annotated[Text, AfterValidator(_email)]
Phone = Annotated[Text, AfterValidator(_phone)]
Currency = Annotated[Text, AfterValidator(_currency)]
Day = Annotated[dt.date, AfterValidator(_day)]


class Filters(BaseModel):
    """``received_from`` and ``received_to`` are days in the company's time, both included."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    channel: Channel | None = None
    customer: RowId | None = None
    received_from: dt.date | None = None
    received_to: dt.date | None = None

    def apply(self, orders: QuerySet[Order]) -> QuerySet[Order]:
        if self.status:
            orders = orders.filter(status=ENGLISH.get(self.status, self.status))
        if self.channel:
            orders = orders.filter(channel=self.channel)
        if self.customer:
            orders = orders.filter(customer=self.customer)
        return orders.filter(local_days.within("created_at", self.received_from, self.received_to))


class LineOut(Schema):
    product: str | None
    description: str
    quantity: Decimal | None
    unit: str
    unit_price: Decimal | None
    total: Decimal | None
    attributes: dict[str, Any]
    confidence: float
    filled_from: str | None

    @staticmethod
    def resolve_product(line: OrderLine) -> str | None:
        return line.product.sku if line.product else None

    @staticmethod
    def resolve_filled_from(line: OrderLine) -> str | None:
        return line.from_history.number if line.from_history else None


class CustomerOut(Schema):
    id: int
    name: str
    company: str


class OrderOut(Schema):
    """``statut`` is the status in the first system's words, ``status_label`` in the caller's."""

    id: int
    number: str
    status: str
    statut: str
    status_label: str
    channel: str
    message_id: int | None
    customer: CustomerOut | None
    contact_name: str
    company: str
    email: str
    phone: str
    language: str
    currency: str
    total: Decimal | None
    delivery_date: dt.date | None
    notes: str
    is_renewal: bool
    renewed_from: str | None
    duplicate_of: str | None
    attention: list[str]
    confidence: float
    read_by: str
    decided_by: str | None
    decided_at: dt.datetime | None
    rejection_reason: str
    created_at: dt.datetime
    updated_at: dt.datetime
    lines: list[LineOut]

    @staticmethod
    def resolve_statut(order: Order) -> str:
        return STATUS_WORDS[order.status]

    @staticmethod
    def resolve_status_label(order: Order) -> str:
        return order.get_status_display()

    @staticmethod
    def resolve_renewed_from(order: Order) -> str | None:
        return order.renewed_from.number if order.renewed_from else None

    @staticmethod
    def resolve_duplicate_of(order: Order) -> str | None:
        return order.duplicate_of.number if order.duplicate_of else None

    @staticmethod
    def resolve_attention(order: Order) -> list[str]:
        return order.attention.splitlines()

    @staticmethod
    def resolve_read_by(order: Order) -> str:
        return order.method

    @staticmethod
    def resolve_decided_by(order: Order) -> str | None:
        return order.decided_by.get_username() if order.decided_by else None


class EventOut(Schema):
    kind: str
    at: dt.datetime
    by: str | None
    changes: dict[str, Any]
    note: str

    @staticmethod
    def resolve_by(event: OrderEvent) -> str | None:
        return event.actor.get_username() if event.actor else None


class OrderDetailOut(OrderOut):
    """``reading``: every value as it was read, with its confidence and where it stood."""

    reading: dict[str, Any]
    events: list[EventOut]


class Rejection(Schema):
    reason: Text = Field(max_length=2000)


class LineIn(BaseModel):
    """``product`` is a product code; left out or empty for goods we do not make."""

    model_config = ConfigDict(extra="forbid")

    product: Text = Field("", max_length=100)
    description: Text = Field("", max_length=500)
    quantity: Quantity | None = None
    unit: Unit = "piece"
    unit_price: Price | None = None
    total: Amount | None = None


class OrderPatch(BaseModel):
    """Only what is given changes. The French names are those of the first system."""

    model_config = ConfigDict(extra="forbid")

    customer_id: RowId | None = None
    duplicate_of_id: RowId | None = None
    contact_name: Text = Field("", max_length=200)
    company: Text = Field("", max_length=200)
    email: Email = Field("", max_length=254)
    phone: Phone = Field("", max_length=32)
    language: Text = Field("", max_length=10)
    notes: Text = Field("", max_length=10_000)
    currency: Currency = Field("", validation_alias=AliasChoices("currency", "devise"))
    total: Amount | None = Field(None, validation_alias=AliasChoices("total", "prix_total"))
    delivery_date: Day | None = Field(
        None, validation_alias=AliasChoices("delivery_date", "date_livraison")
    )
    lines: list[LineIn] | None = Field(None, max_length=1000)
    # In the first system an order had one line; these change the line of an order that has one.
    description: Text = Field(
        "", max_length=500, validation_alias=AliasChoices("description", "nature_produit")
    )
    quantity: Quantity | None = Field(None, validation_alias=AliasChoices("quantity", "quantite"))
    unit: Unit = Field("piece", validation_alias=AliasChoices("unit", "unite"))
    unit_price: Price | None = Field(
        None, validation_alias=AliasChoices("unit_price", "prix_unitaire")
    )

    def edits(self) -> dict[str, Any]:
        """What was given, as the arguments of ``workflow.edit``."""
        lines = None
        if self.lines is not None:
            lines = [LineInput(**line.model_dump()) for line in self.lines]
        return {
            "changes": self.model_dump(exclude_unset=True, exclude={"lines", *LINE_VALUES}),
            "lines": lines,
            "only_line": self.model_dump(exclude_unset=True, include=LINE_VALUES),
        }


class MailboxesOut(Schema):
    """The mailboxes the worker will look into, and how many messages wait to be read."""

    queued: list[str]
    unread: int
