"""Deciding about recommendations: what changes, what never does, and who is told why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationRules,
    RefusedProduct,
)
from crm.recommendations.deciding import workflow
from crm.tests import decided as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def anna() -> Customer:
    return make.customer("Anna Petit")


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner", "Muscat")]


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def place(found: Recommendation, product: Product) -> int:
    return found.products.get(product=product).pk


# --- approve ---


def test_approving_says_who_and_when_and_keeps_one_row_of_feedback(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2], wines[2:])

    workflow.approve(made.pk, by=leila)

    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("approved", leila)
    assert made.decided_at is not None
    assert make.actions(made) == [("approved", "leila")]


def test_the_second_of_two_is_told_who_was_first(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    workflow.approve(made.pk, by=leila)

    error = refusal(lambda: workflow.reject(made.pk, by=make.colleague("omar"), rejection="data"))

    assert error.conflict
    assert error.code == "already_decided"
    assert str(error).startswith("This was already approved by Leila at ")
    assert make.actions(made) == [("approved", "leila")]


def test_deciding_takes_the_right_to(anna: Customer, wines: list[Product]) -> None:
    made = make.recommendation(anna, wines[:2])
    first = place(made, wines[0])
    reader = make.colleague("omar", "view")
    generator = make.colleague("sami", "generate")

    for act in (
        lambda: workflow.approve(made.pk, by=reader),
        lambda: workflow.reject(made.pk, by=generator, rejection="data"),
        lambda: workflow.refuse_product(first, by=reader),
        lambda: workflow.swap(first, product_id=wines[2].pk, by=reader),
        lambda: workflow.rate(made.pk, by=reader, rating=5),
        lambda: workflow.allow_again(1, by=reader),
        lambda: workflow.regenerate(made.pk, by=reader),
    ):
        with pytest.raises(PermissionDenied):
            act()
    made.refresh_from_db()
    assert (made.status, make.actions(made)) == ("pending", [])


@pytest.mark.parametrize(
    ("change", "code", "start"),
    [
        (
            {"consent_email": False},
            "opted_out",
            "Anna Petit does not want to be contacted (any more): reject this,",
        ),
        ({"archived_at": timezone.now()}, "archived", "Anna Petit is archived: restore"),
    ],
)
def test_nothing_is_approved_for_who_may_not_be_contacted_any_more(
    anna: Customer,
    wines: list[Product],
    leila: User,
    change: dict[str, object],
    code: str,
    start: str,
) -> None:
    made = make.recommendation(anna, wines[:2])
    Customer.objects.filter(pk=anna.pk).update(**change)

    error = refusal(lambda: workflow.approve(made.pk, by=leila))

    assert error.code == code
    assert str(error).startswith(start)
    assert make.actions(made) == []


def test_any_consent_is_enough_where_the_rules_say_so(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    RecommendationRules.objects.create(pk=1, consent="any")
    Customer.objects.filter(pk=anna.pk).update(consent_email=False)
    made = make.recommendation(anna, wines[:2])

    assert workflow.approve(made.pk, by=leila).status == "approved"


def test_a_stale_one_is_made_anew_rather_than_approved(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    RecommendationRules.objects.create(pk=1, stale_days=10)
    old = timezone.now() - dt.timedelta(days=11)
    made = make.recommendation(anna, wines[:2], at=old)

    error = refusal(lambda: workflow.approve(made.pk, by=leila))

    assert (error.code, error.conflict) == ("stale", True)
    assert "more than 10 days ago: make it anew" in str(error)
    # To reject it is no risk.
    assert workflow.reject(made.pk, by=leila, rejection="moment").status == "rejected"


def test_what_was_refused_since_is_not_approved(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    RefusedProduct.objects.create(customer=anna, product=wines[1])

    error = refusal(lambda: workflow.approve(made.pk, by=leila))

    assert (error.code, error.field, error.value) == ("refused", "product_id", wines[1].pk)
    assert str(error).startswith("“Pinot” was refused for this customer: choose another")


def test_one_of_which_nothing_is_left_is_not_approved(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    Product.objects.filter(pk=wines[0].pk).update(is_active=False)
    assert make.ranks(made, "repeat") == ["Riesling", "Pinot"]
    make.sale(anna, wines[1], TODAY())

    error = refusal(lambda: workflow.approve(made.pk, by=leila))

    assert error.code == "no_products"


def test_there_is_no_such_recommendation(leila: User) -> None:
    error = refusal(lambda: workflow.approve(987, by=leila))

    assert (error.code, error.value) == ("not_found", 987)


# --- reject, refuse, allow again ---


def test_a_rejection_keeps_its_reason_and_refuses_every_product(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:1], wines[1:3])
    made.products.filter(product=wines[2]).update(rank=None)

    workflow.reject(made.pk, by=leila, rejection="products", note=" too sweet ")

    made.refresh_from_db()
    assert (made.status, made.rejection, made.rejection_note) == (
        "rejected",
        "products",
        "too sweet",
    )
    refused = RefusedProduct.objects.filter(customer=anna, recommendation=made, by=leila)
    # Not the one that had been swapped out before.
    assert set(refused.values_list("product__name", "reason")) == {
        ("Riesling", "too sweet"),
        ("Pinot", "too sweet"),
    }
    assert make.actions(made) == [("rejected", "leila")]


def test_a_rejection_names_a_reason_there_is(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:1])

    error = refusal(lambda: workflow.reject(made.pk, by=leila, rejection="because"))
    long = refusal(lambda: workflow.reject(made.pk, by=leila, rejection="other", note="x" * 501))

    known = "products, moment, customer, data, other"
    assert str(error) == f"“because” is not a reason: choose one of {known}."
    assert (error.field, long.field) == ("rejection", "note")


def test_what_was_refused_before_stays_as_it_was(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    RefusedProduct.objects.create(customer=anna, product=wines[0], reason="cork")
    made = make.recommendation(anna, wines[:2])

    workflow.reject(made.pk, by=leila, rejection="products")

    assert list(
        anna.refused_products.order_by("product").values_list("product__name", "reason")
    ) == [("Riesling", "cork"), ("Pinot", "the products do not suit")]


def test_a_refused_product_leaves_its_list_and_the_next_moves_up(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:3], wines[3:])

    workflow.refuse_product(place(made, wines[0]), by=leila, reason="allergic")

    assert make.ranks(made, "repeat") == ["Pinot", "Sylvaner"]
    assert make.ranks(made, "new") == ["Muscat"]
    assert [(one.product, one.reason) for one in anna.refused_products.all()] == [
        (wines[0], "allergic")
    ]
    assert make.actions(made) == [("refused", "leila")]
    again = refusal(lambda: workflow.refuse_product(place(made, wines[0]), by=leila))
    assert (again.code, again.conflict) == ("off_the_list", True)


def test_a_product_of_a_decided_one_is_not_refused(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    workflow.approve(made.pk, by=leila)

    error = refusal(lambda: workflow.refuse_product(place(made, wines[0]), by=leila))

    assert error.code == "already_decided"
    assert anna.refused_products.count() == 0


def test_a_refused_product_is_allowed_again_once(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    refused = RefusedProduct.objects.create(customer=anna, product=wines[0])

    workflow.allow_again(refused.pk, by=leila)

    assert anna.refused_products.count() == 0
    assert refusal(lambda: workflow.allow_again(refused.pk, by=leila)).code == "not_found"


# --- rate ---


@pytest.mark.parametrize("rating", [0, 6, -1, 4.5, True, "5"])
def test_a_rating_is_from_one_to_five(
    anna: Customer, wines: list[Product], leila: User, rating: int
) -> None:
    made = make.recommendation(anna, wines[:1])

    error = refusal(lambda: workflow.rate(made.pk, by=leila, rating=rating))

    assert str(error) == f"A rating is a whole number from 1 to 5, not “{rating}”."
    assert (error.field, error.value) == ("rating", rating)


def test_ratings_and_comments_are_kept_in_any_state(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    workflow.rate(made.pk, by=leila, rating=2)
    workflow.approve(made.pk, by=leila)

    workflow.rate(made.pk, by=make.colleague("omar"), rating=5, comment=" sold ")
    workflow.rate(made.pk, by=leila, comment="call again")
    workflow.rate(made.pk, by=leila, rating=1, product_id=wines[1].pk)

    made.refresh_from_db()
    assert made.rating == 5
    rows = made.feedback.order_by("pk")
    assert list(rows.values_list("action", "rating", "comment", "product")) == [
        ("rated", 2, "", None),
        ("approved", None, "", None),
        ("rated", 5, "sold", None),
        ("commented", None, "call again", None),
        ("rated", 1, "", wines[1].pk),
    ]


def test_nothing_is_no_rating_nor_is_another_ones_product(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:1])

    empty = refusal(lambda: workflow.rate(made.pk, by=leila, comment="  "))
    foreign = refusal(lambda: workflow.rate(made.pk, by=leila, rating=3, product_id=wines[3].pk))

    assert str(empty) == "Give 1 to 5 stars, a comment, or both."
    assert (foreign.code, foreign.value) == ("not_found", wines[3].pk)
