"""Does WhatsApp work? Our webhook called from outside, and our account and number at Twilio.

The call carries one field of our own, signed like a message, and is answered
with a proof that only this installation can give; nothing is stored.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from backoffice.integrations import twilio_account, twilio_whatsapp, webhook_probe
from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backoffice.integrations.webhook_probe import Answer

FIELD = "BackofficeCheck"
Tone = Literal["success", "warning", "danger"]
_REDIRECTS = range(300, 400)
_OK, _FORBIDDEN, _SERVER_ERROR = 200, 403, 500


@dataclass(frozen=True, slots=True)
class Finding:
    tone: Tone
    text: str


def webhook_url() -> str:
    """The address to paste into Twilio's console."""
    return f"{settings.PUBLIC_URL}{reverse('messaging:twilio-whatsapp')}"


def status_url() -> str:
    return f"{settings.PUBLIC_URL}{reverse('messaging:twilio-status')}"


def is_ours(form: Mapping[str, str]) -> bool:
    """Whether a signed form is our own call and no message."""
    return set(form) == {FIELD}


def proof(form: Mapping[str, str]) -> str:
    """The answer to our own call."""
    return salted_hmac("webhook-check", form[FIELD], algorithm="sha256").hexdigest()


def findings() -> list[Finding]:
    """Everything there is to say; asks our own PUBLIC_URL and Twilio, and nobody else."""
    if settings.LOCAL_ONLY:
        return [
            Finding("warning", _("LOCAL_ONLY is on: nobody outside is asked, so this is unknown."))
        ]
    return [*_of_address(), *_of_webhook(), *_of_twilio()]


def address_problem() -> str:
    """Why Twilio could not use PUBLIC_URL; empty where it looks right."""
    parts = urlsplit(settings.PUBLIC_URL)
    if _is_local(parts.hostname or ""):
        told = _(
            "PUBLIC_URL is %(url)s, an address of this machine or its own network: Twilio cannot "
            "reach it. Set the address under which the internet reaches this server."
        )
        return told % {"url": settings.PUBLIC_URL}
    if parts.scheme != "https":
        told = _(
            "PUBLIC_URL is %(url)s, without https: what customers write would travel unprotected, "
            "and Twilio is not asked to report what became of messages."
        )
        return told % {"url": settings.PUBLIC_URL}
    return ""


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def _of_address() -> Iterator[Finding]:
    if problem := address_problem():
        yield Finding("danger", problem)


def _of_webhook() -> Iterator[Finding]:
    secret = settings.TWILIO_AUTH_TOKEN or next(iter(settings.TWILIO_WEBHOOK_SECRETS), "")
    if not secret:
        yield Finding(
            "danger",
            _("TWILIO_AUTH_TOKEN is missing: every message that Twilio delivers is refused."),
        )
        return
    form = {FIELD: secrets.token_urlsafe(16)}
    try:
        answer = _call(form, secret)
        right = _about_right(answer, proof(form))
        yield from _of_certificate(answer)
        yield right
        if right.tone == "success":
            yield _about_wrong(_call(form, secrets.token_hex(16)))
    except ServiceError as error:
        yield Finding("warning", str(error))


def _of_certificate(answer: Answer) -> Iterator[Finding]:
    if not answer.problem and settings.PUBLIC_URL.startswith("https://"):
        told = _("%(host)s answers by https with a valid certificate.")
        yield Finding("success", told % {"host": urlsplit(settings.PUBLIC_URL).hostname})


def _call(form: dict[str, str], secret: str) -> Answer:
    from twilio.request_validator import RequestValidator  # noqa: PLC0415 - slow import

    signature = RequestValidator(secret).compute_signature(webhook_url(), form)
    return webhook_probe.call(webhook_url(), form, signature)


def _about_right(answer: Answer, expected: str) -> Finding:
    if answer.problem:
        return Finding("danger", _why_unreachable(answer.problem))
    if answer.status == _OK and constant_time_compare(answer.body.strip(), expected):
        told = _("The webhook is reachable and accepts the right signature.")
        return Finding("success", told)
    return Finding("danger", _why_refused(answer))


def _why_unreachable(problem: str) -> str:
    host = {"host": urlsplit(settings.PUBLIC_URL).hostname or "?"}
    if problem == "tls":
        told = _(
            "%(host)s answers, but its certificate is not valid: Twilio would refuse it. Renew it, "
            "and serve the whole chain."
        )
    elif problem == "timeout":
        told = _(
            "%(host)s does not answer in time: a firewall, or the server is too busy. Some "
            "networks do not let a machine reach itself by its public address: then try it from "
            "elsewhere."
        )
    else:
        told = _(
            "%(host)s cannot be reached: the name is unknown, nothing listens there, or the tunnel "
            "has ended. Some networks do not let a machine reach itself by its public address: "
            "then try it from elsewhere."
        )
    return told % host


def _why_refused(answer: Answer) -> str:
    if answer.status == _FORBIDDEN:
        return _(
            "The webhook is reachable but refuses the right signature. The usual reason: "
            "PUBLIC_URL is not exactly the address that is called (http or https, host, path), "
            "because a proxy rewrites it; or the running server has another TWILIO_AUTH_TOKEN or "
            "PUBLIC_URL than the worker. Restart both after changing .env."
        )
    if answer.status in _REDIRECTS:
        told = _(
            "The webhook is redirected to %(url)s, and a redirect loses the message. Set "
            "PUBLIC_URL to the address without the redirect."
        )
        return told % {"url": _without_secrets(answer.location)[:200] or "?"}
    if answer.status == _OK:
        return _(
            "Something answers at PUBLIC_URL, but not this back office: another program, or "
            "another installation with other keys."
        )
    if answer.status >= _SERVER_ERROR:
        told = _(
            "The server before the back office answers with an error (%(status)d): it runs, but "
            "does not reach us. Look at the proxy or the tunnel."
        )
        return told % {"status": answer.status}
    told = _(
        "The webhook answers %(status)d instead of accepting the message: does the proxy pass "
        "/webhook/whatsapp on to the back office?"
    )
    return told % {"status": answer.status}


def _about_wrong(answer: Answer) -> Finding:
    if answer.status == _FORBIDDEN:
        return Finding("success", _("A wrong signature is refused."))
    if answer.problem:
        return Finding("warning", _("The call with a wrong signature got no answer."))
    told = _("A wrong signature is answered with %(status)d instead of being refused.")
    return Finding("danger", told % {"status": answer.status})


def _of_twilio() -> Iterator[Finding]:
    if missing := twilio_whatsapp.missing_settings():
        told = _("Twilio was not asked: set %(names)s.") % {"names": ", ".join(missing)}
        yield Finding("warning", told)
        return
    try:
        yield _about_account(twilio_account.fetch_account())
        yield from _about_number()
    except ServiceError as error:
        yield Finding("danger", _("Twilio: %(reason)s") % {"reason": error})


def _about_account(account: twilio_account.Account) -> Finding:
    names = {"name": account.name or "?", "status": account.status}
    if account.status != "active":
        told = _("The Twilio account “%(name)s” is %(status)s: nothing is sent.")
        return Finding("danger", told % names)
    if account.is_trial:
        told = _("The Twilio account “%(name)s” is a trial: it reaches verified numbers only.")
        return Finding("warning", told % names)
    return Finding("success", _("The Twilio account “%(name)s” is active.") % names)


def _about_number() -> Iterator[Finding]:
    number = {"number": settings.TWILIO_WHATSAPP_NUMBER.removeprefix("whatsapp:")}
    if twilio_whatsapp.address(settings.TWILIO_WHATSAPP_NUMBER) == twilio_account.SANDBOX:
        told = _(
            "%(number)s is Twilio's sandbox: people must first send it its join code, and its "
            "webhook is set on the sandbox's page of the console."
        )
        yield Finding("warning", told % number)
        return
    sender = twilio_account.find_sender()
    if sender is None:
        told = _("%(number)s is not a WhatsApp sender of this account.")
        yield Finding("danger", told % number)
        return
    if not sender.status.upper().startswith("ONLINE"):
        told = _("At Twilio the number %(number)s is “%(status)s”, not online.")
        yield Finding("danger", told % {**number, "status": sender.status})
    else:
        yield Finding("success", _("The number %(number)s is online.") % number)
    yield _about_webhook_of(sender)


def _about_webhook_of(sender: twilio_account.Sender) -> Finding:
    ours = webhook_url()
    if sender.webhook_url.rstrip("/") == ours.rstrip("/"):
        return Finding("success", _("The number delivers its messages to this back office."))
    if not sender.webhook_url:
        told = _("At Twilio no webhook is set for the number: paste %(url)s there.")
    else:
        told = _("The number delivers to %(other)s: paste %(url)s in its place.")
    return Finding("danger", told % {"url": ours, "other": _without_secrets(sender.webhook_url)})


def _without_secrets(url: str) -> str:
    """The address without user, password and query: findings are kept and shown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "?"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
