"""A refused request is a line of the log, not a traceback: strangers decide how many there are."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied


class BriefRefusals(logging.Filter):
    """Of Django's logger of requests: takes the traceback from each 403."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
