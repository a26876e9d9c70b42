"""Background entry points of the support desk: take ids, call one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from support.drafting import requests, writing
from support.understanding import training_job


def write_draft(draft_id: int) -> None:
    """Understand the draft's ticket and write its reply."""
    perform(requests.LANE, draft_id, writing.work)


def train_classifier(training_id: int) -> None:
    """Train a classifier for a manager; it is used where it is not worse."""
    perform(training_job.LANE, training_id, training_job.work)
