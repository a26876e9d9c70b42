"""What the support desk's API takes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from backoffice.core import local_days
from backoffice.core.api import RowId, Text
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.widgets import Day as DayCell
from backoffice.messaging.models import Channel  # noqa: TC001 - pydantic reads it
from crm.customers import normalised_value
from crm.models import CustomerIdentity
from support.figures.asked_period import asked
from support.models import Ticket
from support.order_lookup import shop_orders
from support.status_words import CODES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from backoffice.core.figures.period import Period

Status = Literal[
    "open",
    "new",
    "in_progress",
    "answered",
    "answered_automatically",
    "Nouveau",
    "En cours",
    "Traité",
    "Traité automatiquement",
]
MOST_ORDERS = 1000


def _as_text(value: object) -> object:
    """Order numbers are often whole numbers in a shop's own system."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _told(function: Any) -> Any:  # noqa: ANN401 - any of our cleaning functions
    """The function with its ``DomainError`` as the ``ValueError`` that pydantic reports."""

    def clean(text: str) -> str:
        try:
            return str(function(text))
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error

    return clean


def _email(text: str) -> str:
    return normalised_value(CustomerIdentity.Kind.EMAIL, text) if text.strip() else ""


def _number(text: str) -> str:
    if not (number := shop_orders.number_of(text)):
        raise ValueError(_("Give the order's number."))
    return number


def _items(value: object) -> object:
    """One text of several; what is no list of texts pydantic refuses."""
    is_texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "\n".join(value) if is_texts else value  # type: ignore[arg-type]


def _day(value: object) -> object:
    return DayCell().clean(value) if isinstance(value, str) else value


Email = Annotated[Text, AfterValidator(_told(_email))]
Number = Annotated[Text, BeforeValidator(_as_text), AfterValidator(_number)]
Items = Annotated[Text, BeforeValidator(_items), AfterValidator(shop_orders.items_of)]
Currency = Annotated[Text, AfterValidator(_told(shop_orders.currency_of))]
Day = Annotated[dt.date | None, BeforeValidator(_day)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class MessageIn(BaseModel):
    """A customer's message. The French names are those of the first system.

    ``external_id`` names it for ever: sent again, nothing happens. ``order_number`` is what
    the form's own field says; a number in the text is found without it.
    """

    model_config = ConfigDict(extra="forbid")

    text: Text = Field(
        validation_alias=AliasChoices("text", "message", "message_initial"),
    )
    email: Text = Field("", max_length=254, validation_alias=AliasChoices("email", "email_client"))
    name: Text = Field("", max_length=200, validation_alias=AliasChoices("name", "nom_prenom"))
    phone: Text = Field("", max_length=32)
    subject: Text = Field("", max_length=500)
    order_number: Annotated[Text, BeforeValidator(_as_text)] = Field(
        "",
        max_length=40,
        validation_alias=AliasChoices("order_number", "id_commande", "commande_id"),
    )
    external_id: Annotated[Text, BeforeValidator(_as_text)] = Field("", max_length=200)


class Filters(BaseModel):
    """``received_from`` and ``received_to`` are days of the last message, both included."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    category: Text | None = None
    channel: Channel | None = None
    customer: RowId | None = None
    email: Text | None = None
    order_number: Text | None = None
    assignee: Text | None = None
    message: RowId | None = None
    received_from: dt.date | None = None
    received_to: dt.date | None = None

    def apply(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        wanted: dict[str, Any] = {
            "channel": self.channel,
            "customer": self.customer,
            "email": (self.email or "").strip().lower(),
            "order_number__iexact": self.order_number,
            "assignee__username": self.assignee,
            "thread__message": self.message,
        }
        if self.status == "open":
            wanted["status__in"] = Ticket.OPEN
        elif self.status:
            wanted["status"] = CODES.get(self.status, self.status)
        days = local_days.within("last_message_at", self.received_from, self.received_to)
        tickets = tickets.filter(days, **{name: value for name, value in wanted.items() if value})
        if self.category:
            tickets = tickets.filter(
                Q(category__key=self.category) | Q(category__name=self.category)
            )
        return tickets


class PeriodFilter(BaseModel):
    """The last 30 days, or ``period``, or the days ``from`` to ``to``, both included."""

    model_config = ConfigDict(extra="forbid")

    period: Literal["7", "30", "90", "365", "this_month", "last_month"] | None = None
    since: dt.date | None = Field(None, alias="from")
    until: dt.date | None = Field(None, alias="to")
    channel: Channel | None = None

    def days(self) -> Period:
        """``DomainError`` where the days make no period, by the names that the address has."""
        try:
            return asked(self.period, self.since, self.until)
        except DomainError as error:
            error.field = {"since": "from", "until": "to"}.get(error.field or "", error.field)
            raise


class Approval(BaseModel):
    """``draft_id`` or ``revision`` of the draft that was read; ``body`` where it was changed."""

    model_config = ConfigDict(extra="forbid")

    draft_id: RowId | None = None
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    body: Text | None = None


class Reply(BaseModel):
    """``revision`` is the ticket's when it was read."""

    model_config = ConfigDict(extra="forbid")

    body: Text
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)]


class DraftRejection(BaseModel):
    model_config = ConfigDict(extra="forbid")

    draft_id: RowId | None = None
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    reason: Text = Field("", max_length=2000)


class Regeneration(BaseModel):
    """``tone`` is neutral, formal, warm or brief; left empty, the template's own."""

    model_config = ConfigDict(extra="forbid")

    template_id: RowId | None = None
    tone: Text = ""
    instructions: Text = Field("", max_length=2000)


class CategoryChoice(BaseModel):
    """The category's name, as the list of tickets gives it."""

    model_config = ConfigDict(extra="forbid")

    category: Text = Field(validation_alias=AliasChoices("category", "categorie", "catégorie"))


class Closing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field("", max_length=2000)


class ShopOrderIn(BaseModel):
    """Of an order that is known, only what is given changes. Names as in the sheets."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    number: Number = Field(
        max_length=40, validation_alias=AliasChoices("number", "order_number", "numero_commande")
    )
    email: Email = Field(
        "", max_length=254, validation_alias=AliasChoices("email", "customer_email")
    )
    customer_name: Text = Field("", max_length=200)
    status: Text = Field(
        "", max_length=60, validation_alias=AliasChoices("status", "order_status", "statut")
    )
    ordered_on: Day = Field(
        None, validation_alias=AliasChoices("ordered_on", "order_date", "date_commande")
    )
    delivery_date: Day = Field(
        None, validation_alias=AliasChoices("delivery_date", "date_livraison")
    )
    total: Amount | None = Field(
        None, validation_alias=AliasChoices("total", "order_total", "prix_total")
    )
    currency: Currency = Field("", validation_alias=AliasChoices("currency", "devise"))
    items: Items = Field("", max_length=20_000)
    carrier: Text = Field(
        "", max_length=80, validation_alias=AliasChoices("carrier", "transporteur")
    )
    tracking_number: Text = Field("", max_length=80)


class ShopOrdersIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    orders: list[ShopOrderIn] = Field(min_length=1, max_length=MOST_ORDERS)
