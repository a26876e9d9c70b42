"""Runs by the worker: in slices, killed anywhere, two at once."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone
from django_q.exceptions import TimeoutException

from backoffice.core import jobs
from backoffice.core.jobs import slices
from crm import tasks
from crm.models import (
    Recommendation,
    RecommendationModel,
    RecommendationRun,
    RecommendedProduct,
)
from crm.recommendations.engine import learning
from crm.recommendations.making import in_use, requests, running, steps
from crm.tests import wine_shop as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.tests.wine_shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
Kind, Stage = RecommendationRun.Kind, RecommendationRun.Stage


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(learning, "MOST_AT_ONCE", 5)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop() -> Shop:
    return make.shop()


def rows() -> list[str]:
    """What waits for a decision, whoever wrote it and when."""
    columns = ("recommendation__customer", "question", "rank", "product", "algorithm", "score",
               "probability", "evidence", "recommendation__confidence",
               "recommendation__fingerprint", "recommendation__watched")  # fmt: skip
    waiting = RecommendedProduct.objects.filter(recommendation__status="pending")
    return sorted(repr(row) for row in waiting.values_list(*columns))


def uninterrupted() -> list[str]:
    done = running.to_the_end(requests.request(kind=Kind.FULL, in_background=False))
    assert (done.status, done.made) == ("done", 12)
    found = rows()
    Recommendation.objects.all().delete()
    RecommendationModel.objects.all().delete()
    return found


def test_a_job_does_a_slice_and_leaves_the_rest_to_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    expected = uninterrupted()
    run = requests.request(kind=Kind.FULL)
    monkeypatch.setattr(slices, "slice_seconds", lambda: 0.0)
    stages = []

    for _ in range(20):
        tasks.make_recommendations(run.pk)
        run.refresh_from_db()
        stages.append((run.status, run.stage, run.looked_at))
        if run.status == "done":
            break

    assert stages == [
        ("running", "measure", 0),
        ("running", "propose", 0),
        ("running", "propose", 5),
        ("running", "propose", 10),
        ("running", "propose", 12),
        ("done", "propose", 12),
    ]
    assert (rows(), run.made, len(shop[0])) == (expected, 12, 12)


# Before and after what a step commits.
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("killed_at", range(1, 7))
@pytest.mark.usefixtures("shop")
def test_a_run_that_was_killed_goes_on_and_ends_in_the_same_rows(
    killed_at: int, is_late: object, monkeypatch: pytest.MonkeyPatch
):
    expected = uninterrupted()
    run = requests.request(kind=Kind.FULL)
    real, done = steps.step, 0

    def step(pk: int) -> bool:
        nonlocal done
        done += 1
        if done != killed_at:
            return real(pk)
        if is_late:
            real(pk)
        raise TimeoutException

    monkeypatch.setattr(steps, "step", step)
    with pytest.raises(TimeoutException):
        tasks.make_recommendations(run.pk)
    run.refresh_from_db()
    assert run.status == "waiting"

    # The same evening: what was bought until then counts.
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        tasks.make_recommendations(run.pk)

    run.refresh_from_db()
    counts = (run.status, run.looked_at, run.made, run.unchanged, run.withheld, run.without)
    assert counts == ("done", 12, 12, 0, 0, 0)
    assert rows() == expected
    assert RecommendationModel.objects.filter(is_active=True).count() == 1
    assert not Recommendation.objects.exclude(status="pending").exists()


@pytest.mark.usefixtures("shop")
def test_a_transaction_that_breaks_off_in_the_middle_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    expected = uninterrupted()
    run = requests.request(kind=Kind.FULL, in_background=False)
    real, done = steps._save, 0

    def save(run: RecommendationRun, **values: object) -> None:
        nonlocal done
        done += 1
        real(run, **values)
        # The second slice of customers: everything is written, nothing committed.
        if done == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_save", save)
    with pytest.raises(KeyboardInterrupt):
        running.to_the_end(run)
    assert Recommendation.objects.count() == 5

    left = running.to_the_end(run)

    assert (left.status, left.made, rows()) == ("done", 12, expected)


@pytest.mark.usefixtures("shop")
def test_a_run_whose_model_was_deleted_learns_again():
    expected = uninterrupted()
    run = requests.request(kind=Kind.FULL, in_background=False)
    RecommendationRun.objects.filter(pk=run.pk).update(stage=Stage.PROPOSE)

    assert (running.to_the_end(run).made, rows()) == (12, expected)


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_read_any_more_is_learnt_again():
    uninterrupted()
    running.to_the_end(requests.request(in_background=False))
    RecommendationModel.objects.update(artifact=b"no npz", sha256="0" * 64)

    done = running.to_the_end(requests.request(kind=Kind.FULL, in_background=False))

    assert (done.status, done.made) == ("done", 12)
    found = in_use.active()
    assert found is not None
    assert len(found.learnt.products)


@pytest.mark.parametrize("stage", [Stage.MEASURE, Stage.PROPOSE])
@pytest.mark.usefixtures("shop")
def test_a_run_that_another_version_began_learns_again(stage: str):
    expected = uninterrupted()
    run = requests.request(kind=Kind.FULL, in_background=False)
    while steps.step(run.pk) is False:
        run.refresh_from_db()
        if run.stage == stage:
            break
    RecommendationModel.objects.update(artifact=b"no npz", sha256="0" * 64)

    done = running.to_the_end(run)

    assert (done.status, done.made, rows()) == ("done", 12, expected)


@pytest.mark.usefixtures("shop")
def test_who_comes_second_does_nothing():
    run = requests.request()
    held = jobs.claim(running.LANE, run.pk)

    assert held is not None
    tasks.make_recommendations(run.pk)
    assert not Recommendation.objects.exists()
    run.refresh_from_db()
    assert (run.status, run.stage) == ("running", "learn")


@pytest.mark.usefixtures("shop")
def test_a_slow_one_that_was_overtaken_writes_nothing():
    run = requests.request(kind=Kind.FULL, in_background=False)
    RecommendationRun.objects.filter(pk=run.pk).update(status="running")
    while steps.step(run.pk) is False:
        run.refresh_from_db()
        if run.position:
            break
    slow = RecommendationRun.objects.get(pk=run.pk)
    steps.step(run.pk)
    before = Recommendation.objects.count()

    with pytest.raises(steps.Overtaken):
        steps._propose(slow)

    assert Recommendation.objects.count() == before


@pytest.mark.usefixtures("shop")
def test_each_night_a_run_is_asked_for_and_one_under_way_is_left_alone():
    tasks.recommend()
    tasks.recommend()

    run = RecommendationRun.objects.get()
    assert (run.kind, run.status, run.queued_at) == ("changes", "waiting", timezone.now())


@pytest.mark.usefixtures("shop")
def test_a_run_that_breaks_each_time_fails_and_says_so(monkeypatch: pytest.MonkeyPatch):
    run = requests.request()

    def broken(_pk: int) -> bool:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(steps, "step", broken)
    for hour in range(1, 8):
        with time_machine.travel(NOW + dt.timedelta(hours=8 * hour)), suppress(RuntimeError):
            tasks.make_recommendations(run.pk)

    run.refresh_from_db()
    assert (run.status, "RuntimeError" in run.error, run.finished_at is not None) == (
        "failed",
        True,
        True,
    )
