"""What a person asked for many listings at once: a job per listing, which may run twice."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from backoffice.core.errors import DomainError
from listings.deciding import workflow
from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


def confirm(listing_id: int, user_id: int) -> None:
    _decide(lambda by: workflow.confirm(listing_id, by=by), listing_id, user_id)


def hide(listing_id: int, user_id: int, note: str = "") -> None:
    _decide(lambda by: workflow.hide(listing_id, by=by, note=note), listing_id, user_id)


def show(listing_id: int, user_id: int) -> None:
    _decide(lambda by: workflow.show(listing_id, by=by), listing_id, user_id)


def mark_sold(listing_id: int, user_id: int) -> None:
    _decide(lambda by: workflow.mark_sold(listing_id, by=by), listing_id, user_id)


def read_again(listing_id: int, user_id: int) -> None:
    _decide(lambda by: workflow.read_again(listing_id, by=by), listing_id, user_id)


def _decide(decide: Callable[[User], object], listing_id: int, user_id: int) -> None:
    """Nobody waits for the answer: what could not be done is logged, without a person's data."""
    by = User.objects.filter(pk=user_id, is_active=True).first()
    if by is None:
        return
    try:
        decide(by)
    except (DomainError, Listing.DoesNotExist) as error:
        logger.info("Listing %d was left as it is: %s", listing_id, type(error).__name__)
