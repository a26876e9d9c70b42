"""The traders' desk's pages."""

from __future__ import annotations

from listings.admin import (  # noqa: F401 - register their pages
    asking,
    catalogue,
    figures,
    listing,
    market,
    match,
    rates,
    rates_import,
    searching,
    suspicion,
    trader,
)
