"""Background entry points of the order desk: take ids, call one function."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from backoffice.core.errors import DomainError
from orders import workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def validate_as(order_id: int, user_id: int) -> None:
    """Validate on behalf of somebody who selected hundreds; an order decided meanwhile stays."""
    _decide_as(user_id, lambda user: workflow.validate(order_id, by=user))


def reject_as(order_id: int, user_id: int, reason: str) -> None:
    _decide_as(user_id, lambda user: workflow.reject(order_id, by=user, reason=reason))


def _decide_as(user_id: int, decide: Callable[[User], object]) -> None:
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    try:
        decide(user)
    except DomainError as error:
        # Not a fault: the order was decided, or is incomplete, and waits in the list.
        logger.info("bulk decision left an order as it is: %s", error.code)
