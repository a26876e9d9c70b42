"""How many orders wait for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from backoffice.core import tiles
from orders.models import ChangeRequest, Order

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# An order that waits longer than this shows in red.
LATE_SECONDS = 24 * 3600


def pending() -> QuerySet[Order]:
    return Order.objects.filter(status=Order.Status.PENDING)


def pending_orders(_user: User) -> tiles.Tile:
    row = pending().aggregate(number=Count("pk"), oldest=Min("created_at"))
    text = _("Nothing waits.")
    tone: tiles.Tone = "success"
    if row["oldest"]:
        text = _("The oldest has waited for %(time)s.") % {
            "time": timesince(row["oldest"], depth=1)
        }
        late = (timezone.now() - row["oldest"]).total_seconds() > LATE_SECONDS
        tone = "danger" if late else "warning"
    return tiles.Tile(
        title=_("Orders to decide"),
        number=row["number"],
        text=text,
        link=tiles.list_link("orders.order", "?status__exact=pending"),
        tone=tone,
        icon="shopping_cart",
    )


def open_changes() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(state=ChangeRequest.State.OPEN)


def changes_asked(_user: User) -> tiles.Tile:
    number = open_changes().count()
    return tiles.Tile(
        title=_("Changes asked for"),
        number=number,
        text=_("Customers wait for an answer.") if number else _("Nothing waits."),
        link=tiles.list_link("orders.changerequest"),
        tone="warning" if number else "success",
        icon="edit_square",
    )


tiles.register(pending_orders, permission="orders.view_order", order=10)
tiles.register_badge("orders.order", pending)
tiles.register(changes_asked, permission="orders.view_changerequest", order=12)
tiles.register_badge("orders.changerequest", open_changes)
