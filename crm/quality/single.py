"""What a single value has to be: there, short enough, in its range, possible."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.canonical import Kind
from crm.models import Entity, Interaction
from crm.quality.findings import CRITICAL, HIGH, Findings, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.canonical import CanonicalField

# What our columns of money and quantities hold, whatever the field says.
LIMIT = Decimal(999_999_999)
# Before it no cellar had a computer: 01/01/1900 is an empty cell of Excel.
EARLIEST = dt.date(1950, 1, 1)
# Fields that say when something happened: it cannot have happened tomorrow.
PAST: Mapping[Entity, tuple[str, ...]] = {
    Entity.CUSTOMER: ("created_on",),
    Entity.SALE: ("sold_on",),
    Entity.STOCK: ("counted_on",),
}
CHOICES: Mapping[tuple[Entity, str], frozenset[str]] = {
    (Entity.INTERACTION, "channel"): frozenset(Interaction.Channel.values),
    (Entity.INTERACTION, "status"): frozenset(Interaction.Status.values),
}
# What Excel makes of long codes: the last figures are lost.
_SCIENTIFIC = re.compile(r"\s*\d(?:[.,]\d+)?E\+\d{1,3}\s*", re.IGNORECASE)
_CODES = ("key", "customer_key", "product_key", "sku", "barcode")


def check(found: Findings, today: dt.date) -> None:
    """All checks that look at one value, save whether it is there: see :func:`required`."""
    for name in found.rows.values:
        field = found.fields.get(name)
        if field is None:
            continue
        if field.max_length and field.kind in {Kind.TEXT, Kind.EMAIL}:
            _too_long(found, field)
        if field.kind == Kind.DECIMAL:
            _out_of_range(found, field, field.minimum, field.maximum)
        elif name == "vintage":
            # Wine of the harvest to come is sold already; nobody sells the one after.
            _out_of_range(found, field, field.minimum, Decimal(today.year + 1))
        elif field.kind == Kind.DATE:
            _dates(found, field, today)
        elif field.kind == Kind.CURRENCY:
            _listed(found, field, _currencies())
        elif (found.entity, name) in CHOICES:
            _listed(found, field, CHOICES[found.entity, name])
        if name in _CODES:
            _scientific(found, field)


def required(found: Findings) -> None:
    """Last of all: refuse the rows without a value that they cannot do without."""
    groups: dict[str, list[str]] = {}
    for name, field in found.fields.items():
        if name not in found.rows.values:
            continue
        if field.one_of:
            groups.setdefault(field.one_of, []).append(name)
        elif field.required or field.required_if_mapped:
            _required(found, field)
    for names in groups.values():
        if len(names) == 1:
            _required(found, found.fields[names[0]])
        else:
            _one_of(found, tuple(names))


def _required(found: Findings, field: CanonicalField) -> None:
    name = field.name
    for index, value in enumerate(found.rows.values[name]):
        if (value is None or value == "") and not found.refuse(index, (name,)):
            sentence = _("%(field)s is missing: without it the row cannot be used. Fill it in.")
            found.add(index, name, CRITICAL, "required_missing", sentence)


def _one_of(found: Findings, names: tuple[str, ...]) -> None:
    columns = [found.rows.values[name] for name in names]
    for index, values in enumerate(zip(*columns, strict=True)):
        if any(values) or found.refuse(index, names):
            continue
        sentence = _("%(fields)s: nothing is given. Fill in one of them at least.")
        fields = " / ".join(label(found.fields[name]) for name in names)
        found.add(index, names[0], CRITICAL, "required_missing", sentence, fields=fields)


def _too_long(found: Findings, field: CanonicalField) -> None:
    column, limit = found.rows.values[field.name], field.max_length
    if field.many:
        _too_long_in_list(found, field)
    elif max(map(len, filter(None, column)), default=0) > limit:
        sentence = _(
            "%(field)s: “%(value)s” is %(length)d characters long, %(limit)d at most are kept."
            " Shorten it."
        )
        for index, text in enumerate(column):
            if text and len(text) > limit:
                words = {"length": len(text), "limit": limit}
                found.add(index, field.name, HIGH, "too_long", sentence, **words)


def _too_long_in_list(found: Findings, field: CanonicalField) -> None:
    column, limit = found.rows.values[field.name], field.max_length
    if max(map(len, chain.from_iterable(column)), default=0) <= limit:
        return
    sentence = _("%(field)s: “%(value)s” is too long (%(limit)d characters at most). Shorten it.")
    for index, texts in enumerate(column):
        kept = [text for text in texts if len(text) <= limit]
        if len(kept) < len(texts):
            found.add(index, field.name, HIGH, "too_long", sentence, limit=limit)
            # The others of the list are good.
            column[index] = kept


def _out_of_range(
    found: Findings, field: CanonicalField, low: Decimal | None, high: Decimal | None
) -> None:
    column, least, most = found.rows.values[field.name], low, high
    if least is None:
        least = -LIMIT
    if most is None:
        most = LIMIT
    bad = [
        index
        for index, value in enumerate(column)
        if value is not None and not least <= value <= most
    ]
    for index in bad:
        if column[index] < least:
            sentence = _("%(field)s: “%(value)s” is below %(limit)s. Correct it in the source.")
            limit = least
        else:
            sentence = _("%(field)s: “%(value)s” is above %(limit)s. Correct it in the source.")
            limit = most
        found.add(index, field.name, HIGH, "out_of_range", sentence, limit=limit)


def _dates(found: Findings, field: CanonicalField, today: dt.date) -> None:
    column = found.rows.values[field.name]
    if min(filter(None, column), default=today) < EARLIEST:
        sentence = _(
            "%(field)s: “%(value)s” is before 1950, as empty dates are written. Give the real date."
        )
        _mark(found, field, "impossible_date", sentence, (EARLIEST, dt.date.max))
    if field.name not in PAST.get(found.entity, ()):
        return
    if max(filter(None, column), default=today) > today:
        sentence = _("%(field)s: “%(value)s” is in the future. Give the real date.")
        _mark(found, field, "future_date", sentence, (dt.date.min, today))


def _mark(
    found: Findings, field: CanonicalField, code: str, sentence: str, days: tuple[dt.date, dt.date]
) -> None:
    """The values outside of these days."""
    first, last = days
    for index, value in enumerate(found.rows.values[field.name]):
        if value is not None and not first <= value <= last:
            found.add(index, field.name, HIGH, code, sentence)


def _listed(found: Findings, field: CanonicalField, allowed: frozenset[str]) -> None:
    column = found.rows.values[field.name]
    wrong = {value for value in set(column) if value and value not in allowed}
    if not wrong:
        return
    if field.kind == Kind.CURRENCY:
        sentence = _("%(field)s: “%(value)s” is no currency. Give a code such as EUR or CHF.")
        words = {}
    else:
        sentence = _(
            "%(field)s: “%(value)s” is none of %(choices)s. Translate it in the mapping"
            " (map_values)."
        )
        words = {"choices": ", ".join(sorted(allowed))}
    for index, value in enumerate(column):
        if value in wrong:
            found.add(index, field.name, HIGH, "not_in_list", sentence, **words)


def _scientific(found: Findings, field: CanonicalField) -> None:
    """“3,76E+12” was a code until a spreadsheet took it for a number."""
    sentence = _(
        "%(field)s: “%(value)s” is a code that a spreadsheet cut to a number; its last figures"
        " are lost. Export it again as text."
    )
    for index, value in enumerate(found.rows.values[field.name]):
        if value and "E+" in value.upper() and _SCIENTIFIC.fullmatch(value):
            found.add(index, field.name, HIGH, "type_mismatch", sentence)


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.core import get_global  # noqa: PLC0415 - slow import

    return frozenset(get_global("all_currencies"))
