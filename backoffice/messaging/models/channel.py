"""The ways messages come and go."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    # Through Twilio.
    WHATSAPP = "whatsapp", _("WhatsApp")
    # Meta's own Business Cloud API, on another number: its windows and ids are its own.
    WHATSAPP_CLOUD = "wa_cloud", _("WhatsApp (Cloud API)")
    API = "api", _("API")


# Both are WhatsApp to the person who writes: same rules, other numbers.
WHATSAPPS = frozenset({Channel.WHATSAPP, Channel.WHATSAPP_CLOUD})
