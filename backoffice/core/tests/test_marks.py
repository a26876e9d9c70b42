"""Texts cut at the places that were read."""

from __future__ import annotations

import pytest

from backoffice.core.admin.marks import Mark, level_of, pieces_of


def shown(text: str, *marks: tuple[int, int, str]) -> list[tuple[str, str]]:
    made = [Mark(start, end, field, field, "high") for start, end, field in marks]
    pieces = pieces_of(text, made)
    assert "".join(piece.text for piece in pieces) == text
    return [(piece.text, piece.mark.field if piece.mark else "") for piece in pieces]


def test_of_overlapping_marks_the_first_stands_and_wrong_ones_are_left_out() -> None:
    marks = [(3, 8, "b"), (0, 5, "a"), (8, 99, "c"), (7, 7, "d")]

    assert shown("0123456789", *marks) == [("01234", "a"), ("56789", "")]


def test_of_marks_that_begin_together_the_first_stands() -> None:
    assert shown("0123", (1, 2, "a"), (1, 4, "b")) == [("0", ""), ("1", "a"), ("23", "")]


def test_a_text_without_marks_is_one_piece() -> None:
    assert (shown("0123"), shown("")) == ([("0123", "")], [])


@pytest.mark.parametrize(
    ("confidence", "level"), [(1, "high"), (0.85, "high"), (0.6, "medium"), (0.59, "low")]
)
def test_a_confidence_has_a_colour(confidence: float, level: str) -> None:
    assert level_of(confidence) == level
