"""Drift, recounted by plain loops over planted customers."""

from __future__ import annotations

import bisect
import datetime as dt
import math
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.utils import timezone

from crm.models import Customer
from scoring.engine import features
from scoring.figures import alert, drift, living
from scoring.models import LeadScore, ScoreDay, ScoringModel
from scoring.training import reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_django import DjangoAssertNumQueries

DAY = dt.date(2026, 3, 31)
SPREAD = 1000.0


def sample(seed: int, count: int, *, scale: float = 1.0) -> np.ndarray[Any, Any]:
    """Clients of whom many opened nothing and visited nothing."""
    chance = random.Random(seed)  # noqa: S311 - planted data
    return np.array(
        [
            [
                chance.randrange(300) * scale,
                chance.randrange(12),
                round(chance.expovariate(1 / SPREAD), 2) * scale,
                sent := chance.choice([0, 0, 4, 8]),
                chance.randint(0, sent),
                chance.choice([0, 0, 0, 1, 2, 30]),
                300 * scale + chance.randrange(900),
            ]
            for _number in range(count)
        ]
    )


def plainly(then: Sequence[float], now: Sequence[float]) -> float:
    """The index of two lists of values, by deciles of the first."""
    ordered = sorted(then)
    edges = sorted({ordered[math.ceil(part * len(then) / 10) - 1] for part in range(1, 10)})
    bins = range(len(edges) + 1)

    def shares(values: Sequence[float]) -> list[float]:
        places = [bisect.bisect_left(edges, value) for value in values]
        return [places.count(one) / len(values) for one in bins]

    half = 0.5 * len(bins)
    before = [(share * 10_000 + 0.5) / (10_000 + half) for share in shares(then)]
    after = [
        (share * len(now) + half * usual) / (len(now) + half)
        for share, usual in zip(shares(now), before, strict=True)
    ]
    return sum((new - old) * math.log(new / old) for old, new in zip(before, after, strict=True))


def version(
    learned: dict[str, Any], *, source: str = "history", active: bool = True
) -> ScoringModel:
    return ScoringModel.objects.create(
        kind="forest",
        source=source,
        artifact=b"",
        sha256=str(ScoringModel.objects.count()).rjust(64, "0"),
        reference=learned,
        report={"learned": 500, "clients": 200},
        is_active=active,
        activated_at=timezone.now() if active else None,
    )


def leads(model: ScoringModel, rows: np.ndarray[Any, Any]) -> None:
    customers = Customer.objects.bulk_create(Customer(name="C") for _row in rows)
    LeadScore.objects.bulk_create(
        LeadScore(
            customer=customer,
            model=model,
            score=10,
            segment="Cold",
            chance=0.1,
            expected_value=0,
            usual_purchase=0,
            currency="EUR",
            last_contact_on=DAY - dt.timedelta(days=int(row[0])),
            known_since=DAY - dt.timedelta(days=int(row[6])),
            total_contacts=int(row[1]),
            total_spent=round(row[2], 2),
            emails_sent=int(row[3]),
            emails_opened=int(row[4]),
            website_visits=int(row[5]),
            base=0,
            contributions=[0] * 7,
            as_of=DAY,
            scored_at=timezone.now(),
        )
        for customer, row in zip(customers, rows, strict=True)
    )


def test_index_is_what_plain_loops_count() -> None:
    then = features.of_clients(sample(1, 700))
    now = features.of_clients(sample(2, 300, scale=1.4))
    tally = drift.Tally(reference.of(then))

    for part in np.array_split(now, 3):
        tally.add(part)

    assert tally.customers == 300
    assert {name: one["psi"] for name, one in tally.drift().items()} == {
        name: pytest.approx(plainly(then[:, place].tolist(), now[:, place].tolist()), abs=1e-4)
        for place, name in enumerate(features.NAMES)
    }


def test_same_customers_do_not_drift() -> None:
    rows = features.of_clients(sample(1, 700))
    tally = drift.Tally(reference.of(rows))
    tally.add(rows)

    learned = reference.of(rows)
    assert tally.drift() == {
        name: {
            "psi": pytest.approx(0, abs=1e-3),
            "shares": pytest.approx(learned[name]["shares"], abs=1e-6),
        }
        for name in features.NAMES
    }


def test_reference_gives_zeros_their_own_bin() -> None:
    rows = np.zeros((10, 7), dtype=np.float32)
    rows[8:, 4] = (3, 9)

    learned = reference.of(rows)

    assert learned["website_visits"] == {"edges": [0.0, 3.0], "shares": [0.8, 0.1, 0.1]}
    assert learned["tenure"] == {"edges": [0.0], "shares": [1.0, 0.0]}


def aged(day: int, *, bought: float) -> np.ndarray[Any, Any]:
    """400 customers who joined together, each with a purchase every ``1 / bought`` days."""
    rows = np.zeros((400, 7))
    paces = bought * np.linspace(0.5, 1.5, 400)
    rows[:, 1] = np.floor(day * paces)
    rows[:, 2] = 50 * rows[:, 1]
    rows[:, 0] = np.round((day * paces) % 1 / paces)
    rows[:, 6] = day
    return rows


def test_customers_who_go_on_as_before_raise_no_alarm() -> None:
    """Learned from four earlier quarters and the latest; looked at a horizon later."""
    days = (450, 540, 630, 720, 810)
    then = np.concatenate([features.of_clients(aged(day, bought=1 / 60)) for day in days])
    moments = np.repeat(days, 400)
    now = features.of_clients(aged(900, bought=1 / 60))
    indexes = []

    for learned in (reference.of(then, moments), reference.of(then)):
        tally = drift.Tally(learned)
        tally.add(now)
        indexes.append({name: one["psi"] for name, one in tally.drift().items()})

    with_latest, without = indexes
    assert {name for name, one in without.items() if one >= 0.25} > {drift.GROWS}
    assert {name for name, one in with_latest.items() if one >= 0.25} == {drift.GROWS}


def test_what_comes_back_with_the_season_is_known_already() -> None:
    """In summer nobody buys; the latest day learned from was in winter."""
    quarters = [np.zeros((300, 7), dtype=np.float32) for _number in range(4)]
    for quarter, least in zip(quarters, (5, 120, 5, 5), strict=True):
        quarter[:, 0] = least + np.arange(300) % 60
    learned = reference.of(np.concatenate(quarters[:3]), np.repeat((1, 2, 3), 300))
    summer = drift.Tally(learned)

    summer.add(np.concatenate((quarters[1][:100], quarters[3][:200])))

    assert summer.drift()["recency"]["psi"] < 0.05
    shares = summer.drift()["recency"]["shares"]
    assert drift.nearest(learned["recency"], shares) == learned["recency"]["shares"]


def test_a_fifth_stands_for_the_latest_days() -> None:
    rows = np.zeros((10, 7), dtype=np.float32)
    rows[8:, 0] = 1

    assert reference.of(rows, np.arange(10))["recency"]["latest"] == [0.0, 1.0, 0.0]
    assert reference.of(rows, np.zeros(10, dtype=np.int64))["recency"]["latest"] == [0.8, 0.2, 0.0]


def test_nothing_is_told_of_nobody_or_without_a_reference() -> None:
    assert drift.Tally({}).drift() == {}
    assert drift.Tally(reference.of(np.ones((5, 7), dtype=np.float32))).drift() == {}


def test_one_of_a_hundred_samples_is_beyond_chance() -> None:
    generator = np.random.default_rng(7)
    beyond = 0
    for _number in range(400):
        then = generator.normal(size=(2000, 7)).astype(np.float32)
        tally = drift.Tally(reference.of(then))
        tally.add(generator.normal(size=(300, 7)).astype(np.float32))
        limit = drift.by_chance(customers=300, rows=2000, bins=10)
        beyond += sum(one["psi"] > limit for one in tally.drift().values())

    assert 0.004 < beyond / 2800 < 0.02


@pytest.mark.django_db
def test_scored_customers_are_counted_in_blocks(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = sample(3, 25)
    rows[4, 2] = 10.70
    learned = reference.of(features.of_clients(sample(1, 700)))
    leads(version(learned), rows)

    with django_assert_num_queries(3):
        found = np.concatenate(list(living.blocks(DAY, size=10)))

    assert (found == features.of_clients(rows)).all()
    tally = drift.Tally(learned)
    tally.add(features.of_clients(rows))
    assert drift.of(learned, DAY) == tally.drift()
    assert drift.of({}, DAY) == {}


@pytest.mark.django_db
def test_never_contacted_counts_from_when_it_was_known() -> None:
    leads(version({}), sample(3, 1))
    LeadScore.objects.update(last_contact_on=None, known_since=DAY - dt.timedelta(days=12))

    (found,) = living.blocks(DAY + dt.timedelta(days=1))

    assert found[0, [0, 5]].tolist() == [13, 13]


def day(
    model: ScoringModel, values: dict[str, float], *, customers: int = 5000, ago: int = 0
) -> None:
    ScoreDay.objects.create(
        day=DAY - dt.timedelta(days=ago),
        model=model,
        cold=customers,
        drift={
            name: {"psi": value, "shares": model.reference.get(name, {}).get("shares", [])}
            for name, value in values.items()
        },
        computed_at=timezone.now(),
    )


@pytest.fixture
def learned() -> dict[str, Any]:
    return reference.of(features.of_clients(sample(1, 700)))


@pytest.mark.django_db
def test_alert_names_what_drifts_farthest_first(
    learned: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    model = version(learned)
    day(model, {"recency": 0.3, "frequency": 0.9, "monetary": 0.2, "rfm": 0.01})
    day(model, {}, ago=1)

    with django_assert_num_queries(1):
        sentence = alert.alert_sentence()

    assert sentence == (
        f"Our customers are no longer like those that version {model.pk} of the model learned"
        " from (Frequency, Recency): train it again."
    )
    found = alert.latest()
    assert found is not None
    assert found.watched() == ["monetary"]


@pytest.mark.django_db
def test_alert_of_the_shipped_model_says_to_train(learned: dict[str, Any]) -> None:
    day(version(learned, source="shipped"), {"recency": 0.25})

    assert alert.alert_sentence() == (
        "Our customers are not like those of the shipped sample that scores come from"
        " (Recency): train the model on our own history."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "customers"),
    [
        ({"recency": 0.24}, 5000),
        ({"recency": 0.6}, 20),
        ({"tenure": 3.0}, 5000),
        ({}, 5000),
        ({"other": 3.0}, 5000),
    ],
)
def test_no_alert_below_the_limit_or_by_chance(
    learned: dict[str, Any], values: dict[str, float], customers: int
) -> None:
    day(version(learned), values, customers=customers)

    assert alert.alert_sentence() == ""


@pytest.mark.django_db
def test_no_alert_of_a_version_that_is_no_longer_used(learned: dict[str, Any]) -> None:
    day(version(learned, active=False), {"recency": 2.0})

    assert alert.alert_sentence() == ""
