"""What is read of Odoo: models, columns, and which records count.

The columns of a table are the same whatever the version: what a version does not have (``mobile``
since 19) is empty, what another one calls otherwise (``product_uom`` before 19) has one name. So
a mapping outlives an upgrade. Fields that the estate added itself (``x_...``) come after them.

``country_id`` is a record's name, ``country_id/id`` its number; a list of records
(``category_id``) is their names with "," between. False is empty, but for yes and no:
"True", "False". Moments are "2026-11-21 10:30:00", UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.models.source import Entity

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

Domain = list[Any]


@dataclass(frozen=True, slots=True)
class Related:
    """Columns of the record that a many2one points to: ``<link>/<field>``."""

    link: str
    model: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OdooTable:
    """``older`` names, for a field, what versions before 19 call it."""

    model: str
    fields: tuple[str, ...]
    older: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    # Which records count: the first of these whose fields are all there.
    domains: Sequence[Domain] = ()


_CUSTOMERS = OdooTable(
    "res.partner",
    (
        "id",
        "name",
        "display_name",
        "is_company",
        "parent_id",
        "commercial_company_name",
        "email",
        "phone",
        "mobile",
        "street",
        "street2",
        "zip",
        "city",
        "state_id",
        "country_id",
        "lang",
        "vat",
        "ref",
        "category_id",
        "customer_rank",
        "comment",
        "is_blacklisted",
        "phone_blacklisted",
        "active",
        "create_date",
        "write_date",
    ),
    related=(Related("country_id", "res.country", ("code",)),),
    # Suppliers who never bought are no customers. A nameless record is an address of another one.
    domains=(
        [["name", "!=", False], "|", ["customer_rank", ">", 0], ["supplier_rank", "=", 0]],
        [["name", "!=", False], "|", ["customer", "=", True], ["supplier", "=", False]],
        [["name", "!=", False]],
    ),
)
_PRODUCTS = OdooTable(
    "product.product",
    (
        "id",
        "default_code",
        "name",
        "display_name",
        "categ_id",
        "lst_price",
        "standard_price",
        "currency_id",
        "barcode",
        "uom_id",
        "type",
        "sale_ok",
        "product_tmpl_id",
        # "Millésime: 2021,Contenance: 75 cl"
        "product_template_attribute_value_ids",
        "description_sale",
        "weight",
        "active",
        "create_date",
        "write_date",
    ),
    # All of them: what is sold no more stands in earlier sales.
    older={"product_template_attribute_value_ids": ("attribute_value_ids",)},
)
_SALES = OdooTable(
    "sale.order.line",
    (
        "id",
        "order_id",
        "order_partner_id",
        "product_id",
        "name",
        "product_uom_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "price_subtotal",
        "price_total",
        # Of one unit; only where Odoo's margins are switched on.
        "purchase_price",
        "currency_id",
        "state",
        "display_type",
        "qty_delivered",
        "qty_invoiced",
        "create_date",
        "write_date",
    ),
    older={"product_uom_id": ("product_uom",)},
    related=(
        Related(
            "order_id",
            "sale.order",
            (
                "date_order",
                "partner_id",
                "currency_id",
                "client_order_ref",
                "team_id",
                "website_id",
                "source_id",
                "state",
            ),
        ),
    ),
)
# The quants of a product at a place (one for each lot) are one row; its id is "product-place".
_STOCK = OdooTable(
    "stock.quant",
    (
        "id",
        "product_id",
        "location_id",
        "quantity",
        "reserved_quantity",
        "inventory_date",
        "write_date",
    ),
    # What lies at customers or suppliers, or on the way, is no stock.
    domains=([["location_id.usage", "=", "internal"]],),
)

TABLES: Mapping[Entity, OdooTable] = {
    Entity.CUSTOMER: _CUSTOMERS,
    Entity.PRODUCT: _PRODUCTS,
    Entity.SALE: _SALES,
    Entity.STOCK: _STOCK,
}
# Made by us, after the others: where the sale came from (the website's name, else the team's).
CHANNEL = "order_id/channel"
# As above: purchase_price x product_uom_qty.
COST = "purchase_price/total"

_LINKS = {
    "parent_id",
    "state_id",
    "country_id",
    "categ_id",
    "currency_id",
    "uom_id",
    "product_tmpl_id",
    "order_id",
    "order_partner_id",
    "product_id",
    "product_uom_id",
    "location_id",
    "lot_id",
    "partner_id",
    "team_id",
    "website_id",
    "source_id",
}


def columns(entity: str) -> tuple[str, ...]:
    """The columns that every Odoo gives for this kind of rows, those of the estate's own aside."""
    table = TABLES[Entity(entity)]
    names = [name for one in table.fields for name in _columns_of(one)]
    for related in table.related:
        for one in related.fields:
            names += [f"{related.link}/{name}" for name in _columns_of(one)]
    if table is _SALES:
        names += [CHANNEL, COST]
    return tuple(names)


def domain_of(table: OdooTable, options: Mapping[str, Any], known: Container[str]) -> list[Any]:
    """Which records count: as the table's settings say, else as this version can tell."""
    chosen = options.get("domain")
    if isinstance(chosen, list):
        return chosen
    for domain in table.domains:
        names = [str(one[0]).split(".")[0] for one in domain if isinstance(one, list)]
        if all(name in known for name in names):
            return list(domain)
    return []


def is_link(name: str) -> bool:
    """Whether the field points to one record: it then gives two columns."""
    return name in _LINKS


def _columns_of(name: str) -> tuple[str, ...]:
    return (name, f"{name}/id") if is_link(name) else (name,)
