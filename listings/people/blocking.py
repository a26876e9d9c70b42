"""Keeping a trader's offers out of the market, and letting them in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings import keeping
from listings.deciding.refusals import TraderNotFound, require
from listings.models import Listing, Trader

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CHANGE = "listings.change_trader"


class NothingToDo(DomainError):
    """Somebody did the same before."""

    code = "already_decided"
    conflict = True


def block(trader_id: int, *, by: User) -> Trader:
    """Take what they offer out of the market; their open matches end with the next job."""
    return _put(trader_id, is_blocked=True, by=by)


def unblock(trader_id: int, *, by: User) -> Trader:
    """Let their offers count again."""
    return _put(trader_id, is_blocked=False, by=by)


def _put(trader_id: int, *, is_blocked: bool, by: User) -> Trader:
    require(by, CHANGE)
    with transaction.atomic():
        trader = Trader.objects.select_for_update(no_key=True).filter(pk=trader_id).first()
        if trader is None:
            raise TraderNotFound(trader_id)
        if trader.is_blocked == is_blocked:
            told = (
                _("%(name)s is blocked already.") if is_blocked else _("%(name)s is not blocked.")
            )
            raise NothingToDo(told % {"name": trader}, field="is_blocked", value=is_blocked)
        trader.is_blocked = is_blocked
        trader.save(update_fields=["is_blocked"])
        live = Listing.objects.filter(trader=trader, status=Listing.Status.LIVE)
        keeping.announce(live.values_list("pk", flat=True))
    return trader
