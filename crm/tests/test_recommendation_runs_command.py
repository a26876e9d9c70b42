"""``manage.py recommend``: what cron and a person at a console see."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.customers import add_identities, normalised
from crm.models import Customer, Recommendation, RecommendationRun, RecommendedProduct
from crm.recommendations.making import requests, running, steps
from crm.tests import wine_shop as make

if TYPE_CHECKING:
    from crm.tests.wine_shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

UNKNOWN = (
    "There is no algorithm “magic”. Choose one of popularity, content, collaborative, ease,"
    " own_frequency, hybrid."
)
OPTED_OUT = (
    "Client 01 does not want to be contacted (any more): reject this, or change the consent on the"
    " customer's page if they asked for it."
)


def recommend(*arguments: str) -> list[str]:
    """What it says, without numbers of runs and seconds."""
    out = StringIO()
    call_command("recommend", *arguments, stdout=out)
    return [re.sub(r"^#\d+: |, [\d.]+ s$", "", line) for line in out.getvalue().splitlines()]


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        recommend(*arguments)
    return str(error.value)


@pytest.fixture
def shop() -> Shop:
    return make.shop()


@pytest.mark.usefixtures("shop")
def test_the_first_time_everybody_the_second_time_nobody():
    assert recommend() == [
        "12 customers, 12 made, 0 unchanged, 0 withheld, 0 with nothing to propose"
    ]
    assert recommend() == [
        "12 customers, 0 made, 12 unchanged, 0 withheld, 0 with nothing to propose"
    ]
    assert recommend("--full", "--top", "2") == [
        "12 customers, 12 made, 0 unchanged, 0 withheld, 0 with nothing to propose"
    ]
    listed = RecommendedProduct.objects.filter(recommendation__status="pending")
    assert set(listed.values_list("rank", flat=True)) == {1, 2}


def test_customers_are_named_by_id_address_or_key(shop: Shop):
    owners, _wines = shop
    recommend()
    add_identities(owners[1], normalised(email="anna@petit.fr"))
    add_identities(owners[2], normalised(source_key="isavigne:C42"))
    named = [f"{owners[0].pk},Anna@Petit.FR", "isavigne:C42", str(owners[0].pk)]

    assert recommend("--algorithm", "popularity", "--customers", *named) == [
        "3 customers, 3 made, 0 unchanged, 0 withheld, 0 with nothing to propose"
    ]
    made = Recommendation.objects.filter(run=RecommendationRun.objects.latest("pk"))
    assert set(made.values_list("new_algorithm", flat=True)) == {"popularity"}
    assert sorted(made.values_list("customer", flat=True)) == [owner.pk for owner in owners[:3]]


def test_of_chosen_customers_who_may_have_none_it_says_why(shop: Shop):
    owners, _wines = shop
    recommend()
    Customer.objects.filter(pk=owners[1].pk).update(consent_email=False)
    Customer.objects.filter(pk=owners[2].pk).update(archived_at=timezone.now())

    assert recommend("--customers", *(str(owner.pk) for owner in owners[:3])) == [
        "3 customers, 1 made, 0 unchanged, 2 withheld, 0 with nothing to propose",
        f"{owners[1].pk}: {OPTED_OUT}",
        f"{owners[2].pk}: Client 02 is archived: restore the customer first, or reject this.",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--customers", "x@y.example", "999999999"],
         "There are no customers x@y.example, 999999999."),
        (["--customers", ","], "Name at least one customer."),
        (["--customers", "9" * 30], f"There is no customer {'9' * 30}."),
        (["--top", "51"], "Propose between 1 and 50 products per list, not “51”."),
        (["--algorithm", "magic"], UNKNOWN),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(arguments: list[str], said: str):
    assert refused(*arguments) == said
    assert not RecommendationRun.objects.exists()


@pytest.mark.usefixtures("shop")
def test_one_that_was_left_goes_on_first(monkeypatch: pytest.MonkeyPatch):
    requests.request(kind=requests.Kind.FULL)

    assert recommend() == [
        "12 customers, 12 made, 0 unchanged, 0 withheld, 0 with nothing to propose",
        "12 customers, 0 made, 12 unchanged, 0 withheld, 0 with nothing to propose",
    ]

    def stopped(_pk: int) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(steps, "step", stopped)
        with pytest.raises(SystemExit) as ending:
            recommend("--full")
    assert ending.value.code == 130
    assert len(recommend()) == 2


@pytest.mark.usefixtures("shop")
def test_an_unexpected_error_is_one_line(monkeypatch: pytest.MonkeyPatch):
    def broken(_pk: int) -> bool:
        raise RuntimeError("Failing row contains (Anna Petit)")

    with monkeypatch.context() as patch:
        patch.setattr(steps, "step", broken)
        said = refused()

    assert said == "An unexpected error (RuntimeError) stopped it; the log has the details."
    # Nobody has to clean up: the next one goes on.
    assert len(recommend()) == 2
    assert running.to_the_end(RecommendationRun.objects.latest("pk")).status == "done"
