"""Ids in addresses and forms, which anybody may have typed."""

from __future__ import annotations

# Of PostgreSQL's bigint; Python itself refuses numbers of thousands of digits.
_MOST_DIGITS = 18


def id_in(text: object) -> int:
    """The id that ``text`` holds; 0, which no row has, where it is none."""
    written = str(text)
    return int(written) if written.isdecimal() and len(written) <= _MOST_DIGITS else 0
