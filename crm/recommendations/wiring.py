"""What recommendations register at the start: jobs and what is done each night."""

from __future__ import annotations

from datetime import time

from backoffice.core import health, jobs
from crm import tasks
from crm.recommendations.making import running, state


def register() -> None:
    """Called in ``AppConfig.ready``."""
    jobs.register_lane(running.LANE, tasks.make_recommendations)
    # After the profiles (2:40), whose segments it reads.
    jobs.register_schedule("recommendations", tasks.recommend, daily_at=time(3, 5))
    jobs.register_schedule("recommendations-loop", tasks.close_loop, daily_at=time(3, 0))
    jobs.register_schedule(
        "recommendations-prune", tasks.prune_recommendations, daily_at=time(3, 35)
    )
    health.register("recommendations", state.health)
