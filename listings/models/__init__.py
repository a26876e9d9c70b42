"""Traders, the watches they speak of, what these are worth, and who could meet whom."""

from __future__ import annotations

from listings.models.amendment import Amendment
from listings.models.catalogue import Brand, CatalogueEntry, ReferenceGrammar
from listings.models.listing import Listing, ListingEmbedding, ListingEvent, Suspicion
from listings.models.match import Match
from listings.models.rate import ExchangeRate
from listings.models.trader import Trader, TraderAddress

__all__ = [
    "Amendment",
    "Brand",
    "CatalogueEntry",
    "ExchangeRate",
    "Listing",
    "ListingEmbedding",
    "ListingEvent",
    "Match",
    "ReferenceGrammar",
    "Suspicion",
    "Trader",
    "TraderAddress",
]
