"""What a source or a file says about all of its values: country, currency, how figures look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.conf import settings

from crm.models import DataSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import SourceTable

DateOrder = Literal["dmy", "mdy", "ymd"]
NumberStyle = Literal["fr", "en", "iso"]

# What a file's style may say, by its detection or by a person.
_ORDERS: Mapping[str, DateOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd", "iso": "ymd"}


@dataclass(frozen=True, slots=True)
class Context:
    """Defaults of the transformations where a step names none."""

    country: str = "FR"
    currency: str = "EUR"
    numbers: NumberStyle = "fr"
    dates: DateOrder = "dmy"


def context_of(table: SourceTable, source: DataSource | None = None) -> Context:
    """The defaults of a table: its source's country and currency, its file's style; one query."""
    source = source or table.source
    numbers: NumberStyle = "fr"
    dates: DateOrder = "dmy"
    if source.kind == DataSource.Kind.ODOO:
        numbers, dates = "iso", "ymd"
    file = table.files.order_by("position").first() if table.pk else None
    if file is not None:
        style = {**file.detected, **{name: value for name, value in file.chosen.items() if value}}
        numbers = _numbers(style, numbers)
        dates = _ORDERS.get(str(style.get("dates") or style.get("date_order") or ""), dates)
    return Context(
        country=source.country or settings.PHONE_REGION,
        currency=source.currency or settings.DEFAULT_CURRENCY,
        numbers=numbers,
        dates=dates,
    )


def _numbers(style: Mapping[str, object], otherwise: NumberStyle) -> NumberStyle:
    sign = style.get("decimal")
    if sign in {",", "comma"}:
        return "fr"
    if sign in {".", "dot", "point"}:
        return "iso" if otherwise == "iso" else "en"
    return otherwise
