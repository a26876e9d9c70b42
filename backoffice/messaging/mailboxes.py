"""Fetching new mail: everything once, whatever runs at the same time or dies half-way."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.mailbox import MailboxAccount, MailFolder, MailHeading, open_folder
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import Channel, MailboxCursor
from backoffice.messaging.receiving import Incoming, receive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backoffice.messaging.models import InboundMessage

logger = logging.getLogger(__name__)

# Fetched in one go, and what a run that dies has to fetch again.
BATCH_MESSAGES = 50
BATCH_BYTES = 16 * 1024**2
# Of a mail that is too large: enough for its headers and the first lines.
STUB_BYTES = 64 * 1024
# What a mail that nobody foresaw makes our own code raise; never the database's errors.
_NOT_UNDERSTOOD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(slots=True)
class Fetched:
    """What a run found: new messages, ones we had already, and new ones too large to fetch."""

    imported: int = 0
    known: int = 0
    too_large: int = 0
    # What the server announced so far, before any of it is fetched.
    found: int = field(default=0, compare=False)
    # False when the time was up before the end of the mailbox; the next run goes on.
    complete: bool = True


def _nobody_watches(_fetched: Fetched) -> None:
    pass


@dataclass(slots=True)
class Look:
    """One run over the folders of a mailbox: whose, until when, who is told, what it found."""

    desk: str
    account: str
    deadline: float
    run_id: int | None = None
    progress: Callable[[Fetched], None] = _nobody_watches
    fetched: Fetched = field(default_factory=Fetched)


def configured() -> list[str]:
    """The mailboxes that have a user, by their desk's name."""
    return [name for name, options in settings.MAILBOXES.items() if options["user"]]


def lock(mailbox: str) -> MailboxCursor:
    """Hold the mailbox's row until the transaction ends, so that one run is asked for at a time."""
    first = folders(mailbox)[0]
    cursor, _created = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder=first)
    return MailboxCursor.objects.select_for_update(no_key=True).get(pk=cursor.pk)


def folders(mailbox: str) -> list[str]:
    """The folders of the mailbox that are read, in that order."""
    names = (name.strip() for name in settings.MAILBOXES[mailbox]["folder"].split(","))
    return [name for name in names if name] or ["INBOX"]


def fetch(
    mailbox: str,
    *,
    seconds: float | None = None,
    run_id: int | None = None,
    progress: Callable[[Fetched], None] = _nobody_watches,
) -> Fetched:
    """Store every new mail of the mailbox; stop at a good place after ``seconds``.

    The messages are marked as brought by ``run_id``; ``progress`` is told after
    each batch how far it is. The id up to which a folder was read is a shortcut
    and no more: mails are known by their Message-ID or content, so two runs at
    once, a run that died, and a server that renumbers its folder cost a second
    look and nothing else.
    A folder that is not there keeps no other from being read. Raises ``ServiceError``,
    whose sentence is kept on the mailbox's row as well.
    """
    options = settings.MAILBOXES[mailbox]
    if not options["user"]:
        raise NotConfigured(
            _("The mailbox “%(name)s” waits for %(setting)s.")
            % {"name": mailbox, "setting": f"{mailbox.upper()}_IMAP_USER"}
        )
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    account = MailboxAccount(**{key: options[key] for key in MailboxAccount.__slots__})
    look = Look(mailbox, account.user, deadline, run_id, progress)
    missing: ServiceError | None = None
    for folder in folders(mailbox):
        cursor, _created = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder=folder)
        try:
            with open_folder(account, folder) as opened:
                _read_on(cursor, opened, look)
        except ServiceError as error:
            _note(cursor, error=str(error))
            if error.code != "folder":
                raise
            missing = missing or error
        else:
            _note(cursor, error="")
    if missing is not None:
        raise missing
    return look.fetched


def _read_on(cursor: MailboxCursor, folder: MailFolder, look: Look) -> None:
    _fix_bound(cursor)
    headings = _new_headings(cursor, folder)
    look.fetched.found += len(headings)
    look.progress(look.fetched)
    for batch in _batches(headings):
        if time.monotonic() > look.deadline:
            look.fetched.complete = False
            return
        _store(look, folder, batch)
        # Only now: every message of the batch is committed.
        _advance(cursor, folder.uidvalidity, batch[-1].uid)
        look.progress(look.fetched)


def _fix_bound(cursor: MailboxCursor) -> None:
    """Say once and for all which mails of the folder are history.

    A bound that moved on with the clock would lose what arrives while no worker
    runs, and what a renumbered folder brings again.
    """
    if cursor.since is None and not cursor.uidvalidity and settings.MAIL_SINCE_DAYS:
        cursor.since = timezone.now() - timedelta(days=settings.MAIL_SINCE_DAYS)
        MailboxCursor.objects.filter(pk=cursor.pk, since=None).update(since=cursor.since)


def _new_headings(cursor: MailboxCursor, folder: MailFolder) -> list[MailHeading]:
    after = cursor.last_uid if cursor.uidvalidity == folder.uidvalidity else 0
    since = cursor.since
    if since is None:
        return folder.headings(after=after)
    if not after:
        # Spares the server the sizes of all that lies there; days of a search know no time zone.
        first = folder.first_since(since.date() - timedelta(days=1))
        if first is None:
            return []
        after = first - 1
    return [
        heading
        for heading in folder.headings(after=after)
        if heading.received_at is None or heading.received_at >= since
    ]


def _batches(headings: list[MailHeading]) -> Iterator[list[MailHeading]]:
    batch: list[MailHeading] = []
    size = 0
    for heading in headings:
        if batch and (len(batch) == BATCH_MESSAGES or size + heading.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(heading)
        size += min(heading.size, settings.MAX_DOCUMENT_BYTES)
    if batch:
        yield batch


def _store(look: Look, folder: MailFolder, batch: list[MailHeading]) -> None:
    acceptable = [heading for heading in batch if heading.size <= settings.MAX_DOCUMENT_BYTES]
    bodies = _bodies(folder, [heading.uid for heading in acceptable]) if acceptable else {}
    for heading in batch:
        is_stub = heading not in acceptable
        raw = _beginning(folder, heading) if is_stub else bodies.get(heading.uid)
        if raw is None:
            continue  # it was moved or deleted since we asked for the list
        mail = Mail(
            raw,
            desk=look.desk,
            account=look.account,
            run_id=look.run_id,
            arrived_at=heading.received_at,
            full_size=heading.size if is_stub else None,
        )
        _message, created = _receive(mail, folder, heading)
        look.fetched.imported += created
        look.fetched.known += not created
        look.fetched.too_large += created and is_stub


def _beginning(folder: MailFolder, heading: MailHeading) -> bytes | None:
    return folder.beginning(heading.uid, STUB_BYTES) or None


def _bodies(folder: MailFolder, uids: list[int]) -> dict[int, bytes]:
    """The mails by id; no bytes for one that the server cannot hand over.

    Such a mail must not hold up those behind it for ever.
    """
    try:
        return folder.contents(uids)
    except ServiceError as error:
        if error.code != "refused":
            raise
    if len(uids) == 1:
        return {uids[0]: b""}
    return {uid: raw for one in uids for uid, raw in _bodies(folder, [one]).items()}


def _receive(mail: Mail, folder: MailFolder, heading: MailHeading) -> tuple[InboundMessage, bool]:
    if not mail.raw:
        told = _("The mail server cannot hand over this message: open it in the mailbox.")
        return _receive_unread(mail, folder, heading, told)
    try:
        return receive_mail(mail)
    except _NOT_UNDERSTOOD as error:
        # Else it would hold up those behind it for ever.
        name = type(error).__name__
        logger.error("Mail %s could not be taken apart: %s", heading.uid, name)  # noqa: TRY400 - the error quotes the mail
        told = _(
            "This message is built in a way that we do not understand: open it in the mailbox."
        )
        return _receive_unread(mail, folder, heading, told)


def _receive_unread(
    mail: Mail, folder: MailFolder, heading: MailHeading, reason: str
) -> tuple[InboundMessage, bool]:
    """Tell staff of a mail that lies in the mailbox and has to be read there."""
    return receive(
        Incoming(
            desk=mail.desk,
            channel=Channel.EMAIL,
            external_id=f"imap:{mail.account}:{folder.uidvalidity}:{heading.uid}"[-300:],
            raw=mail.raw,
            sent_at=heading.received_at or timezone.now(),
            account=mail.account,
            run_id=mail.run_id,
            reason=reason,
        )
    )


def _advance(cursor: MailboxCursor, uidvalidity: int, uid: int) -> None:
    """Move the mark forward, never back: another run may be further already."""
    rows = MailboxCursor.objects.filter(pk=cursor.pk)
    same_numbers = rows.filter(uidvalidity=uidvalidity)
    if not same_numbers.update(last_uid=Greatest(F("last_uid"), uid)):
        rows.filter(~Q(uidvalidity=uidvalidity)).update(uidvalidity=uidvalidity, last_uid=uid)


def _note(cursor: MailboxCursor, *, error: str) -> None:
    MailboxCursor.objects.filter(pk=cursor.pk).update(error=error, last_run_at=timezone.now())
