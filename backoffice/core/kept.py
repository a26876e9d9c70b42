"""Counts of whole tables, taken at most every few seconds however often they are asked for.

Each process keeps its own: the shared cache costs a query as well.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")
SECONDS = 10.0

_all: list[Kept[Any]] = []


class Kept(Generic[Value]):
    """Calling it gives ``build()``, at most ``SECONDS`` old; as a decorator of a function."""

    def __init__(self, build: Callable[[], Value]) -> None:
        self._build = build
        self._kept: tuple[float, Value] | None = None
        _all.append(self)

    def __call__(self) -> Value:
        kept = self._kept
        if kept is None or time.monotonic() - kept[0] > SECONDS:
            kept = self._kept = (time.monotonic(), self._build())
        return kept[1]

    def forget(self) -> None:
        self._kept = None


def forget_all() -> None:
    """Count everything anew: what one test counted is not the next one's."""
    for kept in _all:
        kept.forget()
