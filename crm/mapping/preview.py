"""Real rows, raw beside normalised beside the problem; nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.versions import Rule
    from crm.models import SourceTable


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one row: as read, as it would be kept (as text for people), what is wrong."""

    field: str
    raw: str
    value: str
    # (severity, sentence)
    problems: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Sequence[Cell]
    # Problems of the row as a whole.
    problems: Sequence[tuple[str, str]] = ()
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    fields: Sequence[str]
    rows: Sequence[Row]
    # Rows read, and refused, of those looked at (at most `limit`).
    read: int
    refused: int


def preview(table: SourceTable, rules: Sequence[Rule], *, limit: int = 20) -> Preview:
    """The table's first rows by these rules, checked; two queries at most besides the reading.

    References to other tables are not looked up. Raises DomainError where the rules are wrong.
    """
    raise NotImplementedError
