"""Setting a source up: its tables, its files, how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from django.contrib.auth.models import User

    from crm.models import DataSource, SourceFile, SourceTable


@dataclass(frozen=True, slots=True)
class Sample:
    """A table's first rows as read."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    # Rows that cannot be read: (number, sentence).
    broken: Sequence[tuple[int, str]] = ()


def create_source(name: str, kind: str, *, by: User | None = None, **values: Any) -> DataSource:
    """A source; iSaVigne and Odoo ones with the tables they have. Raises DomainError."""
    raise NotImplementedError


def add_table(source: DataSource, entity: str, name: str = "") -> SourceTable:
    """A table in its place of the order (customers, products, then what names them)."""
    raise NotImplementedError


def attach_file(  # noqa: PLR0913 - what a file of a table is
    table: SourceTable,
    content: IO[bytes],
    *,
    filename: str,
    by: User | None = None,
    position: int = 0,
    join_from: str = "",
    join_to: str = "",
) -> SourceFile:
    """Keep the file, find out how to read it; a later file of the same place replaces it.

    Raises DomainError where it is no CSV or spreadsheet, too big, or a bomb.
    """
    raise NotImplementedError


def choose_style(file_id: int, chosen: Mapping[str, Any]) -> SourceFile:
    """Read the file otherwise than detected; the columns are read anew. Raises DomainError."""
    raise NotImplementedError


def sample(table: SourceTable, *, limit: int = 20) -> Sample:
    """The first rows, as read, joined; raises DomainError."""
    raise NotImplementedError
