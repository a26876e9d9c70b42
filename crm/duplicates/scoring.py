"""The probability that two customers are one, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from crm.duplicates.evidence import Reason, compare

if TYPE_CHECKING:
    from crm.duplicates.frequencies import Frequencies
    from crm.duplicates.records import Record

# Fitted to labelled pairs (docs/crm-duplicates.md): the pieces of evidence are not independent,
# so their sum says more than it should.
SLOPE, SHIFT = 0.64, -0.25
# What is shown to a person, and what leaves no doubt: may be merged many at a time.
LIKELY, CERTAIN = 0.6, 0.99
# Before anything is compared: one pair in so many is a duplicate.
FEWEST = 1500


@dataclass(frozen=True, slots=True)
class Score:
    probability: float
    reasons: tuple[Reason, ...]


def prior(known: Frequencies) -> float:
    """Logarithm of the odds before anything is compared."""
    return -log(max(known.customers, FEWEST)) - 1.5


def score(one: Record, other: Record, known: Frequencies, *, least: float = 0.0) -> Score:
    """How likely the two are one, 0-1; below ``least`` it may be told without all reasons."""
    before = prior(known)
    sum_ = (log(least / (1 - least)) - SHIFT) / SLOPE - before if least else float("-inf")
    reasons = compare(one, other, known, least=sum_)
    return Score(probability(before + sum(reason.weight for reason in reasons)), tuple(reasons))


def probability(sum_: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, SLOPE * sum_ + SHIFT))))
