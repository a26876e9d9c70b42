"""Whatever happens, scores are those of a fresh computation once the notes are worked off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import transaction

from crm.models import Customer
from scoring.leads import requests, rescoring, running
from scoring.models import LeadScore, LeadTouch, ScoringRun
from scoring.moves import catching_up
from scoring.tests import happenings, planting
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 1, 10, tzinfo=dt.UTC)
# Of a row all but when it was computed and what a person did.
COLUMNS = [
    one.attname
    for one in LeadScore._meta.fields
    if one.attname not in {"scored_at", "handled_at", "handled_by_id", "rests_until"}
]


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.EMAIL_HOST = ""
    with time_machine.travel(NOW, tick=False):
        yield
    active.forget()


def minutes_pass() -> None:
    """Until nobody waits: what the worker does each minute, and the run it may ask for."""
    while LeadTouch.objects.exists():
        catching_up.catch_up()
        for run in ScoringRun.objects.filter(status__in=ScoringRun.OPEN):
            running.to_the_end(run)


def kept() -> dict[int, tuple[Any, ...]]:
    return {row[0]: row for row in LeadScore.objects.order_by("pk").values_list(*COLUMNS)}


def made_anew() -> dict[int, tuple[Any, ...]]:
    """Everybody's as if nobody had a score yet; nothing of it stays."""
    with transaction.atomic():
        LeadScore.objects.all().delete()
        rescoring.rescore(Customer.objects.values_list("pk", flat=True))
        found = kept()
        transaction.set_rollback(True)
    return found


# Of twenty those that find the most where a sender forgets somebody.
@pytest.mark.parametrize("seed", [5, 9])
def test_scores_are_right_between_nights(seed: int):
    company = happenings.Company.opened(planting.chance(seed))
    running.to_the_end(requests.request(in_background=False))
    for _number in range(12):
        company.told.append("|")
        company.happens(times=3)
        minutes_pass()
        assert kept() == made_anew(), " ".join(company.told)
