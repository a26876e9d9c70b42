"""What is done each night around runs, and what /health says of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from crm import tasks
from crm.models import (
    Recommendation,
    RecommendationFeedback,
    RecommendationModel,
    RecommendationRun,
    RecommendedProduct,
)
from crm.recommendations.making import pruning, state
from crm.tests import wine_shop as make
from crm.tests.wine_shop import Kind, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_what_was_replaced_long_ago_goes_unless_somebody_said_a_word():
    owners, _wines = make.learnt_shop()
    rated = Recommendation.objects.get(customer=owners[0])
    RecommendationFeedback.objects.create(recommendation=rated, action="rated", rating=3)
    run(Kind.FULL)
    long_ago = timezone.now() - dt.timedelta(days=91)
    replaced = Recommendation.objects.filter(status="replaced")
    assert replaced.count() == 12
    replaced.exclude(customer=owners[1]).update(created_at=long_ago)
    Recommendation.objects.filter(customer=owners[2], status="pending").update(created_at=long_ago)

    assert pruning.prune() == 10

    assert set(replaced.values_list("customer", flat=True)) == {owners[0].pk, owners[1].pk}
    assert Recommendation.objects.filter(status="pending").count() == 12
    assert RecommendedProduct.objects.filter(recommendation__in=replaced).exists()


def test_runs_and_measurements_of_long_ago_go_and_what_is_in_use_stays():
    make.learnt_shop()
    long_ago = timezone.now() - dt.timedelta(days=401)
    old = RecommendationModel.objects.create(as_of=long_ago.date(), artifact=b"")
    RecommendationModel.objects.update(fitted_at=long_ago)
    RecommendationRun.objects.update(requested_at=long_ago)
    waiting = RecommendationRun.objects.create()

    tasks.prune_recommendations()

    assert list(RecommendationRun.objects.all()) == [waiting]
    assert not RecommendationModel.objects.filter(pk=old.pk).exists()
    assert RecommendationModel.objects.get().is_active


def test_health_says_whether_the_last_run_went_well():
    assert state.health().components == {}

    make.learnt_shop()
    assert state.health().components == {"recommendations": True}

    RecommendationRun.objects.create(status="failed")
    RecommendationRun.objects.create()
    assert state.health().components == {"recommendations": False}
