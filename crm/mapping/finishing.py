"""The last step of every rule: a value of the field's kind, or nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from crm.canonical import Kind
from crm.mapping.faults import several
from crm.mapping.transformations import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.canonical import CanonicalField
    from crm.mapping.context import Context

# Longer fields keep their lines.
_ONE_LINE = 300
# What reads a text that no step has read.
READERS: Mapping[Kind, str] = {
    Kind.EMAIL: "parse_email",
    Kind.PHONE: "parse_phone",
    Kind.DATE: "parse_date",
    Kind.MOMENT: "parse_moment",
    Kind.DECIMAL: "parse_decimal",
    Kind.INTEGER: "parse_integer",
    Kind.BOOLEAN: "parse_boolean",
    Kind.COUNTRY: "country_code",
    Kind.LANGUAGE: "language_code",
    Kind.CURRENCY: "currency_code",
}
# What a step may give where a field wants another kind.
_FITS: Mapping[str, frozenset[str]] = {
    "decimal": frozenset({Kind.DECIMAL, Kind.INTEGER, Kind.TEXT}),
    "integer": frozenset({Kind.DECIMAL, Kind.INTEGER, Kind.TEXT}),
    "date": frozenset({Kind.DATE, Kind.MOMENT, Kind.TEXT}),
    "moment": frozenset({Kind.DATE, Kind.MOMENT, Kind.TEXT}),
    "boolean": frozenset({Kind.BOOLEAN, Kind.TEXT}),
    "country": frozenset({Kind.COUNTRY, Kind.TEXT}),
    "language": frozenset({Kind.LANGUAGE, Kind.TEXT}),
    "currency": frozenset({Kind.CURRENCY, Kind.TEXT}),
}
_CODES = frozenset({Kind.COUNTRY, Kind.LANGUAGE, Kind.CURRENCY})


def fits(gives: str, kind: Kind) -> bool:
    """Whether a chain that ends with such values can fill a field of this kind."""
    return gives not in _FITS or kind in _FITS[gives]


def finisher(field: CanonicalField, context: Context, gives: str) -> Callable[[Any], Any]:
    """The function from what the steps gave to the field's value; raises Unreadable, Doubtful."""
    one = _text(field) if field.kind == Kind.TEXT else _typed(field, context, gives)
    if field.many:
        return _many(one)

    def finish(value: Any) -> Any:  # noqa: ANN401 - of the field's kind
        if type(value) is list:
            if not value:
                return None
            if len(value) > 1:
                doubt = several(value)
                doubt.value = one(value[0])
                raise doubt
            value = value[0]
        return one(value)

    return finish


def _many(one: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def finish(value: Any) -> list[Any]:  # noqa: ANN401 - as above
        if type(value) is not list:
            value = one(value)
            return value if type(value) is list else [] if value is None else [value]
        found: dict[Any, None] = {}
        for each in value:
            made = one(each)
            found.update(dict.fromkeys(made if type(made) is list else [made]))
        found.pop(None, None)
        return list(found)

    return finish


def _text(field: CanonicalField) -> Callable[[Any], Any]:
    one_line = field.max_length <= _ONE_LINE

    def finish(value: Any) -> str | None:  # noqa: ANN401 - as above
        text = value if type(value) is str else as_text(value)
        if not text.isprintable():
            text = _clean(text, one_line=one_line)
        return text.strip() or None

    return finish


def _clean(text: str, *, one_line: bool) -> str:
    """Without what the database or a page cannot hold; lines kept where they mean something."""
    kept = (
        char if char.isprintable() or char in "\n\t" else " " if char.isspace() else ""
        for char in text.replace("\r\n", "\n")
    )
    lines = "".join(kept).splitlines()
    if one_line:
        return ", ".join(
            part for part in (" ".join(line.split()).strip(",") for line in lines) if part
        )
    return "\n".join(lines)


def as_text(value: Any) -> str:  # noqa: ANN401 - of any kind
    """A value as people and text fields write it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    return str(value)


def _typed(field: CanonicalField, context: Context, gives: str) -> Callable[[Any], Any]:
    read = prepare({"name": READERS[field.kind]}, context).function
    if field.kind in _CODES:
        done = gives == field.kind
        return lambda value: value if done else read(str(value))
    wanted = _WANTED[field.kind]

    def finish(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is str and wanted is not str:
            return read(value)
        return value if type(value) is wanted else _converted(value, field.kind)

    return (
        finish
        if field.kind not in {Kind.EMAIL, Kind.PHONE}
        else _contact(read, done=gives == "contact")
    )


def _contact(read: Callable[[str], Any], *, done: bool) -> Callable[[Any], Any]:
    return lambda value: value if done else read(str(value))


_WANTED: Mapping[Kind, type] = {
    Kind.DATE: dt.date,
    Kind.MOMENT: dt.datetime,
    Kind.DECIMAL: Decimal,
    Kind.INTEGER: int,
    Kind.BOOLEAN: bool,
    Kind.EMAIL: str,
    Kind.PHONE: str,
}


def _converted(value: Any, kind: Kind) -> Any:  # noqa: ANN401 - as above
    """A value of a neighbouring kind (:data:`_FITS`)."""
    if kind == Kind.DECIMAL:
        return Decimal(value)
    if kind == Kind.INTEGER:
        return int(value)
    if kind == Kind.DATE and isinstance(value, dt.datetime):
        # Half past eleven at night in UTC is the next day here.
        return value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    if kind == Kind.MOMENT and isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), ZoneInfo(settings.TIME_ZONE))
    return value
