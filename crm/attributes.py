"""A wine's attributes as people read and write them: grapes with semicolons, "13,5 %", 2021."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.widgets import Number, Text
from crm.canonical import ATTRIBUTES, CanonicalField, Kind, field_of
from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: tuple[CanonicalField, ...] = tuple(
    field for name in ATTRIBUTES if (field := field_of(Entity.PRODUCT, name))
)
BY_NAME = {field.name: field for field in FIELDS}
NUMBERS = (Kind.DECIMAL, Kind.INTEGER)


def as_text(value: object) -> str:
    """How a cell or a form shows an attribute: lists with semicolons, numbers as we write them."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    if isinstance(value, int | float | Decimal):
        return str(number_format(value, use_l10n=True, force_grouping=False))
    return str(value)


def parse(field: CanonicalField, given: object) -> Any:  # noqa: ANN401 - str, int, Decimal, list or None
    """The attribute that ``given`` states, None where it is empty; raises DomainError."""
    text = Text().clean(given)
    if field.many:
        parts = [part.strip() for part in re.split(r"[;\n]+", text)]
        return [_short(field, part) for part in dict.fromkeys(parts) if part] or None
    if field.kind in NUMBERS:
        return _number(field, text)
    return _short(field, text) or None


def put(attributes: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The attributes with this one set, or without it where there is no value."""
    rest = {key: kept for key, kept in attributes.items() if key != name}
    return rest if value is None else {**rest, name: value}


def others(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What has no field of its own: the paper of a bag, the handle of a box."""
    return {name: value for name, value in attributes.items() if name not in ATTRIBUTES}


def _short(field: CanonicalField, text: str) -> str:
    if field.max_length and len(text) > field.max_length:
        sentence = _("%(field)s: “%(value)s…” is too long, write at most %(limit)d characters.")
        words = {"field": field.label, "value": text[:40], "limit": field.max_length}
        raise DomainError(sentence % words, code="too_long", field=field.name, value=text[:300])
    return text


def _number(field: CanonicalField, text: str) -> int | float | None:
    # "13,5 % vol." is how labels say it.
    bare = re.sub(r"(?i)\s*(%|°)?\s*(vol\.?)?\s*$", "", text)
    try:
        number = Number().clean(bare)
    except ValueError as error:
        raise _no_number(field, text) from error
    if number is None:
        return None
    if field.kind == Kind.INTEGER and number != number.to_integral_value():
        raise _no_number(field, text)
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        sentence = _("%(field)s: %(value)s is not between %(low)s and %(high)s.")
        words = {"field": field.label, "value": text, "low": low, "high": high}
        raise DomainError(sentence % words, code="out_of_range", field=field.name, value=text)
    return int(number) if field.kind == Kind.INTEGER else float(number)


def _no_number(field: CanonicalField, text: str) -> DomainError:
    sentence = _("%(field)s: “%(value)s” is not a number such as %(example)s.")
    example = "2021" if field.kind == Kind.INTEGER else "13,5"
    words = {"field": field.label, "value": text, "example": example}
    return DomainError(sentence % words, code="type_mismatch", field=field.name, value=text)
