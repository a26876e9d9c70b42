"""Background entry points of the mailboxes."""

from __future__ import annotations

import logging

from backoffice.core.errors import DomainError
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailbox_runs, mailboxes

logger = logging.getLogger(__name__)


def fetch_mailboxes() -> None:
    """Ask for a run of each configured mailbox; the schedule's entry."""
    for mailbox in mailboxes.configured():
        ask(mailbox)


def ask(mailbox: str) -> bool:
    """Enqueue a run of the mailbox; False where one waits or is under way already."""
    _run, is_new = mailbox_runs.ask(mailbox)
    return is_new


def fetch_mailbox(run_id: int | str) -> None:
    """Carry out a run. Entries that an earlier version enqueued name the mailbox instead."""
    if isinstance(run_id, str):
        _ask_quietly(run_id)
        return
    try:
        mailbox_runs.carry_out(run_id)
    except ServiceError as error:
        # Kept on the run and on the mailbox's row, where staff see it; the schedule tries again.
        logger.warning("Mailbox run %s: %s", run_id, error.code or "failed")


def _ask_quietly(mailbox: str) -> None:
    try:
        ask(mailbox)
    except DomainError as error:
        logger.warning("Mailbox run: %s", error.code)


def prune_runs() -> None:
    mailbox_runs.prune()
