"""Making strangers' text fit for PostgreSQL; the raw bytes are kept as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model


def storable(text: str, limit: int | None = None) -> str:
    """``text`` without NUL and halves of surrogate pairs, at most ``limit`` characters long."""
    # Two halves that belong together become the character they stand for.
    whole = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole[:limit]


def make_storable(row: Model) -> None:
    """Clean every text of the row and cut it to the length of its column."""
    for column in row._meta.concrete_fields:  # noqa: SLF001 - Django's public name
        value = getattr(row, column.attname)
        if isinstance(value, str):
            setattr(row, column.attname, storable(value, getattr(column, "max_length", None)))
