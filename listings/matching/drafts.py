"""What each side of a match is written: the template of the occasion, filled in their language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.conf import settings

from backoffice.messaging import templating
from backoffice.messaging.models import Channel, MessageTemplate
from listings.matching import languages, spoken
from listings.matching.seed_templates import BUYER, SELLER
from listings.models import Listing
from listings.people import traders

if TYPE_CHECKING:
    from listings.models import Match, Trader

Side = Literal["seller", "buyer"]
SIDES: tuple[Side, ...] = ("seller", "buyer")
OCCASIONS: dict[Side, str] = {"seller": SELLER, "buyer": BUYER}
_TEXTS = 5  # listings of a trader by which their language is heard


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to one side; ``content`` is the approved template's name, empty where none is."""

    occasion: str
    language: str
    values: dict[str, str]
    body: str
    content: str


def listing_of(match: Match, side: Side) -> Listing:
    return match.sale if side == "seller" else match.wanted


def draft(match: Match, side: Side) -> Draft | None:
    """The text proposed to ``side``; None where its trader is unknown or no template is left.

    Facts of the watch only, in words of ours: never what the other one wrote, who they are or, to
    a seller, what the buyer would pay.
    """
    trader = listing_of(match, side).trader
    if trader is None:
        return None
    language = language_of(trader)
    words = _words(OCCASIONS[side], language)
    if words is None:
        return None
    values = {"company_name": settings.COMPANY_NAME, **_values(match, side, words.language)}
    return Draft(
        words.key, words.language, values, templating.render(words.body, values), words.content_sid
    )


def language_of(trader: Trader) -> str:
    """The language the trader is written to in."""
    rows = Listing.objects.filter(trader=trader).order_by("-offered_at")
    texts = rows.values_list("text", flat=True)[:_TEXTS]
    phones = [row.value for row in trader.addresses.all() if row.value.startswith("+")]
    return languages.of(trader.language, texts, phones[0] if phones else traders.recipient(trader))


def _values(match: Match, side: Side, language: str) -> dict[str, str]:
    spoken_in = language if language in languages.SPOKEN else "en"
    sale = match.sale
    hidden = _addresses(match.wanted if side == "seller" else sale)
    values = {
        "watch": spoken.watch(sale, hidden=hidden),
        "price": spoken.price(sale.price, sale.currency, spoken_in),
    }
    if side == "buyer":
        values["wanted"] = spoken.watch(match.wanted)
        values["details"] = spoken.details(sale, spoken_in)
    return values


def _addresses(listing: Listing) -> list[str]:
    if listing.trader is None:
        return []
    known = [row.value for row in listing.trader.addresses.all()]
    return [*known, *filter(None, [listing.trader.username])]


def _words(occasion: str, language: str) -> MessageTemplate | None:
    rows = MessageTemplate.objects.filter(key=occasion, channel=Channel.WHATSAPP_CLOUD)
    order = [language, "en", settings.LANGUAGE_CODE]
    return min(
        rows,
        key=lambda row: order.index(row.language) if row.language in order else len(order),
        default=None,
    )
