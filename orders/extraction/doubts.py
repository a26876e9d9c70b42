"""Lowering a confidence, with the reason in words for staff."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from orders.reading import Found

T = TypeVar("T")


def doubted(found: Found[T], most: float, note: str) -> Found[T]:
    """``found`` with a confidence of at most ``most``, saying why once."""
    if found.value in (None, ""):
        return found
    notes = found.note if note in found.note else " ".join(filter(None, (found.note, note)))
    return replace(found, confidence=min(found.confidence, most), note=notes)
