"""What Notion registers at the start."""

from __future__ import annotations

from datetime import time

from backoffice.core import health, jobs
from support.notion import state, tasks


def register() -> None:
    """Schedules and the part of /health."""
    jobs.register_schedule("notion-push", tasks.push, minutes=1)
    jobs.register_schedule("notion-pull", tasks.pull, minutes=2)
    jobs.register_schedule("notion-compare", tasks.compare_all, daily_at=time(2, 50))
    jobs.register_schedule("forget-notion-runs", tasks.prune, daily_at=time(3, 50))
    health.register("notion", state.health_report)
