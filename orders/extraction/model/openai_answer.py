"""The shape in which a model is asked to answer about a message.

Line fields share one quote: with a quote each, a 60-line order would take
longer to write down than a request may last. Every field is required, as strict
structured output demands; null says that the message does not tell.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from orders.reading import MessageKind, Unit  # noqa: TC001 - as above

Confidence = float


class _Strict(BaseModel):
    # Described by their class alone: the schema travels with every request.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        """Drop the one character that JSON can say and PostgreSQL cannot keep."""
        return value.replace("\0", "") if isinstance(value, str) else value


class KindAnswer(_Strict):
    value: MessageKind
    quote: str
    confidence: Confidence


class TextAnswer(_Strict):
    value: str | None
    quote: str = Field(description="Words copied from the message that say so; empty if none.")
    confidence: Confidence


class NumberAnswer(_Strict):
    value: float | None
    quote: str
    confidence: Confidence


class DateAnswer(_Strict):
    value: dt.date | None
    quote: str
    confidence: Confidence


class LineAnswer(_Strict):
    quote: str = Field(description="The row or words that order this line, copied exactly.")
    product: str | None = Field(description="A code of the catalogue; null for other goods.")
    description: str
    quantity: float | None
    unit: Unit
    unit_price: float | None
    total: float | None
    size: str | None = Field(description="Like 22x10x29, in cm.")
    grammage: str | None = Field(description="Figures only, g/m².")
    paper: str | None
    printing: str | None
    confidence: Confidence


class OtherOrderAnswer(_Strict):
    label: TextAnswer = Field(description="What tells it apart: its number, place or day.")
    lines: list[LineAnswer]
    total: NumberAnswer
    delivery_date: DateAnswer


class OrderAnswer(_Strict):
    kind: KindAnswer
    language: Literal["fr", "ar", "ar-Latn", "en", "es", "other"]
    name: TextAnswer
    company: TextAnswer
    email: TextAnswer
    phone: TextAnswer
    lines: list[LineAnswer]
    currency: TextAnswer
    total: NumberAnswer
    delivery_date: DateAnswer
    renewed_number: TextAnswer
    excluded: list[str]
    # What follows the first order, where the message holds several; nearly always empty.
    others: list[OtherOrderAnswer] = Field(default_factory=list)
