"""What following the customers registers at the start."""

from __future__ import annotations

from datetime import time

from backoffice.core import jobs
from scoring import tasks
from scoring.moves import listening, seed_templates


def register() -> None:
    """Listeners, what is done each minute and each morning, the e-mail's occasion."""
    listening.connect()
    seed_templates.register_occasion()
    jobs.register_schedule("lead-moves", tasks.catch_up, minutes=1)
    jobs.register_schedule("lead-digest", tasks.send_digest, daily_at=time(7, 15))
    jobs.register_schedule("lead-prune", tasks.prune_scores, daily_at=time(3, 50))
