"""The pages of messages."""

from __future__ import annotations

from backoffice.messaging.admin import inbound, mail_page, outbound  # noqa: F401 - register their pages
