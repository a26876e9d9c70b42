"""Background entry points of the mailboxes."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from backoffice.core.jobs import enqueue
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes

logger = logging.getLogger(__name__)


def fetch_mailboxes() -> None:
    """Ask for a run of each configured mailbox; the schedule's entry."""
    for mailbox in mailboxes.configured():
        ask(mailbox)


def ask(mailbox: str) -> bool:
    """Enqueue a run of the mailbox; False where one waits or is under way already."""
    with transaction.atomic():
        is_new = mailboxes.note_asked(mailbox)
        if is_new:
            enqueue(fetch_mailbox, mailbox)
    return is_new


def fetch_mailbox(mailbox: str) -> None:
    """Fetch for half the time a job may take; the next run goes on where this one stopped."""
    try:
        mailboxes.fetch(mailbox, seconds=settings.JOB_TIMEOUT / 2)
    except ServiceError as error:
        # Kept on the mailbox's row, where staff see it; the schedule tries again.
        logger.warning("Mailbox %s: %s", mailbox, error.code or "failed")
    finally:
        mailboxes.note_ended(mailbox)
