"""Answers that are slow to find, found at most every few seconds however often they are asked for.

Each process keeps its own: the shared cache costs a query as well.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Question = TypeVar("Question", bound="Hashable")
Value = TypeVar("Value")
SECONDS = 10.0
# Of one kind of question; the oldest answer goes.
MOST_ANSWERS = 50

_all: list[Kept[Any] | KeptBy[Any, Any]] = []


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


class KeptBy(Generic[Question, Value]):
    """As :class:`Kept`, for each question by itself and for ``seconds``."""

    def __init__(self, answer: Callable[[Question], Value], *, seconds: float) -> None:
        self._answer = answer
        self._seconds = seconds
        self._kept: dict[Question, tuple[float, Value]] = {}
        # A server's threads share it.
        self._lock = threading.Lock()
        _all.append(self)

    def __call__(self, question: Question) -> Value:
        kept = self._kept.get(question)
        if kept is not None and time.monotonic() - kept[0] <= self._seconds:
            return kept[1]
        answer = self._answer(question)
        with self._lock:
            # Last in the dictionary, so that the first one is the oldest.
            self._kept.pop(question, None)
            self._kept[question] = (time.monotonic(), answer)
            if len(self._kept) > MOST_ANSWERS:
                self._kept.pop(next(iter(self._kept)))
        return answer

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


def forget_all() -> None:
    """Count everything anew: what one test counted is not the next one's."""
    for kept in _all:
        kept.forget()
