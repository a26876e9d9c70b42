from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection

from backoffice.core import health, kept
from backoffice.messaging.models import OutboundMessage
from backoffice.messaging.tests.making import inbound, use_twilio, whatsapp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db


@contextmanager
def database_down() -> Iterator[None]:
    def fail(*_args: object) -> None:
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(fail):
        yield


def test_has_the_keys_of_the_old_systems(client: Client, settings: Settings, tmp_path: Path):
    # Where no scoring model was trained yet.
    settings.DATA_DIR = tmp_path
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "healthy",
        "model_loaded": False,
        "components": {
            "webhook": False,
            "whatsapp_api": False,
            "embedding_processor": True,
            "rag_searcher": True,
            "supabase": True,
            "database": True,
            "openai": False,
            "watch_extractor": True,
            "worker": False,
            "exchange_rates": False,
            "lead_scores": False,
        },
        "runtime_stats": {
            "messages_received": 0,
            "messages_processed": 0,
            "errors": 0,
            "watch_messages_detected": 0,
            "sales_detected": 0,
            "wanted_detected": 0,
            "questions_detected": 0,
            "total_value_detected": 0,
        },
        "watch_stats": {
            "messages_analyzed": 0,
            "sales_found": 0,
            "wanted_found": 0,
            "questions_found": 0,
            "total_value_eur": "0.00€",
        },
    }


def test_counts_messages_and_tells_what_is_set_up(client: Client, settings: Settings):
    use_twilio(settings)
    settings.OPENAI_API_KEY = "sk-test"
    for status in ("received", "done", "not_for_us", "failed", "needs_attention"):
        inbound(status=status, sender_phone="+212600000001")

    body = client.get("/health").json()

    stats = body["runtime_stats"]
    assert [stats[name] for name in ("messages_received", "messages_processed", "errors")] == [
        5,
        2,
        1,
    ]
    on = sorted(name for name, works in body["components"].items() if works)
    assert on == [
        "database",
        "embedding_processor",
        "openai",
        "rag_searcher",
        "supabase",
        "watch_extractor",
        "webhook",
        "whatsapp_api",
    ]


def test_credentials_that_twilio_refuses_are_no_working_line(client: Client, settings: Settings):
    use_twilio(settings)
    row = whatsapp()
    OutboundMessage.objects.filter(pk=row.pk).update(status="not_configured", error_code="20003")

    assert client.get("/health").json()["components"]["whatsapp_api"] is False


@pytest.mark.parametrize("rows", [1, 3])
def test_is_cheap(client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int):
    for _ in range(rows):
        inbound()

    with django_assert_num_queries(14):
        client.get("/health")


def test_counts_once_in_ten_seconds_and_looks_at_the_parts_each_time(
    client: Client,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    use_twilio(settings)
    inbound()
    client.get("/health")
    inbound()
    row = whatsapp()
    OutboundMessage.objects.filter(pk=row.pk).update(status="not_configured", error_code="20003")

    # Database, worker, line, syncs, keys, recommendations, embeddings, scorings of leads.
    with django_assert_num_queries(8):
        body = client.get("/health").json()
    assert body["runtime_stats"]["messages_received"] == 1
    assert body["components"]["whatsapp_api"] is False

    kept.forget_all()
    assert client.get("/health").json()["runtime_stats"]["messages_received"] == 2


def test_answers_503_when_the_database_is_down(client: Client):
    with database_down():
        answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unhealthy"
    assert answer.json()["components"]["database"] is False


def test_an_app_adds_its_share(client: Client, monkeypatch: pytest.MonkeyPatch):
    share = health.Report(
        components={"watch_extractor": True},
        watch_stats={"sales_found": 2, "total_value_eur": "85420.50€"},
        model_loaded=True,
    )
    monkeypatch.setitem(health._contributors, "another", lambda: share)

    body = client.get("/health").json()

    assert (body["model_loaded"], body["components"]["watch_extractor"]) == (True, True)
    assert body["watch_stats"]["total_value_eur"] == "85420.50€"


def test_an_app_in_trouble_does_not_take_the_page_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    def broken() -> health.Report:
        raise OperationalError("relation does not exist")

    monkeypatch.setitem(health._contributors, "listings", broken)

    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["components"]["listings"] is False


@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_the_address_with_and_without_a_slash(client: Client, path: str):
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
