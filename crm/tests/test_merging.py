from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.customers import add_identities, identify, normalised
from crm.duplicates import deciding, merging, searching
from crm.duplicates.references import references
from crm.models import (
    Customer,
    CustomerMerge,
    CustomerProfile,
    DataSource,
    DuplicateCandidate,
    Interaction,
    Product,
    Recommendation,
    RefusedProduct,
    Sale,
    SourceRecord,
    SourceTable,
    SyncRun,
)
from listings.models import Trader
from orders.models import LearnedFact, Order
from support.models import ShopOrder
from support.tests.tickets import ticket

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def customer(name: str = "Nadia Alami", **values: Any) -> Customer:
    identities = normalised(
        **{key: values.pop(key) for key in ("email", "phone", "source_key") if key in values}
    )
    made = Customer.objects.create(name=name, **values)
    add_identities(made, identities)
    return made


def _source_record(owner: Customer) -> SourceRecord:
    source, _made = DataSource.objects.get_or_create(slug="isa", name="isa", kind="isavigne")
    table, _made = SourceTable.objects.get_or_create(source=source, entity="customer", name="c")
    run = SyncRun.objects.create(source=source, status="done")
    return SourceRecord.objects.create(
        source=source,
        table=table,
        entity="customer",
        key=str(owner.pk),
        object_id=owner.pk,
        fingerprint=uuid.uuid4(),
        last_run=run,
        seen_at=timezone.now(),
        quality=80,
    )


def _sale(owner: Customer) -> Sale:
    return Sale.objects.create(
        customer=owner,
        product=Product.objects.earliest("pk"),
        quantity=6,
        amount=60,
        currency="EUR",
        sold_on=dt.date(2026, 1, 5),
        source="isa",
        external_ref=f"{owner.pk}-{Sale.objects.count()}",
    )


MAKERS: dict[str, Callable[[Customer], Model]] = {
    "crm.sourcerecord.object_id": _source_record,
    "crm.customer.merged_into_id": lambda owner: Customer.objects.create(
        name="Earlier", merged_into=owner, archived_at=timezone.now()
    ),
    "crm.customeridentity.customer_id": lambda owner: owner.identities.create(
        kind="email", value=f"c{owner.pk}@example.com"
    ),
    "crm.sale.customer_id": _sale,
    "crm.interaction.customer_id": lambda owner: Interaction.objects.create(
        customer=owner, occurred_at=timezone.now(), channel="call"
    ),
    "crm.recommendation.customer_id": lambda owner: Recommendation.objects.create(
        customer=owner, status="replaced", confidence=0, quality=0
    ),
    "crm.refusedproduct.customer_id": lambda owner: RefusedProduct.objects.create(
        customer=owner, product=Product.objects.create(sku=f"P{owner.pk}", name="Syrah")
    ),
    "orders.order.customer_id": lambda owner: Order.objects.create(
        customer=owner, number=f"CMD-{owner.pk}"
    ),
    "orders.learnedfact.customer_id": lambda owner: LearnedFact.objects.create(
        customer=owner, kind="customer_alias", phrase=f"chez {owner.pk}"
    ),
    "support.shoporder.customer_id": lambda owner: ShopOrder.objects.create(
        customer=owner, number=f"S{owner.pk}"
    ),
    "support.ticket.customer_id": lambda owner: ticket(customer=owner),
    "listings.trader.customer_id": lambda owner: Trader.objects.create(
        customer=owner, first_seen_at=timezone.now(), last_seen_at=timezone.now()
    ),
}


def rows_of(owner: Customer) -> dict[str, list[int]]:
    return {
        reference.name: sorted(reference.rows(owner.pk).values_list("pk", flat=True))
        for reference in references()
    }


def test_every_model_that_points_to_a_customer_is_known_to_this_test():
    assert sorted(MAKERS) == sorted(reference.name for reference in references())


def test_a_merge_keeps_every_reference_and_undoing_it_gives_every_one_back():
    kept, merged = customer("Nadia Alami"), customer("N. Alami")
    for make in MAKERS.values():
        make(kept)
        make(merged)
    mine, theirs = rows_of(kept), rows_of(merged)

    record = merging.merge(kept.pk, merged.pk, by=None)

    joined = rows_of(kept)
    # The merged one itself now leads to the kept one.
    joined["crm.customer.merged_into_id"].remove(merged.pk)
    assert joined == {name: sorted(mine[name] + theirs[name]) for name in mine}
    assert set(map(tuple, rows_of(merged).values())) == {()}

    merging.undo(record.pk, by=None)

    assert (rows_of(kept), rows_of(merged)) == (mine, theirs)
    merged.refresh_from_db()
    assert (merged.merged_into, merged.archived_at) == (None, None)


def test_what_both_have_stays_behind_and_either_ones_confirmation_holds():
    kept = customer(email="n@example.com")
    kept.identities.update(is_confirmed=False)
    merged = customer("N. Alami", email="n@example.com")
    LearnedFact.objects.create(customer=kept, kind="customer_alias", phrase="chez nadia")
    fact = LearnedFact.objects.create(customer=merged, kind="customer_alias", phrase="chez nadia")

    record = merging.merge(kept.pk, merged.pk, by=None)

    assert record.left_behind["orders.learnedfact.customer_id"] == [fact.pk]
    assert list(kept.identities.values_list("value", "is_confirmed")) == [("n@example.com", True)]
    assert identify(email="n@example.com").customer == kept

    merging.undo(record.pk, by=None)

    assert list(kept.identities.values_list("is_confirmed", flat=True)) == [False]
    assert list(merged.identities.values_list("is_confirmed", flat=True)) == [True]


def test_fields_are_chosen_filled_and_an_opt_out_of_either_wins():
    kept = customer("Nadia Alami", city="Fès", consent_sms=False, notes="Pays late.")
    merged = customer(
        "N. Alami", company="Noor", language="fr", city="Rabat", consent_email=False, notes="VIP"
    )

    record = merging.merge(kept.pk, merged.pk, by=None, choices={"city": "merged"})

    kept.refresh_from_db()
    assert (kept.name, kept.company, kept.city, kept.language) == (
        "Nadia Alami",
        "Noor",
        "Rabat",
        "fr",
    )
    assert (kept.consent_email, kept.consent_sms, kept.consent_phone) == (False, False, True)
    assert (kept.notes, kept.search_name) == ("Pays late.\n\nVIP", "noor nadia alami")

    merging.undo(record.pk, by=None)

    kept.refresh_from_db()
    assert (kept.company, kept.city, kept.consent_email, kept.notes) == (
        "",
        "Fès",
        True,
        "Pays late.",
    )
    assert kept.search_name == "nadia alami"


def test_half_an_address_is_not_made_whole_with_another_ones():
    kept, merged = customer(city="Fès"), customer(address="3 rue Basse", city="Rabat")

    merging.merge(kept.pk, merged.pk, by=None)

    kept.refresh_from_db()
    assert (kept.address, kept.city) == ("", "Fès")


def test_undoing_leaves_what_was_added_and_edited_since():
    kept, merged = customer(), customer("N. Alami", company="Noor", language="fr")
    moved = _sale(merged)
    record = merging.merge(kept.pk, merged.pk, by=None)
    added = _sale(kept)
    Customer.objects.filter(pk=kept.pk).update(company="Noor SARL")

    merging.undo(record.pk, by=None)

    kept.refresh_from_db()
    assert (kept.company, kept.language) == ("Noor SARL", "")
    assert (moved.__class__.objects.get(pk=moved.pk).customer, added.customer) == (merged, kept)


def test_a_chain_is_followed_and_undone_from_its_end():
    one, two, three = customer("One"), customer("Two", email="two@example.com"), customer("Three")
    first = merging.merge(two.pk, one.pk, by=None)
    second = merging.merge(three.pk, two.pk, by=None)

    one.refresh_from_db()
    assert (one.merged_into, identify(email="two@example.com").customer) == (three, three)
    with pytest.raises(DomainError) as refusal:
        merging.undo(first.pk, by=None)
    assert (refusal.value.code, refusal.value.conflict) == ("merged_on", True)

    merging.undo(second.pk, by=None)
    merging.undo(first.pk, by=None)

    assert not Customer.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("again", ["merge", "undo"])
def test_the_second_to_decide_is_told(again: str):
    kept, merged = customer("Nadia"), customer("Karim")
    record = merging.merge(kept.pk, merged.pk, by=User.objects.create_user("omar"))

    def decide() -> None:
        if again == "merge":
            merging.merge(merged.pk, kept.pk, by=None)
        else:
            merging.undo(record.pk, by=None)

    if again == "undo":
        decide()
    with pytest.raises(merging.NotMergeable) as refusal:
        decide()

    assert refusal.value.code == {"merge": "already_merged", "undo": "already_undone"}[again]


def test_a_customer_is_not_merged_with_itself():
    one = customer()

    with pytest.raises(DomainError, match="itself"):
        merging.merge(one.pk, one.pk, by=None)


def test_profiles_follow_a_merge_and_its_undoing():
    kept, merged = customer(), customer("N. Alami")
    _sale(merged)

    record = merging.merge(kept.pk, merged.pk, by=None)

    assert [*CustomerProfile.objects.values_list("customer", "purchases")] == [(kept.pk, 1)]

    merging.undo(record.pk, by=None)

    profiles = CustomerProfile.objects.order_by("pk").values_list("customer", "purchases")
    assert [*profiles] == [(kept.pk, 0), (merged.pk, 1)]


def test_what_is_not_a_duplicate_of_the_merged_one_is_none_of_the_kept_one():
    values = {"address": "3 rue Basse", "postal_code": "33000", "city": "Bordeaux"}
    one, two, other = (customer("Jean Lafargue", **values) for _ in range(3))
    searching.find()
    pair = DuplicateCandidate.objects.get(first=two, second=other)
    deciding.keep_apart(pair.pk, by=None)

    record = merging.merge(one.pk, two.pk, by=None)
    searching.find()

    states = DuplicateCandidate.objects.order_by("pk").values_list("first", "second", "state")
    assert sorted(states) == [
        (one.pk, two.pk, "merged"),
        (one.pk, other.pk, "distinct"),
        (two.pk, other.pk, "distinct"),
    ]

    merging.undo(record.pk, by=None)
    searching.find()

    assert sorted(states.all()) == [
        (one.pk, two.pk, "open"),
        (one.pk, other.pk, "open"),
        (two.pk, other.pk, "distinct"),
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_people_merging_crosswise_merge_once():
    one, two = customer("Nadia"), customer("Karim")
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def person(kept: int, merged: int) -> None:
        together.wait()
        try:
            merging.merge(kept, merged, by=None)
            outcomes.append("merged")
        except merging.NotMergeable as refusal:
            outcomes.append(refusal.code)
        connection.close()

    threads = [
        threading.Thread(target=person, args=pair) for pair in ((one.pk, two.pk), (two.pk, one.pk))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["already_merged", "merged"]
    assert CustomerMerge.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_customers_merged_before_are_locked_in_their_turn():
    """Whoever takes an earlier merge back holds that customer and wants the other next."""
    earlier, kept, merged = (customer(name) for name in ("Nadia", "Karim", "Salma"))
    merging.merge(merged.pk, earlier.pk, by=None)

    def merge() -> None:
        try:
            merging.merge(kept.pk, merged.pk, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Customer.objects.select_for_update(no_key=True).get(pk=earlier.pk)
            joined = pool.submit(merge)
            wait_until(somebody_waits_for_us, within=30)
            Customer.objects.select_for_update(no_key=True).get(pk=merged.pk)
        joined.result()

    earlier.refresh_from_db()
    assert earlier.merged_into == kept


def test_thousands_of_rows_move_in_a_few_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    kept, merged = customer("Nadia Alami"), customer("N. Alami")
    _sale(merged)
    sale = Sale.objects.get()
    Sale.objects.bulk_create(
        Sale(
            customer=merged,
            product=sale.product,
            quantity=1,
            sold_on=sale.sold_on,
            source="isa",
            external_ref=f"bulk {number}",
        )
        for number in range(2000)
    )
    reference = next(one for one in references() if one.name == "crm.sale.customer_id")
    ids = list(reference.rows(merged.pk).values_list("pk", flat=True))

    with django_assert_max_num_queries(3):
        assert reference.move(ids, to=kept.pk) == (sorted(ids), [])


def test_of_many_rows_only_the_likes_stay_behind():
    kept, merged = customer("Nadia Alami"), customer("N. Alami")
    for owner in (kept, merged):
        owner.identities.create(kind="email", value="same@example.com")
    merged.identities.bulk_create(
        merged.identities.model(customer=merged, kind="email", value=f"{number}@example.com")
        for number in range(20)
    )

    record = merging.merge(kept.pk, merged.pk, by=None)

    assert (kept.identities.count(), merged.identities.count()) == (21, 1)
    merging.undo(record.pk, by=None)
    assert (kept.identities.count(), merged.identities.count()) == (1, 21)


def test_what_a_form_left_open_gave_the_merged_one_is_gathered_and_goes_back():
    kept, merged = customer("Nadia Alami"), customer("N. Alami")
    order = Order.objects.create(customer=merged, number="CMD-1")
    record = merging.merge(kept.pk, merged.pk, by=None)
    Order.objects.filter(pk=order.pk).update(customer=merged)
    late = Order.objects.create(customer=merged, number="CMD-2")

    assert (merging.gather(), merging.gather()) == (2, 0)

    assert set(Order.objects.filter(customer=kept)) == {order, late}
    merging.undo(record.pk, by=None)
    assert set(Order.objects.filter(customer=merged)) == {order, late}


def test_after_an_undo_the_next_sync_writes_both_anew():
    kept, merged = customer("Nadia Alami"), customer("N. Alami")
    record = merging.merge(kept.pk, merged.pk, by=None)
    seen, old = _source_record(kept), _source_record(merged)
    SourceRecord.objects.filter(pk=old.pk).update(seen_at=record.at - dt.timedelta(days=1))

    merging.undo(record.pk, by=None)

    now = dict(SourceRecord.objects.values_list("pk", "fingerprint"))
    assert (now[seen.pk] != seen.fingerprint, now[old.pk]) == (True, old.fingerprint)
