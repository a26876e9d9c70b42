"""Writing the facts of listings: the one place that derives what follows and tells the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.jobs import enqueue
from listings import facts
from listings.market import euros

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listings.models import Listing

# Written with every change of facts, beside the facts themselves.
DERIVED = ("reference_key", "price_eur", "rate_day", "search_words", "text_key", "updated_at")


def derive(listing: Listing, rates: euros.Rates | None = None) -> None:
    """Fill the derived fields; save ``DERIVED`` with what was changed.

    For many listings give the ``rates`` of their currencies: no query for each then.
    """
    listing.reference_key = facts.reference_key(listing.reference)
    listing.search_words = facts.words(listing)
    listing.text_key = facts.text_key(listing.text)
    price = rates.at if rates else euros.at
    worth = price(listing.price, listing.currency, listing.offered_at)
    listing.price_eur = worth.amount if worth else None
    listing.rate_day = worth.rate_day if worth else None


def announce(listing_ids: Iterable[int]) -> None:
    """Have new or changed listings embedded, examined and matched, once this transaction commits.

    Call it inside the transaction that wrote them, also when one left the market or came back.
    Each job may run twice and finds the row as it is then.
    """
    from listings import tasks  # noqa: PLC0415 - tasks import what calls this
    from listings.search import embedding  # noqa: PLC0415 - as above

    ids = [*listing_ids]
    embedding.request(ids)
    for listing_id in ids:
        enqueue(tasks.follow_up, listing_id)
