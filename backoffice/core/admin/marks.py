"""What was read, shown in the text that it was read from: marked places, coloured by confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["high", "medium", "low"]
HIGH, MEDIUM = 0.85, 0.6


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a value was read; ``field`` is the name of its form field."""

    start: int
    end: int
    field: str
    label: str
    level: Level


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    mark: Mark | None = None


def level_of(confidence: float) -> Level:
    """The colour of a confidence from 0 to 1."""
    if confidence >= HIGH:
        return "high"
    return "medium" if confidence >= MEDIUM else "low"


def pieces_of(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """``text`` cut at its marks; of two that overlap, or begin together, the first one stands."""
    pieces: list[Piece] = []
    position = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start < position or mark.end > len(text) or mark.start >= mark.end:
            continue
        if mark.start > position:
            pieces.append(Piece(text[position : mark.start]))
        pieces.append(Piece(text[mark.start : mark.end], mark))
        position = mark.end
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return tuple(pieces)
