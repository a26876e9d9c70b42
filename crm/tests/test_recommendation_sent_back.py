"""What a customer sent back altogether is neither new to them nor bought: it is not proposed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from crm.customers import add_identities, normalised
from crm.models import Recommendation, RecommendedProduct, StockLevel
from crm.recommendations import alternatives, campaigns
from crm.recommendations.deciding import workflow
from crm.recommendations.making import requests
from crm.tests import wine_shop as make

if TYPE_CHECKING:
    from crm.models import Customer, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def proposed(owner: Customer) -> dict[str, str]:
    """By name of the product its list, of the recommendation to review."""
    rows = RecommendedProduct.objects.filter(
        recommendation__customer=owner, recommendation__status="pending", rank__isnull=False
    )
    return dict(rows.values_list("product__name", "question"))


@pytest.fixture
def shop() -> make.Shop:
    return make.learnt_shop()


def sent_back(owner: Customer, what: Product) -> None:
    make.sale(owner, what, ago(70))
    make.sale(owner, what, ago(60), -6)


def test_what_was_sent_back_is_seen_and_on_neither_list_until_bought_again(
    shop: make.Shop,
) -> None:
    owners, wines = shop
    other = wines[4]
    assert proposed(owners[0])[other.name] == "new"

    sent_back(owners[0], other)
    run = make.run()

    assert (run.made, other.name in proposed(owners[0])) == (1, False)
    make.sale(owners[0], other, ago(50))
    make.run()
    assert proposed(owners[0])[other.name] == "repeat"


def test_a_return_without_its_purchase_says_that_it_is_not_new(shop: make.Shop) -> None:
    owners, wines = shop
    make.sale(owners[0], wines[4], ago(60), -2)

    made = requests.make_one(owners[0].pk)

    assert made is not None
    assert wines[4].name not in proposed(owners[0])


def test_who_sent_everything_back_is_not_told_to_discover_it() -> None:
    owners, wines = make.shop()
    newcomer = make.customer("Newcomer")
    sent_back(newcomer, wines[0])
    make.run()

    assert wines[0].name not in proposed(newcomer)
    assert wines[1].name in proposed(newcomer)
    assert len(owners) == 12


def test_no_algorithm_offers_it_as_an_alternative(shop: make.Shop) -> None:
    owners, wines = shop
    made = Recommendation.objects.get(customer=owners[0], status="pending")
    made.products.filter(product=wines[4]).update(rank=None)
    before = _offered(made)

    sent_back(owners[0], wines[4])

    assert before - _offered(made) == {wines[4].pk}


def _offered(made: Recommendation) -> set[int]:
    found = alternatives.of(made, "new")
    return {place.product_id for places in found.values() for place in places}


def test_a_campaign_leaves_it_out(shop: make.Shop) -> None:
    owners, wines = shop
    made = Recommendation.objects.get(customer=owners[0], status="pending")
    workflow.approve(made.pk, by=make.colleague())
    before = campaigns.preview([made.pk], channel="email")
    sent_back(owners[0], wines[4])

    assert before.left_out == {"unreachable": 1}
    add_identities(owners[0], normalised(email="a@b.fr"))
    _headings, row = campaigns.rows([made.pk], channel="email")
    assert wines[4].name not in row
    assert wines[0].name in row


def test_what_sold_out_while_a_step_computed_is_not_written(
    shop: make.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.recommendations.making import proposing  # noqa: PLC0415 - slow import

    owners, wines = shop
    before = Recommendation.objects.get(customer=owners[0], status="pending")
    propose = proposing.propose

    def and_sell_out(*asked: object) -> object:
        found = propose(*asked)  # type: ignore[arg-type]
        StockLevel.objects.create(product=wines[4], quantity=0, source="t")
        return found

    make.sale(owners[0], wines[0], ago(35))
    monkeypatch.setattr(proposing, "propose", and_sell_out)
    run = make.run()
    monkeypatch.undo()

    assert (run.made, run.withheld) == (0, 1)
    assert Recommendation.objects.get(customer=owners[0], status="pending") == before
    make.run()
    assert wines[4].name not in proposed(owners[0])
