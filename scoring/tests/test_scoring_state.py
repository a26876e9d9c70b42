"""A night without scores is told: /health and the home page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.core import tiles
from scoring.leads import state
from scoring.models import ScoringRun
from scoring.tests import planting
from scoring.versions import keeping

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = dt.date(2026, 3, 31)
NOW = planting.at(TODAY)
REASON = "Tried 4 times, killed each time."


def ended(kind: str, status: str, *, ago: dt.timedelta = dt.timedelta(hours=1)) -> ScoringRun:
    at = NOW - ago
    error = REASON if status == "failed" else ""
    row = ScoringRun.objects.create(
        kind=kind, status=status, day=at.date(), model=keeping.in_use(), finished_at=at, error=error
    )
    ScoringRun.objects.filter(pk=row.pk).update(requested_at=at)
    return row


@pytest.mark.parametrize(
    ("runs", "is_well"),
    [
        (["full done"], True),
        (["full done", "full failed"], False),
        # One over what changed does not make scores a day older.
        (["full done", "full failed", "changes done"], False),
        (["full failed", "changes done", "full done"], True),
        (["full done", "changes failed"], False),
        (["full done", "changes failed", "changes done"], True),
        (["full done", "changes failed", "full done"], True),
        (["full done", "full waiting"], True),
        (["full failed", "full running"], False),
    ],
)
def test_a_failed_scoring_is_told_until_one_made_up_for_it(runs: list[str], is_well: bool):  # noqa: FBT001 - pytest gives it
    with time_machine.travel(NOW, tick=False):
        for each in runs:
            ended(*each.split())

        assert state.health().components == {"lead_scoring": is_well}


def test_nothing_is_told_before_the_first_run_has_ended():
    ended("full", "waiting")

    assert state.health().components == {}
    assert state.tile(User()) is None


def test_a_night_without_a_scoring_is_told_as_well():
    ended("full", "done", ago=dt.timedelta(hours=35))
    ended("changes", "done")
    with time_machine.travel(NOW, tick=False):
        assert state.health().components == {"lead_scoring": True}
        assert state.tile(User()) is None

    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        assert state.health().components == {"lead_scoring": False}
        shown = state.tile(User())

    assert shown is not None
    assert (shown.number, shown.text) == (
        1,
        "No scoring of everybody has ended since 30/03/2026 01:00: is the worker running?",
    )


def test_the_home_page_says_why_a_scoring_failed(admin_client: Client):
    ended("full", "done", ago=dt.timedelta(days=3))
    run = ended("full", "failed")
    with time_machine.travel(NOW, tick=False):
        with CaptureQueriesContext(connection) as asked:
            shown = state.tile(User())
        page = admin_client.get("/admin/").content.decode()
        health = admin_client.get("/health").json()

    assert shown is not None
    assert (shown.number, shown.text) == (3, f"Scoring #{run.pk} failed: {REASON}")
    assert shown.link == tiles.list_link("scoring.scoringrun")
    assert len(asked) <= 2
    assert f"Scoring #{run.pk} failed: {REASON}" in page
    assert health["components"]["lead_scoring"] is False
    assert health["status"] == "healthy"
