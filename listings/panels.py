"""What the traders' desk shows on a customer's page: their offers and who they are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm import panels
from listings.models import Listing

if TYPE_CHECKING:
    from crm.models import Customer

SHOWN = 8


def recent_listings(customer: Customer) -> panels.Panel | None:
    """What the customer last offered or looked for as a trader; one query."""
    listings = Listing.objects.filter(trader__customer=customer).select_related("trader")
    rows = [*listings.order_by("-offered_at", "-pk")[:SHOWN]]
    if not rows:
        return None
    return panels.Panel(
        title=_("Watches"),
        headers=[_("Watch"), _("Type"), _("Price"), _("Offered"), _("Status"), _("Conversation")],
        rows=[_row(listing) for listing in rows],
        link=tiles.list_link(
            "listings.listing", f"?trader__customer__id__exact={customer.pk}&queue=all"
        ),
        link_text=_("All listings of this customer"),
    )


def _row(listing: Listing) -> list[object]:
    page = reverse("admin:listings_listing_change", args=[listing.pk])
    price = "–" if listing.price is None else number_format(listing.price, force_grouping=True)
    talk = reverse("admin:listings_trader_change", args=[listing.trader_id])
    return [
        format_html('<a href="{}">{}</a>', page, listing),
        listing.get_type_display(),
        f"{price} {listing.currency}".strip(),
        date_format(timezone.localtime(listing.offered_at), "SHORT_DATE_FORMAT"),
        listing.get_status_display(),
        format_html('<a href="{}">{}</a>', talk, listing.trader),
    ]


def register() -> None:
    """Show them to who may see listings."""
    panels.register(recent_listings, permission="listings.view_listing", order=40)
