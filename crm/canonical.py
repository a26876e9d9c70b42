"""The fields that every source's columns are mapped to: the one list of what we know of a thing.

The names are used in mappings, by REST and in spreadsheets; a name never changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from crm.models.source import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrOrPromise


class Kind(StrEnum):
    """What a field's values are once normalised; the Python type is in :data:`PYTHON_TYPES`."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    MOMENT = "moment"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    COUNTRY = "country"
    LANGUAGE = "language"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class CanonicalField:
    """One field. Empty is ``None`` (a list: ``[]``); ``many`` fields hold a list of values.

    ``required``: a row without it is refused (``required_if_mapped``: where the source has a column
    of it). ``one_of``: of the fields with the same word one at
    least is needed. ``counts``: completeness of a record looks at it (docs/crm-quality.md).
    ``refers_to``: its value is another entity's key.
    """

    name: str
    label: _StrOrPromise
    kind: Kind = Kind.TEXT
    required: bool = False
    required_if_mapped: bool = False
    one_of: str = ""
    many: bool = False
    counts: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 0
    refers_to: Entity | None = None
    # What a heading of this field may be called, folded (core.text.fold); for suggestions.
    known_as: tuple[str, ...] = ()


ZERO = Decimal(0)


def _text(name: str, label: _StrOrPromise, length: int, *, counts: bool = True) -> CanonicalField:
    return CanonicalField(name, label, max_length=length, counts=counts)


def _key(label: _StrOrPromise) -> CanonicalField:
    return CanonicalField("key", label, required=True, max_length=120, counts=False)


_CUSTOMER = (
    _key(_("key in the source")),
    CanonicalField("name", _("name"), one_of="who", max_length=200),
    CanonicalField("company", _("company"), one_of="who", max_length=200, counts=False),
    CanonicalField("email", _("e-mail"), Kind.EMAIL, many=True, max_length=254),
    CanonicalField("phone", _("phone"), Kind.PHONE, many=True),
    _text("address", _("address"), 300),
    _text("postal_code", _("postal code"), 20),
    _text("city", _("city"), 120),
    CanonicalField("country", _("country"), Kind.COUNTRY, max_length=2),
    CanonicalField("language", _("language"), Kind.LANGUAGE, counts=False, max_length=10),
    _text("segment", _("segment"), 60, counts=False),
    CanonicalField("consent_email", _("may be e-mailed"), Kind.BOOLEAN, counts=False),
    CanonicalField("consent_sms", _("may be sent SMS"), Kind.BOOLEAN, counts=False),
    CanonicalField("consent_phone", _("may be called"), Kind.BOOLEAN, counts=False),
    _text("notes", _("notes"), 10_000, counts=False),
    CanonicalField("is_active", _("in use"), Kind.BOOLEAN, counts=False),
    CanonicalField("created_on", _("customer since"), Kind.DATE, counts=False),
    CanonicalField("changed_at", _("changed in the source"), Kind.MOMENT, counts=False),
)

_PRODUCT = (
    _key(_("key in the source")),
    # Empty: the key. Products of two sources with one code or barcode are one product.
    _text("sku", _("code"), 60, counts=False),
    CanonicalField("name", _("name"), required=True, max_length=200),
    _text("category", _("category"), 80),
    _text("price_segment", _("price segment"), 40, counts=False),
    CanonicalField(
        "list_price", _("list price"), Kind.DECIMAL, minimum=ZERO, maximum=Decimal(1_000_000)
    ),
    CanonicalField(
        "cost_price", _("cost price"), Kind.DECIMAL, minimum=ZERO, maximum=Decimal(1_000_000)
    ),
    CanonicalField("currency", _("currency"), Kind.CURRENCY, counts=False, max_length=3),
    _text("unit", _("unit"), 20, counts=False),
    CanonicalField(
        "bottles",
        _("bottles of 75 cl"),
        Kind.DECIMAL,
        minimum=ZERO,
        maximum=Decimal(1000),
        counts=False,
    ),
    _text("barcode", _("barcode"), 20, counts=False),
    _text("description", _("description"), 10_000, counts=False),
    CanonicalField("is_active", _("in use"), Kind.BOOLEAN, counts=False),
    CanonicalField("changed_at", _("changed in the source"), Kind.MOMENT, counts=False),
    # Kept in Product.attributes under these names.
    CanonicalField("grape_varieties", _("grape varieties"), many=True, max_length=60),
    CanonicalField("aromas", _("aromas"), many=True, max_length=60),
    CanonicalField(
        "vintage", _("vintage"), Kind.INTEGER, minimum=Decimal(1900), maximum=Decimal(2100)
    ),
    _text("region", _("region"), 80),
    _text("appellation", _("appellation"), 80),
    _text("colour", _("colour"), 40),
    CanonicalField(
        "alcohol", _("alcohol (% vol.)"), Kind.DECIMAL, minimum=ZERO, maximum=Decimal(100)
    ),
    _text("body", _("body"), 40),
    _text("tannins", _("tannins"), 40),
    _text("sugar", _("sugar"), 40),
)

_SALE = (
    # Nothing mapped: document and product, and which line of the two it is
    # (crm/sync/preparing/line_keys.py).
    CanonicalField(
        "key",
        _("line key in the source"),
        required_if_mapped=True,
        max_length=120,
        counts=False,
    ),
    CanonicalField(
        "customer_key",
        _("customer's key"),
        required=True,
        max_length=120,
        refers_to=Entity.CUSTOMER,
    ),
    CanonicalField(
        "product_key",
        _("product's key"),
        required=True,
        max_length=120,
        refers_to=Entity.PRODUCT,
    ),
    CanonicalField("sold_on", _("date"), Kind.DATE, required=True),
    _text("document", _("document"), 60),
    # Negative: a return.
    CanonicalField(
        "quantity",
        _("quantity"),
        Kind.DECIMAL,
        required=True,
        minimum=Decimal(-100_000),
        maximum=Decimal(100_000),
    ),
    _text("unit", _("unit"), 30, counts=False),
    # Empty: quantity x the product's bottles.
    CanonicalField("bottles", _("bottles of 75 cl"), Kind.DECIMAL, counts=False),
    CanonicalField(
        "unit_price", _("unit price"), Kind.DECIMAL, minimum=ZERO, maximum=Decimal(1_000_000)
    ),
    CanonicalField(
        "discount",
        _("discount (%)"),
        Kind.DECIMAL,
        minimum=ZERO,
        maximum=Decimal(100),
        counts=False,
    ),
    # Without tax, after the discount.
    CanonicalField("amount", _("total"), Kind.DECIMAL),
    # Of the whole line; empty: quantity x the product's cost price.
    CanonicalField("cost", _("cost"), Kind.DECIMAL, counts=False),
    CanonicalField("currency", _("currency"), Kind.CURRENCY, counts=False, max_length=3),
    _text("channel", _("channel"), 60),
    # No: a quotation, a cancelled line (crm.quality.unsold). Empty: yes.
    CanonicalField("is_sale", _("counts as a sale"), Kind.BOOLEAN, counts=False),
    CanonicalField("changed_at", _("changed in the source"), Kind.MOMENT, counts=False),
)

_STOCK = (
    # Empty: product and warehouse.
    CanonicalField("key", _("key in the source"), max_length=200, counts=False),
    CanonicalField(
        "product_key",
        _("product's key"),
        required=True,
        max_length=120,
        refers_to=Entity.PRODUCT,
    ),
    _text("warehouse", _("warehouse"), 80),
    CanonicalField("quantity", _("quantity"), Kind.DECIMAL, required=True),
    CanonicalField("reserved", _("reserved"), Kind.DECIMAL, minimum=ZERO, counts=False),
    CanonicalField("counted_on", _("counted on"), Kind.DATE),
)

_INTERACTION = (
    # Empty: customer, moment, channel and subject.
    CanonicalField("key", _("key in the source"), max_length=120, counts=False),
    CanonicalField(
        "customer_key",
        _("customer's key"),
        required=True,
        max_length=120,
        refers_to=Entity.CUSTOMER,
    ),
    CanonicalField("occurred_at", _("when"), Kind.MOMENT, required=True),
    # A value of Interaction.Channel; see the transformation map_values.
    CanonicalField("channel", _("channel"), required=True, max_length=20),
    _text("campaign", _("campaign"), 120, counts=False),
    _text("subject", _("subject"), 300),
    CanonicalField("status", _("status"), max_length=20, counts=False),
    _text("response", _("response"), 10_000, counts=False),
)

FIELDS: Mapping[Entity, tuple[CanonicalField, ...]] = {
    Entity.CUSTOMER: _CUSTOMER,
    Entity.PRODUCT: _PRODUCT,
    Entity.SALE: _SALE,
    Entity.STOCK: _STOCK,
    Entity.INTERACTION: _INTERACTION,
}
# Of a product, what is kept in its attributes.
ATTRIBUTES = tuple(
    field.name for field in _PRODUCT[[field.name for field in _PRODUCT].index("grape_varieties") :]
)


def field_of(entity: str, name: str) -> CanonicalField | None:
    """The field of this name, or None."""
    return next((field for field in FIELDS[Entity(entity)] if field.name == name), None)


def label_of(entity: str, name: str) -> str:
    """What people call the field of this name; the name itself where there is no such field."""
    field = field_of(entity, name)
    return str(field.label) if field else name


def missing_required(entity: str, mapped: Iterable[str]) -> list[CanonicalField]:
    """The required fields that nothing is mapped to; of a "one of" group its first, once."""
    given = set(mapped)
    groups = {
        field.one_of for field in FIELDS[Entity(entity)] if field.one_of and field.name in given
    }
    missing = []
    for field in FIELDS[Entity(entity)]:
        if field.one_of and field.one_of not in groups:
            groups.add(field.one_of)
            missing.append(field)
        elif field.required and field.name not in given:
            missing.append(field)
    return missing
