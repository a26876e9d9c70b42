"""The shape in which a model is asked to answer: null says that the message does not tell."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from listings.extraction.items import (  # noqa: TC001 - pydantic reads the annotations
    Authenticity,
    Condition,
    Kind,
    Movement,
)

Spoken = Literal[
    "type",
    "brand",
    "model",
    "reference",
    "price",
    "condition",
    "year",
    "size_mm",
    "movement",
    "box",
    "papers",
    "authenticity",
]


class _Strict(BaseModel):
    # Described by their class alone: the schema travels with every request.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        """Drop the one character that JSON can say and PostgreSQL cannot keep."""
        return value.replace("\0", "") if isinstance(value, str) else value


class QuoteAnswer(_Strict):
    field: Spoken
    quote: str = Field(description="Words copied from the message that say so.")


class WatchAnswer(_Strict):
    quote: str = Field(description="The part of the message about this watch, copied exactly.")
    type: Kind
    brand: str | None
    model: str | None
    reference: str | None
    price: float | None
    currency: str | None
    condition: Condition | None
    year: int | None
    size_mm: float | None
    movement: Movement | None
    box: bool | None
    papers: bool | None
    authenticity: Authenticity | None
    quotes: list[QuoteAnswer]
    confidence: float


class ListingAnswer(_Strict):
    items: list[WatchAnswer]

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, data: Any) -> Any:  # noqa: ANN401 - whatever JSON a server sends
        """Take what a server without strict output leaves out as not said.

        The kind and the confidence may stand once for all watches; grounding looks for the
        places of values that come without a quote.
        """
        if not isinstance(data, dict) or not isinstance(data.get("items"), list):
            return data
        shared = {"type": data.get("type"), "confidence": data.get("confidence", 0.8)}
        silent = dict.fromkeys(WatchAnswer.model_fields) | {"quote": "", "quotes": []} | shared
        return {
            "items": [silent | item if isinstance(item, dict) else item for item in data["items"]]
        }
