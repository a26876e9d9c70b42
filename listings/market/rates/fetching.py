"""Fetching the day's rates, each day and on click."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import exchange_rates
from backoffice.integrations.errors import ServiceError
from listings.market import comparing
from listings.market.rates import state, storing

if TYPE_CHECKING:
    from listings.market.rates.storing import Outcome

logger = logging.getLogger(__name__)

_PROBLEM = "listings.rates.problem"
_WEEK = 7 * 24 * 60 * 60


def is_possible() -> bool:
    """Whether there is an address, and LOCAL_ONLY lets us go there."""
    return bool(settings.EXCHANGE_RATES_URL) and not settings.LOCAL_ONLY


def require_possible() -> None:
    """``DomainError`` where rates are not fetched here."""
    if not is_possible():
        raise DomainError(problem(), code="not_configured")


def fetch() -> Outcome:
    """Fetch the file and keep its rates. ``DomainError`` says why it could not be."""
    try:
        data = exchange_rates.download()
    except ServiceError as error:
        raise DomainError(str(error), code=error.code or "service", field="file") from error
    return storing.load(data)


def every_day() -> None:
    """Fetch where that is possible; a failure is kept for the page, the next day tries again.

    Prices of the last days are made right once more: an offer that was being written while rates
    came may have missed them.
    """
    if is_possible():
        try:
            outcome = fetch()
        except DomainError as error:
            logger.warning("Exchange rates were not fetched: %s", error)
            cache.set(_PROBLEM, str(error), _WEEK)
        else:
            logger.info("Exchange rates: %s", " ".join(outcome.sentences()))
            cache.delete(_PROBLEM)
        state.forget()
    storing.price_anew(timezone.localdate() - dt.timedelta(days=comparing.DAYS))


def problem() -> str:
    """Why the last fetch brought nothing; empty where it did."""
    if settings.LOCAL_ONLY:
        return _("LOCAL_ONLY is on: rates are not fetched, import them from a file.")
    if not settings.EXCHANGE_RATES_URL:
        return _("EXCHANGE_RATES_URL is empty: rates are not fetched, import them from a file.")
    return str(cache.get(_PROBLEM, ""))
