"""Reading a mailbox over IMAP without changing anything in it."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import imap_tools
from django.utils.translation import gettext as _

from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

logger = logging.getLogger(__name__)

UID = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """How to reach a mailbox; ``security`` is tls, starttls or none, ``timeout`` in seconds."""

    host: str
    port: int
    user: str
    password: str
    security: str
    timeout: float


@dataclass(frozen=True, slots=True)
class MailHeading:
    """A mail of the folder before its text is fetched; ``size`` in bytes, as the server says."""

    uid: int
    size: int
    received_at: datetime | None


class MailFolder:
    """An open folder; ids are valid for this ``uidvalidity`` only."""

    def __init__(self, client: imaplib.IMAP4, uidvalidity: int) -> None:
        self._client = client
        self.uidvalidity = uidvalidity

    def headings(self, after: int) -> list[MailHeading]:
        """Every mail with an id above ``after``, in the order of the ids."""
        # "n:*" always answers with the newest mail, even where its id is below n.
        found = (
            _heading(line)
            for line in self._fetch(f"{after + 1}:*", "(UID RFC822.SIZE INTERNALDATE)")
        )
        headings = {heading.uid: heading for heading in found if heading and heading.uid > after}
        return [headings[uid] for uid in sorted(headings)]

    def first_since(self, day: date) -> int | None:
        """The lowest id among the mails that arrived on ``day`` or later."""
        with _failures():
            status, lines = self._client.uid("SEARCH", str(imap_tools.AND(date_gte=day)))
        if status != "OK":
            raise ServiceError(_("The mail server refused to search the messages."), code="refused")
        uids = [int(uid) for line in lines if line for uid in line.split()]
        return min(uids, default=None)

    def contents(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The whole mails by id; one that has left the folder meanwhile is missing.

        A server that cannot read one of them refuses all: ``ServiceError`` with
        the code ``refused``.
        """
        wanted = ",".join(str(uid) for uid in uids)
        return self._bodies(self._fetch(wanted, "(UID BODY.PEEK[])"))

    def beginning(self, uid: int, length: int) -> bytes:
        """The first ``length`` bytes of a mail that is too large to fetch."""
        found = self._bodies(self._fetch(str(uid), f"(UID BODY.PEEK[]<0.{length}>)"))
        return found.get(uid, b"")

    def _fetch(self, uids: str, what: str) -> list[Any]:
        with _failures():
            status, lines = self._client.uid("FETCH", uids, what)
        if status != "OK":
            raise ServiceError(
                _("The mail server refused to hand over the messages."), code="refused"
            )
        return [line for line in lines if line]

    @staticmethod
    def _bodies(lines: list[Any]) -> dict[int, bytes]:
        """Pairs of (description, body), each followed by what the server said after the body."""
        bodies: dict[int, bytes] = {}
        for line, following in zip(lines, [*lines[1:], b""], strict=True):
            if not isinstance(line, tuple):
                continue
            # Servers are free to name the id before or after the text.
            after = following if isinstance(following, bytes) else b""
            uid = UID.search(line[0]) or UID.search(after)
            if uid:
                bodies[int(uid.group(1))] = bytes(line[1])
        return bodies


@contextmanager
def open_folder(account: MailboxAccount, folder: str) -> Iterator[MailFolder]:
    """Sign in and open ``folder`` for reading only: no mail is marked as seen.

    Raises ``ServiceError`` with a sentence that says which of address, password
    and folder to look at.
    """
    client = _connect(account)
    try:
        _sign_in(client, account)
        uidvalidity = _select(client, folder)
        yield MailFolder(client.client, uidvalidity)
    finally:
        # The work is done or has failed already; a rude goodbye changes neither.
        with contextlib.suppress(imaplib.IMAP4.error, imap_tools.ImapToolsError, OSError):
            client.logout()


def _connect(account: MailboxAccount) -> Any:  # noqa: ANN401 - imap_tools is followed untyped
    where = {"host": account.host, "port": account.port}
    try:
        if account.security == "none":
            return imap_tools.MailBoxUnencrypted(**where, timeout=account.timeout)
        kind = imap_tools.MailBox if account.security == "tls" else imap_tools.MailBoxStartTls
        # The standard library's own default does not check the certificate.
        context = ssl.create_default_context()
        return kind(**where, timeout=account.timeout, ssl_context=context)
    except ssl.SSLError as error:
        raise ServiceError(
            _(
                "The mail server %(host)s:%(port)s could not be reached securely (%(reason)s). "
                "Check the port, the kind of encryption and the server's certificate."
            )
            % {**where, "reason": getattr(error, "verify_message", "") or error.reason},
            code="tls",
        ) from error
    except (OSError, imaplib.IMAP4.error, imap_tools.ImapToolsError) as error:
        raise ServiceError(
            _("The mail server %(host)s:%(port)s cannot be reached. Check its name and port.")
            % where,
            code="connection",
        ) from error


def _sign_in(client: Any, account: MailboxAccount) -> None:  # noqa: ANN401 - as above
    # LOGIN knows ASCII only.
    plain = account.user.isascii() and account.password.isascii()
    login = client.login if plain else client.login_utf8
    with _failures():
        try:
            login(account.user, account.password, initial_folder=None)
        except (imap_tools.MailboxLoginError, imaplib.IMAP4.error) as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            raise ServiceError(
                _(
                    "The mail server %(host)s refused the sign-in of %(user)s. Check user and "
                    "password; Gmail and Outlook ask for an app password."
                )
                % {"host": account.host, "user": account.user},
                permanent=True,
                code="login",
            ) from error


def _select(client: Any, folder: str) -> int:  # noqa: ANN401 - as above
    with _failures():
        try:
            client.folder.set(folder, readonly=True)
        except imap_tools.MailboxFolderSelectError as error:
            raise ServiceError(
                _("The mailbox has no folder “%(folder)s”. Check its name.") % {"folder": folder},
                permanent=True,
                code="folder",
            ) from error
        _name, answer = client.client.response("UIDVALIDITY")
    if not answer or not answer[0]:
        raise ServiceError(_("The mail server gives no lasting numbers to its messages."))
    return int(answer[0])


@contextmanager
def _failures() -> Iterator[None]:
    """A connection that breaks or falls silent is a ServiceError worth a second try."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, imap_tools.ImapToolsError) as error:
        raise ServiceError(
            _("The connection to the mail server broke off."), code="connection"
        ) from error


def _heading(line: Any) -> MailHeading | None:  # noqa: ANN401 - imaplib's mixed list
    text = b" ".join(line) if isinstance(line, tuple) else line
    uid, size, date = UID.search(text), SIZE.search(text), DATE.search(text)
    if not uid or not size:
        return None
    return MailHeading(int(uid.group(1)), int(size.group(1)), _received_at(date))


def _received_at(date: re.Match[bytes] | None) -> datetime | None:
    if date is None:
        return None
    try:
        return datetime.strptime(date.group(1).decode().strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
