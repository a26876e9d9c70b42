"""What the market registers at the start: jobs, figures, health."""

from __future__ import annotations

from datetime import time

from backoffice.core import health, jobs, stats, tiles
from listings import statistics, tasks
from listings.market import suspicions


def register() -> None:
    """Called in ``AppConfig.ready``."""
    # The European Central Bank tells its rates at about 16:00 in Frankfurt.
    jobs.register_schedule("exchange-rates", tasks.fetch_rates, daily_at=time(17, 0))
    jobs.register_schedule("suspicions", tasks.recheck_suspicions, daily_at=time(3, 50))
    health.register("listings", statistics.health)
    stats.register("listings", statistics.stats, permission="listings.view_listing")
    tiles.register_badge("listings.suspicion", suspicions.waiting)
