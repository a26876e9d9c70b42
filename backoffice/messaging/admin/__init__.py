"""The pages of messages."""

from __future__ import annotations

from backoffice.messaging.admin import (  # noqa: F401 - register their pages
    inbound,
    mail_page,
    mailboxes,
    outbound,
    whatsapp_page,
)
