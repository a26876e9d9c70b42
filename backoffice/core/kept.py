"""Answers that are slow to find, found at most every few seconds however often they are asked for.

Each process keeps its own: the shared cache costs a query as well.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Question = TypeVar("Question", bound="Hashable")
Value = TypeVar("Value")
SECONDS = 10.0
# Times as long as it took to find.
SHARE = 50
# Of one kind of question; the oldest answer goes.
MOST_ANSWERS = 50

_all: list[Kept[Any] | KeptBy[Any, Any]] = []


class Kept(Generic[Value]):
    """Calling it gives ``build()``, some ``SECONDS`` old at most; as a decorator of a function.

    What takes long is kept longer, so that finding it is never more than a fiftieth of the time.
    While one thread looks, the others are given what was found before.
    """

    def __init__(self, build: Callable[[], Value]) -> None:
        self._build = build
        # Until when it is good.
        self._kept: tuple[float, Value] | None = None
        self._lock = threading.Lock()
        _all.append(self)

    def __call__(self) -> Value:
        kept = self._kept
        if kept is not None and time.monotonic() <= kept[0]:
            return kept[1]
        if not self._lock.acquire(blocking=kept is None):
            return cast("tuple[float, Value]", kept)[1]
        try:
            return self._look(unless=kept)
        finally:
            self._lock.release()

    def forget(self) -> None:
        self._kept = None

    def _look(self, *, unless: tuple[float, Value] | None) -> Value:
        if self._kept is not None and self._kept is not unless:
            # Another thread found it while this one waited.
            return self._kept[1]
        began = time.monotonic()
        answer = self._build()
        ended = time.monotonic()
        self._kept = (began + max(SECONDS, SHARE * (ended - began)), answer)
        return answer


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
