"""The records of the stand-in for Odoo: what they are, and which of them a domain means."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Record = dict[str, Any]
MOMENT = "%Y-%m-%d %H:%M:%S"

_BASE = {"id": "integer", "active": "boolean", "create_date": "datetime", "write_date": "datetime"}
# Fields by model: a type, or the model that it points to ("many2one res.country").
MODELS: Mapping[str, Mapping[str, str]] = {
    "res.partner": {
        "name": "char",
        "is_company": "boolean",
        "parent_id": "many2one res.partner",
        "commercial_company_name": "char",
        "email": "char",
        "phone": "char",
        "mobile": "char",
        "street": "char",
        "street2": "char",
        "zip": "char",
        "city": "char",
        "state_id": "many2one res.country.state",
        "country_id": "many2one res.country",
        "lang": "selection",
        "vat": "char",
        "ref": "char",
        "category_id": "many2many res.partner.category",
        "customer_rank": "integer",
        "supplier_rank": "integer",
        "comment": "html",
    },
    "res.country": {"name": "char", "code": "char"},
    "res.partner.category": {"name": "char"},
    "product.product": {
        "name": "char",
        "default_code": "char",
        "lst_price": "float",
        "list_price": "float",
        "standard_price": "float",
        "categ_id": "many2one product.category",
        "currency_id": "many2one res.currency",
        "barcode": "char",
        "uom_id": "many2one uom.uom",
        "type": "selection",
        "sale_ok": "boolean",
        "product_tmpl_id": "many2one product.template",
        "qty_available": "float",
        "description_sale": "text",
        "weight": "float",
    },
    "sale.order": {
        "name": "char",
        "date_order": "datetime",
        "partner_id": "many2one res.partner",
        "currency_id": "many2one res.currency",
        "client_order_ref": "char",
        "team_id": "many2one crm.team",
        "website_id": "many2one website",
        "state": "selection",
    },
    "sale.order.line": {
        "order_id": "many2one sale.order",
        "order_partner_id": "many2one res.partner",
        "product_id": "many2one product.product",
        "name": "text",
        "product_uom_qty": "float",
        "product_uom_id": "many2one uom.uom",
        "qty_delivered": "float",
        "price_unit": "float",
        "discount": "float",
        "price_subtotal": "monetary",
        "price_total": "monetary",
        "purchase_price": "float",
        "currency_id": "many2one res.currency",
        "state": "selection",
        "display_type": "selection",
        "is_downpayment": "boolean",
    },
    "stock.location": {"name": "char", "usage": "selection"},
    "stock.quant": {
        "product_id": "many2one product.product",
        "location_id": "many2one stock.location",
        "lot_id": "many2one stock.lot",
        "quantity": "float",
        "reserved_quantity": "float",
        "inventory_date": "date",
    },
}
# What a version calls otherwise, or has not: by the first version that is like the table above.
_BEFORE_19 = {"product_uom_id": "product_uom"}
_SINCE_19_GONE = {"mobile"}
ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    "in": lambda one, other: one in other,
    "not in": lambda one, other: one not in other,
}


class Wrong(Exception):
    """What Odoo would call a ValueError, in its words."""


def fields_of(model: str, version: int, extra: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What ``fields_get`` tells."""
    kinds = {**_BASE, "display_name": "char", **MODELS[model], **extra}
    if version < 19:  # noqa: PLR2004 - the version that renamed it
        kinds = {_BEFORE_19.get(name, name): kind for name, kind in kinds.items()}
    else:
        kinds = {name: kind for name, kind in kinds.items() if name not in _SINCE_19_GONE}
    told = {}
    for name, kind in kinds.items():
        word, _space, relation = kind.partition(" ")
        told[name] = {"type": word, "string": name, "store": name != "display_name"}
        told[name] |= {"relation": relation} if relation else {}
    return told


def matches(record: Record, domain: Sequence[Any], look: Callable[[Record, str], Any]) -> bool:
    """Whether the record is meant: terms in Polish notation, "and" between those left over."""
    stack: list[bool] = []
    for term in reversed(domain):
        if term == "|":
            stack.append(stack.pop() | stack.pop())
        elif term == "&":
            stack.append(stack.pop() & stack.pop())
        elif term == "!":
            stack.append(not stack.pop())
        else:
            stack.append(_holds(record, term, look))
    return all(stack)


def _holds(record: Record, term: Sequence[Any], look: Callable[[Record, str], Any]) -> bool:
    name, operator, wanted = term
    if operator not in ORDERED:
        raise Wrong(f"Invalid operator {operator!r} in domain term {term!r}")
    value = look(record, name)
    if isinstance(value, dt.datetime) and isinstance(wanted, str):
        wanted = dt.datetime.strptime(wanted, MOMENT).replace(tzinfo=dt.UTC)
    if operator in (">", ">=", "<", "<=") and value is False:
        # As NULL in the database: neither more nor less than anything.
        return False
    return ORDERED[operator](value, wanted)


def sort_key(name: str) -> Callable[[Record], tuple[bool, Any]]:
    """By a field; what has none comes last, as PostgreSQL sorts."""
    return lambda record: (record.get(name) is False, record.get(name) or 0)
