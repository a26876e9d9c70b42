"""What waits at the traders' desk: new listings that nobody has looked at, and odd offers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from listings.models import Listing, Suspicion

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEW = timedelta(days=1)


def new_listings(_user: User) -> tiles.Tile:
    """Offers of the last day, and how many of those look odd; one query."""
    since = timezone.now() - NEW
    odd = Suspicion.objects.filter(listing=OuterRef("pk"), dismissed_at=None)
    row = Listing.objects.filter(offered_at__gte=since, status=Listing.Status.LIVE).aggregate(
        number=Count("pk"),
        sale=Count("pk", filter=Q(type=Listing.Type.SALE)),
        wanted=Count("pk", filter=Q(type=Listing.Type.WANTED)),
        odd=Count("pk", filter=Exists(odd)),
    )
    words = {"sale": row["sale"], "wanted": row["wanted"]}
    text = _("%(sale)d for sale, %(wanted)d wanted in the last 24 hours.") % words
    link = tiles.list_link("listings.listing")
    if row["odd"]:
        told = ngettext("%(count)d offer looks odd.", "%(count)d offers look odd.", row["odd"])
        text = f"{text} {told % {'count': row['odd']}}"
        link = tiles.list_link("listings.listing", "?queue=suspicious")
    return tiles.Tile(
        title=_("New listings"),
        number=row["number"],
        text=text,
        link=link,
        tone="warning" if row["odd"] else "info" if row["number"] else "neutral",
        icon="watch",
    )


def register() -> None:
    """Show it at home to who may see listings."""
    tiles.register(new_listings, permission="listings.view_listing", order=40)
