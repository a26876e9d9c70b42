"""Confidences that mean what they say: of values said with 0.9, nine in ten are right.

What the rules, a model and the checks give is turned into the share that was right on
labelled messages, field by field (``data/calibration.json``, written by
``manage.py calibrate_orders``). Nothing but interpolation happens when a message is read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from orders.checks import DOUBTFUL

if TYPE_CHECKING:
    from orders.reading import Found, OrderReading

T = TypeVar("T")
Points = list[tuple[float, float]]
Curves = dict[str, Points]

FILE = Path(__file__).parent / "data" / "calibration.json"
# A value that a check doubted is not argued back over the bar.
_BELOW_THE_BAR = DOUBTFUL - 0.01


@lru_cache(maxsize=1)
def shipped() -> Curves:
    """The curves that come with the code; none where the file is missing."""
    if not FILE.exists():
        return {}
    fields = json.loads(FILE.read_text("utf-8"))["fields"]
    return {name: [(x, y) for x, y in one["points"]] for name, one in fields.items()}


def apply(reading: OrderReading, curves: Curves | None = None) -> OrderReading:
    """Return the reading with calibrated confidences; values, evidence and notes stay."""
    known = shipped() if curves is None else curves
    if not known:
        return reading

    def of(name: str, found: Found[T]) -> Found[T]:
        return _calibrated(found, known.get(name, []))

    customer = reading.customer
    return replace(
        reading,
        kind=of("is_order", reading.kind),
        is_order=of("is_order", reading.is_order),
        is_renewal=of("is_renewal", reading.is_renewal),
        customer=replace(
            customer,
            name=of("name", customer.name),
            company=of("company", customer.company),
            email=of("email", customer.email),
            phone=of("phone", customer.phone),
        ),
        lines=tuple(
            replace(
                line,
                product=of("product", line.product),
                quantity=of("quantity", line.quantity),
                unit=of("unit", line.unit),
                unit_price=of("unit_price", line.unit_price),
                total=of("unit_price", line.total),
            )
            for line in reading.lines
        ),
        currency=of("currency", reading.currency),
        total=of("total", reading.total),
        delivery_date=of("delivery_date", reading.delivery_date),
    )


def _calibrated(found: Found[T], points: Points) -> Found[T]:
    if not points or found.confidence <= 0:
        return found
    confidence = at(points, found.confidence)
    if found.confidence < DOUBTFUL and found.note:
        confidence = min(confidence, found.confidence, _BELOW_THE_BAR)
    return replace(found, confidence=round(confidence, 2))


def at(points: Points, confidence: float) -> float:
    """Read a curve: straight between its points, in proportion below the first of them."""
    xs = [x for x, _ in points]
    index = bisect_right(xs, confidence)
    if index == 0:
        first, height = points[0]
        return height * confidence / first if first else height
    if index == len(points):
        return points[-1][1]
    (x1, y1), (x2, y2) = points[index - 1], points[index]
    return y1 + (y2 - y1) * (confidence - x1) / (x2 - x1)
