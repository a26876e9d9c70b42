"""The market of a reference (or, without one, of a model), and the place of an offer in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.facts import reference_key
from listings.market import comparing
from listings.market.comparing import DAYS, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listings.market.comparing import Offer
    from listings.models import Listing

__all__ = ["DAYS", "HALF", "MINIMUM", "Market", "Place", "market", "places", "quantile"]

MINIMUM = 5  # comparables below which nothing is said
_CENT = Decimal("0.01")
HALF = Decimal("0.5")
_QUARTER = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Market:
    """Offers for sale of the last ``DAYS`` days, one per trader and watch, in euros.

    ``trend`` is the change of the median against the ``DAYS`` before, as a share (-0.05), or None.
    Below ``MINIMUM`` offers nothing but their number is said.
    """

    count: int
    median: Decimal | None
    low: Decimal | None  # first quartile
    high: Decimal | None  # third quartile
    trend: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """``share`` of the median that an offer is above (+) or below (-); None: too few, or no price.

    ``market`` is that of the other traders: nobody is compared with their own offers.
    """

    market: Market
    share: float | None

    def sentence(self) -> str:
        """Say it: 12 % under the median of 9 offers in 90 days; or that there are too few."""
        words = {"count": number_format(self.market.count), "days": DAYS}
        if self.market.median is None:
            return _too_few(self.market.count)
        if self.share is None:
            return _("No price in euros to compare with %(count)s offers in %(days)s days.") % words
        percent = round(abs(self.share) * 100)
        words["percent"] = number_format(percent)
        if not percent:
            return _("At the median of %(count)s offers in %(days)s days.") % words
        if self.share < 0:
            return (
                _("%(percent)s %% under the median of %(count)s offers in %(days)s days.") % words
            )
        return _("%(percent)s %% above the median of %(count)s offers in %(days)s days.") % words


def places(listings: Sequence[Listing]) -> dict[int, Place]:
    """The place of each listing in its market, by id; two queries at most."""
    subjects = {listing.pk: comparing.subject_of(listing) for listing in listings}
    found = comparing.offers(subjects.values())
    return {listing.pk: _place(listing, found[subjects[listing.pk]]) for listing in listings}


def market(*, reference: str = "", brand: str = "", model: str = "") -> Market:
    """The market of a reference, or of a model."""
    subject = Subject(reference_key(reference), brand, "" if reference else model)
    return of_offers(comparing.offers([subject])[subject])


def of_offers(offers: Iterable[Offer]) -> Market:
    """The figures of these offers."""
    recent: list[Decimal] = []
    before: list[Decimal] = []
    for offer in offers:
        (recent if offer.is_recent else before).append(offer.price)
    if len(recent) < MINIMUM:
        return Market(len(recent), None, None, None, None)
    recent.sort()
    median = quantile(recent, HALF)
    trend = None
    if len(before) >= MINIMUM:
        before.sort()
        trend = float(median / quantile(before, HALF) - 1)
    low, high = quantile(recent, _QUARTER), quantile(recent, 3 * _QUARTER)
    return Market(len(recent), median, low, high, trend)


def quantile(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    """The value below which ``share`` of ``ordered`` lies, between two neighbours in proportion."""
    position = share * (len(ordered) - 1)
    index = int(position)
    if index + 1 == len(ordered):
        return ordered[index]
    value = ordered[index] + (ordered[index + 1] - ordered[index]) * (position - index)
    return value.quantize(_CENT, ROUND_HALF_UP)


def _place(listing: Listing, offers: list[Offer]) -> Place:
    owner = comparing.owner_of(listing)
    others = of_offers(offer for offer in offers if offer.owner != owner)
    if others.median is None or listing.price_eur is None:
        return Place(others, None)
    return Place(others, float(listing.price_eur / others.median - 1))


def _too_few(count: int) -> str:
    if not count:
        return _("No comparable offer in %(days)s days.") % {"days": DAYS}
    return ngettext(
        "Too few offers to compare: %(count)s in %(days)s days.",
        "Too few offers to compare: %(count)s in %(days)s days.",
        count,
    ) % {"count": number_format(count), "days": DAYS}
