"""Background entry points of the mailboxes."""

from __future__ import annotations

import logging

from django.conf import settings

from backoffice.core.jobs import enqueue
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes

logger = logging.getLogger(__name__)


def fetch_mailboxes() -> None:
    """Enqueue a run for each configured mailbox; the schedule's entry."""
    for mailbox in mailboxes.configured():
        enqueue(fetch_mailbox, mailbox)


def fetch_mailbox(mailbox: str) -> None:
    """Fetch for half the time a job may take; the next run goes on where this one stopped."""
    try:
        mailboxes.fetch(mailbox, seconds=settings.JOB_TIMEOUT / 2)
    except ServiceError as error:
        # Kept on the mailbox's row, where staff see it; the schedule tries again.
        logger.warning("Mailbox %s: %s", mailbox, error.code or "failed")
