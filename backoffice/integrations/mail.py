"""Sending one e-mail by SMTP, and saying exactly how it failed.

What a failure means depends on how far the conversation came:

====================================  =========================================
connect, TLS, EHLO, MAIL, RCPT        nothing was sent: a 4xx, a refused
                                      connection or a time-out may be tried
                                      again, a 5xx may not
sign-in refused                       ``NotConfigured``: waits until the settings
                                      are mended
answer to DATA is 4xx / 5xx           not accepted: as above
no answer after DATA                  ``doubtful``: it may have been accepted
failure while saying goodbye          accepted all the same: no failure
====================================  =========================================
"""

from __future__ import annotations

import contextlib
import re
import smtplib
from dataclasses import dataclass
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, make_msgid, parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

_NOBODY = re.compile(
    r"(^|[-_.+])(no[-_.]?reply|no[-_.]?reponse|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre"
    r"|mailer[-_.]?daemon|postmaster|bounces?|notifications?|auto[-_.]?reply)($|[-_.+])",
    re.IGNORECASE,
)
# Base64 makes a third more of it; the large providers take 25 MB.
MAX_FILES_BYTES = 18 * 1024**2
_MESSAGE_ID = re.compile(r"<?([^<>\s]+@[^<>\s]+)>?")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes with an e-mail; its bytes arrive as they are."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain-text e-mail to one person. Ids are Message-IDs, with or without ``<>``.

    ``references`` are the messages before the one replied to, the oldest first; ``sender`` and
    ``reply_to`` are addresses, with or without a name; empty: SMTP_FROM, and no Reply-To.
    ``is_automatic``: no person wrote it, so that no machine shall answer (RFC 3834).
    """

    message_id: str
    recipient: str
    subject: str
    body: str
    recipient_name: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[MailFile, ...] = ()
    sender: str = ""
    reply_to: str = ""
    is_automatic: bool = False


class _AnswerLostError(Exception):
    """The text was handed over, the answer never came."""


class _Phases(smtplib.SMTP):
    """Tells when the text is about to leave, and a lost answer from a lost connection."""

    before_data: Callable[[], None] | None = None

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - smtplib's signature
        if self.before_data:
            self.before_data()
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as error:
            raise _AnswerLostError from error


class _PhasesOverTls(_Phases, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PhasesOverTls if self.use_ssl else _Phases


def configured() -> bool:
    return bool(settings.EMAIL_HOST)


def new_message_id() -> str:
    """A Message-ID of our own domain, to be kept before the first attempt and used by every one."""
    return make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or None)


def is_nobody(address: str) -> bool:
    """Whether nobody reads ``address`` (no-reply, bounces): such senders are never answered."""
    return bool(_NOBODY.search(address.partition("@")[0]))


def send(mail: Mail, *, before_data: Callable[[], None] | None = None) -> None:
    """Hand ``mail`` to the SMTP server; returns when the server has accepted it.

    ``before_data`` is called once the recipient was accepted, just before the
    text leaves. Raises ``NotConfigured`` and ``ServiceError`` as the module's
    table says. Attempts of the same mail share its Message-ID.
    """
    if not configured():
        raise NotConfigured(
            _("No mail server is set: give SMTP_HOST, SMTP_USER and SMTP_PASSWORD.")
        )
    message = _compose(mail)
    backend = _Backend()
    try:
        backend.open()
        connection = backend.connection
        if isinstance(connection, _Phases):
            connection.before_data = before_data
        backend.send_messages([message])
    except _AnswerLostError as error:
        raise ServiceError(
            _("The mail server took the e-mail but did not confirm it."), doubtful=True
        ) from error
    except OSError as error:
        raise _failure(error) from error
    except ValueError as error:
        raise ServiceError(
            _("The e-mail cannot be written: %(reason)s") % {"reason": error}, permanent=True
        ) from error
    finally:
        # A quarrel while saying goodbye does not undo what was accepted.
        with contextlib.suppress(OSError):
            backend.close()


def try_connection() -> None:
    """Sign in to the SMTP server and leave again, sending nothing; raises as :func:`send`."""
    backend = _Backend()
    try:
        backend.open()
    except OSError as error:
        raise _failure(error) from error
    finally:
        with contextlib.suppress(OSError):
            backend.close()


def _compose(mail: Mail) -> EmailMessage:
    try:
        validate_email(mail.recipient)
    except ValidationError as error:
        raise ServiceError(
            _("“%(address)s” is not an e-mail address.") % {"address": mail.recipient},
            permanent=True,
            code="address",
        ) from error
    name, sender = parseaddr(mail.sender or settings.DEFAULT_FROM_EMAIL)
    headers = {"Message-ID": f"<{mail.message_id.strip('<>')}>"}
    if mail.is_automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    # An answer without its thread opens a new conversation at the customer's.
    if replied := _as_ids(mail.in_reply_to):
        headers["In-Reply-To"] = replied[0]
        headers["References"] = " ".join(
            dict.fromkeys([*_as_ids(*mail.references), *replied]),
        )
    return EmailMessage(
        subject=" ".join(mail.subject.split()),
        body=mail.body,
        from_email=formataddr((name or settings.COMPANY_NAME, sender)),
        to=[formataddr((" ".join(mail.recipient_name.split()), mail.recipient))],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
        attachments=[_part(file) for file in mail.files],
    )


def _part(file: MailFile) -> MIMEBase:
    """The file as base64 whatever it is: as text its line ends would be rewritten on the way."""
    # A message within the message may not be base64 (RFC 2046).
    mime = "application/octet-stream" if file.mime.startswith("message/") else file.mime
    part = MIMEBase(*mime.split("/", 1))
    part.set_payload(file.content)
    encode_base64(part)
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _as_ids(*candidates: str) -> list[str]:
    found = (_MESSAGE_ID.fullmatch(candidate.strip()) for candidate in candidates)
    return [f"<{match[1]}>" for match in found if match]


def _failure(error: OSError) -> ServiceError:
    """What an exception of smtplib or the network, raised before DATA or as its answer, means."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotConfigured(
            _("The mail server does not offer what SMTP_SECURITY or SMTP_USER ask for: %(reason)s")
            % {"reason": error}
        )
    code, answer = _answer(error)
    if isinstance(error, smtplib.SMTPAuthenticationError) and code >= 500:  # noqa: PLR2004 - SMTP
        told = _("The mail server refuses SMTP_USER and SMTP_PASSWORD: %(reason)s")
        refusal = NotConfigured(told % {"reason": answer})
        refusal.code = str(code)
        return refusal
    if code:
        return ServiceError(
            _("The mail server refused: %(reason)s") % {"reason": answer},
            permanent=code >= 500,  # noqa: PLR2004 - 5xx is final, 4xx is for now
            code=str(code),
        )
    return ServiceError(
        _("The mail server cannot be reached: %(reason)s") % {"reason": error}, code="connection"
    )


def _answer(error: OSError) -> tuple[int, str]:
    """The server's code and words; 0 where it gave none."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        code, words = error.smtp_code, error.smtp_error
    else:
        return 0, ""
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return int(code), f"{code} {text}".strip()
