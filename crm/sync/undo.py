"""Taking a run back, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import SyncRun


@dataclass(slots=True)
class Undone:
    """Rows deleted and restored, and those left alone with the reason, a sentence each."""

    deleted: int = 0
    restored: int = 0
    refused: int = 0
    reasons: list[dict[str, str]] = field(default_factory=list)


def request_undo(run_id: int, *, by: User | None) -> SyncRun:
    """The run is "being undone", in the background; raises DomainError where it cannot be."""
    raise NotImplementedError


def undo(run_id: int) -> Undone:
    """What the run created is gone, what it changed is as before, save what was edited since.

    Set-based; safe to run twice.
    """
    raise NotImplementedError


def advance(run_id: int, *, seconds: float | None = None) -> bool:
    """Take back for about so long; whether nothing is left to take back."""
    raise NotImplementedError


def close(run_id: int) -> None:
    """What the run left besides its rows: cursors, quarantine, anomalies, the list of refusals."""
    raise NotImplementedError
