from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone, translation

from crm.models import (
    Anomaly,
    Customer,
    DataSource,
    Product,
    Sale,
    SourceRecord,
    SourceTable,
    SyncRun,
    TableRun,
)
from crm.quality import across, scoring, table_score
from crm.tests.small_source import a_table, give, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
NO_HASH = "0" * 32


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def sales() -> SourceTable:
    source = DataSource.objects.create(name="Shop", slug="shop", kind="files")
    return SourceTable.objects.create(source=source, entity="sale", name="sales")


def a_run(table: SourceTable, **counts: int) -> TableRun:
    run = SyncRun.objects.create(source=table.source, status="done")
    return TableRun.objects.create(run=run, table=table, status="done", **counts)


def sell(table: SourceTable, chance: random.Random, count: int) -> list[Sale]:
    """Clean sales: eight prices a product has for its customers, quantities of three trades."""
    products = Product.objects.bulk_create(Product(sku=f"P{n}", name=f"P{n}") for n in range(40))
    price = {product.pk: chance.uniform(6, 60) for product in products}
    people = Customer.objects.bulk_create(
        Customer(name=f"C{n}", segment=chance.choice(["Particulier", "Caviste", "Restaurant"]))
        for n in range(300)
    )
    sold = []
    for number in range(count):
        product, customer = chance.choice(products), chance.choice(people)
        is_private = customer.segment == "Particulier"
        usual = [1, 1, 2, 3, 6, 6, 12, 24] if is_private else [6, 12, 24, 60, 60, 120, 300]
        each = price[product.pk] * chance.choice([1, 1, 0.95, 0.9, 0.8, 0.7, 0.6])
        quantity = chance.choice(usual)
        sold.append(
            Sale(
                customer=customer,
                product=product,
                quantity=quantity,
                unit_price=Decimal(f"{each:.2f}"),
                amount=Decimal(f"{each * quantity:.2f}"),
                sold_on=dt.date(2026, 11, 1) - dt.timedelta(days=chance.randrange(600)),
                source="shop",
                external_ref=f"L{number}",
            )
        )
    return Sale.objects.bulk_create(sold)


def known(table: SourceTable, sold: list[Sale], run: SyncRun) -> None:
    SourceRecord.objects.bulk_create(
        SourceRecord(
            source=table.source,
            table=table,
            entity="sale",
            key=sale.external_ref,
            object_id=sale.pk,
            fingerprint=NO_HASH,
            row_number=number,
            last_run=run,
            seen_at=timezone.now(),
        )
        for number, sale in enumerate(sold, start=2)
    )


def told(code: str) -> list[tuple[str, str]]:
    found = Anomaly.objects.filter(code=code, state="open")
    return sorted(found.values_list("key", "field"))


def test_clean_sales_raise_no_false_alarm_and_planted_outliers_are_found(sales: SourceTable):
    chance = random.Random(3)  # noqa: S311 - test data
    sold = sell(sales, chance, 4000)
    table_run = a_run(sales, read=4000, created=4000)
    known(sales, sold, table_run.run)

    across.finish(table_run.run, table_run)
    assert Anomaly.objects.count() == 0

    # The comma was lost; a bottle was typed as a thousand pallets.
    for place in (5, 50, 500):
        Sale.objects.filter(pk=sold[place].pk).update(unit_price=F("unit_price") * 100)
    sold[1000].quantity = 90_000
    sold[1000].save()
    across.finish(table_run.run, table_run)

    expected = [("L1000", "quantity"), *((f"L{n}", "unit_price") for n in (5, 50, 500))]
    assert told("outlier") == sorted(expected)

    for place in (5, 50, 500):
        Sale.objects.filter(pk=sold[place].pk).update(unit_price=F("unit_price") / 100)
    across.finish(table_run.run, table_run)
    assert told("outlier") == [("L1000", "quantity")]


def test_fewer_rows_than_in_earlier_syncs_are_told_once_and_resolved(sales: SourceTable):
    for _time in range(3):
        a_run(sales, read=1000)
    for read, count in ((400, 1), (390, 1), (950, 0)):
        table_run = a_run(sales, read=read)
        across.finish(table_run.run, table_run)
        assert len(told("volume_drop")) == count


def test_a_month_that_sold_little_is_told(sales: SourceTable):
    person = Customer.objects.create(name="Anne")
    product = Product.objects.create(sku="P", name="P")
    for month in range(1, 12):
        for number in range(2 if month == 10 else 20):
            Sale.objects.create(
                customer=person,
                product=product,
                quantity=6,
                amount=60,
                sold_on=dt.date(2026, month, 1 + number),
                source="shop",
                external_ref=f"{month}-{number}",
            )
    table_run = a_run(sales, read=200, created=200)

    across.finish(table_run.run, table_run)

    sentence = (
        "Sales of the month of 10/01/2026: “120”, usually about 1,200. Check that the export is"
        " complete."
    )
    assert [row.sentence for row in Anomaly.objects.all()] == [sentence]


def test_two_products_with_one_barcode_and_a_default_are_hinted_at():
    source = DataSource.objects.create(name="Shop", slug="shop", kind="files")
    columns = ("key", "name", "barcode", "list_price")
    rows = [f"V{n};Cuvée {n};{3_760_000_000_000 + n};9,99" for n in range(60)]
    rows[7] = "V7;Cuvée 3;3760000000007;9,99"
    a_table(source, "product", columns, *rows)

    sync(source)

    assert told("same_product") == [("V7", "name")]
    assert told("same_everywhere") == [("", "list_price")]


def test_the_scores_of_a_table_and_a_source():
    source = DataSource.objects.create(name="Shop", slug="shop", kind="files", country="FR")
    columns = ("key", "name", "email", "address", "postal_code", "city", "country")
    good = "C1;Anne;anne@client.example;1 rue X;21000;Dijon;France"
    table = a_table(source, "customer", columns, good, "C2;Zoé;;;;;", "C3;;;;;;", "C4;Inès;?;;;;")

    run = sync(source)

    table_run = run.table_runs.get()
    # Six of seven fields, then one and one; a refused row and a bad address of four.
    assert table_run.score_parts == {
        "completeness": round(100 * (6 + 1 + 1) / 21),
        "validity": round(100 * (4 - 1.5) / 4),
        "consistency": 100,
        "uniqueness": 100,
        "freshness": 100,
    }
    assert table_run.data_score == 66
    assert table_score.source_score(source) == 66

    give(table, columns, good)
    sync(source)
    assert scoring.weigh({"completeness": 1.0, "validity": None}) == 100
