"""One request to the service: client, attempts, failures told apart, a row in the ledger."""

from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings

from backoffice.core.ai import breaker, ledger
from backoffice.core.ai.availability import ensure_available
from backoffice.core.ai.errors import (
    AiError,
    AiInvalidAnswer,
    AiQuotaExhausted,
    AiRateLimited,
    AiRefused,
    AiRejected,
    AiTimeout,
    AiUnavailable,
)
from backoffice.core.ai.time_limit import remaining

if TYPE_CHECKING:
    from collections.abc import Callable

    from openai import APIStatusError, OpenAI, OpenAIError

T = TypeVar("T")

# What one wait between attempts may last. OPENAI_TIMEOUT x attempts and these
# waits have to stay below JOB_TIMEOUT.
_LONGEST_WAIT = 10.0
_CONNECT = 5.0
# With less time left than this, a model cannot have answered.
_SHORTEST_ATTEMPT = 0.1
_RETRIED_STATUS = frozenset({408, 409, 425, 429})
_NO_CREDIT = frozenset(
    {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"}
)
_FILTERED = frozenset({"content_filter", "content_policy_violation"})
_SERVER_FAULT = 500


def ask(
    purpose: str,
    model: str,
    send: Callable[[OpenAI], object],
    read: Callable[[object, ledger.Entry], T],
) -> T:
    """Send a request, read its answer, and record the call whatever happens.

    ``read`` takes the usage from the answer into the entry before it judges the
    answer, because a useless answer costs as much as a good one. Raises AiError.
    Call it outside transactions: it may take a minute.
    """
    ensure_available()
    entry = ledger.Entry(purpose, model)
    began = time.monotonic()
    try:
        return read(_send_with_retries(send, entry), entry)
    except AiError as error:
        entry.outcome = error.outcome or entry.outcome
        entry.detail = entry.detail or error.code
        raise
    finally:
        entry.latency_ms = round((time.monotonic() - began) * 1000)
        ledger.write(entry)


def _send_with_retries(send: Callable[[OpenAI], object], entry: ledger.Entry) -> object:
    """Our own attempts: the SDK's would repeat a request that no repeat can mend."""
    from openai import OpenAIError  # noqa: PLC0415 - slow import

    attempt = 0
    while True:
        seconds = min(settings.OPENAI_TIMEOUT, remaining())
        if seconds < _SHORTEST_ATTEMPT:
            raise AiTimeout(code="no_time_left")
        try:
            answer = send(_client(seconds))
        except OpenAIError as error:
            entry.request_id = getattr(error, "request_id", None) or entry.request_id
            wait = _wait_before_retry(error, attempt)
            if wait is not None:
                attempt += 1
                time.sleep(wait)
                continue
            failure = _failure(error)
            # A server that was given less than the usual time is not to blame for a time-out.
            if not isinstance(failure, AiTimeout) or seconds == settings.OPENAI_TIMEOUT:
                breaker.note(failure, reached=hasattr(error, "status_code"))
            raise failure from error
        except (ValueError, AttributeError) as error:
            # The SDK stumbled over the body: not JSON, not base64, a proxy's HTML page.
            raise AiInvalidAnswer(code="unreadable") from error
        entry.request_id = getattr(answer, "_request_id", None) or ""
        return answer


def _client(seconds: float) -> OpenAI:
    from openai import Timeout  # noqa: PLC0415 - slow import

    # The process id: a connection must not be shared across a fork.
    client = _shared_client(os.getpid(), settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL)
    return client.with_options(timeout=Timeout(seconds, connect=min(seconds, _CONNECT)))


@lru_cache(maxsize=2)
def _shared_client(_pid: int, key: str, base_url: str) -> OpenAI:
    from openai import OpenAI  # noqa: PLC0415 - slow import

    return OpenAI(api_key=key, base_url=base_url, max_retries=0)


def _wait_before_retry(error: OpenAIError, attempt: int) -> float | None:
    """Seconds to wait before the next attempt; None when there should be none."""
    from openai import APIConnectionError, APIStatusError  # noqa: PLC0415 - slow import

    if attempt >= settings.OPENAI_MAX_RETRIES:
        return None
    backoff = min(0.5 * 2**attempt, 4) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
    if isinstance(error, APIStatusError):
        repeatable = error.status_code in _RETRIED_STATUS or error.status_code >= _SERVER_FAULT
        if not repeatable or _code(error) in _NO_CREDIT:
            return None
        asked = _retry_after(error)
        wait = asked.total_seconds() if asked is not None else backoff
        return wait if wait <= min(_LONGEST_WAIT, remaining()) else None
    return backoff if isinstance(error, APIConnectionError) and backoff < remaining() else None


def _failure(error: OpenAIError) -> AiError:
    from openai import (  # noqa: PLC0415 - slow import
        APIConnectionError,
        APIStatusError,
        APITimeoutError,
    )

    if isinstance(error, APITimeoutError):
        return AiTimeout()
    if isinstance(error, APIStatusError):
        return _failure_by_status(error)
    if isinstance(error, APIConnectionError):
        return AiUnavailable()
    # What is left is an answer that the SDK itself could not take.
    return AiInvalidAnswer(code=type(error).__name__)


def _failure_by_status(error: APIStatusError) -> AiError:
    status = error.status_code
    code = _code(error) or str(status)
    if code in _NO_CREDIT:
        return AiQuotaExhausted(code=code)
    if code in _FILTERED:
        return AiRefused(code=code)
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return AiRateLimited(code=code, retry_after=_retry_after(error))
    if status == 408 or status >= _SERVER_FAULT:  # noqa: PLR2004 - Request Timeout
        return AiUnavailable(code=code, retry_after=_retry_after(error))
    # 403 is about the key (its region, its rights) unless it is about one model.
    about_key = status == 401 or (status == 403 and code != "model_not_found")  # noqa: PLR2004
    return AiRejected(code=code, is_about_key=about_key)


def _code(error: APIStatusError) -> str:
    """Return the service's word for the error; ``type`` where an imitation gives no ``code``."""
    return str(error.code or error.type or "")


def _retry_after(error: APIStatusError) -> timedelta | None:
    """How long the service asks to wait; a date instead of a number is not used by any we know."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(ValueError):
            seconds = float(headers.get(name, "")) * unit
            if seconds >= 0:
                return timedelta(seconds=seconds)
    return None
