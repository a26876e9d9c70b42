"""Odoo synced end to end: a server that speaks both ways, the built-in mapping, our tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.testing.odoo import DATABASE, KEY, LOGIN, odoo_server
from crm.models import Customer, Product, Sale, SourceTable, StagedRow, StockLevel, SyncRun
from crm.models.source import Entity
from crm.sources import secrets, setup
from crm.sync import engine, requests
from crm.tests.syncing import counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.testing.odoo import OdooServer
    from crm.models import DataSource

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=request.param) as server:
        server.load_fixtures()
        server.add("stock.location", id=8, name="Cave", usage="internal")
        server.add("stock.quant", long_ago(), product_id=201, location_id=8, quantity=12.0)
        yield server


@pytest.fixture
def source(server: OdooServer) -> DataSource:
    options = {"url": server.url, "database": DATABASE, "login": LOGIN}
    source = setup.create_source("Odoo", "odoo", options=options, country="FR", currency="EUR")
    return secrets.set_key(source.pk, KEY)


def long_ago() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=9)


def just_now() -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=5)


def sync(source: DataSource, *, full: bool = False) -> dict[str, tuple[int, ...]]:
    """Counts by table: read, created, updated, unchanged, rejected."""
    run = requests.request(source, full=full, in_background=False)
    assert engine.advance(run.pk)
    errors = list(run.table_runs.exclude(error="").values_list("table__name", "error"))
    assert errors == []
    SyncRun.objects.filter(pk=run.pk).update(status="done")
    return counts(run)


def test_everything_comes_over_and_a_second_sync_reads_nothing(source: DataSource):
    assert sync(source) == {
        "customer": (4, 4, 0, 0, 0),
        "product": (3, 3, 0, 0, 0),
        "sale": (1, 1, 0, 0, 0),
        "stock": (1, 1, 0, 0, 0),
    }
    [sale] = Sale.objects.select_related("customer", "product")
    assert (sale.customer.name, sale.product.sku) == ("Cave Les Trois Fontaines", "BGN-PN-2021")
    assert (sale.quantity, sale.amount, sale.currency) == (36, Decimal("539.46"), "EUR")
    assert (sale.document, sale.sold_on, sale.external_ref) == (
        "S00811",
        dt.date(2026, 11, 3),
        "9001",
    )
    assert Product.objects.get(sku="BGN-PN-2021").cost_price == Decimal("9.2")
    assert StockLevel.objects.get().quantity == 12

    assert {name: told[0] for name, told in sync(source).items()} == dict.fromkeys(
        ("customer", "product", "sale", "stock"), 0
    )
    assert sync(source, full=True) == {
        "customer": (4, 0, 0, 4, 0),
        "product": (3, 0, 0, 3, 0),
        "sale": (1, 0, 0, 1, 0),
        "stock": (1, 0, 0, 1, 0),
    }


def test_changes_archives_and_cancellations_are_followed(server: OdooServer, source: DataSource):
    sync(source)
    server.write("res.partner", 57, just_now(), active=False)
    server.write("product.product", 202, just_now(), active=False, lst_price=26.5)
    server.write("sale.order", 811, just_now(), state="cancel")
    server.write("stock.quant", 1, just_now(), quantity=7.0)

    told = sync(source)

    assert {name: (one[0], one[2], one[4]) for name, one in told.items()} == {
        "customer": (1, 1, 0),
        "product": (1, 1, 0),
        "sale": (1, 1, 0),
        "stock": (1, 1, 0),
    }
    assert Customer.objects.get(name__startswith="Vinothek").archived_at is not None
    product = Product.objects.get(sku="CHB-CH-2022")
    assert (product.is_active, product.list_price) == (False, Decimal("26.5"))
    sale = Sale.objects.get()
    assert (sale.quantity, sale.amount) == (0, 0)
    assert StockLevel.objects.get().quantity == 7


def test_what_was_deleted_is_out_of_use_after_a_full_sync(server: OdooServer, source: DataSource):
    sync(source)
    server.delete("res.partner", 63)
    server.delete("product.product", 203)
    server.delete("sale.order.line", 9001)
    server.delete("stock.quant", 1)

    told = sync(source, full=True)

    assert {name: (one[2], one[4]) for name, one in told.items()} == dict.fromkeys(
        ("customer", "product", "sale", "stock"), (1, 0)
    )
    assert Customer.objects.exclude(archived_at=None).count() == 1
    assert not Product.objects.get(name__startswith="Coffret").is_active
    assert (Sale.objects.get().quantity, Sale.objects.get().amount) == (0, 0)
    assert StockLevel.objects.get().quantity == 0
    assert StagedRow.objects.count() == 0
    again = sync(source, full=True)
    assert {name: one[1:3] for name, one in again.items()} == dict.fromkeys(again, (0, 0))


def test_fifteen_hundred_customers_in_batches(server: OdooServer, source: DataSource):
    for number in range(1500):
        moment = long_ago() + dt.timedelta(seconds=number // 400)
        server.add("res.partner", moment, name=f"Client {number}", country_id=75, customer_rank=1)
    tables = source.tables.exclude(entity=Entity.CUSTOMER)
    SourceTable.objects.filter(pk__in=tables).update(is_active=False)

    assert sync(source) == {"customer": (1504, 1504, 0, 0, 0)}
    assert sync(source) == {"customer": (0, 0, 0, 0, 0)}


def test_a_server_that_fails_is_told_at_its_table(server: OdooServer, source: DataSource):
    sync(source)
    server.key = "another"
    run = requests.request(source, in_background=False)

    assert engine.advance(run.pk)

    errors = set(run.table_runs.values_list("status", flat=True))
    assert errors == {"failed"}
    assert all(KEY not in error for error in run.table_runs.values_list("error", flat=True))
