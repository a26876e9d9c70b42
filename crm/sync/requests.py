"""Asking for a sync; at most one of a source is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import DataSource, SyncRun


def request(
    source: DataSource, *, by: User | None = None, full: bool = False, in_background: bool = True
) -> SyncRun:
    """A waiting run of the source's active tables, enqueued; raises DomainError.

    With a run under way: AlreadyRunning (``conflict``), which names it. A source that is switched
    off, or has a table without an active mapping, says so.
    """
    raise NotImplementedError
