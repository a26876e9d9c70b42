"""Runs beside whatever else writes: undone syncs, merges, deletions, another run."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction
from django.utils import timezone

from backoffice.core.jobs import slices
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm import tasks
from crm.duplicates import merging
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendationRun,
    RecommendedProduct,
    RefusedProduct,
    Sale,
)
from crm.recommendations.deciding import workflow
from crm.recommendations.making import requests, running
from crm.sync.undoing import undo
from crm.tests import wine_shop as make
from crm.tests.journal_by_hand import Sync, a_sync, make_source
from crm.tests.wine_shop import Kind, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.models import SyncRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def met(act: Callable[[], object], asked: RecommendationRun) -> RecommendationRun:
    """The run, which meets what ``act`` does when that is about to be committed."""

    def to_the_end() -> RecommendationRun:
        try:
            return running.to_the_end(asked)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act()
            late = pool.submit(to_the_end)
            wait_until(somebody_waits_for_us)
        return late.result()


def taken_back(sync: SyncRun) -> list[str]:
    """What an undo leaves alone, and why."""
    undo.request_undo(sync.pk, by=None)
    tasks.undo(sync.pk)
    sync.refresh_from_db()
    assert sync.status == "undone"
    return [f"{found['label']}: {found['reason']}" for found in sync.refusals]


def bought(sync: Sync, owner: Customer, what: Product, days_ago: int) -> None:
    key = f"{owner.pk}-{what.pk}-{days_ago}"
    sync.create(
        Sale(
            customer=owner,
            product=what,
            quantity=6,
            amount=60,
            currency="EUR",
            sold_on=timezone.localdate() - dt.timedelta(days=days_ago),
            source="boutique",
            external_ref=key,
        ),
        key,
    )


def test_an_undone_sync_takes_recommendations_with_it_and_makes_its_buyers_anew():
    owners, wines = make.learnt_shop()
    with a_sync(make_source()) as sync:
        newcomer = make.customer("Nora New")
        sync.create(newcomer, "C1")
        muscat = make.product("Muscat")
        sync.create(muscat, "P1")
        for owner in (newcomer, owners[0], owners[1]):
            bought(sync, owner, muscat, 45)
    assert run().made == 3
    everybody = Recommendation.objects.filter(status="pending")
    assert everybody.count() == 13
    leila = make.colleague()
    newest = Recommendation.objects.get(customer=newcomer)
    workflow.rate(newest.pk, by=leila, rating=4)
    assert RecommendedProduct.objects.filter(product=muscat).exists()

    assert taken_back(sync.run) == []

    assert not Customer.objects.filter(pk=newcomer.pk).exists()
    assert not Product.objects.filter(pk=muscat.pk).exists()
    assert not RecommendationFeedback.objects.exists()
    assert not Recommendation.objects.filter(customer=newcomer.pk).exists()
    done = run()
    assert set(done.recommendations.values_list("customer", flat=True)) == {
        owners[0].pk,
        owners[1].pk,
    }
    assert (run().made, len(wines)) == (0, 6)


@pytest.mark.parametrize("decision", ["approved", "rejected", "refused"])
def test_what_somebody_decided_about_keeps_its_customer_and_products(decision: str):
    owners, _wines = make.learnt_shop()
    with a_sync(make_source()) as sync:
        newcomer = make.customer("Nora New")
        sync.create(newcomer, "C1")
        muscat = make.product("Muscat")
        sync.create(muscat, "P1")
    bought_by_hand = [make.sale(owner, muscat, timezone.localdate()) for owner in owners[:3]]
    run()
    leila = make.colleague()
    mine = Recommendation.objects.get(customer=newcomer)
    assert mine.products.filter(product=muscat).exists()
    for row in bought_by_hand:
        row.delete()

    if decision == "approved":
        workflow.approve(mine.pk, by=leila)
    elif decision == "rejected":
        workflow.reject(mine.pk, by=leila, rejection="moment")
        RefusedProduct.objects.all().delete()
    else:
        workflow.refuse_product(mine.products.get(product=muscat).pk, by=leila)

    told = taken_back(sync.run)

    whats = {"approved": "recommendation", "rejected": "recommendation"}
    what = whats.get(decision, "refused product")
    assert f"Nora New: Something else refers to it now: {what}." in told
    assert [line.partition(":")[0].split()[-1] for line in sorted(told)] == ["New", "Muscat"]
    assert Recommendation.objects.filter(customer=newcomer).exists()


def test_a_merge_ends_what_was_proposed_to_either_and_keeps_what_was_decided():
    owners, _wines = make.learnt_shop()
    leila = make.colleague()
    kept, merged = owners[:2]
    approved = Recommendation.objects.get(customer=merged)
    workflow.approve(approved.pk, by=leila)
    requests.make_one(merged.pk)

    record = merging.merge(kept.pk, merged.pk, by=None)

    mine = Recommendation.objects.filter(customer=kept).order_by("pk")
    assert sorted(mine.values_list("status", flat=True)) == ["approved", "replaced", "replaced"]
    assert not Recommendation.objects.filter(customer=merged).exists()

    merging.undo(record.pk, by=None)

    approved.refresh_from_db()
    assert (approved.customer, approved.status) == (merged, "approved")
    assert Recommendation.objects.filter(customer=kept).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_that_meets_a_merge_proposes_nothing_to_the_merged_one():
    owners, _wines = make.learnt_shop()
    kept, merged = owners[:2]
    asked = requests.request(kind=Kind.FULL, in_background=False)

    done = met(lambda: merging.merge(kept.pk, merged.pk, by=None), asked)

    assert (done.status, done.looked_at) == ("done", 12)
    assert not Recommendation.objects.filter(customer=merged).exists()
    assert not Recommendation.objects.filter(customer=kept, status="pending").exists()
    # The next one sees whom it has to do with.
    run()
    assert Recommendation.objects.filter(customer=kept, status="pending").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_that_meets_a_withdrawn_consent_writes_to_nobody_who_does_not_want_it():
    owners, _wines = make.learnt_shop()
    asked = requests.request(kind=Kind.FULL, in_background=False)

    def withdraw() -> None:
        Customer.objects.filter(pk=owners[0].pk).update(consent_email=False)

    done = met(withdraw, asked)

    assert (done.made, done.withheld) == (11, 1)
    mine = Recommendation.objects.filter(customer=owners[0])
    assert list(mine.values_list("status", flat=True)) == ["replaced"]


@pytest.mark.django_db(transaction=True)
def test_a_product_or_customer_deleted_while_a_run_writes_is_no_error():
    owners, _wines = make.learnt_shop()
    gone = make.product("Muscat")
    make.sale(owners[3], gone, timezone.localdate() - dt.timedelta(days=50))
    run()
    asked = requests.request(kind=Kind.FULL, in_background=False)

    def delete() -> None:
        Sale.objects.filter(product=gone).delete()
        RecommendedProduct.objects.filter(product=gone).delete()
        gone.delete()
        owners[5].sales.all().delete()
        owners[5].delete()

    done = met(delete, asked)

    assert done.status == "done"
    assert Recommendation.objects.filter(status="pending").count() == 11
    assert run().status == "done"


@pytest.mark.django_db(transaction=True)
def test_of_two_commands_at_once_one_makes_and_the_other_says_so():
    make.shop()
    asked = requests.request(kind=Kind.FULL, in_background=False)

    def started() -> str:
        try:
            return running.to_the_end(asked).status
        except slices.UnderWay as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(job.result() for job in [pool.submit(started) for _ in range(2)])

    assert told in (["already_running", "done"], ["done", "done"])
    assert Recommendation.objects.filter(status="pending").count() == 12
    assert Recommendation.objects.count() == 12
