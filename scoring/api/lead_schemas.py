"""What the addresses of our own customers' scores take and give."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003 - pydantic reads it
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backoffice.core.api import LARGEST_PAGE, PAGE_SIZE, Text

Segment = Literal["Hot", "Warm", "Cold"]


class Described(BaseModel):
    """The text below a field is its description at ``/api/docs``."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class LeadFilters(Described):
    segment: Segment | None = None
    """Hot from 70, Warm from 40, Cold below."""
    min_score: Annotated[int, Field(ge=0, le=100)] | None = None
    """Only those with at least this score."""
    resting: bool | None = None
    """true: only those called or written to lately; false: only the others."""
    limit: int = Field(PAGE_SIZE, ge=1, le=LARGEST_PAGE)
    """Leads of a page."""
    cursor: Text = Field("", max_length=100)
    """What the page before gave as next; empty: the first page."""


class LeadOut(Described):
    """The score of one of our customers, computed at night and after what they do."""

    customer_id: int
    """Our number of the customer."""
    name: str
    """What the customer is called."""
    score: int
    """0-100; 40 is the average client."""
    segment: Segment
    """Hot from 70, Warm from 40, Cold below."""
    recommendation: str
    """What to do, in one sentence: French, or English by Accept-Language."""
    reasons: list[str]
    """The strongest reasons, in words: three at most."""
    chance: float
    """The chance of a purchase within the model's horizon, 0-1."""
    expected_value: Decimal
    """Chance x usual purchase."""
    currency: str
    """Of the amounts; those of different currencies are not converted."""
    as_of: dt.date
    """The day whose facts were looked at."""
    last_contact_on: dt.date | None
    """null: there was none."""
    rests_until: dt.date | None
    """Called or written to: not to be contacted again before this day."""


class LeadPageOut(Described):
    items: list[LeadOut]
    """By expected value, the greatest first."""
    next: str | None
    """The cursor of the next page; null: this was the last one."""


class PointOut(Described):
    day: dt.date
    """From this day on the score was this one."""
    score: int
    """0-100."""


class WholeLeadOut(LeadOut):
    """A lead with what made its score."""

    base: float
    """The score of a client of whom nothing is known."""
    exact_score: float
    """The score before it was rounded: base + the sum of the contributions."""
    contributions: dict[str, float]
    """Points that each feature adds."""
    features: dict[str, float]
    """What the model looked at; by name, each in its own unit."""
    version: int
    """Of the model."""
    scored_at: dt.datetime
    """When."""
    known_since: dt.date
    """The day from which the customer's age counts."""
    total_contacts: int
    """So far."""
    total_spent: Decimal
    """So far."""
    usual_purchase: Decimal
    """The mean of a day with purchases; of who never bought, our customers' median."""
    emails_sent: int
    """So far."""
    emails_opened: int
    """Of those."""
    website_visits: int
    """So far."""
    handled_at: dt.datetime | None
    """When staff last called or wrote about this lead."""
    trend: list[PointOut]
    """The days on which the score changed, the earliest first."""
