"""Background work: enqueue a function by ids, claim a row, back off, sweep (docs/jobs.md)."""

from __future__ import annotations

from backoffice.core.jobs.queue import enqueue

__all__ = ["enqueue"]
