"""What is kept for some seconds, and when it is found anew."""

from __future__ import annotations

from backoffice.core.kept import MOST_ANSWERS, KeptBy


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
