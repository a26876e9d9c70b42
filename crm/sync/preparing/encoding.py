"""Columns of values as PostgreSQL's COPY reads them, a whole column at a time."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

NULL = "\\N"
# Between the values of one cell; no source's text holds it (see `clean`).
BETWEEN = "\x1f"

# What COPY or PostgreSQL's text cannot take as it is: NUL never, a lone half of a pair never.
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_SPECIAL = re.compile("[\\\\\b\f\n\r\t\v]")
_ESCAPES = {
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}


def clean(texts: Sequence[str | None]) -> list[str]:
    """The texts without what a database's text cannot hold; None is ""."""
    filled = [text or "" for text in texts]
    if _FORBIDDEN.search(BETWEEN.join(filled)):
        return [_FORBIDDEN.sub("", text) for text in filled]
    return filled


def texts(column: Sequence[str | None]) -> list[str]:
    """A column of texts; what is empty is NULL."""
    filled = clean(column)
    if _SPECIAL.search(BETWEEN.join(filled)):
        filled = [_SPECIAL.sub(_escape, text) for text in filled]
    return [text or NULL for text in filled]


def booleans(column: Sequence[bool | None]) -> list[str]:
    words = {True: "t", False: "f", None: NULL}
    return [words[value] for value in column]


def others(column: Sequence[object]) -> list[str]:
    """A column of numbers, dates or moments; each value is written out once."""
    known: dict[object, str] = {None: NULL}
    written = []
    for value in column:
        text = known.get(value)
        if text is None:
            text = known[value] = _plain(value)
        written.append(text)
    return written


def documents(column: Sequence[dict[str, Any]]) -> list[str]:
    """A column of JSON objects; an empty one is NULL."""
    return texts([json.dumps(value, ensure_ascii=False) if value else None for value in column])


def lists(column: Sequence[Sequence[str]]) -> list[str]:
    """A column of lists of text as one text each, every value once and in order; not escaped."""
    return [BETWEEN.join(sorted(set(values)) if len(values) > 1 else values) for values in column]


def lines(columns: Sequence[Sequence[str]]) -> list[str]:
    """The rows of some encoded columns."""
    return list(map("\t".join, zip(*columns, strict=True)))


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
