"""Delivery reports: which mail of ours did not arrive, and why, in words.

The standard form (RFC 3464) and those of servers that never heard of it: qmail, Exim, old
Postfix and Exchange, providers that only write a letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.messaging.documents import headers, machines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.functional import _StrOrPromise

# A report holds our mail again, with its files.
_LONGEST: Final = 200_000
_LONGEST_LETTER: Final = 50_000
_MOST_PARTS: Final = 60
_ADDRESS: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MESSAGE_ID: Final = re.compile(
    r"^[ \t>]{0,20}Message-ID:[ \t]{0,20}(?:\r?\n[ \t]{1,20})?(<[^<>\s]{3,250}>)",
    re.IGNORECASE | re.MULTILINE,
)
# Where the copy of our mail begins; addresses in it are not those that failed.
_COPY: Final = re.compile(
    r"^-{2,}.{0,20}(?:below this line|copy of (?:the|your) message|original message"
    r"|message original|included is a copy|message header).*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED: Final = re.compile(
    r"<([\w.+'-]{1,64}@[\w.-]{1,190})>\s{0,3}[:(]"
    r"|^[ \t]{0,20}([\w.+'-]{1,64}@[\w.-]{1,190})[ \t]*$"
    r"|(?:recipients?|destinataires?|address|adresse|delivered? to|remis à)"
    r"\W{1,40}<?([\w.+'-]{1,64}@[\w.-]{1,190})",
    re.IGNORECASE | re.MULTILINE,
)
_CODE: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_DELAYED: Final = re.compile(
    r"delayed|will (?:be )?(?:retry|retried|keep trying)|not yet been delivered|retard[ée]|"
    r"no action is required|you do not need to resend",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"^.*(?:\b[45]\d\d[ -].*|user unknown|does not exist|no such user|mailbox (?:is )?full"
    r"|over ?quota|n'existe pas|introuvable|couldn't be found|wasn't found|rejected).*$",
    re.IGNORECASE | re.MULTILINE,
)
# By enhanced status code (RFC 3463); the longest beginning that fits.
_WHY: Final[dict[str, _StrOrPromise]] = {
    "5.1.1": gettext_lazy("there is no such mailbox"),
    "5.1.10": gettext_lazy("there is no such mailbox"),
    "5.1.2": gettext_lazy("the domain of the address does not exist"),
    "5.1": gettext_lazy("the address is wrong"),
    "5.2.1": gettext_lazy("the mailbox is switched off"),
    "5.2.2": gettext_lazy("the mailbox is full"),
    "4.2.2": gettext_lazy("the mailbox is full"),
    "5.2.3": gettext_lazy("the message is too large"),
    "5.3.4": gettext_lazy("the message is too large"),
    "5.4": gettext_lazy("the other mail server could not be reached"),
    "4.4": gettext_lazy("the other mail server could not be reached"),
    "5.7": gettext_lazy("the other mail server refused the message"),
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report. ``is_final``: the mail will not arrive; else it is late, or has arrived.

    ``ids`` are Message-IDs found in it, ours among them; ``why`` is for staff, in words.
    """

    recipients: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    is_final: bool = True
    why: str = ""


@dataclass(slots=True)
class _Told:
    """What the parts of a report say."""

    recipients: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def read(raw: bytes) -> Bounce | None:
    """What a mail reports of the delivery of one of ours; None where it is no such report."""
    message = message_from_bytes(raw[:_LONGEST].replace(b"\0", b""), policy=policy.compat32)
    told = _Told()
    for part in _parts(message):
        _read_part(part, told)
    failed = headers.value(message, "X-Failed-Recipients")
    told.recipients += _ADDRESS.findall(failed)
    sender = next((one.email for one in headers.people(message, "From")), "")
    is_letter = machines.is_daemon(sender) or machines.is_report(message)
    if not (told.actions or failed) and not is_letter:
        return None
    _read_letter("\n".join(told.texts)[:_LONGEST_LETTER], told)
    if not (told.recipients or told.ids):
        return None
    return Bounce(
        recipients=tuple(dict.fromkeys(one.lower() for one in told.recipients)),
        ids=tuple(dict.fromkeys(told.ids)),
        is_final=_is_final(message, told),
        why=_why(told),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The parts, without walking into the copy of our own mail."""
    waiting = [message]
    for _number in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        children = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(children, list):
            waiting.extend(child for child in children if isinstance(child, Message))


def _read_part(part: Message, told: _Told) -> None:
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind in {"message/delivery-status", "message/global-delivery-status"}:
        blocks = payload if isinstance(payload, list) else []
        for block in blocks:
            if isinstance(block, Message):
                _read_status(block, told)
    elif kind in {"message/rfc822", "message/global"} and isinstance(payload, list):
        inner = [one for one in payload if isinstance(one, Message)]
        told.ids += [found for one in inner for found in headers.message_ids(one, "Message-ID")]
    elif kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
        told.ids += _MESSAGE_ID.findall(_text(part))
    elif kind in {"text/plain", "text/html"}:
        told.texts.append(re.sub(r"<(?!\S{1,64}@)[^>]{0,300}>", " ", _text(part)))


def _read_status(block: Message, told: _Told) -> None:
    action = headers.value(block, "Action").lower()
    if not action:
        return
    told.actions.append(action)
    told.codes += _CODE.findall(headers.value(block, "Status"))
    diagnosis = headers.value(block, "Diagnostic-Code").partition(";")[2].strip()
    told.said += [diagnosis] if diagnosis else []
    for name in ("Original-Recipient", "Final-Recipient"):
        told.recipients += _ADDRESS.findall(headers.value(block, name))


def _read_letter(text: str, told: _Told) -> None:
    """What a report in plain words says; its copy of our mail names only the id."""
    copy = _COPY.search(text)
    letter = text[: copy.start()] if copy else text
    told.ids += _MESSAGE_ID.findall(text)
    if not told.recipients:
        found = (next(filter(None, match.groups())) for match in _NAMED.finditer(letter))
        told.recipients += [one.rstrip(".") for one in found]
    if not told.codes:
        told.codes += _CODE.findall(letter)[:1]
    if not told.said and (said := _SAID.search(letter)):
        told.said.append(said[0].strip())


def _is_final(message: Message, told: _Told) -> bool:
    if told.actions:
        return "failed" in told.actions
    subject = headers.value(message, "Subject")
    return not _DELAYED.search(subject) and not any(map(_DELAYED.search, told.texts))


def _why(told: _Told) -> str:
    said = " ".join((told.said or [""])[0].split())[:200]
    for code in told.codes:
        for beginning in (code, code.rpartition(".")[0]):
            if beginning in _WHY:
                return f"{_WHY[beginning]} ({code})"
    return said or _("the reason is not stated")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
