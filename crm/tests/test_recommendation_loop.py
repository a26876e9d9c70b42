"""What came of recommendations: counted by the database as plain loops count it."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from crm.duplicates import merging
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationRules,
    RecommendedProduct,
    Sale,
)
from crm.recommendations import loop
from crm.tests import decided as make

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = dt.date(2026, 3, 10)
TODAY = dt.date(2026, 9, 1)


def contacted(
    owner: Customer, listed: Iterable[Product], day: dt.date = DAY, *, new: Iterable[Product] = ()
) -> Recommendation:
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    return make.recommendation(
        owner,
        list(listed),
        list(new),
        status="approved",
        decided_at=moment,
        contacted_at=moment,
    )


def noted(made: Recommendation) -> tuple[dt.date | None, dict[str, dt.date | None]]:
    made.refresh_from_db()
    products = made.products.select_related("product")
    return made.bought_on, {one.product.name: one.bought_on for one in products}


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def anna() -> Customer:
    return make.customer("Anna Petit")


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot")]


def test_the_first_purchase_within_the_horizon_is_noted(
    anna: Customer, wines: list[Product]
) -> None:
    made = contacted(anna, wines)
    for days in (-1, 90, 40, 50):
        make.sale(anna, wines[0], after(days))
    make.sale(anna, wines[1], after(91))

    assert loop.close(TODAY) == 1
    assert noted(made) == (after(40), {"Riesling": after(40), "Pinot": None})
    # Again: nothing changes.
    assert loop.close(TODAY) == 1
    assert noted(made) == (after(40), {"Riesling": after(40), "Pinot": None})


@pytest.mark.parametrize("days", [0, 90])
def test_both_ends_of_the_horizon_count(anna: Customer, wines: list[Product], days: int) -> None:
    made = contacted(anna, wines)
    make.sale(anna, wines[0], after(days))

    loop.close(TODAY)

    assert noted(made)[0] == after(days)


def test_what_was_not_used_or_taken_off_or_is_to_come_does_not_count(
    anna: Customer, wines: list[Product]
) -> None:
    unused = make.recommendation(anna, wines, status="approved", decided_at=timezone.now())
    made = contacted(anna, wines)
    made.products.filter(product=wines[0]).update(rank=None)
    make.sale(anna, wines[0], after(5))
    make.sale(anna, wines[1], after(20))

    assert loop.close(after(19)) == 0
    assert noted(made)[0] is None
    assert loop.close(after(20)) == 1
    assert noted(made) == (after(20), {"Riesling": None, "Pinot": after(20)})
    assert noted(unused)[0] is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Sent back altogether; in two parts; but not what is kept.
        ([(5, 6), (9, -6)], None),
        ([(5, 6), (9, -2), (100, -4)], None),
        ([(5, 6), (9, -2)], 5),
        # A return is for what was bought last before it.
        ([(-20, 6), (3, -6), (5, 6)], 5),
        ([(5, 6), (8, 6), (9, -6)], 5),
        ([(5, 6), (9, -6), (12, 1)], 12),
        ([(5, 6), (120, 6), (130, -6)], 5),
        ([(5, 6), (120, 6), (130, -12)], None),
        # On one day, in whatever order it was written.
        ([(5, -6), (5, 6)], None),
        ([(5, -6), (5, 7)], 5),
    ],
)
def test_returns_take_purchases_away(
    anna: Customer, wines: list[Product], lines: list[tuple[int, int]], expected: int | None
) -> None:
    made = contacted(anna, wines[:1])
    for days, quantity in lines:
        make.sale(anna, wines[0], after(days), quantity)

    loop.close(TODAY)

    assert noted(made)[0] == (None if expected is None else after(expected))


def test_an_undone_sale_and_another_horizon_take_the_note_away(
    anna: Customer, wines: list[Product]
) -> None:
    made = contacted(anna, wines)
    early, late = (make.sale(anna, wines[0], after(days)) for days in (10, 60))
    loop.close(TODAY)
    assert noted(made)[0] == after(10)

    early.delete()
    loop.close(TODAY)
    assert noted(made)[0] == after(60)

    RecommendationRules.objects.create(pk=1, horizon_days=30)
    loop.close(TODAY)
    assert noted(made) == (None, {"Riesling": None, "Pinot": None})

    RecommendationRules.objects.update(horizon_days=60)
    assert loop.close(TODAY) == 1
    assert noted(made)[0] == late.sold_on


def test_who_was_merged_takes_contact_and_purchases_along(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    double = make.customer("A. Petit")
    made = contacted(double, wines)
    make.sale(anna, wines[0], after(10))
    assert loop.close(TODAY) == 0

    record = merging.merge(anna.pk, double.pk, by=leila)

    assert loop.close(TODAY) == 1
    assert noted(made)[0] == after(10)
    merging.undo(record.pk, by=leila)
    assert loop.close(TODAY) == 0
    assert noted(made)[0] is None


def test_the_funnel_tells_each_algorithm_apart(anna: Customer, wines: list[Product]) -> None:
    omar, sami = make.customer("Omar"), make.customer("Sami")
    contacted(anna, wines[:1], new=wines[1:])
    contacted(omar, wines[:1])
    decided: dict[str, Any] = {"decided_at": timezone.now()}
    make.recommendation(omar, wines, status="rejected", rejection="data", **decided)
    make.recommendation(sami, wines, status="replaced")
    make.recommendation(sami, new=wines, new_algorithm="content")
    # Of the list to discover, and one a person chose: the algorithm's merit is neither.
    make.sale(anna, wines[1], after(3))
    RecommendedProduct.objects.filter(recommendation__customer=omar).update(algorithm="")
    make.sale(omar, wines[0], after(3))
    loop.close(TODAY)

    assert loop.funnel() == [
        {
            "question": "repeat",
            "algorithm": "own_frequency",
            "made": 3,
            "decided": 3,
            "approved": 2,
            "contacted": 2,
            "bought": 0,
            "approval_rate": 0.6667,
            "contact_rate": 1.0,
            "purchase_rate": 0.0,
        },
        {
            "question": "new",
            "algorithm": "content",
            "made": 1,
            "decided": 0,
            "approved": 0,
            "contacted": 0,
            "bought": 0,
            "approval_rate": None,
            "contact_rate": None,
            "purchase_rate": None,
        },
        {
            "question": "new",
            "algorithm": "ease",
            "made": 1,
            "decided": 1,
            "approved": 1,
            "contacted": 1,
            "bought": 1,
            "approval_rate": 1.0,
            "contact_rate": 1.0,
            "purchase_rate": 1.0,
        },
    ]


# --- the same by plain loops ---


def kept_days(lines: list[tuple[dt.date, float]]) -> set[dt.date]:
    """Days with a purchase of which something was kept: returns are for the last ones before."""
    stack: list[tuple[dt.date, float]] = []
    for day, quantity in sorted(lines, key=lambda line: (line[0], line[1] < 0)):
        if quantity > 0:
            stack.append((day, quantity))
            continue
        back = -quantity
        while back > 0 and stack:
            last, held = stack.pop()
            taken = min(back, held)
            back -= taken
            if held > taken:
                stack.append((last, held - taken))
    return {day for day, _left in stack}


def by_loops(horizon: int) -> dict[int, dt.date]:
    found = {}
    for place in RecommendedProduct.objects.select_related("recommendation"):
        made = place.recommendation
        if made.contacted_at is None or place.rank is None:
            continue
        since = timezone.localtime(made.contacted_at).date()
        lines = Sale.objects.filter(
            customer=made.customer_id,
            product=place.product_id,
            sold_on__gte=since,
            sold_on__lte=TODAY,
        )
        kept = kept_days([(line.sold_on, float(line.quantity)) for line in lines])
        days = sorted(day for day in kept if (day - since).days <= horizon)
        if days:
            found[place.pk] = days[0]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_it_counts_what_plain_loops_count(
    leila: User, seed: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same each time
    wines = [make.product(f"Cuvée {letter}") for letter in "ABC"]
    owners = [make.customer(f"Client {number}") for number in range(12)]
    for owner in owners:
        for _ in range(chance.randint(0, 2)):
            contacted(owner, chance.sample(wines, 2), after(chance.randint(0, 60)))
        for _ in range(chance.randint(0, 14)):
            day = after(chance.randint(-30, 160))
            make.sale(owner, chance.choice(wines), day, chance.choice([-3, -1, 1, 2, 3]))
    merging.merge(owners[0].pk, owners[1].pk, by=leila)
    RecommendationRules.objects.create(pk=1, horizon_days=45)

    with django_assert_num_queries(10):
        number = loop.close(TODAY)

    places = RecommendedProduct.objects.filter(bought_on__isnull=False)
    expected = by_loops(45)
    assert dict(places.values_list("pk", "bought_on")) == expected
    assert number == len(expected) > 0
    for made in Recommendation.objects.all():
        mine = [expected[one.pk] for one in made.products.all() if one.pk in expected]
        assert made.bought_on == min(mine, default=None)
