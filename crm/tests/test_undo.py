from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from backoffice.core.errors import DomainError
from crm import tasks
from crm.models import (
    Anomaly,
    Customer,
    CustomerIdentity,
    CustomerProfile,
    DuplicateCandidate,
    Entity,
    Product,
    Sale,
    SourceRecord,
    StagedRow,
    StockLevel,
    SyncChange,
    SyncRun,
)
from crm.sync import journal
from crm.sync.undoing import slices as undo_slices
from crm.sync.undoing import undo
from crm.sync.undoing.refusals import refusals
from crm.tests.journal_by_hand import Sync, a_sync, dump, make_source, make_table
from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

Status = SyncRun.Status


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def customer(name: str, email: str = "", sync: Sync | None = None, key: str = "") -> Customer:
    """A customer with an address; of a sync where one is named."""
    made = Customer(name=name)
    made.save()
    if email:
        CustomerIdentity.objects.create(customer=made, kind="email", value=email)
    if sync:
        sync.create(made, key or name)
    return made


def taken_back(run: SyncRun) -> undo.Undone:
    """The run, undone as a worker does it."""
    undo.request_undo(run.pk, by=None)
    tasks.undo(run.pk)
    run.refresh_from_db()
    assert run.status == Status.UNDONE
    counts = {name: run.undo_counts.get(name, 0) for name in ("deleted", "restored", "refused")}
    return undo.Undone(**counts, reasons=run.refusals)


def test_what_a_run_created_and_changed_is_as_before():
    shop, before_it = make_source(), None
    with a_sync(shop) as first:
        ours = customer("Anna Petit", "anna@petit.fr", first, "C1")
    before_it = dump()
    with a_sync(shop) as second:
        second.update(ours, "C1", city="Lyon", notes="VIP", name="Anna Grand")
        new = customer("Bruno Roy", "bruno@roy.fr", second, "C2")
        wine = second.create(Product(sku="V1", name="Blanc", attributes={"vintage": 2020}), "V1")
        second.create(StockLevel(product=wine, quantity=7), "V1@")
        second.create(
            Sale(
                customer=new,
                product=wine,
                quantity=2,
                sold_on=date(2026, 1, 5),
                source="boutique",
                external_ref="1",
            ),
            "1",
        )
        CustomerProfile.objects.create(customer=new, computed_at=timezone.now())
        DuplicateCandidate.objects.create(first=ours, second=new, score="0.9")

    done = taken_back(second.run)

    assert (done.deleted, done.restored, done.refused) == (4, 1, 0)
    assert dump() == before_it
    assert not SyncChange.objects.filter(run=second.run).exists()


def test_a_row_that_was_edited_since_stays_and_is_told():
    with a_sync(make_source()) as sync:
        kept = customer("Anna Petit", sync=sync)
        customer("Bruno Roy", sync=sync)
    Customer.objects.filter(pk=kept.pk).update(city="Lyon")

    done = taken_back(sync.run)

    assert (done.deleted, done.refused) == (1, 1)
    assert [str(row) for row in Customer.objects.all()] == ["Anna Petit"]
    assert done.reasons == [
        {
            "entity": "customer",
            "object_id": kept.pk,
            "label": "Anna Petit",
            "reason": "It was changed after this sync.",
        }
    ]
    assert SourceRecord.objects.count() == 1


def test_an_identity_that_somebody_added_is_an_edit():
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", "anna@petit.fr", sync)
    CustomerIdentity.objects.create(customer=row, kind="email", value="a.petit@home.fr")

    assert taken_back(sync.run).refused == 1


def test_what_an_order_merely_taught_of_a_customer_goes_with_them():
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", "anna@petit.fr", sync)
    CustomerIdentity.objects.create(
        customer=row, kind="phone", value="+33612345678", is_confirmed=False
    )

    assert taken_back(sync.run).deleted == 1


def test_what_something_refers_to_now_stays_and_says_what_does():
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", sync=sync)
        wine = sync.create(Product(sku="V1", name="Blanc"), "V1")
    Order.objects.create(customer=row)
    StockLevel.objects.create(product=wine, quantity=1, source="counted")

    reasons = {found["label"]: found["reason"] for found in taken_back(sync.run).reasons}

    assert reasons == {
        "Anna Petit": "Something else refers to it now: order.",
        "V1 Blanc": "Something else refers to it now: stock level.",
    }


def test_a_row_that_another_source_also_knows_stays():
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", sync=sync)
    with a_sync(make_source("Salon")) as other:
        other.link(row, "S9")

    assert taken_back(sync.run).refused == 1
    assert taken_back(other.run).refused == 0
    assert taken_back(sync.run).deleted == 1


def test_a_sale_that_stays_keeps_its_customer():
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", sync=sync)
        wine = sync.create(Product(sku="V1", name="Blanc"), "V1")
        sale = sync.create(
            Sale(
                customer=row,
                product=wine,
                quantity=2,
                sold_on=date(2026, 1, 5),
                source="boutique",
                external_ref="1",
            ),
            "1",
        )
    Sale.objects.filter(pk=sale.pk).update(quantity=3)

    done = taken_back(sync.run)

    assert (done.deleted, done.refused) == (0, 3)


def test_a_customer_merged_since_stays_and_says_so():
    kept = customer("Anna Petit")
    with a_sync(make_source()) as sync:
        row = customer("Anna Petit", sync=sync)
    Customer.objects.filter(pk=row.pk).update(merged_into=kept, archived_at=timezone.now())

    assert [found["reason"] for found in taken_back(sync.run).reasons] == [
        "It was merged with another customer since."
    ]


def test_a_link_is_parted_though_the_row_was_edited():
    row = customer("Anna Petit")
    before_it = dump()
    with a_sync(make_source()) as sync:
        sync.link(row, "C1")
    Customer.objects.filter(pk=row.pk).update(city="Lyon")

    done = taken_back(sync.run)

    assert done.refused == 0
    Customer.objects.filter(pk=row.pk).update(city="")
    assert dump() == before_it


def test_identities_that_came_with_a_change_go_with_it():
    row = customer("Anna Petit", "anna@petit.fr")
    known = CustomerIdentity.objects.create(
        customer=row, kind="phone", value="+33612345678", is_confirmed=False
    )
    before_it = dump()
    sync = Sync(make_source())
    new = CustomerIdentity.objects.create(customer=row, kind="email", value="petit@shop.fr")
    CustomerIdentity.objects.filter(pk=known.pk).update(is_confirmed=True)
    sync.link(row, "C1", {journal.ADDED: [new.pk], journal.CONFIRMED: [known.pk]})
    sync.end()

    assert taken_back(sync.run).refused == 0
    assert dump() == before_it


def test_a_row_that_two_keys_stand_for_is_what_it_was_before_both():
    shop = make_source()
    with a_sync(shop) as first:
        row = customer("Anna Petit", sync=first, key="C1")
        first.link(row, "C2")
    before_it = dump()
    with a_sync(shop) as second:
        second.update(row, "C1", city="Lyon", segment="a")
        second.update(row, "C2", city="Nice", language="fr")

    assert taken_back(second.run).restored == 1
    assert dump() == before_it


def test_a_row_whose_earlier_code_belongs_to_another_stays_and_the_rest_goes_back():
    shop = make_source()
    with a_sync(shop) as first:
        wines = [first.create(Product(sku=f"V{n}", name="Blanc"), f"V{n}") for n in range(7)]
    with a_sync(shop) as second:
        for n, wine in enumerate(wines):
            second.update(wine, f"V{n}", sku=f"W{n}")
    Product.objects.create(sku="V3", name="Rouge")

    done = taken_back(second.run)

    assert (done.restored, done.refused) == (6, 1)
    assert done.reasons[0]["label"] == "W3 Blanc"
    assert done.reasons[0]["reason"] == "Its earlier values meanwhile belong to another row."


def test_of_an_earlier_run_only_rows_that_the_later_touched_stay():
    shop = make_source()
    with a_sync(shop) as first:
        rows = [customer(f"Nom {n}", sync=first, key=f"C{n}") for n in range(3)]
    with a_sync(shop) as second:
        second.update(rows[1], "C1", city="Lyon")

    assert (taken_back(first.run).deleted, Customer.objects.get().pk) == (2, rows[1].pk)
    # With the later one undone nothing is in the way any more.
    taken_back(second.run)
    assert taken_back(first.run).deleted == 3
    assert not Customer.objects.exists()


def test_what_only_this_run_saw_is_forgotten_and_decisions_stay():
    shop = make_source()
    table = make_table(shop)
    now = timezone.now()
    with a_sync(shop) as sync:
        sync.table_run(table)
    for number, state in enumerate(StagedRow.State.values):
        row = StagedRow.objects.create(
            table=table,
            run=sync.run,
            row_number=number,
            row_hash=f"{number:032}",
            raw={},
            state=state,
            sentence="?",
        )
        Anomaly.objects.create(
            table=table,
            run=sync.run,
            staged_row=row,
            severity="critical",
            code="x",
            fingerprint=f"{number:032}",
            last_seen_at=now,
            sentence="?",
            state="open" if number == 0 else "ignored",
        )
    StagedRow.objects.create(
        table=table, run=sync.run, row_number=9, row_hash="9" * 32, raw={}, sentence="older"
    )
    long_ago = now - timedelta(days=9)
    StagedRow.objects.filter(row_number=9).update(created_at=long_ago)

    taken_back(sync.run)

    assert list(StagedRow.objects.values_list("row_number", flat=True)) == [1, 2, 9]
    assert Anomaly.objects.count() == 2


def test_the_next_sync_begins_where_the_earliest_undone_run_began():
    shop = make_source()
    table = make_table(shop)
    runs = []
    for number in range(3):
        table.cursor = {"at": number}
        table.save()
        with a_sync(shop) as sync:
            sync.table_run(table, status="done")
        runs.append(sync.run)
    table.cursor = {"at": 3}
    table.save()

    taken_back(runs[1])
    table.refresh_from_db()
    assert table.cursor == {"at": 1}
    taken_back(runs[2])
    table.refresh_from_db()
    assert table.cursor == {"at": 1}


def test_a_run_under_way_and_one_of_long_ago_cannot_be_undone():
    sync = Sync(make_source())
    with pytest.raises(DomainError) as under_way:
        undo.request_undo(sync.run.pk, by=None)
    sync.end()
    SyncRun.objects.update(finished_at=timezone.now() - undo.KEPT)
    with pytest.raises(DomainError) as late:
        undo.request_undo(sync.run.pk, by=None)

    assert (under_way.value.code, late.value.code) == ("already_running", "cannot_undo")
    assert late.value.conflict


def test_it_says_who_asked_and_a_second_request_comes_too_late():
    with a_sync(make_source()) as sync:
        customer("Anna", sync=sync)
    anna = User.objects.create(username="anna")

    run = undo.request_undo(sync.run.pk, by=anna)
    with pytest.raises(DomainError) as again:
        undo.request_undo(sync.run.pk, by=anna)
    tasks.undo(run.pk)
    with pytest.raises(DomainError) as done:
        undo.request_undo(sync.run.pk, by=anna)

    assert (run.undone_by, again.value.conflict, done.value.code) == (anna, True, "cannot_undo")


def test_stopped_half_way_it_ends_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undo_slices, "SLICE", 2)
    with a_sync(make_source()) as sync:
        for number in range(7):
            customer(f"Nom {number}", sync=sync)

    slices = undo_slices.slices(sync.run.pk)
    next(slices)
    slices.close()

    assert Customer.objects.count() == 5
    assert undo.undo(sync.run.pk).deleted == 7
    assert undo.undo(sync.run.pk).deleted == 7
    assert not Customer.objects.exists()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happened_an_undo_gives_back_all_that_was_not_edited(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(undo_slices, "SLICE", 5)
    chance = random.Random(seed)  # noqa: S311 - guards nothing
    shop = make_source()
    rows: dict[str, Customer] = {}
    for _run in range(chance.randint(0, 3)):
        with a_sync(shop) as sync:
            _random_rows(chance, sync, rows)
    before_it = _customers()
    with a_sync(shop) as last:
        _random_rows(chance, last, rows)
    # Edits of a column that no sync writes.
    edited = {row.pk for row in chance.sample([*rows.values()], min(3, len(rows)))}
    Customer.objects.filter(pk__in=edited).update(address="edited")
    after_it = _customers()
    touched = set(last.run.changes.values_list("object_id", flat=True))

    taken_back(last.run)

    expected = {pk: row for pk, row in before_it.items() if pk not in edited}
    expected |= {pk: after_it[pk] for pk in edited}
    assert _customers() == expected
    assert {found["object_id"] for found in refusals(last.run.pk)} == edited & touched


def _random_rows(chance: random.Random, sync: Sync, rows: dict[str, Customer]) -> None:
    for _row in range(chance.randint(1, 12)):
        key = f"C{chance.randint(1, 20)}"
        if key in rows:
            sync.update(rows[key], key, city=chance.choice("ABCD"), notes=str(chance.random()))
        else:
            rows[key] = customer(key, f"{key}@x.fr".lower(), sync, key)


def _customers() -> dict[int, Any]:
    records = {
        (record.object_id): (record.key, record.fingerprint)
        for record in SourceRecord.objects.filter(entity=Entity.CUSTOMER)
    }
    found = {row[0]: row for row in dump()["crm_customer"]}
    return {pk: (row, records.get(pk)) for pk, row in found.items()}
