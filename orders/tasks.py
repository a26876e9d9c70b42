"""Background entry points of the order desk: take ids, call one function."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from backoffice.core.errors import DomainError
from backoffice.core.jobs import perform
from orders import history_import, workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def validate_as(order_id: int, user_id: int) -> None:
    """Validate on behalf of somebody who selected hundreds.

    An order that cannot be decided stays as it is; its history says why.
    """
    _decide_as(order_id, user_id, lambda user: workflow.validate(order_id, by=user))


def reject_as(order_id: int, user_id: int, reason: str) -> None:
    """As :func:`validate_as`, rejecting for ``reason``."""
    _decide_as(order_id, user_id, lambda user: workflow.reject(order_id, by=user, reason=reason))


def load_history(upload_id: int) -> None:
    """A slice of a confirmed file of earlier orders."""
    perform(history_import.LANE, upload_id, history_import.work)


def forget_history_uploads() -> None:
    """Delete files of earlier orders that are of no use any more."""
    history_import.forget()


def _decide_as(order_id: int, user_id: int, decide: Callable[[User], object]) -> None:
    user = get_user_model().objects.filter(pk=user_id).first()
    if user is None:
        return
    try:
        # Somebody who has left since has no rights: that is refused like any other lack of them.
        decide(user)
    except (DomainError, PermissionDenied) as error:
        workflow.note_refusal(order_id, by=user, reason=str(error))
        logger.info("bulk decision left an order as it is: %s", getattr(error, "code", "forbidden"))
