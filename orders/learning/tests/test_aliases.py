"""Names of customers: whom they mean, and whom they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone, translation

from crm import customers
from crm.customers import Match
from orders import workflow
from orders.learning import facts
from orders.learning.aliases import recognise
from orders.learning.facts import Kind
from orders.learning.tests.desk import OTHER_PHONE, PHONE, THIRD_PHONE, ordered, validate
from orders.models import LearnedFact
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from crm.models import Customer

pytestmark = pytest.mark.django_db
NOBODY = Match(None, 0.0, "nobody")


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> Iterator[None]:
    settings.OPENAI_API_KEY = ""
    make.all_products()
    with translation.override("en"):
        yield


@pytest.fixture
def atlas() -> Customer:
    return make.CustomerFactory.create(name="Mohamed Alami", company="Snack Atlas")


@pytest.fixture
def tizi() -> Customer:
    return make.CustomerFactory.create(company="Boulangerie Tizi", phone=THIRD_PHONE)


def called(customer: Customer, phrase: str = "momo", times_seen: int = 1) -> LearnedFact:
    return LearnedFact.objects.create(
        kind=Kind.CUSTOMER_ALIAS,
        customer=customer,
        phrase=phrase,
        times_seen=times_seen,
        learned_from=make.validated_order(customer, make.SENT),
    )


def aliases() -> dict[tuple[str, str], int]:
    rows = LearnedFact.objects.filter(kind=Kind.CUSTOMER_ALIAS).select_related("customer")
    return {(fact.phrase, str(fact.customer)): fact.times_seen for fact in rows}


@pytest.mark.parametrize(
    ("times_seen", "confidence"), [(1, 0.76), (2, 0.79), (5, 0.88), (50, 0.88)]
)
def test_confidence_grows_but_stays_for_a_person_to_check(
    atlas: Customer, times_seen: int, confidence: float
):
    fact = called(atlas, times_seen=times_seen)

    found = recognise(NOBODY, ("momo",), known=())

    assert (found.match.customer, found.match.confidence, found.fact) == (atlas, confidence, fact)
    assert confidence < customers.CERTAIN


def test_a_certain_match_and_an_address_are_stronger(atlas: Customer, tizi: Customer):
    called(atlas)
    certain = Match(tizi, 0.97, "known address or number")
    guess = Match(tizi, 0.8, "the company's mail domain")

    assert recognise(certain, ("momo",), known=[tizi]).match == certain
    assert recognise(NOBODY, ("momo",), known=[tizi]).match == NOBODY
    assert recognise(NOBODY, ("momo",), known=[tizi, atlas]).match.customer == atlas
    assert recognise(guess, ("momo",), known=()).match.customer == atlas


def test_the_sender_s_number_wins_over_the_name(atlas: Customer, tizi: Customer):
    called(atlas)

    order = ordered("chez Momo : 300 sachets", phone=THIRD_PHONE)

    assert order.customer != atlas


def test_a_name_of_two_customers_is_nobodys_until_it_is_clear(atlas: Customer, tizi: Customer):
    first, _second = called(atlas), called(tizi)

    unclear = recognise(NOBODY, ("momo",), known=()).match
    assert (unclear.customer, set(unclear.candidates)) == (None, {atlas, tizi})
    assert unclear.reason == "several customers are called “momo”"

    facts.switch(first.pk, is_active=False)
    assert recognise(NOBODY, ("momo",), known=()).match.customer == tizi


def test_a_name_that_another_customer_bears_is_not_used(atlas: Customer):
    called(atlas)
    other = make.CustomerFactory.create(name="Momo Benani", company="")

    assert recognise(NOBODY, ("momo",), known=()).match == NOBODY
    customers.archive(other.pk)
    assert recognise(NOBODY, ("momo",), known=()).match.customer == atlas


def test_archived_customers_are_not_found_and_merged_ones_are_who_they_became(
    atlas: Customer, tizi: Customer
):
    called(atlas)
    atlas.merged_into = tizi
    atlas.save()
    assert recognise(NOBODY, ("momo",), known=()).match.customer == tizi

    tizi.archived_at = timezone.now()
    tizi.save()
    assert recognise(NOBODY, ("momo",), known=()).match == NOBODY


def test_only_a_choice_of_staff_teaches_a_name(atlas: Customer, tizi: Customer):
    validate(ordered("chez Momo : 300 sachets", name="Hassan"))
    assert aliases() == {}

    validate(ordered("chez Lahbib : 400 sachets", phone=OTHER_PHONE), customer=atlas.pk)
    assert aliases() == {("lahbib", "Snack Atlas"): 1}


@pytest.mark.parametrize(
    "body", ["Bonjour 300 sachets", "chez Tizi : 300 sachets", "Café : 300 sachets"]
)
def test_words_of_others_and_of_everybody_are_no_names(atlas: Customer, tizi: Customer, body: str):
    validate(ordered(body, name="Hassan"), customer=atlas.pk)

    assert aliases() == {}


def test_a_name_is_confirmed_and_contradicted(atlas: Customer, tizi: Customer):
    called(atlas, times_seen=2)
    validate(ordered("chez Momo : 300 sachets", phone=PHONE))
    assert aliases() == {("momo", "Snack Atlas"): 3}

    validate(ordered("chez Momo : 500 sachets", phone=OTHER_PHONE), customer=tizi.pk)
    assert aliases() == {("momo", "Snack Atlas"): 1, ("momo", "Boulangerie Tizi"): 1}

    clerk = make.staff("rachid", "validate_order", "change_order")
    order = ordered("chez Momo : 700 sachets", phone="+212661000077")
    assert order.customer is None
    workflow.edit(order.pk, by=clerk, changes={"customer_id": tizi.pk})
    workflow.validate(order.pk, by=clerk)
    assert aliases() == {("momo", "Snack Atlas"): 0, ("momo", "Boulangerie Tizi"): 2}
    assert ordered("chez Momo : 900 sachets", phone="+212661000088").customer == tizi
