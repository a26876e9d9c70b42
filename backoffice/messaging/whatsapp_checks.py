"""Settings of the WhatsApp line that contradict each other, told at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.checks import Warning as CheckWarning
from django.utils.translation import gettext as _

from backoffice.integrations import twilio_whatsapp

if TYPE_CHECKING:
    from django.core.checks import CheckMessage

CLOUD_NAMES = (
    "WHATSAPP_VERIFY_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_PHONE_NUMBER_ID",
)
NAMES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")


def check_whatsapp(**_options: object) -> list[CheckMessage]:
    """W001: half of the credentials; W002: an address Twilio cannot report to."""
    missing = twilio_whatsapp.missing_settings()
    if 0 < len(missing) < len(NAMES):
        return [
            CheckWarning(
                _("WhatsApp is only half set up."),
                hint=_("Set %(names)s too, or none of them.") % {"names": ", ".join(missing)},
                id="messaging.W001",
            )
        ]
    if not missing and not settings.PUBLIC_URL.startswith("https://"):
        return [
            CheckWarning(
                _("Twilio cannot report what became of a message."),
                hint=_("Set PUBLIC_URL to the https:// address under which Twilio reaches us."),
                id="messaging.W002",
            )
        ]
    return []


def check_whatsapp_cloud(**_options: object) -> list[CheckMessage]:
    """W003: the Cloud API's line is half set up."""
    missing = [name for name in CLOUD_NAMES if not getattr(settings, name)]
    if not 0 < len(missing) < len(CLOUD_NAMES):
        return []
    return [
        CheckWarning(
            _("WhatsApp's Cloud API is only half set up."),
            hint=_("Set %(names)s too, or none of them.") % {"names": ", ".join(missing)},
            id="messaging.W003",
        )
    ]
