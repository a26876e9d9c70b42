"""A figure of a period beside the same figure of the period before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Number = TypeVar("Number", int, Decimal)
# Of the normal distribution: 95 of 100 such intervals hold the true rate.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Compared(Generic[Number]):
    now: Number
    before: Number

    @property
    def change(self) -> float | None:
        """0.25 for a quarter more than before; None where there was nothing before."""
        return float((self.now - self.before) / self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` out of ``total``, with how far the true rate may lie from it."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %: honest for few cases and for rates near 0 and 1."""
        if not self.total:
            return 0.0, 1.0
        rate, square = self.hits / self.total, _Z * _Z / self.total
        middle = rate + square / 2
        spread = _Z * math.sqrt(rate * (1 - rate) / self.total + square / (4 * self.total))
        low, high = (middle - spread) / (1 + square), (middle + spread) / (1 + square)
        return max(0.0, low), min(1.0, high)
