"""Whether a column's content speaks for a slot, says nothing, or contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.canonical import Kind, field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.mapping.suggest.content import Column
    from crm.models import Entity

# Of so many cells a few odd ones are dirt; of fewer nothing is certain.
ENOUGH = 3
MOSTLY_FILLED = 0.6
_OF_EACH_LINE = frozenset({"key", "quantity", "unit_price", "amount", "product_key"})
_LONG = 70

Judge = "Callable[[Column], float]"


def _kind(name: str, least: float = 0.3) -> Callable[[Column], float]:
    return lambda column: column.of(name) if column.of(name) >= least else -1.0


def _name(column: Column) -> float:
    """Words: no figures, addresses, dates or yes and no."""
    if column.of("letters") < 0.5 or column.of("email") > 0.5 or column.date > 0.7:  # noqa: PLR2004 - half of the cells
        return -1.0
    return 0.3 if column.of("flag") < 0.9 or column.length > 4 else -1.0  # noqa: PLR2004 - "oui", "non"


def _text(column: Column) -> float:
    """Anything short that is no address and no date."""
    if column.of("email") > 0.5 or column.date > 0.8:  # noqa: PLR2004 - most of the cells
        return -1.0
    return 0.0


def _word(column: Column) -> float:
    """One of a few words: a category, a colour."""
    if column.of("email") > 0.3 or column.date > 0.5 or column.length > _LONG:  # noqa: PLR2004 - as above
        return -1.0
    if column.number > 0.8 and column.different > 0.5:  # noqa: PLR2004 - prices
        return -1.0
    return 0.2 if column.different < 0.5 else 0.0  # noqa: PLR2004 - as above


def _code(column: Column) -> float:
    """A key of another table: short, and no date, price or yes."""
    if column.length > _LONG or column.of("html") > 0.1:  # noqa: PLR2004 - dirt
        return -1.0
    written = column.of("digits") < 0.5  # noqa: PLR2004 - "20240315" may be a number
    dates = max(column.dates.get("dmy", 0), column.dates.get("ymd", 0))
    return -1.0 if dates > 0.7 and written else 0.2  # noqa: PLR2004 - most


def _unique(column: Column) -> float:
    """A key of its own table: different in nearly every row."""
    if _code(column) < 0 or (column.different < 0.8 and column.count > ENOUGH):  # noqa: PLR2004 - dirt
        return -1.0
    return 0.3 if column.different > 0.95 else 0.1  # noqa: PLR2004 - nearly all


def _date(column: Column) -> float:
    return column.date if column.date >= 0.5 and column.of("ean") < 0.5 else -1.0  # noqa: PLR2004 - half


def _number(column: Column) -> float:
    if column.number < 0.5 or (column.of("ean") > 0.5 and column.of("digits") > 0.9):  # noqa: PLR2004 - half
        return -1.0
    if max(column.dates.get("dmy", 0), column.dates.get("mdy", 0)) > 0.5:  # noqa: PLR2004 - as above
        return -1.0
    return column.number * 0.3


def _alcohol(column: Column) -> float:
    if _number(column) < 0 or not 0 <= column.middle <= 60:  # noqa: PLR2004 - spirits are the most
        return -1.0
    return 0.5


def _price(column: Column) -> float:
    return _number(column) if column.middle < 100_000 else -1.0  # noqa: PLR2004 - EANs and phones


def _size(column: Column) -> float:
    if column.of("size") >= 0.4:  # noqa: PLR2004 - half
        return column.of("size")
    return 0.1 if column.number > 0.8 and 0 < column.middle <= 30_000 else -1.0  # noqa: PLR2004 - bare centilitres


def _barcode(column: Column) -> float:
    if column.of("ean") >= 0.5:  # noqa: PLR2004 - half
        return 1.0
    return 0.0 if column.of("digits") > 0.5 or column.length > 7 else -1.0  # noqa: PLR2004 - inner codes


def _long(column: Column) -> float:
    return -1.0 if column.date > 0.8 or column.of("email") > 0.8 or column.number > 0.9 else 0.1  # noqa: PLR2004 - most


def _postal(column: Column) -> float:
    return column.of("postal") if column.of("postal") >= 0.4 else -1.0  # noqa: PLR2004 - half


def _flag(column: Column) -> float:
    """Yes or no; or since when."""
    share = max(column.of("flag"), column.date)
    return share if share >= 0.6 else -1.0  # noqa: PLR2004 - most


_BY_KIND: Mapping[Kind, Callable[[Column], float]] = {
    Kind.EMAIL: _kind("email"),
    Kind.PHONE: _kind("phone"),
    Kind.DATE: _date,
    Kind.MOMENT: _date,
    Kind.DECIMAL: _number,
    Kind.INTEGER: _kind("year", 0.5),
    Kind.BOOLEAN: _flag,
    Kind.COUNTRY: _kind("country", 0.5),
    Kind.LANGUAGE: _kind("language", 0.5),
    Kind.CURRENCY: _kind("currency", 0.5),
    Kind.TEXT: _text,
}
_BY_FIELD: Mapping[str, Callable[[Column], float]] = {
    "name": _name,
    "company": _name,
    "city": _name,
    "address": _text,
    "postal_code": _postal,
    "segment": _word,
    "category": _word,
    "colour": _word,
    "channel": _word,
    "warehouse": _text,
    "region": _name,
    "appellation": _name,
    "grape_varieties": _name,
    "aromas": _name,
    "alcohol": _alcohol,
    "list_price": _price,
    "cost_price": _price,
    "unit_price": _price,
    "barcode": _barcode,
    "description": _long,
    "notes": _long,
    "response": _long,
    "document": _code,
    "customer_key": _code,
    "product_key": _code,
    "sku": _code,
    "key": _unique,
    "unit": _text,
    "is_sale": _kind("sale_state", 0.6),
}


def judge(entity: Entity, slot: str, column: Column) -> float:
    """-1: cannot be; 0: nothing to say; up to 1: looks just like it."""
    name, _dot, role = slot.partition(".")
    if not column.count:
        return 0.0
    if role == "time":
        verdict = column.of("time") if column.of("time") >= 0.6 else -1.0  # noqa: PLR2004 - most
    elif role == "packing":
        verdict = column.of("sized") if column.of("sized") >= 0.6 else -1.0  # noqa: PLR2004 - most
    elif role == "email":
        verdict = column.of("email") if column.of("email") >= 0.3 else -1.0  # noqa: PLR2004 - dirt
    elif entity == "product" and name == "bottles":
        verdict = _size(column)
    elif entity in {"sale", "interaction"} and name == "customer_key" and role == "":
        verdict = -1.0 if column.of("email") > 0.5 and entity == "sale" else _code(column)  # noqa: PLR2004 - most
    else:
        field = field_of(entity, name)
        verdict = _BY_FIELD.get(name, _BY_KIND[field.kind if field else Kind.TEXT])(column)
    if entity == "sale" and name in _OF_EACH_LINE and column.filled < MOSTLY_FILLED:
        # An order's total or number, on its first line only.
        verdict = -1.0
    if verdict < 0 and column.count < ENOUGH:
        return -0.5
    return verdict
