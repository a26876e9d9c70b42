"""Whoever bought, wrote, was called or merged is noted, whichever way it was written down."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from backoffice.messaging import processing, receiving
from backoffice.messaging.models import Channel, InboundMessage
from backoffice.messaging.receiving import Incoming
from backoffice.messaging.signals import taken_in
from crm import contacts, customers, tasks
from crm.duplicates import merging
from crm.models import Customer, CustomerIdentity, Interaction, Sale
from crm.recommendations import campaigns
from crm.sync import after, requests
from crm.sync.undoing import undo
from crm.tests import recommended
from crm.tests.shops import bring, shop
from scoring.leads import rescoring
from scoring.models import LeadScore, LeadTouch, ScorePoint, SegmentChange
from scoring.moves.touching import touch
from scoring.tests import moving
from scoring.tests.moving import touched

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from pytest_django import DjangoAssertNumQueries

    from crm.models import DataSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TWO = ("A1;Nadia Alami;nadia@a.example;Fès", "A2;Omar Tazi;omar@a.example;Fès")


@pytest.fixture
def nadia() -> Customer:
    row = moving.customer("Nadia")
    LeadTouch.objects.all().delete()
    return row


def incoming(**values: Any) -> Incoming:
    number = InboundMessage.objects.count()
    given = {"channel": Channel.EMAIL, "external_id": f"<{number}@x>", "raw": b"Subject: A\n\nB"}
    return Incoming(**{"desk": "support", "sent_at": timezone.now(), **given, **values})


def address(row: Customer, kind: str = "email") -> str:
    return CustomerIdentity.objects.get(customer=row, kind=kind).value


def synced(source: DataSource) -> int:
    """The run, as a worker does it."""
    run = requests.request(source)
    tasks.sync(run.pk)
    run.refresh_from_db()
    assert run.status == "done"
    return run.pk


def test_a_row_that_is_saved_or_deleted(nadia: Customer):
    def moved(act: Callable[[], object]) -> list[int | None]:
        LeadTouch.objects.all().delete()
        act()
        return touched()

    sale = moving.sale(nadia)
    assert touched() == [nadia.pk]
    call = contacts.add(nadia.pk, channel="call", subject="Hello")
    identity = nadia.identities.create(kind="email", value="n@new.example")
    rows: list[Model] = [sale, call, identity, nadia]
    for row in rows:
        assert moved(row.save) == [nadia.pk]
    for row in rows[:3]:
        assert moved(row.delete) == [nadia.pk]
    assert moved(lambda: customers.archive(nadia.pk)) == [nadia.pk]


def test_both_where_a_row_is_given_to_another_customer(nadia: Customer):
    omar = moving.customer("Omar")
    rows: list[Sale | Interaction | CustomerIdentity] = [
        moving.sale(nadia),
        contacts.add(nadia.pk, channel="call", subject="Hello"),
        nadia.identities.create(kind="email", value="n@new.example"),
    ]
    for row in rows:
        LeadTouch.objects.all().delete()
        row.customer = omar
        row.save()
        assert touched() == [nadia.pk, omar.pk]


def test_the_other_owner_of_an_address_that_is_shared_no_more(nadia: Customer):
    omar = moving.customer("Omar")
    shared = omar.identities.create(kind="phone", value=address(nadia, "phone"))
    assert touched() == [nadia.pk, omar.pk]

    LeadTouch.objects.all().delete()
    shared.value = "+212699999999"
    shared.save()
    assert touched() == [nadia.pk, omar.pk]

    shared.value = address(nadia, "phone")
    shared.save()
    LeadTouch.objects.all().delete()
    Customer.objects.filter(pk=omar.pk).delete()
    assert nadia.pk in touched()


def test_a_key_of_another_system_is_looked_up_for_nobody(
    nadia: Customer, django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(2):
        nadia.identities.create(kind="source_key", value="shop:1")


def test_a_customer_known_by_a_new_address(nadia: Customer):
    customers.add_identities(nadia, [("email", "second@tizi.example")])

    assert touched() == [nadia.pk]


def test_a_customer_who_is_new():
    made = customers.register(name="Omar Tazi", email="omar@tazi.example")

    assert touched() == [made.pk]


def test_both_of_a_merge_and_of_its_undo(nadia: Customer):
    double = moving.customer("Nadya")
    LeadTouch.objects.all().delete()

    record = merging.merge(nadia.pk, double.pk, by=None)
    assert touched() == [nadia.pk, double.pk]

    LeadTouch.objects.all().delete()
    merging.undo(record.pk, by=None)
    assert touched() == [nadia.pk, double.pk]


def test_whom_a_campaign_wrote_to(nadia: Customer):
    salma = moving.staff("salma", "export_recommendation")
    found = recommended.recommendation(nadia, status="approved", decided_at=timezone.now())
    LeadTouch.objects.all().delete()

    assert campaigns.mark_contacted([found.pk], channel="email", campaign="May", by=salma) == 1

    assert Interaction.objects.get().customer == nadia
    assert touched() == [nadia.pk]


def test_who_wrote_to_us(nadia: Customer):
    message, _is_new = receiving.receive(incoming(sender_email=address(nadia)))
    assert touched() == []

    message.status = "processing"
    message.claimed_at = timezone.now()
    message.save()
    processing.process(message)

    assert touched() == [nadia.pk]


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_who_wrote_what_no_machine_could_read(nadia: Customer, kind: str):
    sender = {f"sender_{kind}": address(nadia, kind)}
    receiving.receive(incoming(reason="Nothing of it can be read.", **sender))

    assert touched() == [nadia.pk]


def test_nobody_where_a_number_is_of_several_customers_or_of_none(nadia: Customer):
    second = Customer.objects.create(name="Second")
    customers.add_identities(second, [("phone", address(nadia, "phone"))])
    LeadTouch.objects.all().delete()

    receiving.receive(incoming(reason="?", sender_phone=address(nadia, "phone")))
    assert touched() == []
    merging.merge(nadia.pk, second.pk, by=None)
    LeadTouch.objects.all().delete()
    receiving.receive(incoming(reason="?", sender_phone=address(nadia, "phone")))
    assert touched() == [nadia.pk]


def test_nobody_for_a_stranger(nadia: Customer):
    receiving.receive(incoming(reason="?", sender_email="stranger@x.example"))
    receiving.receive(incoming(reason="?"))

    assert touched() == []


def test_a_thousand_messages_are_looked_up_together(
    nadia: Customer, django_assert_num_queries: DjangoAssertNumQueries
):
    rows = [InboundMessage(sender_email=address(nadia)) for _number in range(1000)]
    with django_assert_num_queries(2):
        taken_in.send(sender=InboundMessage, messages=rows)
    assert touched() == [nadia.pk]


def test_those_whom_a_sync_brought_or_changed():
    source = shop("Shop", *TWO)
    synced(source)
    nadia, omar = Customer.objects.order_by("pk")
    assert touched() == [nadia.pk, omar.pk]

    LeadTouch.objects.all().delete()
    synced(source)
    assert touched() == []

    bring(source, TWO[0], TWO[1].replace("Fès", "Taza"))
    synced(source)
    assert touched() == [omar.pk]


def test_anybody_after_a_sync_of_many_and_after_one_that_was_undone(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(after, "LOOKED_AT", 1)
    run = synced(shop("Shop", *TWO))
    assert touched() == [None]

    ids = list(Customer.objects.values_list("pk", flat=True))
    assert rescoring.rescore(ids) == 2
    SegmentChange.objects.create(
        customer_id=ids[0], before="Cold", after="Hot", score=80, changed_at=timezone.now()
    )
    LeadTouch.objects.all().delete()
    undo.request_undo(run, by=None)
    tasks.undo(run)
    # Their scores keep nobody.
    assert not Customer.objects.exists()
    assert not LeadScore.objects.exists()
    assert not ScorePoint.objects.exists()
    assert touched() == [None]


def test_those_of_a_sync_that_somebody_stopped():
    source = shop("Shop", TWO[0])
    run = requests.request(source)
    tasks.sync(run.pk)
    LeadTouch.objects.all().delete()
    # As if it had stopped after a batch.
    run.refresh_from_db()
    run.status = "running"
    run.save(update_fields=["status"])

    requests.cancel(run.pk)

    assert touched() == [Customer.objects.get().pk]


def test_touching_is_one_row_each_and_none_is_anybody():
    touch([7, 3, 7])
    touch(None)
    touch([])

    assert list(LeadTouch.objects.order_by("pk").values_list("customer_id", flat=True)) == [
        3,
        7,
        None,
    ]
    assert (
        LeadTouch.objects.filter(touched_at__gte=timezone.now() - dt.timedelta(minutes=1)).count()
        == 3
    )
