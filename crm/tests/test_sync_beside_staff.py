"""Syncs while people work on the same rows."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.models import Customer, Product, Sale, StagedRow
from crm.sync import engine, requests
from crm.tests.syncing import counts, give, make_source, sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.models import DataSource, SyncRun

pytestmark = pytest.mark.django_db(transaction=True)

SALES = "Ligne;Client;Article;Date;Quantité;PU;Montant"


@pytest.fixture
def source() -> DataSource:
    source = make_source()
    give(source, "customer", "Code;Nom", "C1;Anna Petit", "C2;Bruno Roy")
    give(source, "product", "Code;Nom", "P1;Volnay")
    sync(source)
    give(source, "sale", SALES, "L1;C1;P1;01/02/2024;2;3;6", "L2;C2;P1;01/02/2024;1;3;3")
    return source


def synced_while(source: DataSource, act: Callable[[], object]) -> SyncRun:
    """The whole sync, which meets what ``act`` does when that is about to be committed."""
    run = requests.request(source, in_background=False)

    def work() -> None:
        try:
            engine.advance(run.pk)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    with transaction.atomic():
        act()
        thread.start()
        wait_until(somebody_waits_for_us)
    thread.join()
    assert list(run.table_runs.exclude(error="").values_list("error", flat=True)) == []
    return run


def test_a_customer_who_is_deleted_meanwhile_is_unknown_then(source: DataSource):
    run = synced_while(source, Customer.objects.get(name="Bruno Roy").delete)

    assert counts(run)["sale"] == (2, 1, 0, 0, 1)
    [row] = StagedRow.objects.filter(run=run)
    assert (row.raw["Ligne"], Sale.objects.get().external_ref) == ("L2", "L1")


def test_a_product_that_is_deleted_meanwhile_is_unknown_then(source: DataSource):
    run = synced_while(source, Product.objects.get(name="Volnay").delete)

    assert counts(run)["sale"] == (2, 0, 0, 0, 2)
    assert StagedRow.objects.filter(run=run).count() == 2


def test_what_somebody_types_in_meanwhile_is_not_lost(source: DataSource):
    give(
        source, "customer", "Code;Nom;Ville", "C1;Anna Petit;Lyon", policies={"city": "fill_empty"}
    )
    anna = Customer.objects.filter(name="Anna Petit")

    synced_while(source, lambda: anna.update(city="Nice"))

    assert anna.get().city == "Nice"
