"""What is kept for some seconds, and when it is found anew."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from backoffice.core.kept import MOST_ANSWERS, SHARE, Kept, KeptBy

if TYPE_CHECKING:
    import pytest


def test_each_question_has_its_own_answer_for_a_while():
    asked: list[str] = []
    for seconds in (60, -1):
        kept = KeptBy[str, None](asked.append, seconds=seconds)
        for question in ("a", "b", "a"):
            kept(question)

    assert asked == ["a", "b", "a", "b", "a"]


def test_the_oldest_answer_goes_where_there_are_many():
    asked: list[int] = []
    kept = KeptBy[int, None](asked.append, seconds=60)

    for number in (*range(MOST_ANSWERS + 1), MOST_ANSWERS, 1, 0):
        kept(number)

    assert asked == [*range(MOST_ANSWERS + 1), 0]


def test_what_is_forgotten_is_asked_anew():
    asked: list[int] = []
    kept = KeptBy[int, None](asked.append, seconds=60)

    kept(1)
    kept.forget()
    kept(1)

    assert asked == [1, 1]


def test_what_takes_long_is_kept_longer(monkeypatch: pytest.MonkeyPatch):
    clock = [100.0]
    monkeypatch.setattr("backoffice.core.kept.SECONDS", 10.0)
    monkeypatch.setattr("backoffice.core.kept.time.monotonic", lambda: clock[0])
    asked: list[float] = []

    def slow() -> int:
        asked.append(clock[0])
        clock[0] += 2.0
        return len(asked)

    kept = Kept(slow)
    answers = [kept()]
    for moment in (2 * SHARE - 1, 2 * SHARE + 1):
        clock[0] = 100.0 + moment
        answers.append(kept())

    assert answers == [1, 1, 2]


def test_while_one_looks_the_others_are_given_what_was_found_before(
    monkeypatch: pytest.MonkeyPatch,
):
    looking, found = threading.Event(), threading.Event()
    asked: list[int] = []

    def build() -> int:
        asked.append(1)
        if len(asked) > 1:
            looking.set()
            found.wait(60)
        return len(asked)

    kept = Kept(build)
    assert kept() == 1
    monkeypatch.setattr(kept, "_kept", (0.0, 1))
    one = threading.Thread(target=kept)
    one.start()
    assert looking.wait(60)

    assert kept() == 1
    found.set()
    one.join()
    assert kept() == 2
