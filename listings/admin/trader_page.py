"""What a trader's page shows: the conversation, how it may go on, and what the trader offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil

from backoffice.messaging import templating, window
from backoffice.messaging.models import Channel
from listings.admin import listing_rows
from listings.admin.trader_thread import thread
from listings.models import Listing
from listings.people import reopening, traders

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from backoffice.core.admin.staff import StaffRequest
    from backoffice.messaging.models import MessageTemplate
    from listings.models import Trader

# Listings beside the conversation; the list has all of them.
SHOWN = 8
MOST = 4096
_WHEN_BLOCKED = {"block": False, "unblock": True}


@dataclass(frozen=True, slots=True)
class Choice:
    """An approved template as it would read for this trader."""

    template: MessageTemplate
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """How an answer would leave: as free text, by a template, or not at all."""

    recipient: str
    heard_at: dt.datetime | None
    is_open: bool
    body: str
    # A second click on Send is the same message.
    token: str
    choices: list[Choice]
    most: int = MOST

    @property
    def ago(self) -> str:
        return timesince(self.heard_at, depth=1) if self.heard_at else ""

    @property
    def left(self) -> str:
        """For how long free text may still be written."""
        return timeuntil(self.heard_at + window.LENGTH, depth=1) if self.heard_at else ""


def context(request: StaffRequest, trader: Trader, typed: str) -> dict[str, Any]:
    """All that the page's template needs."""
    page = request.GET.get("p", "1")
    number = int(page[:9]) if page.isascii() and page.isdecimal() else 1
    may_write = request.user.has_perm("listings.write_trader") and trader.erased_at is None
    return {
        "trader": trader,
        "addresses": [*trader.addresses.all()],
        "thread": thread(trader, page=number),
        "reply": _reply(trader, typed) if may_write else None,
        "figures": _figures(trader),
        "cards": _newest(trader) if request.user.has_perm("listings.view_listing") else [],
        "all_link": reverse("admin:listings_listing_changelist")
        + f"?trader__id__exact={trader.pk}",
        "customer_link": _customer_link(request, trader),
    }


def dialogs(actions: Iterable[Any], trader: Trader) -> dict[str, dict[str, Any]]:
    """The page's dialogs by name, of those the person may open, in the trader's state."""
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("listings_trader_")
        if trader.erased_at or _WHEN_BLOCKED.get(name, trader.is_blocked) != trader.is_blocked:
            continue
        link = reverse(f"admin:{action.action_name}", args=[trader.pk])
        found[name] = {"title": action.description, "icon": action.icon, "path": link}
    return found


def _reply(trader: Trader, typed: str) -> Reply:
    used = [row.value for row in trader.addresses.all() if not row.is_former]
    moments = [window.last_heard(value, Channel.WHATSAPP_CLOUD) for value in used]
    heard_at = max((moment for moment in moments if moment), default=None)
    is_open = heard_at is not None and timezone.now() - heard_at < window.LENGTH
    return Reply(
        recipient=traders.recipient(trader),
        heard_at=heard_at,
        is_open=is_open,
        body=typed,
        token=uuid4().hex,
        choices=[] if is_open else _choices(trader),
    )


def _choices(trader: Trader) -> list[Choice]:
    filled = {"company_name": settings.COMPANY_NAME, **reopening.values(trader)}
    return [
        Choice(
            row,
            str(row.pk),
            f"{row.content_sid} · {row.language}",
            templating.render(row.body, filled),
        )
        for row in reopening.templates(trader)
    ]


def _figures(trader: Trader) -> dict[str, int]:
    live = Q(status=Listing.Status.LIVE)
    counted = trader.listings.aggregate(
        live=Count("pk", filter=live),
        sale=Count("pk", filter=live & Q(type=Listing.Type.SALE)),
        wanted=Count("pk", filter=live & Q(type=Listing.Type.WANTED)),
        all=Count("pk"),
    )
    return {name: int(number) for name, number in counted.items()}


def _newest(trader: Trader) -> list[listing_rows.Card]:
    rows = trader.listings.filter(status=Listing.Status.LIVE).select_related(*listing_rows.RELATED)
    return listing_rows.cards([*rows.prefetch_related(*listing_rows.PREFETCH)[:SHOWN]])


def _customer_link(request: StaffRequest, trader: Trader) -> str:
    if trader.customer_id is None or not request.user.has_perm("crm.view_customer"):
        return ""
    return reverse("admin:crm_customer_change", args=[trader.customer_id])
