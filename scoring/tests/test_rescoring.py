"""Scores of chosen customers: what is written of them, and what is left."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from statistics import median_low
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Customer
from scoring.engine import features, scale
from scoring.leads import days, rescoring, writing
from scoring.live import figures
from scoring.models import LeadScore, ScorePoint, ScoringModel, SegmentChange
from scoring.tests import planting
from scoring.tests.planting import chance, contact, customer, sale
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 31)
NOW = planting.at(TODAY)
FACTS = (
    "last_contact_on",
    "known_since",
    "total_contacts",
    "total_spent",
    "emails_sent",
    "emails_opened",
    "website_visits",
    "usual_purchase",
    "currency",
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def days_ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def regular() -> Customer:
    row = customer(days_ago(400))
    for ago in range(3, 200, 30):
        sale(row, days_ago(ago), 250)
    return row


def kept() -> list[tuple[Any, ...]]:
    """All that there is, and which transaction wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1, customer_id, xmin::text, cmin::text FROM scoring_leadscore"
            " UNION ALL SELECT 2, id, xmin::text, cmin::text FROM scoring_scorepoint"
            " UNION ALL SELECT 3, id, xmin::text, cmin::text FROM scoring_segmentchange"
        )
        return sorted(cursor.fetchall())


@pytest.mark.parametrize("seed", range(2))
def test_random_histories_are_scored_as_by_hand(seed: int):
    people = [planting.planted(chance(50 * seed + number), TODAY) for number in range(25)]
    facts = {row.pk: found for row in people if (found := planting.facts_by_hand(row, TODAY))}
    usual = median_low(
        each["usual_purchase"]  # type: ignore[type-var]
        for each in facts.values()
        if each["usual_purchase"] is not None and each["currency"] == "MAD"
    )
    for each in facts.values():
        if each["usual_purchase"] is None:
            each["usual_purchase"] = usual

    assert rescoring.rescore(row.pk for row in people) == len(facts)

    leads = LeadScore.objects.in_bulk()
    assert {
        pk: {name: getattr(lead, name) for name in FACTS} for pk, lead in leads.items()
    } == facts
    answering = active.model()
    for pk, lead in leads.items():
        seen = features.of_clients(figures.between(pk, pk, TODAY).rows)
        told = answering.explain(seen)[0]
        assert (lead.score, lead.segment) == (told.score, scale.segment(told.score))
        assert lead.base + sum(lead.contributions) == pytest.approx(told.exact, abs=1e-9)
        assert lead.contributions == pytest.approx([*told.contributions.values()], abs=1e-9)
        assert lead.chance == pytest.approx(float(answering.chances(seen)[0]), abs=1e-12)
        expected = (Decimal(repr(lead.chance)) * lead.usual_purchase).quantize(
            planting.CENT, ROUND_HALF_UP
        )
        assert abs(lead.expected_value - expected) <= planting.CENT
        assert (lead.as_of, lead.scored_at, lead.model) == (TODAY, NOW, keeping.in_use())
    assert ScorePoint.objects.count() == len(facts)
    assert not SegmentChange.objects.exists()


def test_a_second_time_nothing_is_written():
    rows = [regular().pk, customer(days_ago(5)).pk]
    rescoring.rescore(rows)
    before = kept()

    assert rescoring.rescore(rows) == 0
    assert kept() == before


def test_the_days_that_pass_lower_a_score_and_its_trend_has_a_point_a_day():
    row = regular()
    rescoring.rescore([row.pk])
    first = LeadScore.objects.get()
    with time_machine.travel(NOW + dt.timedelta(days=120), tick=False):
        assert rescoring.rescore([row.pk]) == 1
    lead = LeadScore.objects.get()

    assert lead.as_of == TODAY + dt.timedelta(days=120)
    assert (first.segment, lead.segment) == ("Hot", "Cold")
    assert [getattr(lead, name) for name in FACTS] == [getattr(first, name) for name in FACTS]
    assert list(ScorePoint.objects.values_list("day", "score")) == [
        (first.as_of, first.score),
        (lead.as_of, lead.score),
    ]
    change = SegmentChange.objects.get()
    assert (change.before, change.after, change.score) == ("Hot", "Cold", lead.score)
    assert (change.by_model, change.told_at) == (False, None)


def test_two_scores_of_a_day_are_one_point():
    row = customer(days_ago(50))
    rescoring.rescore([row.pk])
    sale(row, TODAY, 900)
    rescoring.rescore([row.pk])

    assert [one.score for one in ScorePoint.objects.all()] == [LeadScore.objects.get().score]


def test_a_new_version_tells_that_it_moved_them():
    row = regular()
    rescoring.rescore([row.pk])
    old = keeping.in_use()
    ScoringModel.objects.filter(pk=old.pk).update(is_active=False)
    other = ScoringModel.objects.create(
        kind="forest", source="history", artifact=bytes(old.artifact), sha256="x" * 64
    )
    LeadScore.objects.update(score=10, segment="Cold", model=other)
    ScoringModel.objects.filter(pk=old.pk).update(is_active=True)

    rescoring.rescore([row.pk])

    change = SegmentChange.objects.get()
    assert (change.before, change.after, change.by_model) == ("Cold", "Hot", True)
    assert LeadScore.objects.get().model == old


def changes() -> list[tuple[str, str, bool]]:
    return list(SegmentChange.objects.values_list("before", "after", "by_model"))


def a_day_was_counted() -> None:
    days.write(TODAY - dt.timedelta(days=1), keeping.in_use())


def test_who_is_hot_at_their_first_score_was_cold_before():
    a_day_was_counted()
    newcomer, quiet = regular(), customer(days_ago(50))
    rescoring.rescore([newcomer.pk, quiet.pk])

    assert LeadScore.objects.get(pk=newcomer.pk).segment == "Hot"
    assert changes() == [("Cold", "Hot", False)]
    rescoring.rescore([newcomer.pk])
    assert len(changes()) == 1


def test_at_the_first_scoring_of_all_nobody_is_news():
    rescoring.rescore([regular().pk])

    assert changes() == []


@pytest.mark.parametrize(("last", "expected"), [(80, []), (50, [("Warm", "Hot", False)])])
def test_who_comes_back_is_what_they_were(last: int, expected: list[tuple[str, str, bool]]):
    row = regular()
    rescoring.rescore([row.pk])
    a_day_was_counted()
    ScorePoint.objects.update(score=last)
    LeadScore.objects.all().delete()

    rescoring.rescore([row.pk])

    assert changes() == expected


def test_archived_merged_and_unknown_ones_lose_their_score():
    stays, archived, merged = regular(), regular(), regular()
    ids = [stays.pk, archived.pk, merged.pk]
    assert rescoring.rescore([*ids, 999_999]) == 3
    Customer.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    Customer.objects.filter(pk=merged.pk).update(merged_into=stays)

    assert rescoring.rescore(ids) == 0
    assert list(LeadScore.objects.values_list("pk", flat=True)) == [stays.pk]


def test_what_a_person_did_stays():
    row = regular()
    rescoring.rescore([row.pk])
    person = User.objects.create(username="agent")
    LeadScore.objects.update(
        handled_at=NOW, handled_by=person, rests_until=TODAY + dt.timedelta(days=14)
    )
    contact(row, TODAY, "call")
    rescoring.rescore([row.pk])

    lead = LeadScore.objects.get()
    assert (lead.handled_at, lead.handled_by, lead.last_contact_on) == (NOW, person, TODAY)
    assert lead.rests_until == TODAY + dt.timedelta(days=14)


def test_who_never_bought_is_expected_to_spend_as_the_house_does():
    for amount in (100, 300, 500):
        sale(customer(days_ago(90)), days_ago(30), amount)
    sale(customer(days_ago(90)), days_ago(30), 9_000, currency="USD")
    asks = customer(days_ago(1))
    rescoring.rescore([asks.pk])

    lead = LeadScore.objects.get()
    assert (lead.usual_purchase, lead.currency, lead.total_spent) == (300, "MAD", 0)


def test_without_any_sale_nothing_is_expected():
    rescoring.rescore([customer(days_ago(1)).pk])

    assert LeadScore.objects.get().expected_value == 0


def test_amounts_beyond_what_can_be_kept_are_the_most_there_is():
    row = regular()
    for _number in range(3):
        sale(row, days_ago(2), 999_999_999_999)
    rescoring.rescore([row.pk])

    assert LeadScore.objects.get().total_spent == Decimal("999999999999.99")


def test_a_score_that_knows_more_is_left_as_it_is():
    row = regular()
    rescoring.rescore([row.pk])
    real = writing._score

    def slow(*given: Any) -> None:
        real(*given)
        # Meanwhile another process has scored a purchase.
        LeadScore.objects.update(score=99, segment="Hot", scored_at=NOW + dt.timedelta(seconds=1))
        clock.shift(dt.timedelta(seconds=2))

    contact(row, TODAY, "call")
    with (
        pytest.MonkeyPatch.context() as patch,
        time_machine.travel(NOW, tick=False) as clock,
    ):
        patch.setattr(writing, "_score", slow)
        assert rescoring.rescore([row.pk]) == 0

    assert LeadScore.objects.get().score == 99


def test_a_wrong_clock_does_not_keep_an_old_score():
    row = regular()
    with time_machine.travel(NOW + dt.timedelta(days=3650), tick=False):
        rescoring.rescore([row.pk])

    assert rescoring.rescore([row.pk]) == 1
    assert LeadScore.objects.get().as_of == TODAY


def test_many_take_as_many_statements_as_one():
    rows = [regular().pk for _number in range(5)]
    # What is found out once, is.
    rescoring.rescore(rows[:1])
    counts = []
    for some in (rows[1:2], rows[2:]):
        with CaptureQueriesContext(connection) as queries:
            rescoring.rescore(some)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_more_than_a_statement_takes_are_scored_in_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rescoring, "MOST", 2)
    rows = [regular().pk for _number in range(5)]

    assert rescoring.rescore(rows) == 5
    assert rescoring.rescore([]) == 0
