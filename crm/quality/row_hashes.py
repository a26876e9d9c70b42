"""How a row that was refused is known again: by a hash of its raw text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Neither stands in a cell of a spreadsheet.
_BETWEEN = "\x1f"
_NUMBER = "\x1e"


def of_values(values: Iterable[str], number: int | None = None) -> UUID:
    """The hash of a row's texts; with its number for an exact copy of another row."""
    text = _BETWEEN.join(values)
    if number is not None:
        text = f"{text}{_NUMBER}{number}"
    return of_text(text)


def of_broken(raw: Mapping[str, str], number: int | None = None) -> UUID:
    """The hash of a row that did not fit the table's columns."""
    cells = [f"{column}={text}" for column, text in raw.items()]
    return of_values(["", *cells], number)


def of_text(text: str) -> UUID:
    data = text.encode("utf-8", "surrogatepass")
    return UUID(bytes=hashlib.md5(data, usedforsecurity=False).digest())


def clean(text: str) -> str:
    """As PostgreSQL can keep it: no NUL, no half of a character."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
