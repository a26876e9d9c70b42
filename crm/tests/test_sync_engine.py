"""Syncs of files from end to end: what becomes of rows, and of a run that is stopped."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from django.db.backends.signals import connection_created

from crm.mapping import versions
from crm.models import (
    Anomaly,
    Customer,
    CustomerIdentity,
    Interaction,
    Product,
    Sale,
    SourceRecord,
    StagedRow,
    StockLevel,
    SyncChange,
    SyncRun,
    TableRun,
)
from crm.sources import setup
from crm.sync import engine, journal, requests
from crm.tests.syncing import counts, give, make_source, sync

if TYPE_CHECKING:
    from crm.models import DataSource

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
HEAD = "Code;Nom;Société;Mail;Tél;Ville;Lettre"


def dump() -> dict[str, list[Any]]:
    """What is in our tables, by what does not depend on the numbers of rows."""
    identities = CustomerIdentity.objects.order_by("kind", "value", "customer__search_name")
    records = SourceRecord.objects.order_by("entity", "key")
    # Those of sales hash the numbers of customers.
    hashes = SyncChange.objects.filter(entity__in=["customer", "product"])
    return {
        "customers": list(Customer.objects.order_by("search_name").values_list(*_plain(Customer))),
        "identities": list(identities.values_list("kind", "value", "customer__search_name")),
        "records": list(
            records.values_list("entity", "key", "fingerprint", "quality", "row_number")
        ),
        "changes": list(
            hashes.order_by("entity", "after_hash").values_list("entity", "action", "after_hash")
        ),
        "anomalies": list(
            Anomaly.objects.order_by("code", "row_number").values_list("code", "row_number", "key")
        ),
    }


def _plain(model: type[Any]) -> list[str]:
    left_out = {"id", "created_at", "updated_at"}
    return [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]


def versions_of_rows() -> list[Any]:
    """PostgreSQL's own stamp of who wrote each row last."""
    found = []
    with connection.cursor() as cursor:
        for model in (Customer, CustomerIdentity, Product, Sale, StockLevel, Interaction):
            table = model._meta.db_table
            cursor.execute(f"SELECT id, xmin::text, ctid::text FROM {table} ORDER BY id")  # noqa: S608 - names of ours
            found.append(cursor.fetchall())
    return found


@pytest.fixture
def isavigne() -> DataSource:
    source = setup.create_source("Domaine", "isavigne", country="FR", currency="EUR")
    names = {"customer": "clients", "product": "produits", "sale": "ventes", "stock": "stock"}
    for table in source.tables.all():
        path = DATA / "isavigne" / f"{names[table.entity]}_20261115.csv"
        with path.open("rb") as file:
            setup.attach_file(table, file, filename=path.name)
        versions.ensure_active(table)
    return source


def test_isavigne_from_end_to_end_every_row_explained(isavigne: DataSource):
    run = sync(isavigne)

    assert counts(run) == {
        "customer": (61, 59, 0, 0, 2),
        "product": (38, 37, 0, 0, 1),
        "sale": (301, 291, 0, 0, 10),
        "stock": (39, 39, 0, 0, 0),
    }
    refused = Anomaly.objects.filter(severity="critical").order_by("table__position", "row_number")
    assert list(refused.values_list("table__entity", "key", "code")) == [
        ("customer", "C00021", "duplicate_key"),
        ("customer", "C00060", "required_missing"),
        ("product", "V0001", "duplicate_key"),
        ("sale", "287", "unknown_customer"),
        ("sale", "288", "required_missing"),
        ("sale", "289", "unknown_product"),
        ("sale", "290", "future_date"),
        ("sale", "291", "impossible_date"),
        ("sale", "292", "required_missing"),
        ("sale", "293", "required_missing"),
        ("sale", "4", "duplicate_key"),
        ("sale", "5", "duplicate_key"),
        ("sale", "", "unreadable_row"),
    ]
    expected = json.loads((DATA / "isavigne" / "expected.json").read_text())
    assert Customer.objects.count() == expected["clients"]["distinct_codes"] - 1  # one has no name


def test_a_second_sync_changes_nothing(isavigne: DataSource):
    sync(isavigne)
    before = versions_of_rows()

    run = sync(isavigne)

    assert versions_of_rows() == before
    assert {(row[1], row[2]) for row in counts(run).values()} == {(0, 0)}
    assert not run.changes.exists()


def test_small_batches_end_in_the_same_state_as_one(isavigne: DataSource):
    whole = counts(sync(isavigne))
    there = dump()
    _forget_everything()

    assert counts(sync(isavigne, batch_rows=7)) == whole
    assert dump() == there


def _forget_everything() -> None:
    for model in (
        *(SyncChange, SourceRecord, Anomaly, StagedRow, TableRun, SyncRun),
        *(Sale, StockLevel, Interaction, Product),
    ):
        model.objects.all().delete()
    CustomerIdentity.objects.all().delete()
    Customer.objects.all().delete()


def test_the_journal_hashes_rows_as_they_lie_there(isavigne: DataSource):
    sync(isavigne)

    for entity in ("customer", "product", "sale", "stock"):
        same_hash = journal.row_hash(entity)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE c.after_hash = {same_hash})"  # noqa: S608 - names of ours
                f" FROM crm_syncchange c JOIN {journal.table(entity)} o ON o.id = c.object_id"
                " WHERE c.entity = %s",
                [entity],
            )
            made, same = cursor.fetchone()
        assert (made > 0, made) == (True, same)


def test_a_key_used_twice_is_refused_across_batches_too():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;", "2;Bruno;;;;;", "1;Annie;;;;;", "2;Bruno;;;;;")

    run = sync(shop, batch_rows=2)

    assert counts(run) == {"customer": (4, 2, 0, 0, 2)}
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == ["Anne", "Bruno"]


def test_where_a_row_is_refused_the_next_with_its_key_is_taken():
    shop = make_source()
    give(shop, "customer", HEAD, "1;;;;;Lyon;", "1;Anne;;;;;")

    assert counts(sync(shop)) == {"customer": (2, 1, 0, 0, 1)}


@pytest.mark.parametrize(
    ("policy", "city", "name"),
    [
        ("replace", "Dijon", "Anne Roux"),
        ("fill_empty", "Dijon", "Anne"),
        ("keep", "", "Anne"),
    ],
)
def test_who_wins_is_the_policys_word(policy: str, city: str, name: str):
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;", policies={"city": policy, "name": policy})
    sync(shop)
    give(shop, "customer", HEAD, "1;Anne Roux;;;;Dijon;")

    sync(shop)

    found = Customer.objects.get()
    assert (found.name, found.city) == (name, city)
    assert found.search_name == name.lower()


def test_what_is_empty_in_the_source_erases_nothing():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;Caves Roux;a@roux.example;;Dijon;O")
    sync(shop)
    give(shop, "customer", HEAD, "1;Anne;;;;;")

    run = sync(shop)

    found = Customer.objects.get()
    assert (found.company, found.city, found.consent_email) == ("Caves Roux", "Dijon", True)
    assert counts(run) == {"customer": (1, 0, 0, 1, 0)}


def test_a_source_withdraws_a_consent_and_never_gives_it_back():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;N")
    sync(shop)
    assert not Customer.objects.get().consent_email
    give(shop, "customer", HEAD, "1;Anne;;;;Dijon;O")

    sync(shop)

    found = Customer.objects.get()
    assert (found.city, found.consent_email) == ("Dijon", False)


def test_a_customer_is_recognised_by_e_mail_and_a_like_name_only():
    anne = Customer.objects.create(name="Anne Roux")
    bruno = Customer.objects.create(name="Bruno Morin")
    for customer, value in ((anne, "anne@roux.example"), (bruno, "office@morin.example")):
        CustomerIdentity.objects.create(customer=customer, kind="email", value=value)
    shop = make_source()
    give(
        shop,
        "customer",
        HEAD,
        "1;ROUX Anne;;Anne@roux.example;;Dijon;",
        "2;Chloé Petit;;office@morin.example;;;",
        "3;Anne Roux;;anne@roux.example;;;",
    )

    run = sync(shop)

    # The third is a second key of the same system: a person decides.
    assert counts(run) == {"customer": (3, 2, 1, 0, 0)}
    linked = SourceRecord.objects.get(key="1")
    assert (linked.object_id, Customer.objects.get(pk=anne.pk).city) == (anne.pk, "Dijon")
    change = run.changes.get(object_id=anne.pk)
    assert (change.action, (change.before or {})["city"]) == ("linked", "")
    assert CustomerIdentity.objects.filter(customer=anne, value="boutique:1").exists()


def test_whoever_was_merged_is_followed():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;", "2;Annie;;;;;")
    give(shop, "product", "Code;Nom", "P;Chablis")
    give(shop, "sale", "Ligne;Client;Article;Date;Quantité", "1;2;P;03/05/2025;6")
    sync(shop)
    first, second = Customer.objects.order_by("pk")
    Customer.objects.filter(pk=second.pk).update(merged_into=first, archived_at="2026-01-01T00:00Z")
    give(shop, "customer", HEAD, "1;Anne;;;;;", "2;Annie;;;;Dijon;")
    give(shop, "sale", "Ligne;Client;Article;Date;Quantité", "2;2;P;04/05/2025;6")

    sync(shop)

    first.refresh_from_db()
    assert first.city == "Dijon"
    assert Sale.objects.get(external_ref="2").customer_id == first.pk


def test_products_meet_by_code_or_barcode_and_keep_what_others_know():
    theirs = Product.objects.create(
        sku="V1", name="Chablis", attributes={"region": "Bourgogne", "body": "rond"}
    )
    Product.objects.create(sku="X9", name="Pommard", barcode="376")
    shop = make_source()
    give(
        shop,
        "product",
        "Code;Nom;EAN;Prix;Millésime;Région",
        "V1;Chablis 2021;;12,50;2021;",
        "V2;Pommard 2020;376;;2020;Beaune",
    )

    run = sync(shop)

    theirs.refresh_from_db()
    assert counts(run) == {"product": (2, 0, 2, 0, 0)}
    assert theirs.attributes == {"region": "Bourgogne", "body": "rond", "vintage": 2021}
    assert Product.objects.get(sku="X9").attributes == {"region": "Beaune", "vintage": 2020}


def test_a_price_without_a_currency_is_in_that_of_the_source():
    Product.objects.create(sku="OURS", name="Known without a price")
    Product.objects.create(sku="USD", name="Known in dollars", list_price=9, currency="USD")
    shop = make_source()
    lines = ("V1;Chablis;12,50", "V2;Pommard;", "OURS;Known;8", "USD;Known;9")

    give(shop, "product", "Code;Nom;Prix", *lines)
    sync(shop)

    rows = Product.objects.filter(sku__in=["V1", "V2", "OURS", "USD"])
    found = dict(rows.values_list("sku", "currency"))
    assert found == {"V1": "EUR", "V2": "", "OURS": "EUR", "USD": "USD"}


def test_a_sale_reckons_from_its_product_what_the_source_leaves_out():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;")
    give(shop, "product", "Code;Nom;Coût;Bouteilles", "M;Magnum;11,50;2")
    give(
        shop,
        "sale",
        "Ligne;Client;Article;Date;Quantité;PU;Remise;Montant",
        "1;1;M;03/05/2025;6;30;10;",
        "2;9;M;03/05/2025;6;30;;",
    )

    run = sync(shop)

    sale = Sale.objects.get()
    assert (sale.bottles, sale.cost, sale.amount, sale.margin) == (12, 69, 162, 93)
    assert (sale.currency, sale.source) == ("EUR", "boutique")
    assert counts(run)["sale"] == (2, 1, 0, 0, 1)
    anomaly = Anomaly.objects.get(code="unknown_customer")
    assert (anomaly.field, anomaly.value, "9" in anomaly.sentence) == ("customer_key", "9", True)


def test_stock_and_contacts_have_keys_of_their_own():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;")
    give(shop, "product", "Code;Nom", "P;Chablis")
    give(shop, "stock", "Article;Dépôt;Quantité", "P;Caveau;5", "P;Chai;7", "P;Caveau;6")
    give(shop, "interaction", "Client;Quand;Voie;Objet", "1;03/05/2025;email;Vœux")

    run = sync(shop)
    again = sync(shop)

    assert counts(run)["stock"] == (3, 2, 0, 0, 1)
    assert counts(run)["interaction"] == (1, 1, 0, 0, 0)
    assert counts(again)["stock"] == (3, 0, 0, 2, 1)
    assert counts(again)["interaction"] == (1, 0, 0, 1, 0)


def test_one_table_that_fails_stops_no_other():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;")
    products = give(shop, "product", "Code;Nom", "P;Chablis")
    products.mappings.get().rules.filter(field="name").update(columns=["Désignation"])

    run = sync(shop)

    states = dict(run.table_runs.values_list("table__entity", "status"))
    assert states == {"customer": "done", "product": "failed"}
    assert "Désignation" in run.table_runs.get(table=products).error


def test_a_run_that_was_cancelled_goes_no_further():
    shop = make_source()
    give(shop, "customer", HEAD, "1;Anne;;;;;")
    run = requests.request(shop, in_background=False)
    requests.cancel(run.pk)

    assert not engine.advance(run.pk)
    assert not Customer.objects.exists()


def test_a_slice_ends_when_its_time_is_over_and_the_next_goes_on():
    shop = make_source()
    give(shop, "customer", HEAD, *(f"{n};Nom{n};;;;;" for n in range(10)))
    run = requests.request(shop, in_background=False)

    assert not engine.advance(run.pk, seconds=0, batch_rows=4)
    assert TableRun.objects.get().read == 4
    assert engine.advance(run.pk, batch_rows=4)
    assert counts(run) == {"customer": (10, 10, 0, 0, 0)}


def _dies_at(run_id: int, statement: int) -> None:
    """In a process of its own: work on the run, and be killed at the n-th statement."""
    done = 0

    def count(execute: Any, *given: Any) -> Any:  # noqa: ANN401 - Django's wrapper
        nonlocal done
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*given)

    def listen(connection: Any, **_signal: object) -> None:  # noqa: ANN401 - Django's signal
        # The threads of a run have connections of their own.
        connection.execute_wrappers.append(count)

    connection_created.connect(listen, weak=False)
    engine.advance(run_id, batch_rows=20)
    os._exit(0)


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_and_resumed_it_ends_in_the_same_state():
    lines = [f"{n % 90};Nom {n};;n{n}@client.example;06 39 98 {n:04};Dijon;O" for n in range(100)]
    shop = make_source()
    give(shop, "customer", HEAD, *lines)
    whole = counts(sync(shop, batch_rows=20))
    there = dump()
    _forget_everything()
    run = requests.request(shop, in_background=False)
    killed = 0
    for statement in (9, 20, 31, 33, 37, 42, 58, 64):
        connections.close_all()
        child = multiprocessing.get_context("fork").Process(
            target=_dies_at, args=(run.pk, statement)
        )
        child.start()
        child.join()
        killed += child.exitcode == -signal.SIGKILL

    assert engine.advance(run.pk, batch_rows=20)

    assert killed >= 4
    assert counts(run) == whole
    assert dump() == there


@pytest.mark.django_db(transaction=True)
def test_batches_written_at_once_end_as_one_after_the_other():
    lines = [f"{n % 190};Nom {n};;n{n % 50}@client.example;;Dijon;O" for n in range(200)]
    shop = make_source()
    give(shop, "customer", HEAD, *lines)

    run = sync(shop, batch_rows=20)

    assert counts(run) == {"customer": (200, 190, 0, 0, 10)}
    twice = Anomaly.objects.filter(code="duplicate_key").order_by("row_number")
    assert list(twice.values_list("key", flat=True)) == [str(number) for number in range(10)]
    give(shop, "customer", HEAD, *(line.replace("Dijon", "Beaune") for line in lines))
    assert counts(sync(shop, batch_rows=20)) == {"customer": (200, 0, 190, 0, 10)}


def test_a_key_that_somebody_typed_in_is_the_customers():
    anne = Customer.objects.create(name="Anne Roux")
    CustomerIdentity.objects.create(customer=anne, kind="source_key", value="boutique:7")
    shop = make_source()
    give(shop, "customer", HEAD, "7;A. Roux-Petit;;;;;", "8;Bruno;;;;;")

    run = sync(shop)

    assert counts(run) == {"customer": (2, 1, 1, 0, 0)}
    assert SourceRecord.objects.get(key="7").object_id == anne.pk
