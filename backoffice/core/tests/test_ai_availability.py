from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from backoffice.core import ai
from backoffice.core.ai import ledger
from backoffice.core.models import AiCall
from backoffice.testing.openai import openai_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from backoffice.testing.http import FixtureServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


def ask() -> str:
    return ai.chat(purpose="test", instructions="Answer.", parts=[ai.TextPart("Salam")])


def spend(amount: str, on: datetime) -> None:
    with time_machine.travel(on, tick=False):
        AiCall.objects.create(
            purpose="test", model="gpt-6-luna", outcome="ok", cost_usd=Decimal(amount)
        )


CALLS: list[Callable[[], object]] = [
    ask,
    lambda: ai.read_images([b"x"], purpose="test", mime="image/png"),
    lambda: ai.transcribe(b"x", filename="a.ogg", mime="audio/ogg", purpose="test"),
    lambda: ai.embed(["x"], purpose="test"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [
        ("OPENAI_API_KEY", "", ai.AiNotConfigured),
        ("LOCAL_ONLY", True, ai.AiLocalOnly),
        ("OPENAI_MONTHLY_BUDGET_USD", Decimal(0), ai.AiBudgetSpent),
    ],
)
def test_a_forbidden_call_is_not_made(
    server: FixtureServer,
    settings: Settings,
    call: Callable[[], object],
    setting: str,
    value: object,
    error: type[ai.AiError],
):
    assert ai.is_available()
    setattr(settings, setting, value)

    with pytest.raises(error) as caught:
        call()

    assert type(caught.value) is error
    assert not ai.is_available()
    assert ai.why_unavailable() == str(caught.value)
    assert server.requests == []
    assert AiCall.objects.count() == 0


def test_the_budget_counts_this_month_only(server: FixtureServer, settings: Settings):
    settings.OPENAI_MONTHLY_BUDGET_USD = Decimal(5)
    settings.TIME_ZONE = "Europe/Paris"
    # 23:30 UTC on the last of October is already November in Paris.
    spend("4.999", datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    spend("3", datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    spend("1.999", datetime(2026, 11, 20, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC), tick=False):
        assert ai.is_available()
        spend("0.001", datetime(2026, 11, 20, tzinfo=UTC))
        assert not ai.is_available()
        with pytest.raises(ai.AiBudgetSpent):
            ask()
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        assert ai.is_available()
    assert server.requests == []


@pytest.mark.parametrize(
    ("model", "usage", "expected"),
    [
        ("plain", ledger.Usage(1_000_000, 0, 1_000_000), "3.5"),
        ("plain-2026-09-01", ledger.Usage(1_000_000), "0.5"),
        ("plain-mini", ledger.Usage(1_000_000), "0.1"),
        # Cached input has its own price, or else that of input.
        ("plain", ledger.Usage(1_000_000, 400_000, 0), "0.32"),
        ("plain-mini", ledger.Usage(1_000_000, 400_000, 0), "0.1"),
        ("voice", ledger.Usage(audio_seconds=90), "0.009"),
        # The dearest of each kind
        ("unheard-of", ledger.Usage(1_000_000, 0, 1_000_000, 60), "3.506"),
    ],
)
def test_cost_comes_from_the_price_table(
    settings: Settings, model: str, usage: ledger.Usage, expected: str
):
    settings.OPENAI_PRICES = {
        "plain": {"input": 0.5, "cached": 0.05, "output": 3},
        "plain-mini": {"input": 0.1},
        "voice": {"minute": 0.006},
    }

    assert ledger.cost(model, usage) == Decimal(expected)


def test_a_call_works_without_a_database(server: FixtureServer, settings: Settings):
    settings.OPENAI_MONTHLY_BUDGET_USD = Decimal(0)

    def refuse(*_: object) -> None:
        raise AssertionError("the database was asked")

    with connection.execute_wrapper(refuse), ai.without_database():
        assert ai.is_available()
        assert ask()

    assert len(server.requests) == 1
    assert AiCall.objects.count() == 0


def test_a_call_works_while_the_database_fails(server: FixtureServer):
    def fail(*_: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(fail):
        assert ask()

    assert AiCall.objects.count() == 0


def test_a_call_in_a_broken_transaction_does_not_hide_what_broke_it(server: FixtureServer):
    with transaction.atomic():
        transaction.set_rollback(True)
        assert ask()

    assert AiCall.objects.count() == 0


def test_a_cache_that_fails_does_not_stop_the_work(server: FixtureServer, settings: Settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "no_such_table",
        }
    }
    cache.close()

    with transaction.atomic():
        available = ai.is_available()
        transaction.set_rollback(True)

    assert available
