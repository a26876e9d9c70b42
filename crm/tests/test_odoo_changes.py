from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.testing.odoo import odoo_server
from crm.models import Customer, FieldMapping, MappingRule, Product, Sale, StockLevel
from crm.models.source import Entity
from crm.sources import readers
from crm.tests.odoo_tables import LONG_AGO, ids, just_now, read, remember, sold, source_at, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.testing.odoo import OdooServer

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=request.param) as server:
        yield server


@pytest.fixture
def json2(settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=19) as server:
        yield server


def test_a_second_sync_reads_nothing(server: OdooServer) -> None:
    server.load_fixtures()
    sold(server)
    source = source_at(server)

    first = [len(read(table)) for table in source.tables.order_by("position")]
    second = [len(read(table)) for table in source.tables.order_by("position")]

    assert (first, second) == ([4, 3, 2, 0], [0, 0, 0, 0])


def test_what_changed_is_read_again(server: OdooServer) -> None:
    server.load_fixtures()
    table = table_of(server, Entity.CUSTOMER)
    read(table)
    server.write("res.partner", 42, active=False)

    [row] = read(table)

    assert (row["id"], row["active"]) == ("42", "False")


def test_a_full_sync_reads_everything_again(json2: OdooServer) -> None:
    json2.load_fixtures()
    table = table_of(json2, Entity.CUSTOMER)
    read(table)

    assert ids(read(table, full=True)) == [41, 42, 57, 63]


def test_a_change_that_was_being_written_meanwhile_is_not_missed(json2: OdooServer) -> None:
    table = table_of(json2, Entity.CUSTOMER)
    read(table)
    json2.add("res.partner", timezone.now() - dt.timedelta(minutes=3), name="Slow import")

    assert [row["name"] for row in read(table)] == ["Slow import"]


@pytest.mark.parametrize("same_moment", [True, False])
def test_fifteen_hundred_partners_over_pages(json2: OdooServer, same_moment: bool) -> None:  # noqa: FBT001 - a parameter
    for number in range(1, 1501):
        offset = 0 if same_moment else (number * 7919) % 1500 / 4
        json2.add("res.partner", LONG_AGO + dt.timedelta(seconds=offset), name=f"C{number}")

    rows = read(table_of(json2, Entity.CUSTOMER), size=400)

    assert sorted(ids(rows)) == list(range(1, 1501))


def test_records_without_a_time_of_change_are_read_once(json2: OdooServer) -> None:
    for number in range(1, 6):
        json2.add("res.partner", LONG_AGO, name=f"C{number}")
    json2.rows["res.partner"][3]["write_date"] = False
    table = table_of(json2, Entity.CUSTOMER)

    assert sorted(ids(read(table, size=2))) == [1, 2, 3, 4, 5]
    assert read(table) == []


@pytest.mark.parametrize("changed", [1, 4, 9])
def test_a_record_that_changes_between_two_pages(json2: OdooServer, changed: int) -> None:
    for number in range(1, 10):
        moment = LONG_AGO + dt.timedelta(seconds=number // 3)
        json2.add("res.partner", moment, name=f"C{number}", zip="old")
    table = table_of(json2, Entity.CUSTOMER)
    json2.meanwhile = [
        lambda: None,
        lambda: None,
        lambda: json2.write("res.partner", changed, zip="new"),
        lambda: json2.add("res.partner", name="C10", zip="new"),
    ]

    first = read(table, size=2)
    second = read(table)

    assert sorted(ids(first)) == list(range(1, 11))
    assert "new" in {row["zip"] for row in [*first, *second] if row["id"] == str(changed)}


@pytest.mark.parametrize("taken", range(6))
def test_a_killed_reading_goes_on_where_it_was(json2: OdooServer, taken: int) -> None:
    for number in range(1, 13):
        json2.add("res.partner", LONG_AGO + dt.timedelta(seconds=number // 5), name=f"C{number}")
    table = table_of(json2, Entity.CUSTOMER)
    seen: list[int] = []
    checkpoint = None
    with readers.open_table(table, {}, full=True) as reader:
        for batch, _place in zip(reader.batches(size=2), range(taken), strict=False):
            seen += batch.numbers
            checkpoint = batch.checkpoint

    with readers.open_table(table, {}, full=True) as reader:
        for batch in reader.batches(checkpoint, size=2):
            seen += batch.numbers

    assert sorted(seen) == list(range(1, 13))


def test_orders_cancelled_after_they_were_read(json2: OdooServer) -> None:
    order, line = sold(json2)
    table = table_of(json2, Entity.SALE)
    read(table)
    remember(table, line, 1)
    json2.write("sale.order", order, just_now(), state="cancel")

    [row] = read(table)

    assert (row["id"], row["product_uom_qty"], row["price_subtotal"]) == (str(line), "0", "0")
    assert (row["order_partner_id/id"], row["price_unit"]) == ("41", "10")


def test_orders_confirmed_after_they_were_read(json2: OdooServer) -> None:
    order, line = sold(json2)
    json2.write("sale.order", order, LONG_AGO, state="draft")
    table = table_of(json2, Entity.SALE)
    assert read(table) == []
    json2.write("sale.order", order, just_now(), state="sale")

    assert ids(read(table)) == [line]


def test_a_line_and_its_order_that_both_changed_come_once(json2: OdooServer) -> None:
    order, line = sold(json2)
    table = table_of(json2, Entity.SALE)
    read(table)
    json2.write("sale.order", order, just_now())
    json2.write("sale.order.line", line, just_now(), discount=5.0)

    assert ids(read(table)) == [line]


def test_what_was_deleted_is_found_by_a_full_sync(json2: OdooServer) -> None:
    source = source_at(json2)
    for table in source.tables.all():
        mapping = FieldMapping.objects.create(table=table, version=1, status="active")
        MappingRule.objects.create(mapping=mapping, field="key", columns=["id"])
    customers, products, sales, stock = source.tables.order_by("position")
    customer = Customer.objects.create(name="Luc Martin")
    product = Product.objects.create(sku="V1", name="Chablis", unit="unit")
    sale = Sale.objects.create(
        customer=customer,
        product=product,
        quantity=6,
        amount=60,
        sold_on="2026-10-01",
        source="odoo",
        external_ref="9001",
        document="S1",
    )
    level = StockLevel.objects.create(product=product, warehouse="WH/Stock", quantity=5)
    remember(customers, 41, customer.pk)
    remember(products, 201, product.pk)
    remember(sales, 9001, sale.pk)
    remember(stock, "201-8", level.pk)

    told = [read(table, full=True) for table in (customers, products, sales, stock)]

    assert [[{name: row[name] for name in row if row[name]} for row in rows] for rows in told] == [
        [{"id": "41", "name": "Luc Martin", "display_name": "Luc Martin", "active": "False"}],
        [{"id": "201", "name": "Chablis", "display_name": "Chablis", "active": "False"}],
        [
            {
                "id": "9001",
                "order_id": "S1",
                "order_partner_id/id": "41",
                "product_id/id": "201",
                "product_uom_qty": "0",
                "price_subtotal": "0",
                "price_total": "0",
                "discount": "0",
                "state": "cancel",
                "qty_delivered": "0",
                "qty_invoiced": "0",
                "order_id/date_order": "2026-10-01 12:00:00",
                "purchase_price/total": "0",
            }
        ],
        [
            {
                "id": "201-8",
                "product_id/id": "201",
                "location_id": "WH/Stock",
                "quantity": "0",
                "reserved_quantity": "0",
            }
        ],
    ]


def test_a_right_that_was_lost_switches_nothing_off(json2: OdooServer) -> None:
    table = table_of(json2, Entity.CUSTOMER)
    for number in range(1, 31):
        remember(table, number, Customer.objects.create(name=f"C{number}").pk)

    with pytest.raises(DomainError) as caught:
        read(table, full=True)
    assert caught.value.code == "many_gone"

    table.options["accept_deleted"] = True
    assert len(read(table, full=True, size=7)) == 30
