"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from scoring.leads import requests, running
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
