"""What a listing's page shows around the form: its message, its market, and who could meet whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.core.admin.marks import level_of, pieces_of
from backoffice.messaging.models import Attachment, InboundMessage
from listings.admin import listing_rows, market, source
from listings.admin.listing_decisions import POSSIBLE
from listings.admin.people import person
from listings.admin.traders_link import trader_link
from listings.market import suspicions, view
from listings.models import Listing, Match, Suspicion
from listings.search import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.core.admin.staff import StaffRequest
    from listings.models import ListingEvent

SIMILAR = 6
MATCHES = 8
EVENTS = 50
_WITHOUT_MESSAGE = "read_again"


@dataclass(frozen=True, slots=True)
class Side:
    """The other listing of a match."""

    match: Match
    card: listing_rows.Card
    link: str


@dataclass(frozen=True, slots=True)
class Said:
    """A suspicion in words, and where it is put aside."""

    suspicion: Suspicion
    sentence: str

    @property
    def key(self) -> str:
        """Its id as an address has it, whatever the language groups digits by."""
        return str(self.suspicion.pk)

    @property
    def other_link(self) -> str:
        """The listing that this one is odd beside, where there is one."""
        other = self.suspicion.facts.get("listing")
        is_one = isinstance(other, int) and not isinstance(other, bool)
        return reverse("admin:listings_listing_change", args=[other]) if is_one else ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the listing with what changed, in words."""

    event: ListingEvent
    who: str
    changes: tuple[tuple[str, str, str], ...]


def context(request: StaffRequest, listing: Listing) -> dict[str, Any]:
    """All that the page's template needs, in a constant number of queries."""
    message = _message(listing)
    text = message.body if message else listing.text
    marks = source.marks_of(listing) if message else {}
    place = view.places([listing]).get(listing.pk)
    near = _similar(listing)
    return {
        "listing": listing,
        "price": listing_rows.price(listing),
        "euros": listing_rows.euros(listing),
        "type_tone": listing_rows.TYPE_COLOURS.get(Listing.Type(listing.type), ""),
        "status_tone": listing_rows.STATUS_COLOURS.get(Listing.Status(listing.status), ""),
        "message": message,
        "message_link": _message_link(request, message),
        "pieces": pieces_of(text, marks.get(source.BODY, ())),
        "files": source.files_of(message, marks) if message else [],
        "siblings": _siblings(listing),
        "place": place,
        "place_tone": listing_rows.place_tone(place),
        "place_short": listing_rows.short_place(place),
        "market_figures": _figures(place),
        "market_link": market.link(listing),
        "suspicions": _suspicions(listing),
        "similar": near,
        "matches": _matches(request, listing),
        "events": _events(listing),
        "trader_link": trader_link(request, listing.trader),
        "confirmed_by": person(listing.reviewed_by),
        "confidence": round(listing.confidence * 100),
        "confidence_level": level_of(listing.confidence),
    }


def dialogs(actions: Iterable[Any], listing: Listing) -> dict[str, dict[str, Any]]:
    """The page's dialogs by name, of those the person may open, in the listing's state."""
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("listings_listing_")
        if listing.status not in POSSIBLE.get(name, {listing.status}):
            continue
        if name == "confirm" and listing.reviewed_at:
            continue
        if name == _WITHOUT_MESSAGE and listing.message_id is None:
            continue
        link = reverse(f"admin:{action.action_name}", args=[listing.pk])
        found[name] = {"title": action.description, "icon": action.icon, "path": link}
    return found


def _message(listing: Listing) -> InboundMessage | None:
    if listing.message_id is None:
        return None
    files = Prefetch("attachments", Attachment.objects.select_related("document"))
    rows = InboundMessage.objects.filter(pk=listing.message_id)
    return rows.prefetch_related(files).first()


def _message_link(request: StaffRequest, message: InboundMessage | None) -> str:
    if message is None or not request.user.has_perm("messaging.view_inboundmessage"):
        return ""
    return reverse("admin:messaging_inboundmessage_change", args=[message.pk])


def _siblings(listing: Listing) -> list[Listing]:
    """The other watches of the same message, in its order."""
    if listing.message_id is None:
        return []
    rows = Listing.objects.filter(message=listing.message_id).exclude(pk=listing.pk)
    return [*rows.order_by("position")[:30]]


def _figures(place: view.Place | None) -> list[tuple[str, str]]:
    """Median, middle half and trend, where enough is offered to say them."""
    offers = place.market if place else None
    if offers is None or offers.median is None:
        return []
    found = [(_("Median"), f"{listing_rows.amount(offers.median)} EUR")]
    if offers.low is not None and offers.high is not None:
        low, high = listing_rows.amount(offers.low), listing_rows.amount(offers.high)
        found.append((_("Middle half"), f"{low} – {high} EUR"))
    if offers.trend is not None:
        found.append((_("Trend"), f"{offers.trend * 100:+.0f} %".replace("-", "−")))
    return [*found, (_("Offers"), str(offers.count))]


def _suspicions(listing: Listing) -> list[Said]:
    rows = listing.suspicions.filter(dismissed_at=None)
    return [Said(row, suspicions.sentence(row)) for row in rows]


def _similar(listing: Listing) -> list[listing_rows.Card]:
    ids = [hit.listing_id for hit in query.similar(listing.pk, limit=SIMILAR)]
    return listing_rows.cards(_in_order(ids))


def _in_order(ids: Sequence[int]) -> list[Listing]:
    rows = Listing.objects.filter(pk__in=ids).select_related(*listing_rows.RELATED)
    by_id = {row.pk: row for row in rows.prefetch_related(*listing_rows.PREFETCH)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _matches(request: StaffRequest, listing: Listing) -> list[Side]:
    """The best open ones, then those that ended."""
    if not request.user.has_perm("listings.view_match"):
        return []
    of_listing = Match.objects.filter(Q(wanted=listing) | Q(sale=listing))
    still_open = [*of_listing.filter(state__in=Match.OPEN)[:MATCHES]]
    rest = of_listing.exclude(state__in=Match.OPEN)[: MATCHES - len(still_open)]
    rows = [*still_open, *rest]
    others = [row.sale_id if row.wanted_id == listing.pk else row.wanted_id for row in rows]
    cards = {card.listing.pk: card for card in listing_rows.cards(_in_order(others))}
    return [
        Side(row, cards[other], _match_link(row.pk))
        for row, other in zip(rows, others, strict=True)
        if other in cards
    ]


def _match_link(match_id: int) -> str:
    try:
        return reverse("admin:listings_match_change", args=[match_id])
    except NoReverseMatch:
        return ""


def _events(listing: Listing) -> list[Happened]:
    rows = listing.events.select_related("by")[:EVENTS]
    return [Happened(row, person(row.by), _changes(row)) for row in rows]


def _changes(event: ListingEvent) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) in words."""
    fields = {field.name: field for field in Listing._meta.concrete_fields}  # noqa: SLF001 - Django's public name
    return tuple(
        (capfirst(str(fields[name].verbose_name)), _word(name, pair[0]), _word(name, pair[1]))
        for name, pair in event.changes.items()
        if name in fields and isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 - before and after
    )


def _word(name: str, value: object) -> str:
    if value in {None, ""}:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(Listing._meta.get_field(name).flatchoices)  # type: ignore[union-attr]  # noqa: SLF001 - as above
    return str(choices.get(value, value))
