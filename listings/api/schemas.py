"""What the addresses below /api/listings/ give."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003 - pydantic reads it
from typing import Any

from pydantic import BaseModel, ConfigDict


class Described(BaseModel):
    """The text below a field is its description at ``/api/docs``."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class TraderOut(Described):
    id: int
    """The number of the trader."""
    name: str
    """As WhatsApp or staff call them."""


class PlaceOut(Described):
    """Where an offer stands among those of the other traders."""

    sentence: str
    """In the language asked for; says so where there are too few to compare with."""
    share: float | None
    """Of the median: -0.12 is 12 % under it; null: too few offers, or no price."""
    offers: int
    """How many it is compared with, of the last 90 days."""
    median_eur: Decimal | None
    """Of those; null: too few."""


class ListingOut(Described):
    """A watch that a message speaks of."""

    id: int
    """The number of the listing: what answers cite."""
    external_id: str
    """The id in the file it came from; empty for messages."""
    type: str
    """sale, wanted, question or trade."""
    status: str
    """live, hidden, sold or withdrawn."""
    brand: str
    """Empty where it was not said, as all texts here."""
    model: str
    """The family."""
    reference: str
    """As written."""
    price: Decimal | None
    """Asked, or the most a buyer pays, in ``currency``."""
    currency: str
    """ISO 4217."""
    price_eur: Decimal | None
    """The price in euros at the last rate known on the day it was offered."""
    rate_day: dt.date | None
    """The day of that rate; null for prices in euros."""
    condition: str
    """new, excellent, good, used or vintage."""
    year: int | None
    """Of the watch."""
    size_mm: Decimal | None
    """Of the case."""
    movement: str
    """automatic, manual or quartz."""
    box: bool | None
    """null: not said."""
    papers: bool | None
    """null: not said."""
    authenticity: str
    """What the trader claims: authentic, verified or replica."""
    text: str
    """The part of the message that speaks of this watch."""
    trader: TraderOut | None
    """null: not known."""
    offered_at: dt.datetime
    """The sender's own time."""
    confidence: float
    """0-1: how sure the reading is."""
    reader: str
    """rules, openai, person or file."""
    reviewed_at: dt.datetime | None
    """When a person confirmed it."""
    place: PlaceOut | None
    """In its market; null for what is not for sale."""


class HitOut(ListingOut):
    score: float
    """Higher is better; compares within one search only."""


class FoundOut(Described):
    results: list[HitOut]
    """The best first."""
    understood: dict[str, str]
    """What was recognised in the words of the query."""
    has_more: bool
    """Whether there is a next page."""


class SummaryOut(Described):
    """Over all listings that match the question, not only those cited."""

    count: int
    """Listings that match."""
    priced: int
    """Those of them with a price in euros."""
    traders: int
    """Of how many known traders they are."""
    median_eur: Decimal | None
    """The middle price."""
    average_eur: Decimal | None
    """The mean price."""
    lowest_eur: Decimal | None
    """The lowest price."""
    highest_eur: Decimal | None
    """The highest price."""
    newest: dt.datetime | None
    """When the newest of them was offered."""


class AnswerOut(Described):
    answer: str
    """In the language of the question; cites listings as [id]."""
    citations: list[ListingOut]
    """The listings cited, in the order of the answer."""
    summary: SummaryOut
    """Counted by the database."""
    reader: str
    """rules, or openai where it put the answer into words."""
    problem: str
    """Why OpenAI did not; empty where it did, or was not asked."""
    language: str
    """Of question and answer: en, fr, de, it or es."""


class SuspicionOut(Described):
    kind: str
    """cheap, copied, photo or reference."""
    sentence: str
    """What is odd, in the language asked for."""
    found_at: dt.datetime
    """Since when."""


class WholeListingOut(ListingOut):
    suspicions: list[SuspicionOut]
    """Open ones."""


class ReasonOut(Described):
    sentence: str
    """In the language asked for."""
    points: int
    """What it adds to the score."""
    tone: str
    """good, doubtful, or over where it ended the match."""


class MatchOut(Described):
    """A watch that one trader wants and another one sells."""

    id: int
    """The number of the match."""
    state: str
    """proposed, contacted, done, dismissed or gone."""
    score: int
    """0-100."""
    reasons: list[ReasonOut]
    """Why, in sentences."""
    evidence: list[dict[str, Any]]
    """The facts that the reasons tell: a ``code`` each."""
    wanted: ListingOut
    """Who looks for it."""
    sale: ListingOut
    """Who sells it."""
    note: str
    """Of staff."""
    created_at: dt.datetime
    """When it was found."""
    changed_at: dt.datetime | None
    """Since when it is in this state; null: since it was found."""


class MatchesOut(Described):
    items: list[MatchOut]
    """The best first."""
    count: int
    """How many there are on all pages."""
