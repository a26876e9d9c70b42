"""What the home page says of customers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from crm.models import Customer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RECENT_DAYS = 30


def customers(_user: User) -> tiles.Tile:
    since = timezone.now() - dt.timedelta(days=RECENT_DAYS)
    live = Customer.objects.filter(archived_at=None, merged_into=None)
    row = live.aggregate(all=Count("pk"), recent=Count("pk", filter=Q(created_at__gte=since)))
    text = ngettext(
        "%(count)d new in %(days)d days", "%(count)d new in %(days)d days", row["recent"]
    )
    return tiles.Tile(
        title=_("Customers"),
        number=row["all"],
        text=text % {"count": row["recent"], "days": RECENT_DAYS},
        link=tiles.list_link("crm.customer"),
        icon="groups",
    )


tiles.register(customers, permission="crm.view_customer", order=90)
