"""Rows as readers give them: text as the source has it, some thousands at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from uuid import UUID

# Rows of one batch: one transaction.
BATCH_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read as the table's columns: shifted, too long, undecodable."""

    number: int
    raw: dict[str, str]
    sentence: str


@dataclass(slots=True)
class Batch:
    """Some rows, each a tuple of text in the order of ``Reader.columns``; empty is "".

    Every value is text: codes, phones and postal codes never become numbers. Numbers and dates
    that the source holds as such are written in the table's own style (decimal sign, order of
    dates), dates as ISO where the style is ISO. ``numbers`` are the rows' places as the person
    who opens the file counts them. ``checkpoint``, JSON, is where to go on after this batch.
    """

    rows: list[tuple[str, ...]]
    numbers: list[int]
    checkpoint: dict[str, Any]
    broken: list[BrokenRow] = field(default_factory=list)
    # Rows, by index, that staff mended in quarantine: what StagedRow.row_hash they have there.
    mended: dict[int, UUID] = field(default_factory=dict)


class Reader(Protocol):
    """An open table: closed by ``with``; may be opened again with the same ``inputs``.

    Raises DomainError where the table as a whole cannot be read (no header, empty, a zip bomb,
    a server that refuses): the sentence is for people.
    """

    @property
    def columns(self) -> Sequence[str]:
        """The headings; unique (a second "Nom" is "Nom (2)")."""
        ...

    @property
    def expected(self) -> int:
        """Rows there will be, estimated or counted; 0 where nobody can tell."""
        ...

    def batches(
        self, checkpoint: dict[str, Any] | None = None, size: int = BATCH_ROWS
    ) -> Iterator[Batch]:
        """The rows after the checkpoint (all of them without one), in the source's order."""
        ...

    def cursor(self) -> dict[str, Any]:
        """After the last batch: what ``SourceTable.cursor`` shall be. Files: {}."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
