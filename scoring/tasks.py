"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations

from django.utils import timezone

from backoffice.core.jobs import perform
from scoring.leads import requests, running
from scoring.moves import catching_up
from scoring.training import asking


def train_model(training_id: int) -> None:
    """Learn from our own history; see scoring.training.asking."""
    perform(asking.LANE, training_id, asking.work)


def score_customers(run_id: int) -> None:
    """Go on with a run for a while; it enqueues itself until the end."""
    perform(running.LANE, run_id, running.work)


def score_everybody() -> None:
    """Each night: scores age with the days."""
    from backoffice.core.errors import DomainError  # noqa: PLC0415 - after the apps

    try:
        requests.request()
    except DomainError:
        # One that is under way goes on; without a model there is nothing to score by.
        return


def catch_up() -> None:
    """Each minute: who bought, wrote or was called since they were scored."""
    catching_up.catch_up()


def send_digest() -> None:
    """Each morning: what changed among the leads, to whoever subscribed."""
    from scoring.moves import digest  # noqa: PLC0415 - after the apps

    digest.send()


def prune_scores() -> None:
    """Each night: forget what nobody looks at any more of earlier scores."""
    from scoring.moves import pruning  # noqa: PLC0415 - after the apps

    pruning.prune()


def count_outcomes() -> None:
    """Each night: who bought of those who were scored a horizon ago."""
    from scoring.figures import outcomes  # noqa: PLC0415 - after the apps

    outcomes.keep_counting(timezone.localdate())
