"""What a message says of one watch, and where it says so.

Every reader (the local rules here, a language model elsewhere) returns these types.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

Kind = Literal["sale", "wanted", "question", "trade"]
Condition = Literal["new", "excellent", "good", "used", "vintage"]
Movement = Literal["automatic", "manual", "quartz"]
Authenticity = Literal["authentic", "verified", "replica"]

KINDS: tuple[Kind, ...] = ("sale", "wanted", "question", "trade")
CONDITIONS: tuple[Condition, ...] = ("new", "excellent", "good", "used", "vintage")
MOVEMENTS: tuple[Movement, ...] = ("automatic", "manual", "quartz")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Characters ``start`` to ``end`` of the message, and the ``text`` there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, how sure we are of it (0-1), and where it was read.

    ``value`` is None when the message does not say; ``evidence`` is empty too
    when the value follows from another one (the brand of a reference).
    """

    value: T | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()

    def __bool__(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class ListingItem:
    """One watch of a message. Amounts are in units of ``currency`` (ISO 4217)."""

    type: Found[Kind]
    brand: Found[str] = Found()
    model: Found[str] = Found()
    reference: Found[str] = Found()
    price: Found[Decimal] = Found()
    currency: Found[str] = Found()
    condition: Found[Condition] = Found()
    year: Found[int] = Found()
    size_mm: Found[Decimal] = Found()
    movement: Found[Movement] = Found()
    box: Found[bool] = Found()
    papers: Found[bool] = Found()
    authenticity: Found[Authenticity] = Found()
    confidence: float = 0.0
    span: tuple[int, int] = (0, 0)  # the part of the message that speaks of this watch


FIELDS: tuple[str, ...] = tuple(
    field.name
    for field in fields(ListingItem)
    if field.name not in {"authenticity", "confidence", "span"}
)


def plain(item: ListingItem) -> dict[str, Any]:
    """Return the values alone, as JSON has them: null where the message is silent."""
    return {name: _plain(getattr(item, name).value) for name in FIELDS}


def _plain(value: object) -> object:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
