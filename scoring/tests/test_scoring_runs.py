"""Runs over all customers: whom they score, in slices, killed anywhere, two at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import os
import signal
from dataclasses import replace
from io import StringIO
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.utils import timezone

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from crm.models import Customer, Interaction, Sale
from scoring import tasks
from scoring.engine import artifact
from scoring.leads import days, requests, rescoring, running, steps
from scoring.leads.running import LOCK
from scoring.models import LeadScore, ScoreDay, ScorePoint, ScoringModel, ScoringRun, SegmentChange
from scoring.tests import planting
from scoring.tests.planting import chance, customer, sale
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = dt.date(2026, 3, 31)
NOW = planting.at(TODAY)
Kind = ScoringRun.Kind


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(steps, "BLOCK", 5)
    with time_machine.travel(NOW, tick=False):
        yield


def people(count: int = 12) -> list[Customer]:
    """Known today; half of them buy each month."""
    rows = []
    for number in range(count):
        row = customer(TODAY - dt.timedelta(days=300))
        for ago in range(5, 200 if number % 2 else 0, 30):
            sale(row, TODAY - dt.timedelta(days=ago), 100 + number)
        rows.append(row)
    return rows


def run(kind: str = "full") -> ScoringRun:
    return running.to_the_end(requests.request(kind=kind, in_background=False))


def counts(done: ScoringRun) -> tuple[int, int, int, int, int]:
    return done.looked_at, done.written, done.unchanged, done.removed, done.moved


def everything() -> list[str]:
    """All that a run writes about customers."""
    leads = LeadScore.objects.order_by("pk").values_list(
        "pk", "score", "segment", "chance", "expected_value", "usual_purchase", "as_of"
    )
    points = ScorePoint.objects.order_by("customer", "day").values_list("customer", "day", "score")
    days = ScoreDay.objects.values_list("day", "hot", "warm", "cold", "average", "drift")
    return [repr(row) for rows in (leads, points, days) for row in rows]


def test_everybody_has_a_score_and_a_second_run_writes_nothing():
    people()
    first = run()
    assert (first.status, counts(first), first.expected) == ("done", (12, 12, 0, 0, 0), 12)
    assert (first.house_purchase, first.day) == (105, TODAY)
    kept = everything()

    assert counts(run()) == (12, 0, 12, 0, 0)
    assert everything() == kept


def test_random_histories_come_to_what_rescoring_says():
    rows = [planting.planted(chance(number), TODAY) for number in range(20)]
    run()
    by_run = everything()
    ScoreDay.objects.all().delete()
    LeadScore.objects.all().delete()
    ScorePoint.objects.all().delete()
    rescoring.rescore(row.pk for row in rows)
    days.write(TODAY, keeping.in_use())

    assert everything() == by_run


def test_days_pass_for_everybody_at_night_only():
    people()
    run()
    with time_machine.travel(NOW + dt.timedelta(days=60), tick=False):
        assert counts(run("changes"))[:3] == (12, 0, 12)
        night = run()

    assert (night.looked_at, night.written, night.unchanged) == (12, 12, 0)
    assert night.moved == SegmentChange.objects.count() > 0
    assert set(LeadScore.objects.values_list("as_of", flat=True)) == {TODAY + dt.timedelta(days=60)}


def test_changes_are_who_is_new_and_whose_facts_or_model_differ():
    rows = people()
    run()
    sale(rows[0], TODAY, 900)
    Interaction.objects.create(customer=rows[1], occurred_at=NOW, channel="call")
    newcomer = customer(TODAY)
    Customer.objects.filter(pk=rows[2].pk).update(archived_at=NOW)
    Customer.objects.filter(pk=rows[3].pk).update(name="Another name")

    assert counts(run("changes"))[:4] == (12, 3, 9, 1)
    changed = [rows[0].pk, rows[1].pk, newcomer.pk]
    assert list(ScorePoint.objects.filter(customer=newcomer).values_list("day", flat=True)) == [
        TODAY
    ]
    assert not LeadScore.objects.filter(pk=rows[2].pk).exists()
    assert set(changed) <= set(LeadScore.objects.values_list("pk", flat=True))

    another_version()
    assert counts(run("changes"))[:3] == (12, 12, 0)
    assert not SegmentChange.objects.filter(by_model=False, customer__in=rows[4:]).exists()


def another_version() -> ScoringModel:
    """In use from now on; it answers as the one before."""
    old = keeping.in_use()
    compiled = active.compiled(old)
    made = artifact.to_bytes(replace(compiled, about={"figures": {}}))
    version = ScoringModel.objects.create(
        kind=old.kind,
        source="history",
        artifact=made,
        sha256=hashlib.sha256(made).hexdigest(),
        reference=old.reference,
    )
    keeping.activate(version.pk, by=None)
    return version


def test_a_version_put_to_use_meanwhile_scores_everybody():
    people()
    asked = requests.request(in_background=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "JOB_TIMEOUT", 0)
        tasks.score_customers(asked.pk)
    assert LeadScore.objects.count() == 5
    version = another_version()

    done = running.to_the_end(asked)

    assert (done.model, done.looked_at, done.written) == (version, 12, 17)
    assert set(LeadScore.objects.values_list("model", flat=True)) == {version.pk}
    assert ScoreDay.objects.get().model == version


def test_the_day_is_counted():
    people()
    run()
    day = ScoreDay.objects.get()
    scores = list(LeadScore.objects.values_list("score", flat=True))

    assert day.day == TODAY
    assert day.hot == sum(score >= 70 for score in scores) > 0
    assert day.warm == sum(40 <= score < 70 for score in scores)
    assert day.cold == sum(score < 40 for score in scores) > 0
    assert day.average == pytest.approx(sum(scores) / 12)
    assert day.histogram == [
        sum(min(score // 10, 9) == tens for score in scores) for tens in range(10)
    ]
    assert len(day.drift) == 7


def test_nobody_there_is_a_day_too():
    assert counts(run()) == (0, 0, 0, 0, 0)
    assert (ScoreDay.objects.get().average, ScoreDay.objects.get().histogram) == (0, [0] * 10)


# --- asking ---


def test_one_run_is_open_at_most():
    first = requests.request()
    with pytest.raises(DomainError, match=f"#{first.pk}, waiting") as refused:
        requests.request()

    assert (refused.value.conflict, refused.value.value) == (True, first.pk)
    assert requests.request(kind="changes") == first


def test_a_run_over_changes_becomes_one_over_everybody():
    people()
    first = requests.request(kind="changes")
    again = requests.request()

    assert (again.pk, again.kind) == (first.pk, "full")
    assert counts(running.to_the_end(again))[:2] == (12, 12)


def test_who_may_not_is_refused():
    person = User.objects.create(username="agent")
    with pytest.raises(PermissionDenied):
        requests.request(by=person)
    person.user_permissions.add(Permission.objects.get(codename="compute_leadscore"))

    assert requests.request(by=User.objects.get(pk=person.pk)).requested_by == person


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_is_given_a_run():
    keeping.in_use()
    together = Barrier(2)
    told: list[object] = []

    def ask() -> None:
        together.wait()
        try:
            told.append(requests.request(in_background=False).pk)
        except DomainError as error:
            told.append(error.code)
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, told)) == [str(ScoringRun.objects.get().pk), "already_running"]


# --- by the worker ---


def test_a_job_does_a_slice_and_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch):
    people()
    asked = requests.request()
    monkeypatch.setattr(settings, "JOB_TIMEOUT", 0)
    seen = []
    for _ in range(4):
        tasks.score_customers(asked.pk)
        asked.refresh_from_db()
        seen.append((asked.status, asked.looked_at, asked.attempts))

    assert seen == [
        ("running", 5, 0),
        ("running", 10, 0),
        ("running", 12, 0),
        ("done", 12, 1),
    ]


def test_each_night_everybody_is_scored():
    tasks.score_everybody()
    tasks.score_everybody()

    assert list(ScoringRun.objects.values_list("kind", "status")) == [("full", "waiting")]


def test_while_another_process_is_at_it_nobody_else_is():
    people()
    asked = requests.request(in_background=False)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        tasks.score_customers(asked.pk)
        asked.refresh_from_db()
        assert (asked.status, asked.attempts, asked.looked_at) == ("waiting", 0, 0)
        with pytest.raises(CommandError, match="Another process is scoring customers"):
            call_command("score_customers")
        # Closing it would let go of the lock a moment later.
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    other.close()

    assert running.to_the_end(asked).status == "done"


def test_an_attempt_that_lost_its_claim_writes_nothing():
    people()
    asked = requests.request()
    first = jobs.claim(running.LANE, asked.pk)
    assert first is not None
    ScoringRun.objects.update(claimed_at=NOW - dt.timedelta(hours=1))
    second = jobs.claim(running.LANE, asked.pk)
    assert second is not None
    ScoringRun.objects.update(claimed_at=NOW + dt.timedelta(seconds=1))

    with pytest.raises(jobs.LeaseLost):
        steps.step(first)
    assert not LeadScore.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_score_the_same_customers_do_not_wait_for_each_other_for_ever():
    ids = [row.pk for row in people(20)]
    keeping.in_use()
    together = Barrier(3)
    told: list[object] = []

    def score(some: list[int]) -> None:
        together.wait()
        try:
            for day in range(3):
                sale(Customer.objects.get(pk=some[day]), TODAY, 10)
                told.append(rescoring.rescore(some) >= 0)
        finally:
            connections.close_all()

    def sweep() -> None:
        together.wait()
        told.append(run().status)
        connections.close_all()

    threads = [Thread(target=score, args=(some,)) for some in (ids, ids[::-1])]
    threads.append(Thread(target=sweep))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, told)) == ["True"] * 6 + ["done"]
    assert counts(run("changes"))[:3] == (20, 0, 20)
    points = {one.customer_id: one.score for one in ScorePoint.objects.all()}
    assert points == {lead.pk: lead.score for lead in LeadScore.objects.all()}


def _dies_at(run_id: int, statement: int) -> None:
    """In a process of its own: work on the run, and be killed at the n-th statement."""
    done = 0

    def count(execute: Any, *given: Any) -> Any:  # noqa: ANN401 - Django's wrapper
        nonlocal done
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*given)

    def listen(connection: Any, **_signal: object) -> None:  # noqa: ANN401 - Django's signal
        connection.execute_wrappers.append(count)

    connection_created.connect(listen, weak=False)
    running.to_the_end(ScoringRun.objects.get(pk=run_id))
    os._exit(0)


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_and_resumed_it_ends_in_the_same_state():
    people()
    whole = counts(run())
    there = everything()
    for model in (LeadScore, ScorePoint, ScoreDay):
        model.objects.all().delete()
    ScoringRun.objects.all().delete()
    asked = requests.request(in_background=False)
    killed = 0
    for statement in (9, 20, 31, 38, 45, 52, 60, 75):
        connections.close_all()
        child = multiprocessing.get_context("fork").Process(
            target=_dies_at, args=(asked.pk, statement)
        )
        child.start()
        child.join()
        killed += child.exitcode == -signal.SIGKILL

    done = running.to_the_end(asked)

    assert killed >= 4
    assert (done.status, counts(done), everything()) == ("done", whole, there)


# --- the command ---


def told(*options: str) -> str:
    out = StringIO()
    call_command("score_customers", *options, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_it_did():
    rows = people()
    Customer.objects.filter(pk=rows[0].pk).update(archived_at=timezone.now())
    first = told()
    sale(rows[1], TODAY, 50)
    second = told("--only-changed")

    numbers = [done.pk for done in ScoringRun.objects.order_by("pk")]
    assert first == (
        f"#{numbers[0]}: 11 customers, 11 scored anew, 0 unchanged, 0 removed,"
        " 0 changes of segment, 0.0 s\n"
    )
    assert second.startswith(f"#{numbers[1]}: 11 customers, 1 scored anew, 10 unchanged, 0 removed")


def test_the_command_ends_a_run_that_was_left_first():
    people()
    left = requests.request(kind="changes")

    assert [line.split(":")[0] for line in told().splitlines()] == [
        f"#{left.pk}",
        f"#{left.pk + 1}",
    ]


def test_without_a_model_the_command_says_so(monkeypatch: pytest.MonkeyPatch):
    people(1)

    def nothing() -> None:
        raise active.NoModel("No scoring model is there yet.")

    monkeypatch.setattr(keeping, "in_use", nothing)
    with pytest.raises(CommandError, match=r"^No scoring model is there yet\.$"):
        call_command("score_customers")


def test_sales_of_the_future_count_when_their_day_comes():
    row = people(2)[1]
    run()
    sale(row, TODAY + dt.timedelta(days=3), 5_000)
    assert counts(run("changes"))[1] == 0

    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        run()
    assert LeadScore.objects.get(pk=row.pk).last_contact_on == TODAY + dt.timedelta(days=3)
    assert Sale.objects.filter(sold_on__gt=TODAY).count() == 1
