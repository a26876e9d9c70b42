"""Reading JSON of strangers: whatever shape it has, nothing raises and nothing is guessed."""

from __future__ import annotations

import json
from typing import TypeAlias

from backoffice.messaging.cleaning import storable

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"
Mapping: TypeAlias = dict[str, Value]

# Python refuses to read longer ones as numbers; no id has half as many digits.
_MOST_DIGITS = 60


class Unreadable(Exception):
    """These bytes are no JSON that we can read."""


def read(content: bytes) -> Value:
    """What the bytes say; raises :class:`Unreadable`, also for nests too deep to follow."""
    try:
        value: Value = json.loads(content, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    return value


def write(value: Value) -> bytes:
    """ASCII bytes that :func:`read` gives back; halves of surrogate pairs survive as escapes."""
    try:
        return json.dumps(value, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def mapping(value: Value) -> Mapping:
    """The object itself; an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def part(value: Value, *names: str) -> Mapping:
    """The object at that path."""
    for name in names:
        value = mapping(value).get(name)
    return mapping(value)


def rows(value: Value) -> list[Mapping]:
    """The objects of a list; what is none is passed over."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def bare(value: Value) -> str:
    """The text, or the number as text, exactly as it came."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, str | int):
        return str(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else ""


def text(value: Value) -> str:
    """As :func:`bare`, fit for the database, without blanks around it."""
    return storable(bare(value)).strip()


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits
