"""Odoo's values as text: what a file of them would hold."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MOMENT = "%Y-%m-%d %H:%M:%S"


def text(value: Any, kind: str) -> str:  # noqa: ANN401 - whatever the server sent
    """One value: False is "" but for yes and no, amounts lose the noise of binary fractions."""
    if kind == "boolean":
        return "True" if value else "False"
    if value is None or value is False or value == []:
        return ""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        # PostgreSQL takes no NUL, and no half of a pair of signs.
        clean = value.replace("\0", "")
        return clean if clean.isascii() else clean.encode("utf-8", "replace").decode()
    if isinstance(value, dt.datetime):
        return value.strftime(MOMENT)
    return str(value)


def number(value: float) -> str:
    """36.0 as "36", 49.919999999999995 as "49.92"; never with an exponent."""
    shown = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def link(value: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever the server sent
    """Name and number of the record that a many2one points to; empty where it points to none."""
    if isinstance(value, list | tuple) and value:
        name = value[1] if len(value) > 1 else ""
        return text(name, "char"), str(value[0])
    if isinstance(value, int) and not isinstance(value, bool):
        return "", str(value)
    return "", ""


def names(value: Any, known: Mapping[int, str]) -> str:  # noqa: ANN401 - whatever the server sent
    """A list of records as their names."""
    if not isinstance(value, list):
        return ""
    return ",".join(filter(None, (known.get(one, "") for one in value if isinstance(one, int))))


def second_after(moment: str) -> str:
    told = dt.datetime.strptime(moment, MOMENT).replace(tzinfo=dt.UTC)
    return (told + dt.timedelta(seconds=1)).strftime(MOMENT)


def second_of(record: Mapping[str, Any], field: str = "write_date") -> str:
    """The whole second of a record's last change; "" where it has none."""
    value = record.get(field)
    if isinstance(value, dt.datetime):
        return value.strftime(MOMENT)
    # Some versions write fractions: "2026-11-19 08:00:00.123456".
    return str(value)[:19] if value else ""
