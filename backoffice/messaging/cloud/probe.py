"""Does WhatsApp's Cloud API work? Our settings for it, and what it says of our number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.integrations import whatsapp_cloud
from backoffice.integrations.errors import ServiceError
from backoffice.messaging.whatsapp_checks import CLOUD_NAMES
from backoffice.messaging.whatsapp_probe import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def findings() -> list[Finding]:
    """Everything there is to say; nothing where this line is not used, or nobody may be asked."""
    if settings.LOCAL_ONLY or not any(getattr(settings, name) for name in CLOUD_NAMES):
        return []
    return [*_of_webhook(), _of_number()]


def _of_webhook() -> Iterator[Finding]:
    if not settings.WHATSAPP_APP_SECRET:
        told = _("WHATSAPP_APP_SECRET is missing: every message that Meta delivers is refused.")
        yield Finding("danger", told)
    if not settings.WHATSAPP_VERIFY_TOKEN:
        told = _("WHATSAPP_VERIFY_TOKEN is missing: Meta cannot verify the webhook.")
        yield Finding("danger", told)


def _of_number() -> Finding:
    try:
        name = whatsapp_cloud.number_name()
    except ServiceError as error:
        return Finding("danger" if error.permanent else "warning", str(error))
    told = _("WhatsApp's Cloud API knows our number: %(name)s.")
    return Finding("success", told % {"name": name or settings.WHATSAPP_PHONE_NUMBER_ID})
