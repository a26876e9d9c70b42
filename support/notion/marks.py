"""Noting that a row has changed here, so that its page in Notion is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.models import Ticket


def touch(ticket: Ticket) -> None:
    """Have the ticket's page written, where Notion is configured.

    Called in the transaction of every change to status, category, reply or order of a ticket.
    """
