from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from backoffice.core import ai
from backoffice.core.ai.time_limit import remaining
from backoffice.core.models import AiCall
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.openai import COMPLETIONS, completion, openai_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


def ask() -> str:
    return ai.chat(purpose="test", instructions="Answer.", parts=[ai.TextPart("Salam")])


def failure() -> ai.AiError:
    with pytest.raises(ai.AiError) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize(
    ("fixture", "code", "opens_breaker"),
    [
        ("error_invalid_key_401", "invalid_api_key", True),
        ("error_no_key_401", "invalid_request_error", True),
        ("error_region_403", "unsupported_country_region_territory", True),
        ("error_model_not_found_404", "model_not_found", False),
        ("error_unsupported_temperature_400", "unsupported_value", False),
        ("error_context_length_400", "context_length_exceeded", False),
        ("error_schema_400", "invalid_request_error", False),
    ],
)
def test_a_rejected_request_is_not_repeated(
    server: FixtureServer, fixture: str, code: str, *, opens_breaker: bool
):
    server.answers("POST", COMPLETIONS, fixture)

    error = failure()

    assert (type(error), error.code, error.permanent) == (ai.AiRejected, code, True)
    assert len(server.requests) == 1
    call = AiCall.objects.get()
    assert (call.outcome, call.detail) == ("rejected", code)
    assert ai.is_available() is not opens_breaker


def test_no_credit_costs_one_request_and_pauses_all_calls(server: FixtureServer):
    server.answers("POST", COMPLETIONS, "error_insufficient_quota_429", "chat_plain_reply")

    first, second = failure(), failure()

    assert (type(first), type(second)) == (ai.AiQuotaExhausted, ai.AiQuotaExhausted)
    assert len(server.requests) == 1
    assert AiCall.objects.get().outcome == "quota"
    assert ai.why_unavailable() == str(first)


def test_without_a_database_the_pause_holds_for_the_process(server: FixtureServer):
    server.answers("POST", COMPLETIONS, "error_insufficient_quota_429", "chat_plain_reply")

    with ai.without_database():
        failure()
    with ai.without_database():
        assert type(failure()) is ai.AiQuotaExhausted

    assert len(server.requests) == 1
    assert ai.is_available()


def test_a_new_key_is_used_at_once(server: FixtureServer, settings: Settings):
    server.answers("POST", COMPLETIONS, "error_invalid_key_401", "chat_plain_reply")
    failure()

    settings.OPENAI_API_KEY = "sk-test-0002"

    assert ask()
    assert server.requests[1].headers["authorization"] == "Bearer sk-test-0002"


def test_too_many_requests_waits_as_long_as_asked_then_succeeds(server: FixtureServer):
    server.answers("POST", COMPLETIONS, "error_rate_limit_429", "chat_plain_reply")
    began = time.monotonic()

    assert ask()

    assert time.monotonic() - began >= 0.366
    assert len(server.requests) == 2
    assert AiCall.objects.get().outcome == "ok"


def test_too_many_requests_with_a_long_wait_gives_up_and_says_when(server: FixtureServer):
    limited = server.fixture("error_rate_limit_429", headers={"Retry-After": "90"})
    server.answers("POST", COMPLETIONS, limited)

    error = failure()

    assert type(error) is ai.AiRateLimited
    assert error.retry_after == timedelta(seconds=90)
    assert len(server.requests) == 1
    assert AiCall.objects.get().outcome == "rate_limited"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("error_server_500", "server_error"),
        ("error_overloaded_503", "service_unavailable"),
        ("error_bad_gateway_502", "502"),
    ],
)
def test_a_fault_of_the_server_is_repeated_once(server: FixtureServer, answer: str, code: str):
    server.answers("POST", COMPLETIONS, answer)

    error = failure()

    assert (type(error), error.code, error.permanent) == (ai.AiUnavailable, code, False)
    assert len(server.requests) == 2
    assert AiCall.objects.get().outcome == "unavailable"
    assert ai.is_available()


def test_a_fault_that_passes_is_not_noticed(server: FixtureServer):
    server.answers("POST", COMPLETIONS, Answer(closed=True), completion("Bonjour"))

    assert ask() == "Bonjour"
    assert AiCall.objects.get().outcome == "ok"


def test_a_closed_connection_is_unavailable_and_pauses_calls(server: FixtureServer):
    server.answers("POST", COMPLETIONS, Answer(closed=True))

    assert type(failure()) is ai.AiUnavailable

    assert len(server.requests) == 2
    assert AiCall.objects.get().outcome == "unavailable"
    assert not ai.is_available()


def test_a_server_that_hangs_costs_one_message_its_time_and_no_other(
    server: FixtureServer, settings: Settings
):
    settings.OPENAI_TIMEOUT = 0.2
    settings.OPENAI_MAX_RETRIES = 0
    server.answers("POST", COMPLETIONS, Answer(delay=30))

    first, second = failure(), failure()

    assert (type(first), type(second)) == (ai.AiTimeout, ai.AiTimeout)
    assert len(server.requests) == 1
    assert AiCall.objects.get().outcome == "timeout"


def test_calls_of_a_job_share_its_time(server: FixtureServer):
    hello = completion("Bonjour")
    server.answers("POST", COMPLETIONS, hello, hello, Answer(delay=30))
    # The first call of a process loads the client.
    ask()
    began = time.monotonic()

    with ai.time_limit(3):
        assert ask() == "Bonjour"
        slow, late = failure(), failure()

    assert time.monotonic() - began < 20
    assert (type(slow), type(late)) == (ai.AiTimeout, ai.AiTimeout)
    assert late.code == "no_time_left"
    outcomes = [call.outcome for call in AiCall.objects.order_by("pk")]
    assert outcomes == ["ok", "ok", "timeout", "timeout"]
    # The server was given less than the usual time: that says nothing about the next job.
    assert ai.is_available()


def test_an_inner_limit_cannot_lengthen_the_outer_one():
    with ai.time_limit(1), ai.time_limit(100):
        assert remaining() <= 1
    assert remaining() == float("inf")


def test_nobody_listens(settings: Settings):
    with openai_server(settings):
        pass
    settings.OPENAI_MAX_RETRIES = 0

    assert type(failure()) is ai.AiUnavailable


def test_errors_and_records_hold_no_key_and_no_content(server: FixtureServer):
    server.answers("POST", COMPLETIONS, "error_invalid_key_401")

    error = failure()

    kept = f"{error} {error.code} {AiCall.objects.values_list()[0]}"
    assert "sk-test" not in kept
    assert "Salam" not in kept
