"""What would have been sent, what was, and how staff's own answers compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.models import Draft


def consider(draft: Draft) -> None:
    """Record, or send, the draft that has just become ready, where its category says so.

    Called in the transaction that finishes the draft, with the ticket locked.
    """


def compare(draft: Draft) -> None:
    """Note how what staff decided compares; called in the transaction of the decision."""
