"""Runs: who gets a recommendation, who a new one, and what never appears on any."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm import tasks
from crm.duplicates import merging
from crm.models import (
    Customer,
    CustomerIdentity,
    CustomerMerge,
    CustomerProfile,
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendationModel,
    RecommendationRules,
    RecommendationRun,
    RecommendedProduct,
    RefusedProduct,
    Sale,
    StockLevel,
)
from crm.recommendations.deciding import workflow
from crm.recommendations.making import requests
from crm.tests import wine_shop as make
from crm.tests.wine_shop import Kind, Shop, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop() -> Shop:
    """Twelve customers who buy three of six wines each month; everybody has a recommendation."""
    return make.learnt_shop()


def counts(done: RecommendationRun) -> tuple[int, int, int, int]:
    return done.made, done.unchanged, done.withheld, done.without


def listed(owner: Customer) -> set[int]:
    """The products of what waits for a decision."""
    rows = RecommendedProduct.objects.filter(
        recommendation__customer=owner, recommendation__status="pending", rank__isnull=False
    )
    return set(rows.values_list("product_id", flat=True))


def versions() -> dict[int, str]:
    """By row of ours, the transaction that wrote it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, xmin::text FROM crm_recommendation"
            " UNION ALL SELECT -id, xmin::text FROM crm_recommendedproduct"
        )
        return dict(cursor.fetchall())


def made_anew(change: Callable[[], object]) -> list[str]:
    """Whose recommendation the next run makes, after what ``change`` does; the others' rows stay
    as they are, and the run after that makes nobody's."""
    change()
    before = versions()
    first = run()
    owners = Customer.objects.filter(recommendations__run=first).order_by("pk")
    names = [str(owner) for owner in owners]
    touched = {key for key, version in versions().items() if before.get(key) != version}
    mine = Recommendation.objects.filter(customer__in=owners).values_list("pk", flat=True)
    theirs = RecommendedProduct.objects.filter(recommendation__in=mine)
    assert touched <= {*mine, *(-key for key in theirs.values_list("pk", flat=True))}
    settled = versions()
    again = run()
    assert (again.made, versions()) == (0, settled)
    return names


# --- what a run makes ---


def test_a_recommendation_has_both_lists_and_says_what_it_came_from(shop: Shop):
    owners, _wines = shop
    found = Recommendation.objects.get(customer=owners[0])

    assert (found.status, found.segment, len(found.fingerprint)) == ("pending", "standard", 32)
    assert found.run == RecommendationRun.objects.get()
    assert found.model == RecommendationModel.objects.get(is_active=True)
    bought = set(Sale.objects.filter(customer=owners[0]).values_list("product_id", flat=True))
    for question in ("repeat", "new"):
        places = list(found.products.filter(question=question).order_by("rank"))
        assert [place.rank for place in places] == list(range(1, len(places) + 1))
        assert {place.algorithm for place in places} == {getattr(found, f"{question}_algorithm")}
        assert {(place.price, place.currency) for place in places} == {(Decimal("12.5"), "EUR")}
        assert all((place.product_id in bought) == (question == "repeat") for place in places)
        assert all(place.evidence for place in places)
    assert found.watched == sorted(listed(owners[0]))


def test_what_was_learnt_is_kept_with_what_was_measured(shop: Shop):
    owners, wines = shop
    model = RecommendationModel.objects.get()

    assert (model.is_active, model.as_of) == (True, NOW.date())
    assert model.data["customers"] == len(owners)
    assert model.data["products"] == Product.objects.count()
    assert (model.data["lines"], model.data["baskets"]) == (180, 60)
    assert set(model.winners) == {"repeat", "new"}
    assert model.evaluation["winners"] == model.winners
    assert model.data["products"] >= len(wines)


def test_the_same_data_gives_the_same_recommendations(shop: Shop):
    def everything() -> list[str]:
        rows = RecommendedProduct.objects.filter(recommendation__status="pending")
        columns = ("recommendation__customer", "question", "rank", "product", "score",
                   "probability", "evidence", "recommendation__confidence")  # fmt: skip
        return sorted(repr(row) for row in rows.values_list(*columns))

    first, model = everything(), RecommendationModel.objects.get()

    RecommendationModel.objects.update(fingerprint="")
    done = run(Kind.FULL)

    assert (done.made, everything()) == (12, first)
    again = RecommendationModel.objects.get(is_active=True)
    assert (again.pk != model.pk, again.sha256) == (True, model.sha256)
    # What the earlier one learnt is let go; what was measured stays.
    model.refresh_from_db()
    assert (bytes(model.artifact), bool(model.evaluation)) == (b"", True)


def test_one_customer_gets_what_the_run_would_make(shop: Shop):
    owners, _wines = shop

    def places() -> list[tuple[object, ...]]:
        rows = RecommendedProduct.objects.filter(
            recommendation__customer=owners[3], recommendation__status="pending"
        )
        columns = ("question", "rank", "product", "score", "probability", "evidence")
        return list(rows.order_by("question", "rank").values_list(*columns))

    of_run = Recommendation.objects.get(customer=owners[3])
    before = places()

    made = requests.make_one(owners[3].pk)

    assert made is not None
    found = Recommendation.objects.get(pk=made)
    assert places() == before
    assert (found.fingerprint, found.confidence) == (of_run.fingerprint, of_run.confidence)
    assert (found.replaces, found.run) == (of_run, None)
    of_run.refresh_from_db()
    assert of_run.status == "replaced"
    # A run finds nothing to do: it is as good as its own.
    assert run().unchanged == 12


def test_an_algorithm_and_a_number_of_products_can_be_asked_for(shop: Shop):
    owners, _wines = shop

    done = run(Kind.FULL, algorithm="popularity", top=2)

    assert done.made == 12
    made = Recommendation.objects.filter(run=done)
    assert {(row.repeat_algorithm, row.new_algorithm) for row in made} == {
        ("popularity", "popularity")
    }
    ranks = RecommendedProduct.objects.filter(recommendation__run=done)
    assert set(ranks.values_list("rank", flat=True)) == {1, 2}
    assert requests.make_one(owners[0].pk, algorithm="content")


def test_who_bought_nothing_is_shown_what_others_buy(shop: Shop):
    newcomer = make.customer("Nora New")

    assert made_anew(lambda: None) == ["Nora New"]

    found = Recommendation.objects.get(customer=newcomer)
    assert (found.repeat_algorithm, found.new_algorithm, found.segment) == (
        "",
        "popularity",
        "prospect",
    )


def test_without_any_sale_nobody_gets_anything():
    make.customer()
    make.product("Riesling")

    assert counts(run()) == (0, 0, 0, 1)
    assert counts(run()) == (0, 0, 0, 1)


def test_an_empty_database_is_no_error():
    assert counts(run(Kind.FULL)) == (0, 0, 0, 0)


# --- only what changed ---


def test_when_nothing_changed_nothing_is_written(shop: Shop):
    before = versions()

    assert counts(run()) == (0, 12, 0, 0)
    assert versions() == before
    assert RecommendationModel.objects.count() == 1


def test_a_purchase_makes_its_customers_anew(shop: Shop):
    owners, wines = shop
    day = NOW.date() - dt.timedelta(days=3)

    assert made_anew(lambda: make.sale(owners[4], wines[0], day)) == ["Client 04"]


def test_a_changed_and_a_vanished_purchase_make_their_customers_anew(shop: Shop):
    owners, _wines = shop

    def change() -> None:
        Sale.objects.filter(pk=owners[1].sales.earliest("pk").pk).update(quantity=60)
        owners[7].sales.latest("pk").delete()
        # A price says nothing of what is bought.
        Sale.objects.filter(customer=owners[9]).update(amount=1)

    assert made_anew(change) == ["Client 01", "Client 07"]


def test_a_purchase_of_the_future_counts_when_its_day_comes(shop: Shop):
    owners, wines = shop
    make.sale(owners[4], wines[3], NOW.date() + dt.timedelta(days=2))

    assert made_anew(lambda: None) == []
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        assert made_anew(lambda: None) == ["Client 04"]


def test_a_refusal_and_its_end_make_the_customer_anew(shop: Shop):
    owners, wines = shop
    refused = wines[next(n for n, wine in enumerate(wines) if wine.pk in listed(owners[2]))]

    def refuse() -> None:
        RefusedProduct.objects.create(customer=owners[2], product=refused)

    assert made_anew(refuse) == ["Client 02"]
    assert refused.pk not in listed(owners[2])
    assert made_anew(lambda: RefusedProduct.objects.all().delete()) == ["Client 02"]
    assert refused.pk in listed(owners[2])


def test_a_rating_makes_the_customer_anew_and_a_comment_does_not(shop: Shop):
    owners, _wines = shop
    leila = make.colleague()
    rated = Recommendation.objects.get(customer=owners[5])
    told = Recommendation.objects.get(customer=owners[6])

    def rate() -> None:
        workflow.rate(rated.pk, by=leila, rating=2)
        workflow.rate(told.pk, by=leila, comment="Likes bottles of 50 cl.")

    assert made_anew(rate) == ["Client 05"]


def test_a_merge_makes_the_one_who_stays_anew(shop: Shop):
    owners, _wines = shop

    def merge() -> None:
        merging.merge(owners[0].pk, owners[1].pk, by=None)

    assert made_anew(merge) == ["Client 00"]
    assert not Recommendation.objects.filter(customer=owners[1]).exists()

    record = CustomerMerge.objects.get()
    assert made_anew(lambda: merging.undo(record.pk, by=None)) == ["Client 00", "Client 01"]


def test_edited_rules_make_everybody_anew(shop: Shop):
    owners, _wines = shop

    def edit() -> None:
        RecommendationRules.objects.create(pk=1, bought_within_days=60)

    assert made_anew(edit) == [str(owner) for owner in owners]

    def keep_longer() -> None:
        # How long something counts changes nothing of what is proposed.
        RecommendationRules.objects.update(horizon_days=30, stale_days=20)

    assert made_anew(keep_longer) == []


def test_stock_that_goes_and_comes_back_concerns_whom_it_was_proposed_to(shop: Shop):
    owners, wines = shop
    RecommendationRules.objects.create(pk=1, top=1)
    run()
    gone = Product.objects.get(pk=min(listed(owners[0])))
    had = {str(owner) for owner in owners if gone.pk in listed(owner)}
    bought = Customer.objects.filter(sales__product=gone).distinct()
    concerned = sorted(had | {str(owner) for owner in bought})
    level = StockLevel(product=gone, quantity=0)

    assert made_anew(level.save) == concerned
    assert not any(gone.pk in listed(owner) for owner in owners)

    assert made_anew(lambda: StockLevel.objects.update(quantity=5)) == concerned
    assert {str(owner) for owner in owners if gone.pk in listed(owner)} == had
    assert wines


def test_stale_ones_are_made_anew(shop: Shop):
    owners, _wines = shop
    RecommendationRules.objects.create(pk=1, bought_within_days=0, stale_days=10)
    run()
    Recommendation.objects.filter(customer=owners[8], status="pending").update(
        created_at=NOW - dt.timedelta(days=11)
    )

    assert made_anew(lambda: None) == ["Client 08"]


def test_with_another_algorithm_asked_for_only_other_ones_stay(shop: Shop):
    before = versions()

    assert run(algorithm="popularity").made == 12
    assert (run(algorithm="popularity").made, run().made) == (0, 0)
    assert versions() != before


def test_everybody_is_made_anew_when_asked_and_the_history_is_kept(shop: Shop):
    owners, _wines = shop

    assert counts(run(Kind.FULL)) == (12, 0, 0, 0)

    rows = owners[0].recommendations.order_by("pk").values_list("status", "replaces")
    first = owners[0].recommendations.earliest("pk").pk
    assert list(rows) == [("replaced", None), ("pending", first)]


def test_chosen_customers_are_made_anew_in_any_case(shop: Shop):
    owners, _wines = shop
    ids = [owners[5].pk, owners[2].pk, owners[5].pk]

    done = run(customers=ids)

    assert (done.kind, done.expected, counts(done)) == ("selection", 2, (2, 0, 0, 0))
    assert set(done.recommendations.values_list("customer", flat=True)) == set(ids)


# --- what never appears ---


def test_who_may_not_be_written_to_gets_none_and_keeps_none(shop: Shop):
    owners, _wines = shop

    def withdraw() -> None:
        Customer.objects.filter(pk=owners[0].pk).update(consent_email=False)
        Customer.objects.filter(pk=owners[1].pk).update(archived_at=timezone.now())

    withdraw()
    assert counts(run()) == (0, 10, 2, 0)
    for owner in owners[:2]:
        assert [row.status for row in owner.recommendations.all()] == ["replaced"]
    done = run(customers=[owners[0].pk, owners[1].pk, owners[2].pk])
    assert counts(done) == (1, 0, 2, 0)
    for owner, code in ((owners[0], "opted_out"), (owners[1], "archived")):
        with pytest.raises(DomainError) as refusal:
            requests.make_one(owner.pk)
        assert refusal.value.code == code

    # Asked by telephone, they came back.
    Customer.objects.filter(pk=owners[0].pk).update(consent_email=True)
    assert made_anew(lambda: None) == ["Client 00"]


def test_with_any_consent_enough_who_may_only_be_called_gets_one(shop: Shop):
    owners, _wines = shop
    RecommendationRules.objects.create(pk=1, consent="any")
    Customer.objects.filter(pk=owners[0].pk).update(consent_email=False, consent_sms=False)
    Customer.objects.filter(pk=owners[1].pk).update(
        consent_email=False, consent_sms=False, consent_phone=False
    )

    assert counts(run(Kind.FULL)) == (11, 0, 1, 0)
    assert (bool(listed(owners[0])), bool(listed(owners[1]))) == (True, False)


@pytest.mark.parametrize("door", ["changes", "full", "selection", "make_one"])
def test_what_may_not_be_proposed_never_is(shop: Shop, door: str):
    owners, wines = shop
    for owner in owners:
        make.sale(owner, wines[5], NOW.date() - dt.timedelta(days=50))
    run()
    archived, sold_out, reserved, refused, fresh = wines[:5]
    Product.objects.filter(pk=archived.pk).update(is_active=False)
    StockLevel.objects.create(product=sold_out, quantity=0)
    StockLevel.objects.create(product=reserved, quantity=5, reserved=5, warehouse="A")
    StockLevel.objects.create(product=reserved, quantity=-1, warehouse="B")
    for owner in owners:
        RefusedProduct.objects.create(customer=owner, product=refused)
        make.sale(owner, fresh, NOW.date() - dt.timedelta(days=20))
        make.sale(owner, fresh, NOW.date() - dt.timedelta(days=45))

    if door == "make_one":
        for owner in owners:
            requests.make_one(owner.pk)
    else:
        ids = [owner.pk for owner in owners] if door == "selection" else ()
        run(Kind(door), customers=ids)

    assert {key for owner in owners for key in listed(owner)} == {wines[5].pk}


def test_who_buys_faster_than_the_pause_is_due_by_their_own_rhythm(shop: Shop):
    owners, wines = shop
    for ago in (8, 15, 22, 29):
        make.sale(owners[0], wines[0], NOW.date() - dt.timedelta(days=ago))
    for ago in (3, 10, 17, 24):
        make.sale(owners[1], wines[0], NOW.date() - dt.timedelta(days=ago))
    Sale.objects.filter(sold_on__lt=NOW.date() - dt.timedelta(days=30), product=wines[0]).delete()

    run()

    assert (wines[0].pk in listed(owners[0]), wines[0].pk in listed(owners[1])) == (True, False)


def test_what_was_sent_back_was_not_bought(shop: Shop):
    owners, wines = shop
    day = NOW.date() - dt.timedelta(days=10)
    make.sale(owners[0], wines[0], day)
    make.sale(owners[0], wines[0], day + dt.timedelta(days=1), quantity=-6)

    # As if nothing had happened: nobody is made anew.
    assert made_anew(lambda: None) == []


def test_new_products_cost_at_most_so_many_times_what_the_customer_pays(shop: Shop):
    owners, _wines = shop
    dear = make.product("Grand cru", list_price=400)
    for owner in owners[:6]:
        for ago in (40, 80):
            make.sale(owner, dear, NOW.date() - dt.timedelta(days=ago))
    tasks.recompute_profiles()
    budgets = CustomerProfile.objects.filter(pk__in=[owner.pk for owner in owners[6:]])
    assert {row.preferences["budget"] for row in budgets} == {"10.00"}

    run()
    assert not any(dear.pk in listed(owner) for owner in owners[6:])

    RecommendationRules.objects.create(pk=1, price_factor=None)
    run()
    assert all(dear.pk in listed(owner) for owner in owners[6:])


def test_a_list_has_two_families_where_there_are_two(shop: Shop):
    owners, _wines = shop
    red = make.product("Gamay", category="Rouge")
    make.sale(owners[11], red, NOW.date() - dt.timedelta(days=50))
    RecommendationRules.objects.create(pk=1, top=2)

    run(Kind.FULL)

    assert all(red.pk in listed(owner) for owner in owners[:11])


# --- what people decided ---


def test_one_that_is_approved_and_not_used_yet_keeps_a_new_one_away(shop: Shop):
    owners, wines = shop
    leila = make.colleague()
    approved = Recommendation.objects.get(customer=owners[0])
    workflow.approve(approved.pk, by=leila)
    make.sale(owners[0], wines[0], NOW.date())

    assert counts(run()) == (0, 11, 1, 0)
    assert counts(run(Kind.FULL)) == (11, 0, 1, 0)

    # Asked for by name, there is one beside it.
    assert counts(run(customers=[owners[0].pk])) == (1, 0, 0, 0)
    approved.refresh_from_db()
    assert (approved.status, approved.decided_by) == ("approved", leila)


def test_once_used_or_forgotten_the_next_one_comes(shop: Shop):
    owners, wines = shop
    leila = make.colleague()
    for owner in owners[:2]:
        workflow.approve(Recommendation.objects.get(customer=owner).pk, by=leila)
        make.sale(owner, wines[0], NOW.date())
    Recommendation.objects.filter(customer=owners[0]).update(contacted_at=NOW)
    Recommendation.objects.filter(customer=owners[1]).update(decided_at=NOW - dt.timedelta(days=31))

    assert made_anew(lambda: None) == ["Client 00", "Client 01"]
    assert Recommendation.objects.filter(status="approved").count() == 2


def test_after_a_rejection_other_products_are_proposed(shop: Shop):
    owners, wines = shop
    RecommendationRules.objects.create(pk=1, top=1)
    run()
    rejected = Recommendation.objects.get(customer=owners[0], status="pending")
    first = listed(owners[0])

    def reject() -> None:
        workflow.reject(rejected.pk, by=make.colleague(), rejection="products")

    assert made_anew(reject) == ["Client 00"]
    assert listed(owners[0])
    assert not listed(owners[0]) & first
    rejected.refresh_from_db()
    assert rejected.status == "rejected"
    assert wines


# --- asking ---


def test_at_most_one_run_is_open(shop: Shop):
    first = requests.request(in_background=False)

    with pytest.raises(requests.AlreadyRunning) as refusal:
        requests.request(kind=Kind.FULL)

    assert (refusal.value.value, refusal.value.conflict) == (first.pk, True)


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"algorithm": "magic"}, "unknown_algorithm", "algorithm"),
        ({"top": 0}, "invalid", "top"),
        ({"top": 51}, "invalid", "top"),
        ({"customers": [2**40]}, "unknown_customers", "customers"),
        ({"kind": Kind.SELECTION}, "no_customers", "customers"),
    ],
)
def test_what_cannot_be_asked_for_is_said(asked: dict[str, Any], code: str, field: str):
    with pytest.raises(DomainError) as refusal:
        requests.request(**asked)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not RecommendationRun.objects.exists()


def test_one_customer_before_anything_was_learnt():
    with pytest.raises(DomainError) as refusal:
        requests.make_one(make.customer().pk)

    assert refusal.value.code == "nothing_learnt"


def test_a_slice_takes_as_many_queries_for_many_customers_as_for_few(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
):
    from crm.recommendations.making import steps  # noqa: PLC0415 - slow import

    owners, _wines = shop
    for ids in ([owners[0].pk], [owner.pk for owner in owners]):
        asked = requests.request(customers=ids, in_background=False)
        asked.status = "running"
        asked.save(update_fields=["status"])
        assert steps.step(asked.pk) is False
        with django_assert_num_queries(38):
            assert steps.step(asked.pk) is False
        asked.delete()


def test_nothing_of_an_identity_is_read(shop: Shop):
    owners, _wines = shop

    def learn_an_address() -> None:
        CustomerIdentity.objects.create(customer=owners[0], kind="email", value="a@b.example")

    assert made_anew(learn_an_address) == []
    assert RecommendationFeedback.objects.count() == 0
