"""Rules from the columns found: what belongs together, and the steps their content asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crm.canonical import FIELDS, Kind
from crm.mapping.builtin import sale_states
from crm.mapping.builtin.isavigne import COLOURS, NO_VINTAGE, WITHOUT_SHARE
from crm.mapping.builtin.odoo import SIZE, YEAR
from crm.mapping.builtin.templates import step
from crm.mapping.rules import Rule
from crm.mapping.storable import MAX_ENTRIES
from crm.mapping.transformations.places import country_of
from crm.mapping.transformations.texts import NOTHING
from crm.models import Entity, Interaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crm.mapping.context import Context
    from crm.mapping.suggest.content import Column

Found = dict[str, "Column"]
Steps = list[dict[str, Any]]
PRICES = {"list_price", "cost_price", "unit_price", "amount", "cost"}
# Written in capitals they are hard to read; codes are left as they are.
NAMES = {"name", "company", "city"}
_MOST_HTML, _MOSTLY = 0.05, 0.6
_CHANNELS = {
    "mail": "email", "e-mail": "email", "email": "email", "emailing": "email", "courriel": "email",
    "newsletter": "email", "sms": "sms", "texto": "sms", "appel": "call", "tel": "call",
    "téléphone": "call", "phone": "call", "call": "call", "anruf": "call", "visite": "visit",
    "visit": "visit", "caveau": "visit", "dégustation": "visit", "whatsapp": "message",
    "message": "message", "chat": "message", "rdv": "meeting", "rendez-vous": "meeting",
    "meeting": "meeting", "réunion": "meeting", "courrier": "post", "post": "post",
    "lettre": "post", "salon": "event", "foire": "event", "event": "event", "événement": "event",
    "autre": "other", "other": "other",
}  # fmt: skip
_STATUSES = {
    "prévu": "planned", "planned": "planned", "à faire": "planned", "envoyé": "sent",
    "sent": "sent",
    "délivré": "delivered", "delivered": "delivered", "reçu": "delivered", "ouvert": "opened",
    "opened": "opened", "open": "opened", "lu": "opened", "cliqué": "clicked", "click": "clicked",
    "clicked": "clicked", "clic": "clicked", "répondu": "replied", "replied": "replied",
    "bounce": "bounced", "bounced": "bounced", "rebond": "bounced", "erreur": "bounced",
    "désabonné": "unsubscribed", "unsubscribed": "unsubscribed", "désinscrit": "unsubscribed",
    "fait": "done", "done": "done", "terminé": "done", "réalisé": "done",
}  # fmt: skip


def compose(entity: Entity, found: Found, context: Context) -> list[Rule]:
    """The rules of the fields whose columns were found, in the order of the fields."""
    rules = []
    for field in FIELDS[entity]:
        columns, steps = _of(entity, field.name, field.kind, found, context)
        if columns:
            unique = tuple(dict.fromkeys(column.heading for column in columns))
            rules.append(Rule(field.name, unique, tuple(steps)))
    return rules


def _of(
    entity: Entity, name: str, kind: Kind, found: Found, context: Context
) -> tuple[Sequence[Column], Steps]:
    """A field's columns and steps."""
    special = _SPECIAL.get((entity, name)) or _SPECIAL.get((None, name))
    if special is not None:
        columns, steps = special(found, context)
        return columns, steps
    column = found.get(name)
    if column is not None:
        return [column], [*_nothing(column), *_steps(name, kind, column, context)]
    opposite = found.get(f"{name}.not")
    if opposite is not None:
        return [opposite], [step("parse_boolean", inverted=True)]
    return [], []


def _steps(name: str, kind: Kind, column: Column, context: Context) -> Steps:
    if kind == Kind.TEXT:
        return _text_steps(name, column)
    if kind == Kind.DECIMAL:
        reader = "parse_currency" if name in PRICES else "parse_decimal"
        return [_styled(reader, column, context)]
    if kind in {Kind.DATE, Kind.MOMENT}:
        return [_dated("parse_date" if kind == Kind.DATE else "parse_moment", column, context)]
    return [step(_READERS[kind])]


_READERS = {
    Kind.EMAIL: "parse_email",
    Kind.PHONE: "parse_phone",
    Kind.INTEGER: "parse_integer",
    Kind.BOOLEAN: "parse_boolean",
    Kind.COUNTRY: "country_code",
    Kind.LANGUAGE: "language_code",
    Kind.CURRENCY: "currency_code",
}


def _text_steps(name: str, column: Column) -> Steps:
    steps = []
    if column.of("html") > _MOST_HTML:
        steps.append(step("strip_html"))
    steps.append(step("trim"))
    if name in NAMES and column.of("capitals") > _MOSTLY:
        steps.append(step("capitalize"))
    if name == "colour":
        steps.append(COLOURS)
    return steps


def _nothing(*columns: Column) -> Steps:
    """Only where words for nothing are among the values."""
    said = any(cell.lower() in NOTHING for column in columns for cell in column.nothings)
    return [step("null_to_empty")] if said else []


def _styled(reader: str, column: Column, context: Context) -> dict[str, Any]:
    best = max(column.numbers, key=lambda s: (column.numbers[s], s == context.numbers), default="")
    if not column.count or best in {"", context.numbers}:
        return step(reader)
    # "12.50" reads in every style; in the table's own it may be taken for thousands.
    return step(reader, style=best)


def _dated(reader: str, column: Column, context: Context) -> dict[str, Any]:
    best = max(column.dates, key=lambda o: (column.dates[o], o == context.dates), default="")
    if column.of("two_digit_year") > _MOSTLY:
        order = "mdy" if column.dates.get("mdy", 0) > column.dates.get("dmy", 0) else "dmy"
        return step(reader, format="dd/mm/yy" if order == "dmy" else "mm/dd/yy")
    if not column.count or best in {"", context.dates} or not column.dates[best]:
        return step(reader)
    return step(reader, format=_FORMATS[best])


_FORMATS = {"dmy": "dd/mm/yyyy", "mdy": "mm/dd/yyyy", "ymd": "yyyy-mm-dd", "excel": "excel"}


def _there(found: Found, *slots: str) -> list[Column]:
    return [found[slot] for slot in slots if slot in found]


def _name(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    parts = _there(found, "name.first", "name.last")
    columns = parts if "name.last" in found and (len(parts) > 1 or "name" not in found) else []
    columns = columns or _there(found, "name") or parts
    if columns and columns[0] is found.get("name"):
        columns += _there(found, "name.more")
    if not columns:
        return [], []
    steps = [*_nothing(*columns), step("trim")]
    if len(columns) > 1:
        steps.append(step("join"))
    if any(column.of("capitals") > _MOSTLY for column in columns):
        steps.append(step("capitalize"))
    return columns, steps


def _several(slots: tuple[str, ...], reader: str) -> Any:  # noqa: ANN401 - a function as the others
    def contacts(found: Found, _context: Context) -> tuple[list[Column], Steps]:
        columns = _there(found, *slots)
        steps = [*_nothing(*columns), step(reader)]
        return columns, [*steps, step("collect")] if len(columns) > 1 else steps

    return contacts


def _phones(found: Found, context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "phone.mobile", "phone", "phone.more")
    country = found.get("country")
    if not columns or country is None or not _is_abroad(country, context):
        return _phones_at_home(found, context)
    return [*columns, country], [*_nothing(*columns), step("phones_of_country")]


def _is_abroad(country: Column, context: Context) -> bool:
    return any(country_of(cell) not in {"", context.country} for cell in country.values)


_phones_at_home: Callable[[Found, Context], tuple[list[Column], Steps]] = _several(
    ("phone.mobile", "phone", "phone.more"), "parse_phone"
)


def _address(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "address", "address.2", "address.3")
    steps = [*_nothing(*columns), step("trim")]
    return columns, [*steps, step("join", separator=", ")] if len(columns) > 1 else steps


def _postal(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "postal_code", "country") if "postal_code" in found else []
    return columns, [*_nothing(*columns), step("postal_code")]


def _price(found: Found, context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "list_price", "list_price.tax")[:1]
    steps = [_styled("parse_currency", columns[0], context)] if columns else []
    return columns, [*_nothing(*columns), *steps]


def _bottles(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "bottles", "bottles.packing")[:1]
    if not columns:
        return _of_the_name(found, SIZE, step("bottle_equivalent"))
    return columns, [*_nothing(*columns), _size_step(columns[0])]


def _size_step(column: Column) -> dict[str, Any]:
    if column.of("size") >= _MOSTLY or not column.count:
        return step("bottle_equivalent")
    unit = "l" if column.middle < 19 else "cl" if column.middle < 2000 else "ml"  # noqa: PLR2004 - 0.75, 75, 750
    unit = "ml" if column.middle in {375, 500, 750, 1500, 3000} else unit
    return step("bottle_equivalent", unit=unit)


def _bottles_sold(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "quantity", "unit")
    if len(columns) < 2 or not found["unit"].of("size"):  # noqa: PLR2004 - both are needed
        return [], []
    return columns, [step("bottles_sold")]


def _is_sale(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "is_sale")
    return columns, [*_nothing(*columns), *sale_states.steps()]


def _grapes(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "grape_varieties")
    split = step("split", separator=", ; / +")
    return columns, [*_nothing(*columns), split, WITHOUT_SHARE, step("capitalize")]


def _aromas(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "aromas")
    return columns, [*_nothing(*columns), step("split", separator=", ; /"), step("trim")]


def _vintage(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "vintage")
    if not columns:
        return _of_the_name(found, YEAR, step("parse_integer"))
    return columns, [NO_VINTAGE, step("parse_integer")]


def _of_the_name(
    found: Found, extract: dict[str, Any], reader: dict[str, Any]
) -> tuple[list[Column], Steps]:
    """What has no column of its own, where most names say it: "Meursault 2021 Magnum"."""
    name = found.get("name")
    pattern = re.compile(extract["arguments"]["pattern"], re.IGNORECASE)
    if name is None or not name.count:
        return [], []
    said = sum(bool(pattern.search(cell)) for cell in name.values) / len(name.values)
    return ([name], [extract, reader]) if said > _MOSTLY else ([], [])


def _category(found: Found, _context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "category")
    # "Vins > Rouges", as web shops write it
    shop = [step("split", separator=">", part=-1)]
    deep = any(" > " in cell for column in columns for cell in column.values)
    return columns, [*_nothing(*columns), *(shop if deep else [step("trim")])]


def _key(entity: Entity) -> Any:  # noqa: ANN401 - a function as the others
    def key(found: Found, _context: Context) -> tuple[list[Column], Steps]:
        if "key" in found:
            return _there(found, "key"), [step("trim")]
        for slots in _KEYS_WITHOUT.get(entity, ()):
            columns = _there(found, *slots)
            if len(columns) == len(slots):
                join = [step("join", separator="-")] if len(columns) > 1 else []
                return columns, [step("trim"), *join, step("lowercase")]
        return [], []

    return key


# What tells the rows apart where no column is their key.
_KEYS_WITHOUT: Mapping[Entity, tuple[tuple[str, ...], ...]] = {
    Entity.CUSTOMER: (("email",), ("phone.mobile",), ("phone",)),
    Entity.PRODUCT: (
        ("sku",), ("barcode",), ("name", "vintage", "bottles"), ("name", "vintage"), ("name",),
    ),
}  # fmt: skip


def _reference(name: str) -> Any:  # noqa: ANN401 - a function as the others
    def reference(found: Found, _context: Context) -> tuple[list[Column], Steps]:
        columns = _there(found, name, f"{name}.email", f"{name}.name")[:1]
        if not columns:
            return [], []
        lower = [step("lowercase")] if columns[0] is found.get(f"{name}.email") else []
        return columns, [*_nothing(*columns), step("trim"), *lower]

    return reference


def _occurred(found: Found, context: Context) -> tuple[list[Column], Steps]:
    columns = _there(found, "occurred_at")
    if not columns:
        return [], []
    steps = _steps("occurred_at", Kind.MOMENT, columns[0], context)
    hour = found.get("occurred_at.time")
    if hour is None:
        return columns, [*_nothing(*columns), *steps]
    return [*columns, hour], [*_nothing(*columns, hour), step("trim"), step("join"), *steps]


def _words(name: str, table: Mapping[str, str]) -> Any:  # noqa: ANN401 - a function as the others
    known = {value: value for value in [*Interaction.Channel.values, *Interaction.Status.values]}

    def words(found: Found, _context: Context) -> tuple[list[Column], Steps]:
        columns = _there(found, name)
        whole = {**known, **table}
        # "Appel sortant" is a call as "appel" is.
        for cell in (cell.lower() for column in columns for cell in column.values):
            meant = [whole[word] for word in cell.split() if word in whole]
            if cell not in whole and meant and len(whole) < MAX_ENTRIES:
                whole[cell] = meant[0]
        return columns, [step("map_values", table=whole, otherwise="problem")]

    return words


_SPECIAL: Mapping[tuple[Entity | None, str], Any] = {
    (Entity.CUSTOMER, "name"): _name,
    (Entity.CUSTOMER, "email"): _several(("email", "email.more"), "parse_email"),
    (Entity.CUSTOMER, "phone"): _phones,
    (Entity.CUSTOMER, "address"): _address,
    (Entity.CUSTOMER, "postal_code"): _postal,
    (Entity.PRODUCT, "category"): _category,
    (Entity.PRODUCT, "list_price"): _price,
    (Entity.PRODUCT, "bottles"): _bottles,
    (Entity.PRODUCT, "grape_varieties"): _grapes,
    (Entity.PRODUCT, "aromas"): _aromas,
    (Entity.PRODUCT, "vintage"): _vintage,
    (Entity.SALE, "bottles"): _bottles_sold,
    (Entity.SALE, "is_sale"): _is_sale,
    (Entity.INTERACTION, "occurred_at"): _occurred,
    (Entity.INTERACTION, "channel"): _words("channel", _CHANNELS),
    (Entity.INTERACTION, "status"): _words("status", _STATUSES),
    (None, "customer_key"): _reference("customer_key"),
    (None, "product_key"): _reference("product_key"),
    (Entity.CUSTOMER, "key"): _key(Entity.CUSTOMER),
    (Entity.PRODUCT, "key"): _key(Entity.PRODUCT),
    (Entity.SALE, "key"): _key(Entity.SALE),
}
