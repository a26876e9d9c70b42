"""What is written to the log, and what is kept out of it."""

from __future__ import annotations

from typing import Any


def logging(level: str) -> dict[str, Any]:
    """Django's setting, for the level of the house."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        # Errors of the database quote rows, and so customers.
        "filters": {
            "private_errors": {"()": "backoffice.core.private_errors.PrivateErrors"},
            "brief_refusals": {"()": "backoffice.core.brief_refusals.BriefRefusals"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["private_errors"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"filters": ["brief_refusals"]},
            # Two lines for every job that went well say nothing.
            "django-q": {"level": "WARNING"},
            # It writes down the numbers that it asks Twilio about.
            "twilio.http_client": {"level": "WARNING"},
            # A line for every request to Notion.
            "httpx": {"level": "WARNING"},
        },
    }
