"""Background entry points of the support desk: take ids, call one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from support.drafting import requests, writing


def write_draft(draft_id: int) -> None:
    """Understand the draft's ticket and write its reply."""
    perform(requests.LANE, draft_id, writing.work)
