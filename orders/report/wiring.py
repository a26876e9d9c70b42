"""What the figures register at the start."""

from __future__ import annotations

from datetime import time

from backoffice.core import charts, jobs
from orders.charts import home
from orders.report import tasks

# Local time: before people come to work.
WRITTEN_AT = time(6, 30)


def register() -> None:
    """The weekly mail's schedule and the home page's charts."""
    jobs.register_schedule("weekly-report", tasks.weekly_report, daily_at=WRITTEN_AT)
    charts.register(home, permission="orders.view_order", order=10)
