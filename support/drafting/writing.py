"""Writing a draft: understand the ticket, choose the template, fill it, have it personalised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.models import Draft


def work(draft: Draft) -> None:
    """Write the claimed draft; the worker's part (docs/jobs.md)."""
    raise NotImplementedError
