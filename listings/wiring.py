"""What this desk registers at the start; called once, when apps are ready."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.core import demo as demo_data
from backoffice.core import jobs
from backoffice.messaging import desks, kinds, traces
from listings import demo, panels, tasks, tiles
from listings.incoming import by_hand, intake, outcomes
from listings.market import wiring as market
from listings.matching import wiring as matching
from listings.models import Listing
from listings.people import reopening
from listings.search import embedding

if TYPE_CHECKING:
    from collections.abc import Collection

    from backoffice.messaging.models import InboundMessage

# A price list makes hundreds; its page lists the first.
MOST_TRACES = 30
# Words a voice message to this desk is likely to hold; they guide the transcription.
VOCABULARY = (
    "montre, Rolex, Submariner, GMT-Master, Daytona, Datejust, Omega, Speedmaster, Seamaster,"
    " Patek Philippe, Nautilus, Audemars Piguet, Royal Oak, Cartier Santos, Tudor Black Bay,"
    " IWC, Breitling, Panerai, full set, box and papers, boîte et papiers, cherche, vends, vendo,"
    " cerco, suche, verkaufe, busco, référence, budget, prix ferme"
)


def register() -> None:
    """Register the desk; what others add here stays one line each."""
    desks.register(
        "listings",
        label=_("Listings"),
        process=intake.process,
        withdraw=intake.withdraw,
        # Notices of WhatsApp itself: a trader changed their number.
        wants_automatic=True,
        wants_unread=True,
        vocabulary=VOCABULARY,
        by_hand=desks.ByHand(_("Open a listing"), by_hand.PERMISSION, by_hand.open_page),
        makes=desks.Makes(_("listings"), made_of_runs),
    )
    for kind, words in outcomes.LABELS.items():
        kinds.register(kind, words)
    traces.register(listings_of, permission="listings.view_listing")
    jobs.register_schedule("listings-retention", tasks.prune, daily_at=time(3, 35))
    jobs.register_lane(embedding.LANE, tasks.embed)
    jobs.register_schedule("listing-embeddings", tasks.refresh_embeddings, minutes=10)
    # After the others, whose demo wants a database without messages of its own.
    demo_data.register("listings", demo.load, order=20)
    market.register()
    matching.register()
    reopening.register_occasion()
    panels.register()
    tiles.register()


def made_of_runs(run_ids: Collection[int]) -> dict[int, int]:
    """How many listings the messages of each of these runs made; one query."""
    rows = Listing.objects.filter(message__run__in=run_ids).order_by()
    return dict(rows.values_list("message__run").annotate(Count("pk")))


def listings_of(message: InboundMessage) -> list[traces.Trace]:
    """The listings of a message, as links."""
    rows = Listing.objects.filter(message=message.pk).order_by("position")
    return [
        traces.Trace(str(row), reverse("admin:listings_listing_change", args=[row.pk]))
        for row in rows[:MOST_TRACES]
    ]
