"""What a person noted about many leads at once: a job per lead, which may run twice."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from backoffice.core.errors import DomainError
from scoring.leads import handling

logger = logging.getLogger(__name__)

# A job that comes a second time comes within this; the person's next call does not.
AGAIN: Final = dt.timedelta(hours=1)


def note_call(customer_id: int, user_id: int, note: str = "") -> None:
    _note(customer_id, user_id, "call", note)


def note_email(customer_id: int, user_id: int, note: str = "") -> None:
    _note(customer_id, user_id, "email", note)


def _note(customer_id: int, user_id: int, channel: str, note: str) -> None:
    """Nobody waits for the answer: what could not be done is logged, without a person's data."""
    by = User.objects.filter(pk=user_id, is_active=True).first()
    if by is None or handling.is_noted(customer_id, channel, by, since=timezone.now() - AGAIN):
        return
    try:
        handling.handle(customer_id, channel=channel, by=by, note=note)
    except (DomainError, PermissionDenied) as error:
        logger.info("Lead %d was left as it is: %s", customer_id, type(error).__name__)
