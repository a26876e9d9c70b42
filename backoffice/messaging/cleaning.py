"""Making strangers' text fit for PostgreSQL and for headers; the raw bytes stay as they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

_UNSAFE_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+"
)


def storable(text: str, limit: int | None = None) -> str:
    """``text`` without NUL and halves of surrogate pairs, at most ``limit`` characters long."""
    # Two halves that belong together become the character they stand for.
    whole = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole[:limit]


def file_name(text: str, limit: int = 255) -> str:
    """``text`` as the name of a file that people and programs can trust; empty if nothing is left.

    Without what ends a header, looks like a path, or turns the letters of "gpj.exe" round.
    """
    return storable(" ".join(_UNSAFE_IN_NAMES.sub(" ", text).split()), limit)


def make_storable(row: Model) -> None:
    """Clean every text of the row and cut it to the length of its column."""
    for column in row._meta.concrete_fields:  # noqa: SLF001 - Django's public name
        value = getattr(row, column.attname)
        if isinstance(value, str):
            setattr(row, column.attname, storable(value, getattr(column, "max_length", None)))
