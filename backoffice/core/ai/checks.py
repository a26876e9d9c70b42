"""Settings of the AI service that contradict each other, found at the start."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's names

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRICE_KINDS = frozenset({"input", "cached", "output", "minute"})
_HOTTEST = 2


def check_openai(**_options: object) -> list[CheckMessage]:
    return [*_prices(settings.OPENAI_PRICES), *_temperature(), *_times(), *_address()]


def _prices(table: Any) -> Iterator[CheckMessage]:  # noqa: ANN401 - whatever JSON was given
    good = isinstance(table, dict) and all(
        isinstance(row, dict)
        and set(row) <= _PRICE_KINDS
        and all(isinstance(price, int | float) and price >= 0 for price in row.values())
        for row in table.values()
    )
    if not good:
        yield Error(
            "OPENAI_PRICES is not a table of prices.",
            hint='Give JSON such as {"model": {"input": 0.1, "cached": 0.01, "output": 0.5}}; the'
            " kinds are input, cached, output (per million tokens) and minute (of audio).",
            id="ai.E001",
        )


def _temperature() -> Iterator[CheckMessage]:
    value: Any = settings.OPENAI_TEMPERATURE
    if value != "" and not (isinstance(value, int | float) and 0 <= value <= _HOTTEST):
        yield Error(
            "OPENAI_TEMPERATURE is not a number from 0 to 2.",
            hint="Leave it empty: models that reason refuse a temperature.",
            id="ai.E002",
        )


def _times() -> Iterator[CheckMessage]:
    if settings.OPENAI_TIMEOUT * (settings.OPENAI_MAX_RETRIES + 1) > settings.JOB_TIMEOUT:
        yield Warning(
            "One call of a model may last longer than JOB_TIMEOUT; its job would be killed.",
            hint="Lower OPENAI_TIMEOUT or OPENAI_MAX_RETRIES, or raise JOB_TIMEOUT.",
            id="ai.W001",
        )


def _address() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.OPENAI_BASE_URL)
    if parts.scheme == "http" and settings.OPENAI_API_KEY and not _is_near(parts.hostname or ""):
        yield Warning(
            "OPENAI_BASE_URL is not https: key and messages travel readable.",
            hint="Use https, or a server in your own network.",
            id="ai.W002",
        )


def _is_near(host: str) -> bool:
    """Whether the host is this machine or one of a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
