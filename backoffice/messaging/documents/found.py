"""What a parser found in a file, before it becomes a ReadDocument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """Text with the offset at which each page begins.

    ``scans`` are the pictures of pages without text: (page number from 0, bytes).
    ``note`` is the code of a problem that left part of the document unread.
    """

    text: str
    method: str
    page_starts: tuple[int, ...] = ()
    scans: tuple[tuple[int, bytes], ...] = ()
    note: str = ""
    note_values: tuple[tuple[str, int], ...] = ()


def row(cells: list[str]) -> str:
    """One line of a table: cells joined by ``" | "``, empty ones at the end left out."""
    tidy = [" ".join(cell.replace("|", "/").split()) for cell in cells]
    while tidy and not tidy[-1]:
        tidy.pop()
    return " | ".join(tidy)


def join_pages(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Pages as one text, with the offset of each."""
    starts: list[int] = []
    offset = 0
    for page in pages:
        starts.append(offset)
        offset += len(page) + 2
    return "\n\n".join(pages), tuple(starts)
