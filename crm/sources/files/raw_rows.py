"""What the readers of the single formats give: numbered rows of cells, nothing left out yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Unreadable:
    """In place of a row's cells: why it has none. ``text`` is what could be read of it."""

    text: str
    sentence: str


# The row's place as the person who opens the file counts it, and its cells.
type_of_row = tuple[int, "list[str] | Unreadable"]


class RawRows(Protocol):
    """An open file. ``place`` is where to go on after the row that was given last."""

    # Whether a row that ends early just has empty cells at its end.
    is_ragged: bool

    def rows(self, place: dict[str, Any] | None = None) -> Iterator[type_of_row]: ...

    def place(self) -> dict[str, Any]: ...

    def close(self) -> None: ...
