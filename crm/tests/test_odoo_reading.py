from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.testing.http import Answer
from backoffice.testing.odoo import KEY, odoo_server
from crm.models.source import Entity
from crm.sources import odoo, readers
from crm.sources.odoo import tables
from crm.tests.odoo_tables import LONG_AGO, ids, read, sold, source_at, table_of

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
