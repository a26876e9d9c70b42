"""A mailbox from which nothing can be fetched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.messaging import desks, mailboxes
from backoffice.messaging.models import MailboxCursor
from orders.alerts.facts import Fact, Family, Scope, in_words
from orders.models import Alert, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

# A mail server that is restarted is back by then.
CRITICAL_AFTER = timedelta(minutes=30)


def find(_scope: Scope) -> Iterator[Fact]:
    """Folders that are read and whose last run failed; one statement."""
    read = {(name, folder) for name in mailboxes.configured() for folder in mailboxes.folders(name)}
    names = {name for name, _folder in read}
    failed = MailboxCursor.objects.filter(mailbox__in=names).exclude(error="").order_by("pk")
    for mailbox, folder, error in failed.values_list("mailbox", "folder", "error"):
        if (mailbox, folder) not in read:
            continue  # no longer looked into: what it said last says nothing
        sentence = _(
            "No messages come in from the mailbox “%(mailbox)s”, folder %(folder)s. %(reason)s"
        )
        words = {"mailbox": desks.label(mailbox), "folder": folder, "reason": in_words(error)}
        yield Fact(
            key=f"{Alert.Kind.MAILBOX_DOWN}:{mailbox}/{folder}"[:200],
            kind=Alert.Kind.MAILBOX_DOWN,
            severity=Severity.WARNING,
            sentence=sentence % words,
            # The server's words may hold a time or a number of the connection.
            fingerprint="error",
            critical_after=CRITICAL_AFTER,
        )


FAMILY = Family((Alert.Kind.MAILBOX_DOWN,), find, is_about_orders=False)
