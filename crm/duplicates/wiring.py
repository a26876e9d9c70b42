"""Schedules of duplicates and profiles, and what the customer's page shows of them."""

from __future__ import annotations

from datetime import time

from backoffice.core import jobs
from crm import customer_panels, tasks
from crm.duplicates import searching


def register() -> None:
    """Called in ``AppConfig.ready``."""
    jobs.register_schedule("customer-profiles", tasks.recompute_profiles, daily_at=time(2, 40))
    customer_panels.register()
    jobs.register_lane(searching.LANE, tasks.search_duplicates)
    jobs.register_schedule("find-duplicates", tasks.find_duplicates, daily_at=time(2, 50))
