"""A source that is away for a moment: the run goes on later, from where it was."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from backoffice.testing.http import Answer
from backoffice.testing.odoo import DATABASE, KEY, LOGIN, odoo_server
from crm import tasks
from crm.models import SyncRun
from crm.sources import secrets, setup
from crm.sync import foreground, requests, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.testing.odoo import OdooServer
    from crm.models import DataSource

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS = "/json/2/product.product/*"
# Longer than the client waits by itself.
AWAY = Answer(503, b"", {"Retry-After": "1200"})
FOUR = {"customer": "done", "product": "done", "sale": "done", "stock": "done"}


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def server(settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=19) as server:
        server.load_fixtures()
        yield server


@pytest.fixture
def source(server: OdooServer) -> DataSource:
    options = {"url": server.url, "database": DATABASE, "login": LOGIN}
    source = setup.create_source("Odoo", "odoo", options=options, country="FR", currency="EUR")
    return secrets.set_key(source.pk, KEY)


@pytest.fixture
def run(server: OdooServer, source: DataSource) -> SyncRun:
    """Asked for while Odoo was there."""
    run = requests.request(source)
    server.answers("POST", PRODUCTS, AWAY)
    return run


def tables(run: SyncRun) -> dict[str, str]:
    return dict(run.table_runs.values_list("table__entity", "status"))


def come_due(run: SyncRun) -> None:
    SyncRun.objects.filter(pk=run.pk).update(next_attempt_at=None)


def test_a_run_waits_for_a_source_that_is_away_and_goes_on(server: OdooServer, run: SyncRun):
    tasks.sync(run.pk)

    run.refresh_from_db()
    assert (run.status, run.error) == ("waiting", "Odoo: Odoo is not available just now (503).")
    assert run.next_attempt_at is not None
    assert run.next_attempt_at > timezone.now() + dt.timedelta(minutes=19)
    assert run.table_runs.exclude(error="").count() == 0
    assert (tables(run)["customer"], tables(run)["sale"]) == ("done", "waiting")

    server.answers("POST", PRODUCTS, server.really)
    come_due(run)
    tasks.sync(run.pk)

    run.refresh_from_db()
    assert (run.status, run.error, tables(run)) == ("done", "", FOUR)


def test_a_source_that_stays_away_fails_its_table_in_the_end(run: SyncRun):
    for _attempt in range(running.LANE.policy.max_attempts):
        come_due(run)
        tasks.sync(run.pk)

    run.refresh_from_db()
    assert (run.status, tables(run)) == ("failed", FOUR | {"product": "failed"})
    assert run.error.splitlines()[1] == "products: Odoo: Odoo is not available just now (503)."


def test_a_source_asks_for_no_longer_pause_than_an_hour(server: OdooServer, run: SyncRun):
    server.answers("POST", PRODUCTS, Answer(429, b"", {"Retry-After": "86400"}))

    tasks.sync(run.pk)

    run.refresh_from_db()
    assert run.next_attempt_at is not None
    assert run.next_attempt_at < timezone.now() + dt.timedelta(minutes=61)


def test_a_run_that_waits_can_be_cancelled(run: SyncRun):
    tasks.sync(run.pk)
    requests.cancel(run.pk)
    tasks.sync(run.pk)

    assert SyncRun.objects.get(pk=run.pk).status == "cancelled"


@pytest.mark.parametrize(("answers", "status"), [([AWAY, AWAY, None], "done"), ([AWAY], "failed")])
def test_the_command_asks_again_a_few_times(
    server: OdooServer,
    run: SyncRun,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[Answer | None],
    status: str,
):
    monkeypatch.setattr(foreground, "PAUSES", (0, 0, 0))
    server.answers("POST", PRODUCTS, *(one or server.really for one in answers))
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit) if status == "failed" else nullcontext():
        call_command("sync_sources", stdout=out, stderr=err)

    run.refresh_from_db()
    assert (run.status, tables(run)) == (status, FOUR | {"product": status})
