"""SQL by which a column of ours is made of what a source says, under the field's policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.models import MappingRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Policy = MappingRule.Policy


@dataclass(frozen=True, slots=True)
class Assignment:
    """A column, its value in a new row, and in one that is there (`o`); "" leaves it alone.

    `s` is the staged row, in which what is empty is NULL: an empty value never erases ours.
    """

    column: str
    insert: str
    update: str = ""


def text(name: str, policy: str, *, otherwise: str = "''") -> Assignment:
    """A column of text, "" where nothing is known; ``otherwise`` in a new row without a value."""
    insert = f"coalesce(s.{name}, {otherwise})"
    if policy == Policy.KEEP:
        return Assignment(name, insert)
    if policy == Policy.FILL_EMPTY:
        return Assignment(name, insert, f"coalesce(nullif(o.{name}, ''), s.{name}, '')")
    return Assignment(name, insert, f"coalesce(s.{name}, o.{name})")


def value(name: str, policy: str, *, given: str = "", otherwise: str = "NULL") -> Assignment:
    """A column of any other kind; ``given`` is the SQL of the source's value."""
    given = given or f"s.{name}"
    insert = given if otherwise == "NULL" else f"coalesce({given}, {otherwise})"
    if policy == Policy.KEEP:
        return Assignment(name, insert)
    if policy == Policy.FILL_EMPTY:
        return Assignment(name, insert, f"coalesce(o.{name}, {given})")
    return Assignment(name, insert, f"coalesce({given}, o.{name})")


def consent(name: str, policy: str) -> Assignment:
    """A source may withdraw a consent; only a person gives it back."""
    insert = f"coalesce(s.{name}, true)"
    if policy == Policy.KEEP:
        return Assignment(name, insert)
    return Assignment(name, insert, f"(o.{name} AND s.{name} IS NOT FALSE)")


def texts(
    names: Sequence[str], staged: Mapping[str, object], policies: Mapping[str, str]
) -> list[Assignment]:
    """Those of the columns of text that the mapping fills."""
    return [text(name, policies.get(name, "")) for name in names if name in staged]
