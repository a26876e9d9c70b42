"""Patterns of references: compiled, fitting, and never slow."""

from __future__ import annotations

import re
import time

import pytest

from backoffice.core.errors import DomainError
from listings.extraction.catalogue import LONGEST_REFERENCE, shipped_rows
from listings.reading import patterns


@pytest.mark.parametrize("row", shipped_rows("grammars"), ids=lambda row: row["example"])
def test_shipped_patterns_are_safe(row: dict[str, str]):
    patterns.check(row["pattern"], row["example"])


@pytest.mark.parametrize(
    ("pattern", "example", "field"),
    [
        ("(", "1", "pattern"),
        ("(a+)+b", "aab", "pattern"),
        ("(a|aa)+b", "aab", "pattern"),
        ("(?:[a-z]{1,5}){1,12}9", "abc9", "pattern"),
        ("(a?){30}a{30}", "a" * 30, "pattern"),
        (r"\d*\d*\d*x", "12x", "pattern"),
        (r"(\d)\1", "11", "pattern"),
        (r"(?=\d)\d{4}", "1234", "pattern"),
        (r"\d*", "1234", "pattern"),
        ("(" * 3000 + "a" + ")" * 3000, "a", "pattern"),
        (r"\d{4}", "12345", "example"),
        (r"\d{4}", "", "example"),
    ],
)
def test_a_pattern_that_would_harm_is_refused(pattern: str, example: str, field: str):
    with pytest.raises(DomainError) as refused:
        patterns.check(pattern, example)

    assert refused.value.field == field


@pytest.mark.parametrize("pattern", [r"M?\d{4,6}[A-Z]*", r"\d{3}-[A-Z]{2,}(?:/\d+)?", "a*b?c*d?"])
def test_what_is_taken_answers_at_once_whatever_the_text(pattern: str):
    texts = [letter * LONGEST_REFERENCE for letter in "a1c-"] + ["ac" * 20, "1-a/" * 10]
    begun = time.process_time()

    assert patterns.is_safe(pattern)
    for text in texts:
        re.fullmatch(pattern, text + "!", re.IGNORECASE)

    assert time.process_time() - begun < 0.1
