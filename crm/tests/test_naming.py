"""Customers and products that sales name otherwise than by their key, and lines without one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db.models import Sum

from crm.mapping import versions
from crm.models import (
    Anomaly,
    Customer,
    CustomerIdentity,
    DataSource,
    Product,
    Sale,
    SourceRecord,
    StagedRow,
)
from crm.quality import quarantine
from crm.sources import setup
from crm.sync import engine
from crm.tests.syncing import counts, give, make_source, sync

if TYPE_CHECKING:
    from pytest_django import Settings

    from crm.models import SourceTable

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-30 12:00:00")]
DATA = Path(__file__).parent / "data" / "odoo_csv"
CUSTOMERS = (
    "Code;Nom;Société;Mail;Tél",
    "C1;Anne Le Goff;;anne@client.example;06 39 98 00 01",
    "C2;Jean Dupont;;;",
    "C3;Jean Dupont;;jean@client.example;",
    "C4;Paul Roy;Cave des Halles;;",
)
PRODUCTS = ("Code;Nom;EAN;Millésime", "P1;Chablis 2021;3760000000017;", "P2;Mercurey;;2022")
LINES = "Client;Article;Date;Quantité;PU"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def shop() -> DataSource:
    source = make_source()
    give(source, "customer", *CUSTOMERS)
    give(source, "product", *PRODUCTS)
    return source


@pytest.mark.parametrize(
    ("customer", "product", "key", "code"),
    [
        ("C1", "P1", "C1", "P1"),
        ("[C1] Anne", "[P1] Chablis d'autrefois", "C1", "P1"),
        ("ANNE@client.example", "3760000000017", "C1", "P1"),
        ("0639980001", "chablis  2021", "C1", "P1"),
        ("LE GOFF Anne", "[X9] Chablis 2021", "C1", "P1"),
        ("Cave des Halles, Paul Roy", "Mercurey 2022", "C4", "P2"),
        ("cave des halles", "mercurey", "C4", "P2"),
    ],
)
def test_what_a_line_names_is_found(
    shop: DataSource, customer: str, product: str, key: str, code: str
):
    give(shop, "sale", LINES, f"{customer};{product};01/10/2026;6;10")

    assert counts(sync(shop))["sale"] == (1, 1, 0, 0, 0)
    sale = Sale.objects.get()
    found = SourceRecord.objects.get(source=shop, entity="customer", object_id=sale.customer_id)
    assert (found.key, sale.product.sku) == (key, code)


@pytest.mark.parametrize(
    ("customer", "product", "sentence"),
    [
        ("jean dupont", "P1", "2 customers are called “jean dupont”: write the key of the one."),
        (
            "Jean",
            "P1",
            (
                "No customer has the key, e-mail address, phone or name “Jean”: bring the customer"
                " in first, or correct the row."
            ),
        ),
        (
            "C1",
            "[P9] Volnay",
            (
                "No product has the key, code, barcode or name “[P9] Volnay”: bring the product in"
                " first, or correct the row."
            ),
        ),
    ],
)
def test_what_means_nobody_or_several_is_refused_with_a_sentence(
    shop: DataSource, customer: str, product: str, sentence: str
):
    give(shop, "sale", LINES, f"{customer};{product};01/10/2026;6;10")

    assert counts(sync(shop))["sale"] == (1, 0, 0, 0, 1)
    assert StagedRow.objects.get().sentence == sentence


def test_a_name_of_the_source_itself_goes_before_the_same_name_elsewhere(shop: DataSource):
    Customer.objects.create(name="Anne Le Goff")
    Product.objects.create(sku="OTHER", name="Mercurey")
    stated = Customer.objects.create(name="Somebody")
    # What a message merely stated makes nobody the buyer.
    CustomerIdentity.objects.create(
        customer=stated, kind="email", value="new@client.example", is_confirmed=False
    )
    give(
        shop,
        "sale",
        LINES,
        "Anne Le Goff;Mercurey;01/10/2026;6;10",
        "new@client.example;P1;01/10/2026;6;10",
    )

    assert counts(sync(shop))["sale"] == (2, 1, 0, 0, 1)
    assert Sale.objects.get().product.sku == "P2"


def test_an_order_may_name_a_product_twice(shop: DataSource):
    head = f"Facture;{LINES}"
    lines = ["F1;C1;P1;01/10/2026;6;10", "F1;C1;P2;01/10/2026;1;9", "F1;C1;P1;01/10/2026;1;0"]
    table = give(shop, "sale", head, *lines)
    _add_document(table)

    assert counts(sync(shop, batch_rows=2))["sale"] == (3, 3, 0, 0, 0)
    assert set(Sale.objects.values_list("external_ref", "quantity")) == {
        ("F1|P1", Decimal(6)),
        ("F1|P2", Decimal(1)),
        ("F1|P1|2", Decimal(1)),
    }
    assert counts(sync(shop))["sale"] == (3, 0, 0, 3, 0)
    assert counts(sync(shop, batch_rows=1))["sale"] == (3, 0, 0, 3, 0)


def test_a_mended_line_is_not_taken_for_the_other_one_of_its_order(shop: DataSource):
    head = f"Facture;{LINES}"
    table = give(shop, "sale", head, "F1;C1;P1;01/10/2026;6;10", "F1;C1;P1;01/10/2026;?;10")
    _add_document(table)
    sync(shop)
    quarantine.mend(StagedRow.objects.get().pk, {"Quantité": "3"}, None)
    run = quarantine.rerun(table, None)
    assert engine.advance(run.pk)

    assert sorted(Sale.objects.values_list("quantity", flat=True)) == [3, 6]


def _add_document(table: SourceTable) -> None:
    mapping = table.mappings.get()
    mapping.rules.create(field="document", columns=["Facture"], steps=[], position=99)


@pytest.fixture
def odoo() -> DataSource:
    """Odoo's own exports, mapped as suggested."""
    source = setup.create_source("Odoo", "files", country="FR", currency="EUR")
    for entity, name in (("customer", "res_partner"), ("product", "product_template")):
        _attach(source, entity, name)
    return source


def _attach(source: DataSource, entity: str, name: str) -> None:
    table = setup.add_table(source, entity)
    with (DATA / f"{name}.csv").open("rb") as file:
        setup.attach_file(table, file, filename=f"{name}.csv")
    versions.activate(versions.propose(table).pk)


def test_odoo_exports_from_end_to_end_every_row_explained(odoo: DataSource):
    _attach(odoo, "sale", "sale_order_line")

    run = sync(odoo)

    assert counts(run) == {
        "customer": (28, 28, 0, 0, 0),
        "product": (18, 18, 0, 0, 0),
        # 14 quotations and cancelled lines are left out, the note names no product.
        "sale": (82, 67, 0, 0, 1),
    }
    assert run.table_runs.get(table__entity="sale").left_out == 14
    refused = Anomaly.objects.filter(severity="critical")
    assert list(refused.values_list("row_number", "code", "field")) == [
        (82, "required_missing", "product_key")
    ]
    assert Sale.objects.aggregate(all=Sum("amount"))["all"] == Decimal("11789.47")
    returned = Sale.objects.get(quantity__lt=0)
    assert (returned.quantity, returned.amount) == (-2, -36)
    assert counts(sync(odoo))["sale"] == (82, 0, 0, 67, 1)


def test_odoo_orders_with_their_lines_below_are_read_line_by_line(odoo: DataSource):
    _attach(odoo, "sale", "sale_order_with_lines")

    run = sync(odoo)

    assert counts(run)["sale"] == (24, 18, 0, 0, 0)
    assert run.table_runs.get(table__entity="sale").left_out == 6
    first = Sale.objects.filter(document="S00800").order_by("pk")
    # The order's total, 753.55, is not the line's.
    assert list(first.values_list("product__name", "amount")) == [
        ("Bourgogne Pinot Noir 2021", Decimal("388.56")),
        ("Bourgogne Aligoté 2021", Decimal("252.00")),
    ]
