"""What people thought weighs: good ratings lift, bad ones lower, few of them only a little."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from crm.models import Customer, CustomerProfile, Product, Recommendation, StockLevel
from crm.recommendations import quality
from crm.recommendations.algorithms.base import Block
from crm.recommendations.deciding import feedback, workflow
from crm.recommendations.engine.purchases import from_columns
from crm.tests import decided as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from numpy.typing import NDArray
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def wine() -> Product:
    return make.product("Riesling")


def rated(wine: Product, leila: User, stars: int, *, times: int = 1, **values: Any) -> None:
    for _ in range(times):
        made = make.recommendation(make.customer(), new=[wine], **values)
        workflow.rate(made.pk, by=leila, rating=stars)


# --- weights of the algorithms ---


def test_nobody_thought_anything_yet() -> None:
    assert feedback.weights("new") == {}


@pytest.mark.parametrize(
    ("stars", "times", "expected"),
    [
        (5, 1, 0.5 + (10 + 1) / 21),
        (5, 20, 1.25),
        (3, 20, 1.0),
        (1, 20, 0.75),
        (1, 60, 0.625),
    ],
)
def test_good_ratings_lift_an_algorithm_and_bad_ones_lower_it(
    wine: Product, leila: User, stars: int, times: int, expected: float
) -> None:
    rated(wine, leila, stars, times=times)

    assert feedback.weights("new") == {"ease": pytest.approx(expected, abs=1e-4)}
    assert feedback.weights("repeat") == {}


def test_decisions_count_where_nobody_rated(wine: Product, leila: User) -> None:
    def made(algorithm: str) -> int:
        return make.recommendation(make.customer(), new=[wine], new_algorithm=algorithm).pk

    workflow.approve(made("ease"), by=leila)
    workflow.reject(made("content"), by=leila, rejection="products")
    # Neither says anything about what was proposed.
    workflow.reject(made("popularity"), by=leila, rejection="moment")
    workflow.reject(made("popularity"), by=leila, rejection="data")

    assert feedback.weights("new") == {
        "content": pytest.approx(0.5 + 10 / 21, abs=1e-4),
        "ease": pytest.approx(0.5 + 10.75 / 21, abs=1e-4),
    }


def test_what_was_said_of_one_product_counts_for_its_algorithm(wine: Product, leila: User) -> None:
    other = make.product("Pinot")
    made = make.recommendation(make.customer(), [wine, other])
    workflow.rate(made.pk, by=leila, rating=1, product_id=wine.pk)
    workflow.rate(made.pk, by=leila, rating=5, product_id=wine.pk)
    workflow.refuse_product(made.products.get(product=other).pk, by=leila)

    # The last stars of the first one, and nothing for the second.
    weight = pytest.approx(0.5 + (10 + 1 + 0) / 22, abs=1e-4)
    assert feedback.weights("repeat") == {"own_frequency": weight}


def test_a_blend_is_praised_with_those_it_came_from(wine: Product, leila: User) -> None:
    made = make.recommendation(make.customer(), new=[wine], new_algorithm="hybrid")
    made.products.update(evidence=[{"code": "together", "product": 1, "customers": 4}])
    workflow.rate(made.pk, by=leila, rating=5)

    weights = feedback.weights("new")

    assert list(weights) == ["collaborative", "ease", "hybrid"]
    assert len(set(weights.values())) == 1
    assert weights["ease"] > 1


def test_weights_cost_the_same_however_many_there_are(
    wine: Product, leila: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rated(wine, leila, 4)
    with django_assert_num_queries(2):
        feedback.weights("new")
    rated(wine, leila, 4, times=3)
    with django_assert_num_queries(2):
        feedback.weights("new")


# --- one customer's taste ---


class Cellar:
    """Three Rieslings of Alsace, a Merlot, and one of which nothing is known."""

    def __init__(self) -> None:
        alsace = {"grape_varieties": ["Riesling"], "region": "Alsace"}
        merlot = {"grape_varieties": ["Merlot"], "region": "Bordeaux"}
        self.wines = [
            make.product("Riesling", attributes=alsace),
            make.product("Riesling vieux", attributes=alsace),
            make.product("Merlot", category="Rouge", attributes=merlot),
            make.product("?", category=""),
        ]
        self.keys = np.array([wine.pk for wine in self.wines])

    def scores(self, *rows: list[float]) -> NDArray[np.float32]:
        return np.array(rows or [[4, 3, 2, 1]], dtype=np.float32)

    def adjusted(self, *owners: Customer) -> NDArray[np.float32]:
        rows = [[4.0, 3.0, 2.0, -np.inf]] * len(owners)
        ids = [owner.pk for owner in owners]
        return feedback.adjust(self.scores(*rows), ids, self.keys, "new")


def test_who_rated_nothing_is_left_as_they_are(leila: User) -> None:
    cellar, anna, omar = Cellar(), make.customer(), make.customer("Omar")
    made = make.recommendation(anna, new=cellar.wines)
    workflow.rate(made.pk, by=leila, rating=1, product_id=cellar.wines[0].pk)

    rows = cellar.adjusted(anna, omar)

    assert rows[1].tolist() == [4, 3, 2, -np.inf]
    assert rows[0].tolist() != rows[1].tolist()


def test_a_bad_product_falls_behind_and_what_is_like_it_a_little(leila: User) -> None:
    cellar, anna = Cellar(), make.customer()
    made = make.recommendation(anna, new=cellar.wines)
    workflow.rate(made.pk, by=leila, rating=1, product_id=cellar.wines[0].pk)

    (row,) = cellar.adjusted(anna)

    # By the spread of 2, by half of it for the like one; the others stay.
    assert row.tolist() == [2, 2, 2, -np.inf]


def test_a_good_product_rises_and_what_is_like_it_with_it(leila: User) -> None:
    cellar, anna = Cellar(), make.customer()
    made = make.recommendation(anna, new=cellar.wines)
    workflow.rate(made.pk, by=leila, rating=5, product_id=cellar.wines[2].pk)

    (row,) = cellar.adjusted(anna)

    assert row.tolist() == [4, 3, 4, -np.inf]


def test_stars_of_a_whole_recommendation_count_by_half(leila: User) -> None:
    cellar, anna = Cellar(), make.customer()
    made = make.recommendation(anna, new=cellar.wines[2:3])
    workflow.rate(made.pk, by=leila, rating=5)

    assert feedback.opinions_of([anna.pk]) == {anna.pk: {cellar.wines[2].pk: 0.5}}
    (row,) = cellar.adjusted(anna)
    assert row.tolist() == [4, 3, 3, -np.inf]


def test_the_last_stars_win_and_three_of_them_say_nothing(leila: User) -> None:
    cellar, anna = Cellar(), make.customer()
    made = make.recommendation(anna, new=cellar.wines)
    workflow.rate(made.pk, by=leila, rating=1, product_id=cellar.wines[0].pk)
    workflow.rate(made.pk, by=leila, rating=3, product_id=cellar.wines[0].pk)

    assert feedback.opinions_of([anna.pk]) == {}


def test_scores_that_are_all_equal_are_told_apart_by_ratings(leila: User) -> None:
    cellar, anna = Cellar(), make.customer()
    made = make.recommendation(anna, new=cellar.wines)
    workflow.rate(made.pk, by=leila, rating=5, product_id=cellar.wines[2].pk)

    flat = cellar.scores([0, 0, 0, -np.inf])
    (row,) = feedback.adjust(flat, [anna.pk], cellar.keys, "new")

    assert row.tolist() == [0, 0, 1, -np.inf]


# --- the data score ---


def day_number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


AS_OF = dt.date(2026, 6, 1)


def block(lines: list[tuple[Customer, Product, dt.date]], owners: list[Customer]) -> Block:
    bought = from_columns(
        [owner.pk for owner, _product, _day in lines],
        [product.pk for _owner, product, _day in lines],
        np.array([day_number(day) for _owner, _product, day in lines], dtype=np.int32),
        np.ones(len(lines), dtype=np.float32),
        all_customers=[one.pk for one in owners],
    )
    return Block(bought, day_number(AS_OF))


def test_the_data_score_is_what_there_is_to_rest_on() -> None:
    anna, omar = make.customer(), make.customer("Omar")
    CustomerProfile.objects.create(
        customer=anna, quality=80, computed_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    )
    known = make.product("Riesling", attributes={"region": "Alsace"})
    StockLevel.objects.create(product=known, quantity=1)
    unknown = make.product("?", category="", list_price=None)
    days = [AS_OF - dt.timedelta(days=ago) for ago in (73, 100, 200)]
    lines = [(anna, known, day) for day in days] + [(anna, unknown, days[0])]

    scores = quality.of([anna.pk, omar.pk], block(lines, [anna, omar]))

    # 80 % of 30; 3 of 6 purchases; a tenth of two years ago; all of one product, none of the other.
    parts = {"customer": 24, "history": 15, "recency": 18, "products": 10}
    assert scores[anna.pk] == (67, parts)
    assert scores[omar.pk] == (0, dict.fromkeys(parts, 0))


def test_amounts_of_any_currency_play_no_part(
    leila: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    anna = make.customer()
    wine = make.product("Riesling")
    for currency, amount in (("EUR", 10), ("XOF", 6500), ("", 1)):
        day = AS_OF - dt.timedelta(days=amount % 7)
        make.sale(anna, wine, day, amount=Decimal(amount), currency=currency)
    lines = [(anna, wine, sale.sold_on) for sale in anna.sales.all()]

    with django_assert_num_queries(2):
        before = quality.of([anna.pk], block(lines, [anna]))
    anna.sales.update(amount=Decimal(1_000_000), currency="MAD")

    assert quality.of([anna.pk], block(lines, [anna])) == before


def test_nobody_and_nothing_have_no_score() -> None:
    assert quality.of([], block([], [])) == {}
    assert Recommendation.objects.count() == 0


def test_good_stars_of_a_product_are_a_reason(leila: User) -> None:
    owners, wines = make.learnt_shop()
    made = Recommendation.objects.get(customer=owners[0])
    good, bad = (place.product for place in made.products.filter(rank__lte=2)[:2])
    workflow.rate(made.pk, by=leila, rating=2, product_id=good.pk)
    workflow.rate(made.pk, by=leila, rating=5, product_id=good.pk)
    workflow.rate(made.pk, by=leila, rating=3, product_id=bad.pk)

    again = workflow.regenerate(made.pk, by=leila)

    assert len(wines) == 6
    told = {
        place.product: [fact for fact in place.evidence if fact["code"] == "rated"]
        for place in again.products.select_related("product")
    }
    assert told[good] == [{"code": "rated", "rating": 5}]
    assert [facts for product, facts in told.items() if product != good and facts] == []
