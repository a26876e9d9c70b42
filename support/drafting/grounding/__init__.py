"""Whether a text says more than it was given: numbers, dates, names and promises checked."""

from __future__ import annotations

from support.drafting.grounding.given import Given
from support.drafting.grounding.joined import joined
from support.drafting.grounding.judging import longest, plain, problem

__all__ = ["Given", "joined", "longest", "plain", "problem"]
