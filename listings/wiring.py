"""What this desk registers at the start; called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.core import demo as demo_data
from backoffice.core import jobs
from backoffice.messaging import desks
from listings import demo, intake, reopening, tasks
from listings.market import wiring as market
from listings.matching import wiring as matching
from listings.search import embedding


def register() -> None:
    """Register the desk; what others add here stays one line each."""
    desks.register(
        "listings",
        label=_("Listings"),
        process=intake.process,
        withdraw=intake.withdraw,
        wants_unread=True,
    )
    jobs.register_lane(embedding.LANE, tasks.embed)
    jobs.register_schedule("listing-embeddings", tasks.refresh_embeddings, minutes=10)
    # After the others, whose demo wants a database without messages of its own.
    demo_data.register("listings", demo.load, order=20)
    market.register()
    matching.register()
    reopening.register_occasion()
