"""Decisions of staff about listings: each one transaction with the row locked, and an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.cleaning import storable
from listings import keeping
from listings.deciding import match_endings, plausible
from listings.deciding.refusals import AlreadyDecided, ListingNotFound, require
from listings.incoming import intake
from listings.incoming.writing import FACTS, plain
from listings.models import Listing, ListingEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

Kind = ListingEvent.Kind
Status = Listing.Status
DECIDE, CHANGE = "listings.decide_listing", "listings.change_listing"
# What ``edit`` takes.
EDITABLE = (*FACTS, "text", "offered_at")
_COLUMNS = {column.name: column for column in Listing._meta.local_concrete_fields}  # noqa: SLF001 - Django's public name


def confirm(listing_id: int, *, by: User) -> Listing:
    """Say that what was read is right."""
    require(by, DECIDE)
    with transaction.atomic():
        listing = _locked(listing_id)
        if listing.reviewed_at:
            raise _decided(listing, Kind.CONFIRMED)
        listing.reviewed_at, listing.reviewed_by = timezone.now(), by
        listing.save(update_fields=["reviewed_at", "reviewed_by", "updated_at"])
        _note(listing, Kind.CONFIRMED, by=by)
    return listing


def hide(listing_id: int, *, by: User, note: str = "") -> Listing:
    """Take it off the market; ``show`` brings it back."""
    require(by, DECIDE)
    return _put(listing_id, Status.HIDDEN, Kind.HIDDEN, by=by, note=note)


def show(listing_id: int, *, by: User) -> Listing:
    """Put a hidden, sold or withdrawn one on the market again.

    Raises ``DomainError`` where its trader was erased: nobody could be asked about it.
    """
    require(by, DECIDE)
    with transaction.atomic():
        trader = _locked(listing_id).trader
        if trader is not None and trader.erased_at:
            told = _("Its trader's personal data were erased: nobody can be asked about it.")
            raise DomainError(told, code="erased", field="listing_id", value=listing_id)
        return _put(listing_id, Status.LIVE, Kind.SHOWN, by=by)


def mark_sold(listing_id: int, *, by: User) -> Listing:
    """It is gone: its open matches end."""
    require(by, DECIDE)
    with transaction.atomic():
        listing = _put(listing_id, Status.SOLD, Kind.SOLD, by=by)
        match_endings.end([listing.pk], by=by)
    return listing


def edit(listing_id: int, changes: Mapping[str, object], *, by: User) -> Listing:
    """Correct facts; what was corrected is never overwritten by reading again.

    Takes values or text (``EDITABLE``). Raises ``DomainError`` naming the field that cannot be.
    """
    require(by, CHANGE)
    with transaction.atomic():
        listing = _locked(listing_id)
        values = _checked(listing, changes)
        before = {name: getattr(listing, name) for name in values}
        changed = [name for name, value in values.items() if value != before[name]]
        if not changed:
            return listing
        for name in changed:
            setattr(listing, name, values[name])
            listing.evidence.pop(name, None)
        listing.edited_fields = sorted({*listing.edited_fields, *changed})
        keeping.derive(listing)
        listing.save(update_fields=[*changed, "edited_fields", "evidence", *keeping.DERIVED])
        shown = {name: [_shown(before[name]), _shown(values[name])] for name in changed}
        _note(listing, Kind.EDITED, by=by, changes=shown)
        keeping.announce([listing.pk])
    return listing


def read_again(listing_id: int, *, by: User) -> list[Listing]:
    """Read the whole message of a listing anew, for all its listings; edited fields stay.

    May ask OpenAI, so it stands outside a transaction.
    """
    require(by, CHANGE)
    listing = Listing.objects.filter(pk=listing_id).first()
    if listing is None:
        raise ListingNotFound(listing_id)
    if listing.message_id is None:
        told = _("This listing came from no message that is still kept: there is nothing to read.")
        raise DomainError(told, code="no_message", field="listing_id", value=listing_id)
    return intake.read_again(listing.message_id, by=by)


def _locked(listing_id: int) -> Listing:
    listing = Listing.objects.select_for_update(no_key=True).filter(pk=listing_id).first()
    if listing is None:
        raise ListingNotFound(listing_id)
    return listing


def _put(listing_id: int, status: str, kind: str, *, by: User, note: str = "") -> Listing:
    with transaction.atomic():
        listing = _locked(listing_id)
        if listing.status == status:
            raise _decided(listing, kind)
        listing.status = status
        listing.save(update_fields=["status", "updated_at"])
        _note(listing, kind, by=by, note=note.strip()[:300])
        keeping.announce([listing.pk])
    return listing


def _decided(listing: Listing, kind: str) -> AlreadyDecided:
    event = listing.events.filter(kind=kind).select_related("by").first()
    return AlreadyDecided(listing, event)


def _note(listing: Listing, kind: str, *, by: User, **more: Any) -> None:
    ListingEvent.objects.create(listing=listing, kind=kind, by=by, **more)


def _checked(listing: Listing, changes: Mapping[str, object]) -> dict[str, Any]:
    """The values as the columns hold them; ``DomainError`` for the first that cannot be."""
    values: dict[str, Any] = {}
    for name, given in changes.items():
        if name not in EDITABLE:
            told = _("“%(field)s” cannot be corrected: %(known)s can.")
            words = {"field": name, "known": ", ".join(EDITABLE)}
            raise DomainError(told % words, code="unknown_field", field=name, value=given)
        column = _COLUMNS[name]
        bare = storable(given).strip() if isinstance(given, str) else given
        if bare is None or bare == "":
            bare = None if column.null else ""
        try:
            values[name] = column.clean(bare, listing)
        except ValidationError as error:
            raise DomainError(
                " ".join(error.messages), code="invalid", field=name, value=given
            ) from error
    if values.get("currency"):
        values["currency"] = values["currency"].upper()
    for name, sentence in plausible.faults(values).items():
        raise DomainError(sentence, code="implausible", field=name, value=str(changes.get(name)))
    return values


def _shown(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else plain(value)
