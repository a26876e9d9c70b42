"""How well messages are read: precision, recall and F1 per field against labelled ones.

A label is a JSON object beside the message (``x.eml`` and
``x.expected.json``) in the shape that :func:`shape_all` gives the readings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orders.reading import OrderReading

Shape = dict[str, Any]

FIELDS = (
    "is_order",
    "is_renewal",
    "customer.name",
    "customer.company",
    "customer.email",
    "customer.phone",
    "lines",
    "line prices",
    "currency",
    "total",
    "delivery_date",
    "others",
)


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def shape(reading: OrderReading) -> Shape:
    """Return a reading as a label has it: plain JSON values, null for what is not known."""
    return {
        "is_order": bool(reading.is_order.value),
        "is_renewal": bool(reading.is_renewal.value),
        "customer": {
            "name": reading.customer.name.value or None,
            "company": reading.customer.company.value or None,
            "email": reading.customer.email.value or None,
            "phone": reading.customer.phone.value or None,
        },
        "lines": [
            {
                "product": line.product.value or None,
                "quantity": _number(line.quantity.value),
                "unit": line.unit.value,
                "unit_price": _number(line.unit_price.value),
            }
            for line in reading.lines
        ],
        "currency": reading.currency.value or None,
        "total": _number(reading.total.value),
        "delivery_date": reading.delivery_date.value.isoformat()
        if reading.delivery_date.value
        else None,
    }


def shape_all(readings: Sequence[OrderReading]) -> Shape:
    """The first order of a message as :func:`shape`; those that follow it as its ``others``."""
    first, *others = map(shape, readings)
    return first | {"others": others} if others else first


@dataclass(slots=True)
class Score:
    """Counts over messages; ``support`` is how often the label has a value."""

    right: int = 0
    wrong: int = 0  # said, but not in the label
    missed: int = 0  # in the label, but not said

    def add(self, said: Counter[object], label: Counter[object]) -> bool:
        """Count one message; tell whether all was right."""
        agreed = sum((said & label).values())
        self.right += agreed
        self.wrong += sum(said.values()) - agreed
        self.missed += sum(label.values()) - agreed
        return said == label

    @property
    def support(self) -> int:
        return self.right + self.missed

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.support if self.support else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Evaluation:
    """Scores per field, and the fields that went wrong in each message."""

    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    messages: int = 0


def evaluate(pairs: Iterable[tuple[str, Shape, Shape]]) -> Evaluation:
    """Compare (message name, what was read, its label) for all messages."""
    result = Evaluation()
    for name, said, label in pairs:
        result.messages += 1
        for field_name in FIELDS:
            right = result.scores[field_name].add(
                _values(said, field_name), _values(label, field_name)
            )
            if not right:
                result.mistakes.setdefault(name, []).append(field_name)
    return result


def _values(data: Shape, field_name: str) -> Counter[object]:
    """What a message says for a field, as a bag of comparable values."""
    if field_name == "others":
        # Each further order as its goods and its day.
        return Counter(
            (frozenset(_values(other, "lines").items()), other.get("delivery_date"))
            for other in data.get("others", [])
        )
    if field_name.startswith("line"):
        with_price = field_name == "line prices"
        keys = ("product", "quantity", "unit") + (("unit_price",) if with_price else ())
        return Counter(
            tuple(_comparable(line.get(key)) for key in keys)
            for line in data["lines"]
            if not with_price or line.get("unit_price") is not None
        )
    value = data
    for key in field_name.split("."):
        value = value[key]
    comparable = _comparable(value)
    return Counter() if comparable in (None, False) else Counter([comparable])


def _comparable(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return round(Decimal(str(value)), 4)
    return " ".join(str(value).casefold().split())
