"""Two at once: sources with the same customers, processes at one run, an undo beside staff."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm import tasks
from crm.models import Customer, CustomerIdentity, Product, SourceRecord, SyncRun, TableRun
from crm.sync import engine, requests
from crm.sync.undoing import undo
from crm.tests.syncing import give, make_source, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 300


def at_once(*jobs: Callable[[], object]) -> None:
    """All of them, each with a connection of its own; raises what one of them raised."""

    def closing(job: Callable[[], object]) -> None:
        try:
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(closing, job) for job in jobs]:
            done.result()


def when_we_are_waited_for(act: Callable[[], object], job: Callable[[], object]) -> None:
    """The job meets what ``act`` does when that is about to be committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act()
            done = pool.submit(at_once, job)
            wait_until(somebody_waits_for_us)
        done.result()


def customers(town: str, numbers: Iterable[int]) -> list[str]:
    rows = (f"{town}{n};Nom {n} Petit;n{n}@petit.fr;{town}" for n in numbers)
    return ["Code;Nom;Mail;Ville", *rows]


def moved(lines: Iterable[str], town: str) -> list[str]:
    head, *rows = lines
    return [head, *(f"{row.rpartition(';')[0]};{town}" for row in rows)]


def errors() -> list[str]:
    return list(TableRun.objects.exclude(error="").values_list("error", flat=True))


def test_two_sources_that_change_the_same_customers_both_come_to_their_end():
    first, second = make_source("Caveau", match_by="email"), make_source("Site", match_by="email")
    give(first, "customer", *customers("Lyon", range(ROWS)))
    sync(first)
    give(second, "customer", *customers("Nice", reversed(range(ROWS))))
    sync(second)
    give(first, "customer", *moved(customers("Lyon", reversed(range(ROWS))), "Albi"))
    give(second, "customer", *moved(customers("Nice", range(ROWS)), "Metz"))
    runs = [requests.request(source, in_background=False) for source in (first, second)]

    at_once(*(partial(engine.advance, run.pk, batch_rows=50) for run in runs))

    assert errors() == []
    assert Customer.objects.count() == ROWS
    assert set(Customer.objects.values_list("city", flat=True)) <= {"Albi", "Metz"}
    assert [run.table_runs.get().updated for run in runs] == [ROWS, ROWS]
    assert SourceRecord.objects.count() == 2 * ROWS


def test_two_processes_at_one_run_do_it_once():
    source = make_source()
    give(source, "customer", *customers("Lyon", range(ROWS)))
    run = requests.request(source, in_background=False)

    at_once(*[partial(engine.advance, run.pk, batch_rows=40)] * 2)

    row = run.table_runs.get()
    assert (row.read, row.created, row.rejected, row.error) == (ROWS, ROWS, 0, "")
    assert Customer.objects.count() == ROWS
    assert CustomerIdentity.objects.count() == 2 * ROWS


def test_a_product_typed_in_meanwhile_is_the_one_that_is_meant():
    source = make_source()
    give(source, "product", "Code;Nom", "P0;Chinon", "P1;Volnay")
    run = requests.request(source, in_background=False)

    def type_in() -> None:
        Product.objects.create(sku="P1", name="Volnay, typed in", unit="carton")

    when_we_are_waited_for(type_in, lambda: engine.advance(run.pk))

    assert errors() == []
    assert list(
        Product.objects.filter(sku__in=["P0", "P1"])
        .order_by("sku")
        .values_list("sku", "name", "unit")
    ) == [
        ("P0", "Chinon", "piece"),
        ("P1", "Volnay", "carton"),
    ]


def test_a_key_typed_in_meanwhile_names_the_customer():
    source = make_source()
    give(source, "customer", "Code;Nom", "C1;Anna Petit")
    anna = Customer.objects.create(name="Anna Petit", notes="typed in")
    run = requests.request(source, in_background=False)

    def type_in() -> None:
        anna.identities.create(kind="source_key", value=f"{source.slug}:C1", is_confirmed=True)

    when_we_are_waited_for(type_in, lambda: engine.advance(run.pk))

    assert errors() == []
    assert list(Customer.objects.values_list("pk", "notes")) == [(anna.pk, "typed in")]


def test_an_undo_leaves_alone_what_staff_are_just_changing():
    source = make_source()
    give(source, "customer", "Code;Nom;Ville", "C1;Anna Petit;Lyon", "C2;Bruno Roy;Nice")
    sync(source)
    give(source, "customer", "Code;Nom;Ville", "C1;Anna Petit;Albi", "C2;Bruno Roy;Metz")
    run = sync(source)
    undo.request_undo(run.pk, by=None)

    when_we_are_waited_for(
        lambda: Customer.objects.filter(name="Anna Petit").update(city="Tours"),
        lambda: tasks.undo(run.pk),
    )

    assert dict(Customer.objects.values_list("name", "city")) == {
        "Anna Petit": "Tours",
        "Bruno Roy": "Nice",
    }
    assert SyncRun.objects.get(pk=run.pk).undo_counts["refused"] == 1
