from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.testing.odoo import DATABASE, KEY, LOGIN, odoo_server
from crm.models import (
    Customer,
    DataSource,
    FieldMapping,
    MappingRule,
    Product,
    Sale,
    SourceRecord,
    StockLevel,
    SyncRun,
)
from crm.models.source import Entity, SourceTable
from crm.sources import odoo, readers, secrets, setup
from crm.sources.odoo import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_django import Settings

    from backoffice.testing.odoo import OdooServer

pytestmark = pytest.mark.django_db
LONG_AGO = dt.datetime(2026, 10, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=request.param) as server:
        yield server


@pytest.fixture
def json2(settings: Settings) -> Iterator[OdooServer]:
    with odoo_server(settings, version=19) as server:
        yield server


def source_at(server: OdooServer) -> DataSource:
    options = {"url": server.url, "database": DATABASE, "login": LOGIN}
    source = setup.create_source("Odoo", "odoo", options=options)
    return secrets.set_key(source.pk, KEY)


def table_of(server: OdooServer, entity: Entity) -> SourceTable:
    """The table of a new source, with a mapping by Odoo's own numbers."""
    table = source_at(server).tables.get(entity=entity)
    mapping = FieldMapping.objects.create(table=table, version=1, status="active")
    MappingRule.objects.create(mapping=mapping, field="key", columns=["id"])
    return table


def read(table: SourceTable, *, full: bool = False, size: int = 10_000) -> list[dict[str, str]]:
    """What a sync would read, with its cursor kept for the next one."""
    with readers.open_table(table, readers.inputs_of(table), full=full) as reader:
        batches = list(reader.batches(size=size))
        columns = reader.columns
        table.cursor = reader.cursor()
    table.save(update_fields=["cursor"])
    rows = [dict(zip(columns, row, strict=True)) for batch in batches for row in batch.rows]
    assert [number for batch in batches for number in batch.numbers] == [
        int(row["id"]) if row["id"].isdecimal() else index
        for index, row in enumerate(rows, start=1)
    ]
    return rows


def just_now() -> dt.datetime:
    """Before the next reading begins, by the whole seconds it counts in."""
    return timezone.now() - dt.timedelta(seconds=5)


def ids(rows: Iterable[dict[str, str]]) -> list[int]:
    return [int(row["id"]) for row in rows]


def remember(table: SourceTable, key: object, number: int) -> None:
    """As a sync would: the key of the source is this row of ours."""
    run, _made = SyncRun.objects.get_or_create(source=table.source, status="done")
    SourceRecord.objects.create(
        source=table.source,
        table=table,
        entity=table.entity,
        key=str(key),
        object_id=number,
        fingerprint="00000000-0000-0000-0000-000000000000",
        last_run=run,
        seen_at=timezone.now(),
    )


def test_customers_of_both_versions_are_the_same_rows(server: OdooServer) -> None:
    server.load_fixtures()

    rows = read(table_of(server, Entity.CUSTOMER))

    assert ids(rows) == [41, 42, 57, 63]
    names = ("name", "email", "phone", "zip", "country_id", "country_id/id", "country_id/code")
    assert [[row[name] for name in names] for row in rows] == [
        [
            "Cave Les Trois Fontaines",
            "achats@troisfontaines.example",
            "+33 4 65 71 20 11",
            "21200",
            "France",
            "75",
            "FR",
        ],
        [
            "Margaux Delpierre",
            "margaux.delpierre@client.example",
            "06 39 98 07 12",
            "33000",
            "France",
            "75",
            "FR",
        ],
        [
            "Vinothek Müller GmbH",
            "Info@Vinothek-Mueller.example ",
            "+49 30 23125 011",
            "10115",
            "Germany",
            "57",
            "DE",
        ],
        [
            "margaux DELPIERRE",
            "MARGAUX.DELPIERRE@client.example",
            "+33639980712",
            "33000",
            "",
            "",
            "",
        ],
    ]
    assert (rows[0]["category_id"], rows[0]["is_company"]) == ("Caviste,Salon 2025", "True")
    assert (rows[1]["comment"], rows[1]["category_id"]) == (
        "<p>Préfère les <b>blancs secs</b></p>",
        "",
    )
    assert (rows[0]["street2"], rows[3]["lang"], rows[3]["active"]) == ("", "", "True")


@pytest.mark.parametrize("entity", list(tables.TABLES))
def test_columns_do_not_depend_on_the_version(server: OdooServer, entity: Entity) -> None:
    table = table_of(server, entity)

    with readers.open_table(table, {}, full=True) as reader:
        assert tuple(reader.columns) == tables.columns(entity)


def test_fields_of_the_estate_come_last(json2: OdooServer) -> None:
    json2.own_fields["res.partner"] = {"x_allocation": "integer", "x_photo": "binary"}
    json2.add("res.partner", name="Luc", x_allocation=36)

    [row] = read(table_of(json2, Entity.CUSTOMER))

    assert list(row)[-1] == "x_allocation"
    assert row["x_allocation"] == "36"


def test_products_have_the_texts_of_their_values(server: OdooServer) -> None:
    server.load_fixtures()

    rows = read(table_of(server, Entity.PRODUCT))

    names = ("id", "default_code", "standard_price", "categ_id", "uom_id", "description_sale")
    assert [[row[name] for name in names] for row in rows] == [
        ["201", "BGN-PN-2021", "9.2", "All / Saleable / Rouge", "Units", ""],
        [
            "202",
            "CHB-CH-2022",
            "11.75",
            "All / Saleable / Blanc",
            "Units",
            "Minéral, agrumes\nCarafer 15 min",
        ],
        ["203", "", "0", "All / Saleable", "Units", ""],
    ]


def test_only_confirmed_goods_are_sales(server: OdooServer) -> None:
    server.load_fixtures()

    [row] = read(table_of(server, Entity.SALE))

    assert {name: row[name] for name in row if row[name]} == {
        "id": "9001",
        "order_id": "S00811",
        "order_id/id": "811",
        "order_partner_id": "Cave Les Trois Fontaines",
        "order_partner_id/id": "41",
        "product_id": row["product_id"],
        "product_id/id": "201",
        "name": "[BGN-PN-2021] Bourgogne Pinot Noir 2021",
        "product_uom_qty": "36",
        "price_unit": "16.65",
        "discount": "10",
        "price_subtotal": "539.46",
        "price_total": "647.35",
        "purchase_price": "0",
        "currency_id": "EUR",
        "currency_id/id": "125",
        "state": "sale",
        "qty_delivered": "36",
        "create_date": "2026-11-03 10:12:00",
        "write_date": "2026-11-04 07:00:00",
        "order_id/date_order": "2026-11-03 10:12:00",
        "order_id/partner_id": "Cave Les Trois Fontaines",
        "order_id/partner_id/id": "41",
        "order_id/currency_id": "EUR",
        "order_id/currency_id/id": "125",
        "order_id/state": "sale",
    }


def sold(server: OdooServer, at: dt.datetime = LONG_AGO, **values: Any) -> tuple[int, int]:
    """An order with a line: their numbers."""
    order = server.add(
        "sale.order",
        at,
        name="S1",
        state="sale",
        date_order=at,
        partner_id=[41, "Luc"],
        team_id=[2, "Boutique"],
        currency_id=[125, "EUR"],
    )
    line = {
        "order_id": order,
        "order_partner_id": 41,
        "product_id": [201, "Chablis"],
        "state": "sale",
        "product_uom_qty": 6.0,
        "price_unit": 10.0,
        "price_subtotal": 60.0,
        "purchase_price": 4.5,
    }
    return order, server.add("sale.order.line", at, **(line | values))


def test_a_line_takes_channel_and_cost_from_around_it(json2: OdooServer) -> None:
    sold(json2)

    [row] = read(table_of(json2, Entity.SALE))

    assert (row["order_id/channel"], row["purchase_price/total"]) == ("Boutique", "27")


def test_returns_are_negative(json2: OdooServer) -> None:
    sold(json2, product_uom_qty=-6.0, price_subtotal=-60.0)

    [row] = read(table_of(json2, Entity.SALE))

    assert (row["product_uom_qty"], row["price_subtotal"]) == ("-6", "-60")


def test_down_payments_and_notes_are_no_goods(json2: OdooServer) -> None:
    order, _line = sold(json2, is_downpayment=True)
    json2.add("sale.order.line", order_id=order, display_type="line_section", state="sale")

    assert read(table_of(json2, Entity.SALE)) == []


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


def test_quants_of_a_place_are_one_row(server: OdooServer) -> None:
    for number, usage in ((8, "internal"), (9, "internal"), (5, "customer")):
        server.add("stock.location", id=number, name=f"L{number}", usage=usage)
    for place, lot, quantity in ((8, 1, 10.5), (8, 2, 2.0), (9, 1, 1.0), (5, 1, 99.0)):
        server.add(
            "stock.quant",
            LONG_AGO,
            product_id=[201, "Chablis"],
            location_id=place,
            lot_id=lot,
            quantity=quantity,
            reserved_quantity=1.0,
        )
    table = table_of(server, Entity.STOCK)

    rows = read(table)

    names = ("id", "product_id/id", "location_id", "quantity", "reserved_quantity")
    assert [[row[name] for name in names] for row in rows] == [
        ["201-8", "201", "L8", "12.5", "2"],
        ["201-9", "201", "L9", "1", "1"],
    ]
    assert read(table) == []
    server.write("stock.quant", 1, quantity=9.5)
    assert [row["quantity"] for row in read(table)] == ["11.5", "1"]


def test_suppliers_and_nameless_addresses_are_no_customers(json2: OdooServer) -> None:
    json2.add("res.partner", name="Tonnelier", supplier_rank=3, customer_rank=0)
    json2.add("res.partner", name="Both", supplier_rank=3, customer_rank=1)
    json2.add("res.partner", name=False, type="delivery")
    for row in json2.rows["res.partner"].values():
        row.setdefault("supplier_rank", 0)

    assert [row["name"] for row in read(table_of(json2, Entity.CUSTOMER))] == ["Both"]


def test_the_tables_own_domain(json2: OdooServer) -> None:
    json2.load_fixtures()
    table = table_of(json2, Entity.CUSTOMER)
    table.options["domain"] = [["customer_rank", ">", 5]]

    assert ids(read(table)) == [41, 57]


def test_a_wrong_key_names_the_source_and_the_day(server: OdooServer) -> None:
    table = table_of(server, Entity.CUSTOMER)
    server.key = "another one"
    source = table.source
    source.secret_expires_on = timezone.localdate() - dt.timedelta(days=3)

    with pytest.raises(DomainError) as caught:
        read(table)

    assert caught.value.code == "odoo_key"
    assert str(caught.value).startswith("Odoo: ")
    assert KEY not in str(caught.value)


def test_what_passes_says_so(json2: OdooServer) -> None:
    from backoffice.testing.http import Answer  # noqa: PLC0415 - for this test alone

    table = table_of(json2, Entity.CUSTOMER)
    json2.answers("POST", "/json/2/*", Answer(429, b"", {"Retry-After": "600"}))

    with pytest.raises(odoo.opening.OdooFailed) as caught:
        read(table)

    assert (caught.value.passing, caught.value.retry_after) == (True, dt.timedelta(minutes=10))


def test_testing_the_connection_counts_and_keeps_the_version(server: OdooServer) -> None:
    server.load_fixtures()
    source = source_at(server)

    sentence = readers.test_connection(source)

    source.refresh_from_db()
    assert source.options["version"] == f"{server.version}.0"
    assert sentence.startswith(f"Odoo {server.version}.0 ")
    assert "4 " in sentence
    assert KEY not in sentence


def test_a_missing_app_is_named(json2: OdooServer) -> None:
    del json2.rows["stock.quant"]

    with pytest.raises(DomainError, match=r"stock\.quant"):
        readers.test_connection(source_at(json2))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://estate.odoo.com/web#id=1", "https://estate.odoo.com"),
        ("estate.odoo.com", "https://estate.odoo.com"),
    ],
)
def test_options_are_cleaned(given: str, kept: str) -> None:
    assert odoo.opening.check_options({"url": given, "database": " d "}) == {
        "url": kept,
        "database": "d",
        "login": "",
    }


@pytest.mark.parametrize("url", ["", "http://estate.odoo.com", "javascript:alert(1)"])
def test_wrong_addresses_are_refused(url: str) -> None:
    with pytest.raises(DomainError) as caught:
        odoo.opening.check_options({"url": url})

    assert caught.value.field == "url"
