"""Why a decision about a listing or a trader came too late, or cannot be made: for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from listings.models import Listing, ListingEvent


class ListingNotFound(ObjectDoesNotExist, DomainError):
    """There is no listing with that id."""

    code = "not_found"

    def __init__(self, listing_id: int) -> None:
        super().__init__(_("There is no such listing."), field="listing_id", value=listing_id)


class TraderNotFound(ObjectDoesNotExist, DomainError):
    """There is no trader with that id."""

    code = "not_found"

    def __init__(self, trader_id: int) -> None:
        super().__init__(_("There is no such trader."), field="trader_id", value=trader_id)


class MessageGone(DomainError):
    """Its words were removed: there is nothing to read."""

    code = "message_gone"
    conflict = True

    def __init__(self, message_id: int) -> None:
        told = _("The message's words were removed: there is nothing to read.")
        super().__init__(told, field="message_id", value=message_id)


class AlreadyDecided(DomainError):
    """Somebody decided the same before; the sentence says who and when."""

    code = "already_decided"
    conflict = True

    def __init__(self, listing: Listing, event: ListingEvent | None) -> None:
        super().__init__(_already(listing, event), field="status", value=listing.status)


def require(by: User, permission: str) -> None:
    """Raise ``PermissionDenied`` unless ``by`` has the permission."""
    if not by.has_perm(permission):
        raise PermissionDenied


def person(user: User) -> str:
    """How a person is called in sentences."""
    return user.get_full_name() or user.get_username()


def _already(listing: Listing, event: ListingEvent | None) -> str:
    words = {"status": listing.get_status_display()}
    if event is None:
        return _("The listing is “%(status)s” already.") % words
    words["at"] = date_format(timezone.localtime(event.at), "SHORT_DATETIME_FORMAT")
    words["what"] = event.get_kind_display()
    if event.by is None:
        told = _("The listing is “%(status)s” already: %(what)s on %(at)s.")
        return told % words
    words["name"] = person(event.by)
    return _("The listing is “%(status)s” already: %(what)s by %(name)s on %(at)s.") % words
