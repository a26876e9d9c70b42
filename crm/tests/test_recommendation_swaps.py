"""Another product in the place of one: what the rules allow, and where it goes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm.models import (
    Customer,
    Product,
    Question,
    Recommendation,
    RefusedProduct,
    StockLevel,
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


def test_a_swap_takes_the_place_and_keeps_who_chose_it(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, new=wines[:3])

    chosen = workflow.swap(place(made, wines[1]), product_id=wines[3].pk, by=leila)

    assert make.ranks(made, "new") == ["Riesling", "Muscat", "Sylvaner"]
    assert (chosen.chosen_by, chosen.algorithm, chosen.probability) == (leila, "", None)
    assert (chosen.evidence, chosen.price, chosen.currency) == (
        [{"code": "by_hand"}],
        wines[3].list_price,
        "EUR",
    )
    out = made.products.get(product=wines[1])
    assert (out.rank, out.algorithm) == (None, "ease")
    told = made.feedback.get()
    assert (told.action, told.product, told.comment) == ("swapped", wines[1], "Pinot → Muscat")


def test_what_was_swapped_out_can_come_back(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, new=wines[:2])
    workflow.swap(place(made, wines[1]), product_id=wines[3].pk, by=leila)

    workflow.swap(place(made, wines[3]), product_id=wines[1].pk, by=leila)

    assert make.ranks(made, "new") == ["Riesling", "Pinot"]
    assert made.products.count() == 3


def test_what_was_bought_before_goes_to_the_list_to_buy_again(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    make.sale(anna, wines[3], TODAY() - dt.timedelta(days=200))
    made = make.recommendation(anna, wines[:1], wines[1:3])

    chosen = workflow.swap(place(made, wines[1]), product_id=wines[3].pk, by=leila)

    assert (chosen.question, chosen.rank) == (Question.REPEAT, 2)
    assert make.ranks(made, "repeat") == ["Riesling", "Muscat"]
    assert make.ranks(made, "new") == ["Sylvaner"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("archived", "“Muscat” is no longer sold: choose another product."),
        ("out_of_stock", "“Muscat” is out of stock everywhere: choose another product."),
        (
            "refused",
            "“Muscat” was refused for this customer: choose another product, or allow it again.",
        ),
        ("bought", "This customer bought “Muscat” only lately: choose another product."),
        ("already_there", "“Muscat” is on the list already: choose another product."),
        ("opted_out", "Anna Petit does not want to be contacted (any more): "),
        ("not_found", "There is no such product here."),
    ],
)
def test_a_swap_keeps_to_the_rules(
    anna: Customer, wines: list[Product], leila: User, code: str, sentence: str
) -> None:
    muscat = wines[3]
    made = make.recommendation(anna, new=wines if code == "already_there" else wines[:3])
    if code == "archived":
        Product.objects.filter(pk=muscat.pk).update(is_active=False)
    elif code == "out_of_stock":
        StockLevel.objects.create(product=muscat, warehouse="A", quantity=0)
        StockLevel.objects.create(product=muscat, warehouse="B", quantity=6, reserved=6)
    elif code == "refused":
        RefusedProduct.objects.create(customer=anna, product=muscat)
    elif code == "bought":
        make.sale(anna, muscat, TODAY() - dt.timedelta(days=30))
    elif code == "opted_out":
        Customer.objects.filter(pk=anna.pk).update(consent_email=False)
    wanted = 987_654 if code == "not_found" else muscat.pk

    error = refusal(lambda: workflow.swap(place(made, wines[0]), product_id=wanted, by=leila))

    assert error.code == code
    assert str(error).startswith(sentence)
    assert made.feedback.count() == 0


def test_stock_that_nobody_counts_or_of_one_warehouse_is_enough(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, new=wines[:1])
    StockLevel.objects.create(product=wines[1], warehouse="A", quantity=0)
    StockLevel.objects.create(product=wines[1], warehouse="B", quantity=2)

    workflow.swap(place(made, wines[0]), product_id=wines[1].pk, by=leila)
    workflow.swap(place(made, wines[1]), product_id=wines[2].pk, by=leila)

    assert make.ranks(made, "new") == ["Sylvaner"]


@pytest.mark.parametrize(
    ("days_ago", "quantities", "why_not"),
    [
        # 31 days ago is long enough; and what was sent back was not bought.
        ([31], [6], ""),
        ([40, 10, 5], [6, 6, -6], ""),
        ([10, 5], [6, -6], "sent_back"),
        ([60, 55, 40], [6, -6, 6], ""),
        ([10, 5], [6, -2], "bought"),
        # Every 7 days, and 9 days ago: due again.
        ([23, 16, 9], [1, 1, 1], ""),
        # Every 7 days, and 3 days ago.
        ([17, 10, 3], [1, 1, 1], "bought"),
        # The last one came back: it is every 20 days, 20 days ago.
        ([40, 20, 3, 2], [1, 1, 1, -1], ""),
        # Two of three came back: once, 20 days ago, is no rhythm.
        ([20, 9, 8, 2, 1], [1, 1, -1, 1, -1], "bought"),
    ],
)
def test_bought_lately_knows_returns_and_rhythm(
    anna: Customer,
    wines: list[Product],
    leila: User,
    days_ago: list[int],
    quantities: list[int],
    why_not: str,
) -> None:
    made = make.recommendation(anna, wines[:1])
    for ago, quantity in zip(days_ago, quantities, strict=True):
        make.sale(anna, wines[3], TODAY() - dt.timedelta(days=ago), quantity)

    def swap() -> None:
        workflow.swap(place(made, wines[0]), product_id=wines[3].pk, by=leila)

    if why_not:
        assert refusal(swap).code == why_not
    else:
        swap()
