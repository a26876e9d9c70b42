"""Who bought by the score of a day, recounted by plain loops."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.core.figures.comparison import Rate
from crm.models import Customer, Sale
from scoring import tasks
from scoring.engine import scale
from scoring.figures import cohorts, foretold, outcomes, proof
from scoring.figures.cohorts import Cohort, Count
from scoring.figures.outcomes import Outcomes
from scoring.models import ScoreOutcome, ScorePoint, ScoringModel
from scoring.tests import score_rows as make
from scoring.tests.score_rows import TODAY, ago
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine: TimeMachineFixture) -> None:
    noon = dt.datetime.combine(TODAY, dt.time(12))
    time_machine.move_to(timezone.make_aware(noon), tick=False)


@pytest.fixture
def model() -> ScoringModel:
    return make.version()


def plainly(day: dt.date, horizon: int) -> dict[tuple[int, int], list[int]]:
    """By version and score: customers, and who of them bought."""
    found: dict[tuple[int, int], list[int]] = {}
    for row in Customer.objects.all():
        points = [one for one in ScorePoint.objects.filter(customer=row) if one.day <= day]
        archived = row.archived_at and timezone.localdate(row.archived_at) <= day
        if not points or row.merged_into_id or archived:
            continue
        last = max(points, key=lambda one: one.day)
        bought = any(
            sale.quantity > 0 and 0 < (sale.sold_on - day).days <= horizon
            for sale in Sale.objects.filter(customer=row)
        )
        counts = found.setdefault((last.model_id, last.score), [0, 0])
        counts[0] += 1
        counts[1] += bought
    return found


def test_cohort_is_what_plain_loops_count(model: ScoringModel) -> None:
    chance = random.Random(5)  # noqa: S311 - planted data
    models = [model, make.version(active=False)]
    for number in range(60):
        row = make.customer()
        for days in {chance.randrange(60, 140) for _point in range(3)}:
            make.point(row, days, chance.randrange(101), chance.choice(models))
        for _sale in range(chance.randrange(3)):
            make.sale(row, chance.randrange(50, 120), quantity=chance.choice([1, 1, -1]))
        if number % 10 == 0:
            at = timezone.now() - dt.timedelta(days=chance.randrange(60, 130))
            Customer.objects.filter(pk=row.pk).update(archived_at=at)
    Customer.objects.filter(pk=row.pk).update(merged_into=Customer.objects.earliest("pk"))

    found = cohorts.count(ago(100), 30)

    counted = {(one.version, one.score): [one.customers, one.bought] for one in found.counts}
    assert counted == plainly(ago(100), 30)
    assert 0 < found.everybody.hits < found.everybody.total


def test_purchase_counts_from_the_day_after_to_the_last_one(model: ScoringModel) -> None:
    for days, quantity in ((100, 1), (99, 1), (70, 1), (69, 1), (80, -1)):
        row = make.customer()
        make.point(row, 100, 80, model)
        make.sale(row, days, quantity=quantity)

    assert cohorts.count(ago(100), 30).of_segment("Hot") == Rate(2, 5)


def test_outcomes_are_of_the_latest_day_and_of_month_ends(model: ScoringModel) -> None:
    make.day(model, 100)
    make.point(make.customer(), 100, 10, model)
    outcomes.keep_counting(TODAY)

    found = outcomes.of(30, TODAY)

    # 20 April less 31 days; a month ended on 28 February and on 31 January.
    assert found.known_on == ago(69)
    assert found.latest is not None
    assert found.latest.day == dt.date(2026, 3, 20)
    assert [one.day for one in found.months] == [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]


def test_nothing_is_known_before_the_horizon_is_over(model: ScoringModel) -> None:
    assert outcomes.of(30, TODAY) == Outcomes(30, None, None, ())

    make.day(model, 30)
    make.point(make.customer(), 30, 10, model)

    assert outcomes.of(30, TODAY) == Outcomes(30, ago(-1), None, ())
    assert outcomes.of(30, ago(-1)).latest == Cohort(ago(30), 30, (Count(model.pk, 10, 1, 0),))


def test_each_night_counts_and_keeps(
    model: ScoringModel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.day(model, 100)
    row = make.customer()
    make.point(row, 100, 80, model)
    make.sale(row, 20)
    before = [outcomes.of(horizon, TODAY).latest for horizon in (90, 30)]

    tasks.count_outcomes()

    kept = ScoreOutcome.objects.values_list("horizon_days", "day").order_by("horizon_days", "day")
    assert list(kept) == [
        (30, dt.date(2026, 1, 31)),
        (30, dt.date(2026, 2, 28)),
        (30, dt.date(2026, 3, 20)),
        (90, ago(91)),
    ]
    with django_assert_num_queries(4):
        assert [outcomes.of(horizon, TODAY).latest for horizon in (90, 30)] == before
    # After midnight, until the new day's are counted.
    tomorrow = outcomes.of(90, ago(-1)).latest
    assert tomorrow == before[0]


def test_late_sales_count_until_a_fortnight_after(
    model: ScoringModel, time_machine: TimeMachineFixture
) -> None:
    make.day(model, 100)
    row = make.customer()
    make.point(row, 100, 80, model)
    tasks.count_outcomes()

    # In the days of both; those of February ended on 30 March, more than a fortnight ago.
    make.sale(row, 25)
    tasks.count_outcomes()

    kept = dict(ScoreOutcome.objects.filter(horizon_days=30).values_list("day", "counts"))
    assert kept[dt.date(2026, 3, 20)] == [[model.pk, 80, 1, 1]]
    assert kept[dt.date(2026, 2, 28)] == [[model.pk, 80, 1, 0]]

    time_machine.shift(dt.timedelta(days=1))
    tasks.count_outcomes()

    # Nobody asks for yesterday's latest day any more.
    days = ScoreOutcome.objects.filter(horizon_days=30).order_by("day").values_list("day")
    assert [day for (day,) in days] == [
        dt.date(2026, 1, 31),
        dt.date(2026, 2, 28),
        dt.date(2026, 3, 21),
    ]


def test_horizon_is_that_of_the_version_in_use() -> None:
    assert outcomes.horizons() == (90, 30)
    model = make.version(horizon_days=60)
    assert outcomes.horizons() == (60, 30)
    ScoringModel.objects.filter(pk=model.pk).update(horizon_days=30)
    assert outcomes.horizons() == (30,)


def cohort(hot: tuple[int, int], cold: tuple[int, int]) -> Outcomes:
    counts = (Count(1, 80, hot[1], hot[0]), Count(1, 10, cold[1], cold[0]))
    return Outcomes(30, ago(69), Cohort(dt.date(2026, 3, 20), 30, counts), ())


@pytest.mark.parametrize(
    ("hot", "cold", "answer"),
    [
        ((40, 100), (20, 400), "sure"),
        ((2, 20), (0, 5000), "sure"),
        ((12, 100), (32, 400), "likely"),
        ((5, 100), (20, 400), "none"),
        ((5, 100), (160, 400), "wrong"),
        ((1, 1), (0, 3), "few"),
        ((19, 19), (0, 1000), "few"),
    ],
)
def test_only_what_is_beyond_chance_is_called_sure(
    hot: tuple[int, int], cold: tuple[int, int], answer: str
) -> None:
    found = cohort(hot, cold).latest

    assert found is not None
    assert proof.compared(found).answer == answer


def test_interval_of_the_difference_is_newcombes() -> None:
    # Newcombe (1998), method 10, example (a): 56/70 against 48/80.
    low, high = proof.Comparison(Rate(56, 70), Rate(48, 80)).interval

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


@pytest.mark.usefixtures("english")
def test_answer_is_told_in_words() -> None:
    assert proof.sentence(cohort((40, 100), (20, 400)), TODAY) == (
        "Hot surely beats Cold: of those Hot on 03/20/2026 40.0 % (40 of 100) bought within 30"
        " days, of the Cold 5.0 % (20 of 400), 8.0 times as often. The true difference lies between"
        " 25.6 and 45.0 points of percent (95 %)."
    )


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            Outcomes(90, None, None, ()),
            "Nobody was scored yet: there is nothing to look back on.",
        ),
        (
            Outcomes(90, ago(-12), None, ()),
            (
                "Too early: who bought within 90 days after the first scores is known on"
                " 05/02/2026, in 12 days."
            ),
        ),
        (
            Outcomes(90, ago(-1), None, ()),
            (
                "Too early: who bought within 90 days after the first scores is known tomorrow, on"
                " 04/21/2026."
            ),
        ),
    ],
)
def test_without_outcomes_it_says_how_long_until_there_are(found: Outcomes, told: str) -> None:
    assert proof.sentence(found, TODAY) == told


def test_chance_of_a_score_is_what_the_version_meant() -> None:
    model = keeping.in_use()
    average = active.compiled(model).calibration.average
    counts = (Count(model.pk, 40, 10, 3), Count(model.pk, 70, 30, 12), Count(model.pk, 78, 10, 8))

    found = foretold.kept(Cohort(ago(100), 90, (*counts, Count(model.pk + 1, 50, 7, 7))))

    assert found is not None
    usual = 1 / (1 + math.exp(-average))
    average_ones, hot_ones = found.bins
    assert (average_ones.low, average_ones.high, average_ones.came) == (40, 49, Rate(3, 10))
    assert average_ones.chance == pytest.approx(usual)
    assert (hot_ones.low, hot_ones.high, hot_ones.came) == (70, 79, Rate(20, 40))
    # 30 of them at three times the odds, where Hot begins, and ten above it.
    odds = usual / (1 - usual) * scale.HOT_ODDS
    assert odds / (1 + odds) < hot_ones.chance < odds / (1 + odds) + 0.1
    assert found.promised == pytest.approx((average_ones.chance * 10 + hot_ones.chance * 40) / 50)
    assert found.left_out == 7


def test_chances_of_another_horizon_promise_nothing() -> None:
    model = keeping.in_use()

    assert foretold.kept(Cohort(ago(100), 30, (Count(model.pk, 40, 10, 3),))) is None
