"""Steps of a period, as every desk cuts one (:mod:`backoffice.core.figures.steps`)."""

from __future__ import annotations

from backoffice.core.figures.steps import (
    MOST_DAYS,
    MOST_WEEKS,
    Bucket,
    Step,
    Unit,
    heading,
    moments,
    months_of,
    steps_of,
)

__all__ = [
    "MOST_DAYS",
    "MOST_WEEKS",
    "Bucket",
    "Step",
    "Unit",
    "heading",
    "moments",
    "months_of",
    "steps_of",
]
