"""The demo's lead scores: a year of them, honest, and only where nobody works yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from crm import demo as estate
from crm.models import Customer, Interaction, Sale
from scoring import demo
from scoring.demo import past
from scoring.demo.versions import HORIZON
from scoring.engine import features, scale
from scoring.engine.scale import segment
from scoring.figures import outcomes
from scoring.live import figures
from scoring.models import (
    LeadScore,
    LeadTouch,
    ScoreDay,
    ScorePoint,
    ScoringModel,
    SegmentChange,
)
from scoring.versions import active

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_year_of_scores_is_loaded_once():
    estate.load()

    said = demo.load()

    hot = LeadScore.objects.filter(segment="Hot").count()
    living = Customer.objects.filter(archived_at=None, merged_into=None).count()
    assert said == f"Lead scores: {living} customers scored as demo data, {hot} of them hot."
    assert 10 < hot < 70
    versions = ScoringModel.objects.order_by("pk").values_list("source", "is_active")
    assert list(versions) == [("shipped", True), ("history", False)]
    # The example that programs try first.
    assert active.model().score_of_one((5, 10, 1500.5, 8, 6, 15, 120)) >= scale.HOT_FROM
    today = timezone.localdate()
    assert ScoreDay.objects.count() == len(list(past.days(today))) + 1
    assert ScoreDay.objects.filter(drift={}).count() == 0
    # Somebody is to be called, and two were.
    assert LeadScore.objects.filter(rests_until__gt=today).count() == 2
    assert not LeadTouch.objects.exists()
    assert not Interaction.objects.filter(occurred_at__gt=timezone.now()).exists()
    # Only what happened today is still to be told of.
    untold = SegmentChange.objects.filter(told_at=None)
    assert {timezone.localdate(one.changed_at) for one in untold} <= {today}

    _is_what_the_model_said(today)
    _hot_beats_cold(today)

    assert demo.load() == "Lead scores: the database is in use, no demo data loaded."
    assert LeadScore.objects.count() == living


def _is_what_the_model_said(today: dt.date) -> None:
    """Points and days of a week ago, by what was known at the end of it."""
    day = today - dt.timedelta(days=7)
    model = active.model()
    (block,) = figures.blocks(day)
    scores = model.scores(features.of_clients(block.rows)).tolist()
    expected = dict(zip(block.ids.tolist(), scores, strict=True))
    points = ScorePoint.objects.filter(day__lte=day).order_by("day")
    assert dict(points.values_list("customer", "score")) == expected
    counts = Counter(map(segment, expected.values()))
    row = ScoreDay.objects.get(day=day)
    assert (row.hot, row.warm, row.cold) == (counts["Hot"], counts["Warm"], counts["Cold"])
    assert sum(row.histogram) == len(expected)


def _hot_beats_cold(today: dt.date) -> None:
    """By the demo's own sales, counted here row by row."""
    found = outcomes.of(HORIZON, today).latest
    assert found is not None
    bought = set(
        Sale.objects.filter(
            sold_on__gt=found.day, sold_on__lte=found.day + dt.timedelta(days=HORIZON)
        ).values_list("customer", flat=True)
    )
    known = ScorePoint.objects.filter(day__lte=found.day).order_by("day")
    segments: dict[str, list[bool]] = {}
    for customer, score in dict(known.values_list("customer", "score")).items():
        segments.setdefault(segment(score), []).append(customer in bought)
    shares = {name: sum(values) / len(values) for name, values in segments.items()}
    assert shares["Hot"] > 2 * shares["Cold"]
    assert sum(one.bought for one in found.counts) == sum(map(sum, segments.values()))


def test_a_database_with_a_real_customer_is_left_alone():
    Customer.objects.create(company="Real", notes="Demo data: this customer is invented.")
    Customer.objects.create(company="Real")

    demo.load()

    assert not LeadScore.objects.exists()
    assert not Interaction.objects.exists()


def test_an_empty_database_stays_empty():
    demo.load()

    assert not ScoringModel.objects.exists()
