"""What may be odd about an offer: each check answers with the facts of a suspicion, or None."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from backoffice.core.text import folded, words
from backoffice.messaging.models import Attachment, InboundMessage
from listings import facts
from listings.incoming import photos
from listings.market import view
from listings.models import Listing, Suspicion, TraderAddress
from listings.people import traders
from listings.reading import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    Facts = dict[str, Any]

# So far below the median of its reference; models hold watches of very different prices.
_FAR_REFERENCE, _FAR_MODEL = -0.4, -0.6
# Texts that differ in a few letters (another price) are copies where they are long.
_NEAR_LETTERS, _NEAR_LIKENESS, _NEAR_OFFERS = 120, 92.0, 300
_NEAR_DAYS = 180
# Smaller pictures are logos and stickers, which many send.
_SMALLEST_PHOTO = 8_000
_SHORTEST_REFERENCE = 5
# Names of the trade that stand beside the name of a family: a "Seamaster Planet Ocean".
_UMBRELLAS = frozenset(
    {
        *("seamaster", "constellation", "oyster perpetual", "oysterdate", "deepsea", "prince"),
        *("prospex", "presage", "kinetic", "complications", "chronograph", "perpetual calendar"),
        *("annual calendar", "world time", "minute repeater", "pilot", "heritage", "historiques"),
        *("luminor", "el primero", "chronomaster", "master control", "geophysic", "superocean"),
        *("premier", "bentley", "spirit", "conquest", "chronoliner", "les cabinotiers"),
    }
)


def cheap(listing: Listing) -> Facts | None:
    """Far below the median of what others ask; nothing below the minimum of comparables."""
    place = view.places([listing])[listing.pk]
    if place.share is None or not is_cheap(listing, place):
        return None
    return {
        "percent": round(-place.share * 100),
        "median": str(place.market.median),
        "count": place.market.count,
        "price": str(listing.price_eur),
    }


def is_cheap(listing: Listing, place: view.Place) -> bool:
    """Whether this place in the market is far below it."""
    limit = _FAR_REFERENCE if listing.reference_key else _FAR_MODEL
    return place.share is not None and place.share <= limit


def copied(listing: Listing) -> Facts | None:
    """The text of an earlier offer of another trader, also with a few letters changed."""
    earlier = _of_others(listing).filter(_before(listing.offered_at, listing.pk, "offered_at"))
    found = _same_text(earlier, listing) or _near_text(earlier, listing)
    if found and _was_first(listing, found):
        return None
    return {"listing": found.pk, "trader": found.trader_id} if found else None


def photo(listing: Listing) -> Facts | None:
    """A picture that another sender sent before, with an offer or without."""
    if not listing.message_id:
        return None
    sent = listing.message.sent_at if listing.message else listing.offered_at
    earlier = _with_same_photo(listing).filter(_before(sent, listing.message_id, "sent_at"))
    first = earlier.order_by("sent_at", "pk").values_list("pk", "sent_at").first()
    if first is None or _sent_photo_before(listing, *first):
        return None
    offered = _offers_of(first[0])
    return {
        "message": first[0],
        "listing": offered[0] if offered else None,
        "day": first[1].date().isoformat(),
    }


def reference(listing: Listing) -> Facts | None:
    """A reference that the catalogue knows as another family, or as another maker's."""
    if not (listing.reference_key and listing.brand):
        return None
    known = catalogue.current()
    senses = {sense.brand: sense for sense in known.senses(folded(listing.reference))}
    families = [row for row in known.models if row.brand == listing.brand]
    own = senses.get(listing.brand)
    if own is None:
        others = [sense for sense in senses.values() if sense.known]
        is_plain = listing.reference_key.isdigit()
        is_short = len(listing.reference_key) < _SHORTEST_REFERENCE
        # Makers share short numbers, and we do not know all of a rare one's.
        if not others or is_plain or is_short or not families:
            return None
        return _misfit(listing, others[0].brand, others[0].model)
    names = {row.model for row in families}
    if not own.model or listing.model not in names or _go_together(own.model, listing.model):
        return None
    listed = (row.references for row in families if row.model == listing.model)
    if any(listing.reference_key == facts.reference_key(one) for row in listed for one in row):
        return None
    return _misfit(listing, own.brand, own.model)


CHECKS: dict[str, Callable[[Listing], Facts | None]] = {
    Suspicion.Kind.CHEAP: cheap,
    Suspicion.Kind.COPIED: copied,
    Suspicion.Kind.PHOTO: photo,
    Suspicion.Kind.REFERENCE: reference,
}


def later_copies(listing: Listing, *, most: int = 50) -> set[int]:
    """Later offers of others with its text or photo, which were looked at before this one came."""
    after = Q(offered_at__gt=listing.offered_at) | Q(
        offered_at=listing.offered_at, pk__gt=listing.pk
    )
    others = _of_others(listing).filter(after, status=Listing.Status.LIVE, type=Listing.Type.SALE)
    found: set[int] = set()
    if listing.text_key:
        same = others.filter(text_key=listing.text_key)
        found.update(same.order_by("pk").values_list("pk", flat=True)[:most])
    if listing.message_id:
        sent = _with_same_photo(listing).order_by("pk").values_list("pk", flat=True)[:most]
        theirs = {pk for message_id in sent for pk in _offers_of(message_id)}
        found.update(others.filter(pk__in=theirs).values_list("pk", flat=True))
    copies = (Suspicion.Kind.COPIED, Suspicion.Kind.PHOTO)
    known = Suspicion.objects.filter(listing__in=found, kind__in=copies)
    return found - {*known.values_list("listing", flat=True)}


def _of_others(listing: Listing) -> QuerySet[Listing]:
    """Offers of other traders; who is not known (a file) copied nobody and is copied by nobody."""
    if listing.trader_id is None:
        return Listing.objects.none()
    return Listing.objects.filter(trader__isnull=False).exclude(trader=listing.trader_id)


def _before(moment: dt.datetime, pk: int, column: str) -> Q:
    return Q(**{f"{column}__lt": moment}) | Q(**{column: moment, "pk__lt": pk})


def _same_text(earlier: QuerySet[Listing], listing: Listing) -> Listing | None:
    if not listing.text_key:
        return None
    return earlier.filter(text_key=listing.text_key).order_by("offered_at", "pk").first()


def _was_first(listing: Listing, other: Listing) -> bool:
    """Whether its trader had written the text already when the other one did."""
    own = Listing.objects.filter(trader=listing.trader_id, text_key__in={listing.text_key} - {""})
    return own.filter(_before(other.offered_at, other.pk, "offered_at")).exists()


def _sent_photo_before(listing: Listing, message_id: int, moment: dt.datetime) -> bool:
    """Whether its trader had sent the photo already when the other one did."""
    own = InboundMessage.objects.filter(
        _before(moment, message_id, "sent_at"),
        _sent_by(listing.trader_id),
        desk="listings",
        attachments__document__in=_photos(listing),
    )
    return own.exists()


def _offers_of(message_id: int) -> list[int]:
    """The listings of a message, or of the words that a wordless one was sent beside."""
    rows = Listing.objects.filter(message=message_id).order_by("position")
    if own := list(rows.values_list("pk", flat=True)):
        return own
    message = InboundMessage.objects.get(pk=message_id)
    sender = traders.known_by(phone=message.sender_phone, user_id=message.sender_user_id)
    beside = photos.beside(message, sender)
    if beside is None:
        return []
    rows = Listing.objects.filter(message=beside.message_id).order_by("position")
    return list(rows.values_list("pk", flat=True))


def _near_text(earlier: QuerySet[Listing], listing: Listing) -> Listing | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow import

    own = " ".join(words(listing.text))
    if len(own) < _NEAR_LETTERS or not (listing.brand and listing.model):
        return None
    same_watch = earlier.filter(
        brand=listing.brand,
        model=listing.model,
        type=listing.type,
        offered_at__gte=listing.offered_at - dt.timedelta(days=_NEAR_DAYS),
    ).exclude(text="")
    newest = list(
        same_watch.order_by("-offered_at").only("text", "trader_id", "offered_at")[:_NEAR_OFFERS]
    )
    texts = [" ".join(words(other.text)) for other in newest]
    best = process.extractOne(own, texts, scorer=fuzz.ratio, score_cutoff=_NEAR_LIKENESS)
    return newest[best[2]] if best else None


def _photos(listing: Listing) -> QuerySet[Attachment, Any]:
    """The photos of its message, and of the wordless ones beside it."""
    sent = photos.messages_of(listing)
    rows = Attachment.objects.filter(message__in=sent, document__kind="image")
    return rows.filter(document__size__gte=_SMALLEST_PHOTO).values("document")


def _with_same_photo(listing: Listing) -> QuerySet[InboundMessage]:
    """Messages to this desk of other senders that hold a photo of this one's message."""
    others = Attachment.objects.filter(document__in=_photos(listing)).values("message")
    rows = InboundMessage.objects.filter(pk__in=others, desk="listings")
    rows = rows.exclude(pk=listing.message_id or 0)
    # A text is never NULL, so that NOT IN is safe here.
    return rows.exclude(_sent_by(listing.trader_id))


def _sent_by(trader_id: int | None) -> Q:
    own = TraderAddress.objects.filter(trader=trader_id).values("value")
    return Q(sender_phone__in=own) | Q(sender_user_id__in=own)


def _go_together(first: str, second: str) -> bool:
    """Whether two families are one by name: "Datejust" and "Lady-Datejust"."""
    names = sorted((folded(first), folded(second)), key=len)
    return names[0] in names[1] or not _UMBRELLAS.isdisjoint(names)


def _misfit(listing: Listing, brand: str, model: str) -> Facts:
    return {
        "reference": listing.reference,
        "brand": brand,
        "family": model,
        "said": f"{listing.brand} {listing.model}".strip(),
    }
