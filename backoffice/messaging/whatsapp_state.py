"""How WhatsApp is set up and doing: what the page on it shows. No secret is among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.jobs.heartbeat import worker_is_alive
from backoffice.integrations import twilio_errors
from backoffice.messaging import line_checks, outbox, whatsapp_probe
from backoffice.messaging.models import (
    WHATSAPPS,
    Channel,
    InboundMessage,
    LineCheck,
    OutboundMessage,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import QuerySet

Status = OutboundMessage.Status
UNDER_WAY = (Status.QUEUED, Status.SENDING)
SHOWN = 10
_SHOWN_END = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable: what may be shown of it, and what to do where it is missing."""

    name: str
    shown: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the outbox, its failure in words."""

    row: OutboundMessage
    trouble: str
    may_be_resent: bool


@dataclass(frozen=True, slots=True)
class State:
    check: LineCheck | None
    received: list[InboundMessage]
    sent: list[Sent]
    failures: list[Sent]
    worker_is_alive: bool

    @property
    def is_checking(self) -> bool:
        return self.check is not None and line_checks.is_open(self.check)

    @property
    def is_check_lost(self) -> bool:
        is_unfinished = self.check is not None and self.check.finished_at is None
        return is_unfinished and not self.is_checking

    @property
    def is_live(self) -> bool:
        """Whether the page is worth looking at again in a moment."""
        is_sending = any(
            sent.row.status in UNDER_WAY and not sent.row.attempts for sent in self.sent
        )
        return self.worker_is_alive and (self.is_checking or is_sending)


def state(user: AbstractBaseUser | AnonymousUser) -> State:
    """What ``user`` may see of it, in five queries at most."""
    sent = failures = list[Sent]()
    if user.has_perm("messaging.view_outboundmessage"):  # type: ignore[union-attr]
        outgoing = OutboundMessage.objects.filter(channel__in=WHATSAPPS).order_by("-pk")
        sent = _shown(outgoing)
        failures = _shown(outgoing.filter(status__in=outbox.RESENDABLE))
    received = InboundMessage.objects.filter(channel__in=WHATSAPPS).order_by("-pk")
    return State(
        check=LineCheck.objects.select_related("asked_by").filter(channel=Channel.WHATSAPP).first(),
        received=list(received[:SHOWN]),
        sent=sent,
        failures=failures,
        worker_is_alive=worker_is_alive(),
    )


def _shown(rows: QuerySet[OutboundMessage]) -> list[Sent]:
    return [
        Sent(
            row=row,
            trouble=twilio_errors.sentence(row.error_code, row.error) if row.error else "",
            may_be_resent=row.status in outbox.RESENDABLE,
        )
        for row in rows[:SHOWN]
    ]


def configuration() -> list[Setting]:
    """Each variable of the line; ``hint`` says what to do and is empty where it is right."""
    sid = settings.TWILIO_ACCOUNT_SID
    number = settings.TWILIO_WHATSAPP_NUMBER.removeprefix("whatsapp:")
    further = len(settings.TWILIO_WEBHOOK_SECRETS)
    return [
        Setting(
            "TWILIO_ACCOUNT_SID",
            f"{sid[:2]}…{sid[-_SHOWN_END:]}" if sid else "",
            "" if sid else _("Copy the Account SID (AC…) from the start page of Twilio's console."),
        ),
        Setting(
            "TWILIO_AUTH_TOKEN",
            _("set") if settings.TWILIO_AUTH_TOKEN else "",
            ""
            if settings.TWILIO_AUTH_TOKEN
            else _("Copy the Auth Token that stands below the Account SID: it signs the webhook."),
        ),
        Setting(
            "TWILIO_WHATSAPP_NUMBER",
            number,
            ""
            if number
            else _("Write the number of your WhatsApp sender with its country code: +212…"),
        ),
        Setting("TWILIO_WEBHOOK_SECRETS", _("%d more") % further if further else _("none more")),
        Setting("PUBLIC_URL", settings.PUBLIC_URL, whatsapp_probe.address_problem()),
        *_local_only(),
    ]


def cloud_configuration() -> list[Setting]:
    """The same of the Cloud API's line."""
    return [
        _secret(
            "WHATSAPP_VERIFY_TOKEN",
            _("Think up a long word and write it here and in Meta's app, beside the address."),
        ),
        _secret(
            "WHATSAPP_APP_SECRET",
            _("Copy it from the basic settings of Meta's app: it signs every message that comes."),
        ),
        _secret(
            "WHATSAPP_ACCESS_TOKEN",
            _("Have one made for a system user with the permission whatsapp_business_messaging."),
        ),
        Setting(
            "WHATSAPP_PHONE_NUMBER_ID",
            settings.WHATSAPP_PHONE_NUMBER_ID,
            ""
            if settings.WHATSAPP_PHONE_NUMBER_ID
            else _("Copy the phone number id (not the number) from the app's page on the API."),
        ),
    ]


def cloud_webhook_url() -> str:
    """The address to paste into Meta's app."""
    return f"{settings.PUBLIC_URL}{reverse('messaging:whatsapp-cloud')}"


def _secret(name: str, hint: str) -> Setting:
    is_set = bool(getattr(settings, name))
    return Setting(name, _("set") if is_set else "", "" if is_set else hint)


def _local_only() -> list[Setting]:
    if not settings.LOCAL_ONLY:
        return []
    hint = _("Nothing is sent through Twilio while it is on. Set LOCAL_ONLY=false to use WhatsApp.")
    return [Setting("LOCAL_ONLY", "true", hint)]
