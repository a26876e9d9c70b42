"""What the addresses below /api/listings/ take."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backoffice.core.api import RowId, Text
from listings.asking import answering
from listings.search import filters

Type = Literal["sale", "wanted", "question", "trade"]
Condition = Literal["new", "excellent", "good", "used", "vintage"]
State = Literal["proposed", "contacted", "done", "dismissed", "gone"]
Name = Annotated[Text, Field(max_length=120)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1800, le=2100)]


class Strict(BaseModel):
    """A name that is not known is more likely a slip than meant.

    The text below a field is its description at ``/api/docs``.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class SearchIn(Strict):
    """Empty filters do not filter; prices are in euros, ends included."""

    query: Annotated[Text, Field(max_length=1000)] = ""
    """In plain words, in any of five languages; empty: the newest first."""
    types: Annotated[tuple[Type, ...], Field(max_length=4)] = ()
    """Any of sale, wanted, question, trade."""
    brand: Name = ""
    """As the catalogue writes it."""
    model: Name = ""
    """The family, as the catalogue writes it."""
    reference: Annotated[Text, Field(max_length=60)] = ""
    """In any spelling: 126610LN, 126610 ln."""
    price_from: Amount | None = None
    """Euros."""
    price_to: Amount | None = None
    """Euros."""
    conditions: Annotated[tuple[Condition, ...], Field(max_length=5)] = ()
    """Any of new, excellent, good, used, vintage."""
    year_from: Year | None = None
    """Of the watch."""
    year_to: Year | None = None
    """Of the watch."""
    trader_id: RowId | None = None
    """Of one trader only."""
    since: dt.date | None = None
    """Offered on this day or later."""
    until: dt.date | None = None
    """Offered on this day or earlier."""
    live_only: bool = True
    """false: also what was hidden, sold or withdrawn."""
    limit: Annotated[int, Field(ge=1, le=filters.MOST)] = 20
    """Listings of a page, 1-100."""
    offset: Annotated[int, Field(ge=0, le=filters.DEEPEST)] = 0
    """Listings before the page."""


class AskIn(Strict):
    question: Annotated[Text, Field(min_length=1, max_length=answering.LONGEST)]
    """In plain words, in English, French, German, Italian or Spanish."""
    limit: Annotated[int, Field(ge=1, le=answering.MOST_CITED)] = 8
    """How many listings the answer shows; its figures count all that match."""


class MatchFilters(Strict):
    state: State | None = None
    """Only these."""
    listing: RowId | None = None
    """Of this listing, whichever side it is."""
    min_score: Annotated[int, Field(ge=0, le=100)] | None = None
    """0-100."""
    brand: Name | None = None
    """Of the watch that is for sale."""
    since: dt.date | None = None
    """Found on this day or later."""
