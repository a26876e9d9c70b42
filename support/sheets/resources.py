"""Shop orders as a sheet: the shop's own columns, or the words of a French office."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Text
from backoffice.core.text import words
from crm.customers import normalised_value
from crm.models import CustomerIdentity
from support.models import ShopOrder
from support.order_lookup import shop_orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib

# What other sheets call our columns, without accents and punctuation.
ALIASES = {
    "order_number": (
        "numero commande",
        "n commande",
        "no commande",
        "numero de commande",
        "numero",
        "commande",
        "id commande",
        "order",
        "order id",
        "number",
        "reference",
    ),
    "order_date": ("date commande", "date de commande", "date", "commandee le", "ordered on"),
    "customer_email": ("email", "e mail", "mail", "email client", "courriel", "adresse e mail"),
    "customer_name": ("nom", "client", "nom client", "nom du client", "customer", "name"),
    "order_status": ("statut", "etat", "status", "statut commande"),
    "delivery_date": ("date livraison", "date de livraison", "livraison", "livree le"),
    "order_total": ("total", "montant", "prix total", "total ttc", "montant ttc", "amount"),
    "currency": ("devise", "monnaie"),
    "items": ("articles", "article", "produits", "contenu", "lignes"),
    "carrier": ("transporteur",),
    "tracking_number": (
        "suivi",
        "numero suivi",
        "numero de suivi",
        "n suivi",
        "tracking",
        "colis",
    ),
}
KNOWN_HEADINGS = {
    heading: column for column, names in ALIASES.items() for heading in (column, *names)
}
_CURRENCY_AROUND = re.compile(
    r"^(?:[€$£]|[a-z]{3}\b|dhs?\b)?\s*(.*?)\s*(?:[€$£]|[a-z]{3}|dhs?)?$", re.IGNORECASE
)


class Email(Text):
    """An e-mail address in lower case."""

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        text = super().clean(value)
        try:
            return normalised_value(CustomerIdentity.Kind.EMAIL, text) if text else ""
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error


class Amount(Number):
    """A number that may have its currency beside it: "412,00 €"."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - as Number
        if isinstance(value, str) and (found := _CURRENCY_AROUND.match(value.strip())):
            value = found[1] or value
        return super().clean(value)


class Currency(Text):
    """The code of a currency; its sign will do."""

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        try:
            return shop_orders.currency_of(super().clean(value))
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error


class Articles(Text):
    """Articles in one cell, separated by semicolons; in the row one per line."""

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        return shop_orders.items_of(super().clean(value))

    def render(self, value: object, *_obj: object, **_options: object) -> str:
        return "; ".join(str(value or "").splitlines())


class OrderNumber(Text):
    def clean(self, value: object, *_row: object, **_options: object) -> str:
        return shop_orders.number_of(super().clean(value))


class ShopOrderResource(Resource):
    """One row per order, found again by its number; whose it is the e-mail tells."""

    order_number = Field("number", "order_number", OrderNumber())
    order_date = Field("ordered_on", "order_date", Day())
    customer_email = Field("email", "customer_email", Email())
    customer_name = Field("customer_name", "customer_name", Text())
    order_status = Field("status", "order_status", Text())
    delivery_date = Field("delivery_date", "delivery_date", Day())
    order_total = Field("total", "order_total", Amount())
    currency = Field("currency", "currency", Currency())
    items = Field("items", "items", Articles())
    carrier = Field("carrier", "carrier", Text())
    tracking_number = Field("tracking_number", "tracking_number", Text())

    class Meta:
        model = ShopOrder
        # Found by get_instance: all at once, not one query for each row.
        import_id_fields = ()
        fields = tuple(ALIASES)
        export_order = fields

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        given = [str(heading) for heading in dataset.headers or []]
        dataset.headers = [KNOWN_HEADINGS.get(_plain(heading), heading) for heading in given]
        super().before_import(dataset, **options)
        if "order_number" not in dataset.headers:
            sentence = _("The file lacks the column %(missing)s. Known columns: %(known)s.")
            # import-export goes on to the rows whatever is raised here.
            del dataset[0 : len(dataset)]
            raise DomainError(
                sentence % {"missing": "order_number", "known": ", ".join(ALIASES)},
                code="missing_column",
            )
        numbers = [OrderNumber().clean(cell) for cell in dataset["order_number"]]
        self.times = Counter(numbers)
        self.known = shop_orders.hold(numbers)
        cells = dataset["customer_email"] if "customer_email" in dataset.headers else []
        addresses = {Text().clean(cell).lower() for cell in cells}
        self.owners = shop_orders.owners_of(
            addresses | {order.email for order in self.known.values()}
        )

    def before_import_row(self, row: Mapping[str, object], **_options: object) -> None:
        number = OrderNumber().clean(row["order_number"])
        if self.times[number] > 1 and number:
            sentence = _("The order %(number)s stands in several rows: leave one of them.")
            raise ValueError(sentence % {"number": number})

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> ShopOrder | None:
        return self.known.get(OrderNumber().clean(row["order_number"]))

    def import_instance(
        self, instance: ShopOrder, row: Mapping[str, object], **options: object
    ) -> None:
        former_email = instance.email
        super().import_instance(instance, row, **options)  # type: ignore[misc]
        shop_orders.give_to_owner(instance, self.owners, former_email=former_email)

    def skip_row(
        self,
        instance: ShopOrder,
        original: ShopOrder,
        row: Mapping[str, object],
        import_validation_errors: object = None,
    ) -> bool:
        """Whether nothing changes, the customer included, who stands in no column."""
        same: bool = super().skip_row(  # type: ignore[misc]
            instance, original, row, import_validation_errors
        )
        return same and instance.customer_id == original.customer_id


def _plain(heading: str) -> str:
    plain = " ".join(words(heading.replace("_", " ")))
    return plain if plain in KNOWN_HEADINGS else heading.strip().casefold()
