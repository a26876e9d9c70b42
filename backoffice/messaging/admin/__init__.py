"""The pages of messages."""

from __future__ import annotations

from backoffice.messaging.admin import outbound  # noqa: F401 - registers its pages
