"""A pause after failures that the next request would meet as well.

Shared by all processes through the cache, so that a wrong key or a dead server
costs one request and not a time-out per message. The pause belongs to one key
and one address: a corrected key is used at once.
"""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from backoffice.core.ai.errors import (
    AiError,
    AiQuotaExhausted,
    AiRejected,
    AiTimeout,
    AiUnavailable,
)
from backoffice.core.ai.recording import is_recording

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

# Somebody has to act (credit, key): look again every ten minutes.
_PAUSE_FOR_PEOPLE = 600
# A server that hangs costs OPENAI_TIMEOUT per attempt; one job asks several times.
_PAUSE_FOR_SERVER = 60
_ERRORS: Mapping[str, type[AiError]] = {
    error.__name__: error for error in (AiQuotaExhausted, AiRejected, AiTimeout, AiUnavailable)
}


# Without a database a command that reads many files still remembers by itself.
_own: dict[str, tuple[str, float]] = {}


def open_error() -> AiError | None:
    """The error that opened the breaker, or None while calls may go on."""
    if not is_recording():
        name, until = _own.get(_key(), ("", 0.0))
        return _ERRORS[name]() if time.monotonic() < until else None
    try:
        name = cache.get(_key())
    except Exception as error:  # noqa: BLE001 - whatever the cache raises, work goes on without it
        log.warning("The AI breaker cannot be read: %s", type(error).__name__)
        return None
    return _ERRORS[name]() if name in _ERRORS else None


def note(error: AiError, *, reached: bool) -> None:
    """Open the breaker where ``error`` says that the next call would fail too.

    ``reached``: the server answered; a fault it reports itself (5xx) does not
    pause calls, an address where nobody answers does.
    """
    seconds = 0
    if isinstance(error, AiQuotaExhausted) or (
        isinstance(error, AiRejected) and error.is_about_key
    ):
        seconds = _PAUSE_FOR_PEOPLE
    elif isinstance(error, AiTimeout) or (isinstance(error, AiUnavailable) and not reached):
        seconds = _PAUSE_FOR_SERVER
    if not seconds:
        return
    log.warning("AI calls pause for %d s: %s", seconds, error)
    if not is_recording():
        _own[_key()] = (type(error).__name__, time.monotonic() + seconds)
        return
    try:
        cache.set(_key(), type(error).__name__, seconds)
    except Exception as problem:  # noqa: BLE001 - as above
        log.warning("The AI breaker cannot be opened: %s", type(problem).__name__)


def _key() -> str:
    account = f"{settings.OPENAI_API_KEY}\n{settings.OPENAI_BASE_URL}"
    return f"ai-breaker:{hashlib.sha256(account.encode()).hexdigest()[:24]}"
