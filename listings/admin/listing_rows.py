"""A listing in a row of the list or on a card: its watch, its price, its place in the market."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.messaging.document_view import INLINE_TYPES
from backoffice.messaging.models import Attachment
from listings.market import view
from listings.models import Listing, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

TYPE_COLOURS = {
    Listing.Type.SALE: "success",
    Listing.Type.WANTED: "info",
    Listing.Type.TRADE: "warning",
    Listing.Type.QUESTION: "",
}
STATUS_COLOURS = {
    Listing.Status.LIVE: "success",
    Listing.Status.HIDDEN: "warning",
    Listing.Status.SOLD: "info",
    Listing.Status.WITHDRAWN: "danger",
}
# What a row needs besides itself, for any number of rows.
RELATED = ("trader",)
PREFETCH: tuple[Any, ...] = (
    Prefetch("suspicions", Suspicion.objects.filter(dismissed_at=None), to_attr="open_suspicions"),
    Prefetch("message__attachments", Attachment.objects.select_related("document")),
)
# From this share of the median on an offer stands out; below the second one it is too good.
STANDS_OUT, TOO_GOOD = 0.1, -0.4


@dataclass(frozen=True, slots=True)
class Card:
    """One listing as a card shows it; ``tone`` colours its place in the market."""

    listing: Listing
    link: str
    price: str
    euros: str
    place: str = ""
    tone: str = ""
    photo: str = ""
    facts: list[str] = field(default_factory=list)
    suspicions: int = 0


def cards(listings: Sequence[Listing]) -> list[Card]:
    """Cards of listings that were fetched with RELATED and PREFETCH."""
    places = view.places(listings)
    return [_card(listing, places.get(listing.pk)) for listing in listings]


def price(listing: Listing) -> str:
    """As the trader wrote it: 12 400 USD; a dash where there is none."""
    if listing.price is None:
        return "–"
    return f"{amount(listing.price)} {listing.currency}".strip()


def euros(listing: Listing) -> str:
    """What it is worth in euros, where it was asked in another currency."""
    if listing.price_eur is None:
        return _("no rate of exchange") if listing.price is not None else ""
    return "" if listing.currency == "EUR" else f"≈ {amount(listing.price_eur)} EUR"


def amount(value: Decimal) -> str:
    decimals = 0 if value == value.to_integral_value() else 2
    return number_format(value, decimal_pos=decimals, force_grouping=True)


def facts(listing: Listing) -> list[str]:
    """Year, condition, size, box and papers in words; what is not known is not said."""
    said = [str(listing.year) if listing.year else "", listing.get_condition_display()]
    if listing.size_mm:
        said.append(f"{number_format(listing.size_mm.normalize())} mm")
    if listing.box and listing.papers:
        said.append(_("full set"))
    else:
        said += [_("box") if listing.box else "", _("papers") if listing.papers else ""]
    return [word for word in said if word]


def short_place(place: view.Place | None) -> str:
    """-12 % against the market; empty where nothing can be said."""
    if place is None or place.share is None:
        return ""
    percent = round(place.share * 100)
    return f"{percent:+d} %".replace("-", "−") if percent else "0 %"


def place_tone(place: view.Place | None) -> str:
    """Green for a good price, amber for a high one, red for one that is too good."""
    if place is None or place.share is None or abs(place.share) < STANDS_OUT:
        return ""
    if place.share < TOO_GOOD:
        return "danger"
    return "success" if place.share < 0 else "warning"


def photo(listing: Listing) -> str:
    """The address of the first photo of its message."""
    return next(iter(photos(listing.message.attachments.all())), "") if listing.message else ""


def photos(attachments: Iterable[Attachment]) -> list[str]:
    """The addresses of those that a browser shows as pictures."""
    documents = (one.document for one in attachments)
    return [
        reverse("messaging:document", args=[document.pk])
        for document in documents
        if document and document.mime in INLINE_TYPES and document.mime.startswith("image/")
    ]


def _card(listing: Listing, place: view.Place | None) -> Card:
    return Card(
        listing=listing,
        link=reverse("admin:listings_listing_change", args=[listing.pk]),
        price=price(listing),
        euros=euros(listing),
        place=short_place(place),
        tone=place_tone(place),
        photo=photo(listing),
        facts=facts(listing),
        suspicions=len(getattr(listing, "open_suspicions", ())),
    )
