from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage, OutboundMessage
from crm.models import Customer, Sale
from orders import editing, workflow
from orders.models import Order, OrderEvent
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
NAMELESS = "The customer is unknown: choose one, or give a name."
NOON = datetime(2026, 4, 20, 10, 42, tzinfo=UTC)  # 11:42 in Casablanca


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def salma():
    return make.clerk()


def events(order: Order) -> list[tuple[str, str | None]]:
    return [
        (event.kind, event.actor.username if event.actor else None) for event in order.events.all()
    ]


def test_validating_decides_counts_the_sale_and_tells_the_customer(salma: User):
    order = make.order_with_line(customer=make.CustomerFactory.create())

    with time_machine.travel(NOON, tick=False):
        workflow.validate(order.pk, by=salma)

    order.refresh_from_db()
    assert (order.status, order.decided_by, order.decided_at) == ("validated", salma, NOON)
    assert events(order) == [("validated", "salma"), ("notified", None)]
    sale = Sale.objects.get()
    assert (sale.external_ref, sale.quantity, sale.amount, sale.sold_on) == (
        f"{order.number}/1",
        Decimal(5000),
        Decimal(950),
        date(2026, 4, 20),
    )
    told = OutboundMessage.objects.get()
    assert (told.channel, told.recipient, told.about, told.author) == (
        "email",
        "contact@boulangerie-tizi.example",
        order,
        salma,
    )


def test_thousands_are_counted_as_pieces_and_foreign_goods_as_no_sale(salma: User):
    order = make.OrderFactory.create(customer=make.CustomerFactory.create())
    make.OrderLineFactory.create(order=order, quantity=10, unit="mille", total=3100)
    make.OrderLineFactory.create(order=order, position=1, product=None, description="Ruban")

    workflow.validate(order.pk, by=salma)

    assert list(Sale.objects.values_list("quantity", "amount")) == [(Decimal(10000), Decimal(3100))]


def test_validating_an_unknown_customer_registers_him(salma: User):
    order = make.order_with_line()

    workflow.validate(order.pk, by=salma)

    customer = Customer.objects.get()
    assert (customer.company, customer.identities.get().value) == (order.company, order.email)
    assert Order.objects.get().customer == customer


@pytest.mark.parametrize("is_chosen", [True, False])
def test_validating_teaches_who_the_sender_is(salma: User, is_chosen: bool):  # noqa: FBT001 - a parameter of the test
    elsewhere = make.CustomerFactory.create(company="Snack Amal", phone="+212663001403")
    customer = make.CustomerFactory.create(company="Tizi", email="old@tizi.example")
    message = make.MessageFactory.create(
        channel="whatsapp", sender_phone="+212663001403", sender_user_id="MA.17", sender_email=""
    )
    order = make.order_with_line(
        message=message,
        channel="whatsapp",
        email="Achats@Tizi.example",
        phone="06 61 22 33 44",
        company="Tizi Sud",
        customer=customer if is_chosen else None,
    )

    workflow.validate(order.pk, by=salma)

    order.refresh_from_db()
    assert order.customer is not None
    assert (order.customer == customer, order.customer == elsewhere) == (is_chosen, False)
    assert sorted(order.customer.identities.values_list("kind", "value")) == sorted(
        [
            *([("email", "old@tizi.example")] if is_chosen else []),
            ("email", "achats@tizi.example"),
            ("phone", "+212661223344"),
            ("phone", "+212663001403"),
            ("whatsapp_user_id", "MA.17"),
        ]
    )


def test_validating_for_a_known_sender_learns_nothing_twice(salma: User):
    customer = make.CustomerFactory.create(email="contact@boulangerie-tizi.example")

    for _order in range(2):
        workflow.validate(make.order_with_line(customer=customer).pk, by=salma)

    assert customer.identities.get().value == "contact@boulangerie-tizi.example"


def test_order_without_name_lines_or_quantities_says_all_that_is_missing(salma: User):
    nameless = make.OrderFactory.create(contact_name="", company="")
    empty_line = make.OrderFactory.create()
    make.OrderLineFactory.create(order=empty_line, product=None, description="", quantity=None)

    with pytest.raises(DomainError) as nothing:
        workflow.validate(nameless.pk, by=salma)
    with pytest.raises(DomainError) as line:
        workflow.validate(empty_line.pk, by=salma)

    assert (nothing.value.field, str(nothing.value)) == (
        "customer",
        f"{NAMELESS} The order has no line: add what is ordered.",
    )
    assert (line.value.field, str(line.value)) == (
        "lines.0.product",
        "Line 1 says no product: choose one, or describe it. Line 1 () has no quantity.",
    )
    assert not OrderEvent.objects.exists()


def test_rejecting_keeps_the_reason_and_tells_the_customer(salma: User):
    order = make.order_with_line()

    workflow.reject(order.pk, by=salma, reason="  Rupture de kraft  ")

    order.refresh_from_db()
    assert (order.status, order.rejection_reason) == ("rejected", "Rupture de kraft")
    assert events(order) == [("rejected", "salma"), ("notified", None)]
    assert "Rupture de kraft" in OutboundMessage.objects.get().body
    assert not Sale.objects.exists()


def test_rejecting_needs_a_reason(salma: User):
    order = make.order_with_line()

    with pytest.raises(DomainError) as refused:
        workflow.reject(order.pk, by=salma, reason=" \n")

    assert refused.value.field == "reason"
    assert Order.objects.get().status == "pending"


@pytest.mark.parametrize("status", ["validated", "rejected"])
@pytest.mark.parametrize("action", ["validate", "reject", "edit", "read_again"])
def test_decided_order_stays_decided_and_says_by_whom(salma: User, status: str, action: str):
    hamid = make.clerk("hamid")
    order = make.order_with_line(
        status=status, decided_by=hamid, decided_at=NOON, rejection_reason="non", company="Tizi"
    )
    steps = {
        "validate": lambda: workflow.validate(order.pk, by=salma),
        "reject": lambda: workflow.reject(order.pk, by=salma, reason="non"),
        "edit": lambda: workflow.edit(order.pk, by=salma, changes={"company": "X"}),
        "read_again": lambda: workflow.read_again(order.pk, by=salma),
    }

    with time_machine.travel(NOON), pytest.raises(workflow.OrderNotPending) as late:
        steps[action]()

    assert late.value.conflict
    assert str(late.value) == f"{order.number} was already {status} by hamid at 11:42."
    order.refresh_from_db()
    assert (order.status, order.company, order.events.count()) == (status, "Tizi", 0)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(
    ("action", "permission"),
    [("validate", "validate_order"), ("reject", "reject_order"), ("edit", "change_order")],
)
def test_each_step_needs_its_own_right(action: str, permission: str):
    order = make.order_with_line()
    others = {"view_order", "change_order", "validate_order", "reject_order"} - {permission}
    stranger, allowed = make.staff("hamid", *others), make.staff("salma", permission)
    steps = {
        "validate": lambda by: workflow.validate(order.pk, by=by),
        "reject": lambda by: workflow.reject(order.pk, by=by, reason="non"),
        "edit": lambda by: workflow.edit(order.pk, by=by, changes={"notes": "!"}),
    }

    with pytest.raises(PermissionDenied):
        steps[action](stranger)
    assert not order.events.exists()

    steps[action](allowed)
    assert order.events.exists()


def test_order_that_is_gone_is_said_to_be(salma: User):
    with pytest.raises(workflow.OrderNotFound):
        workflow.validate(4711, by=salma)


def test_editing_writes_what_changed_and_by_whom(salma: User):
    order = make.order_with_line(total=Decimal(950))

    workflow.edit(
        order.pk,
        by=salma,
        changes={"delivery_date": date(2026, 5, 4)},
        lines=[
            editing.LineInput("sachet_fond_plat", "Sachets", Decimal(3000), "piece", Decimal("0.2"))
        ],
    )

    order.refresh_from_db()
    line = order.lines.get()
    assert (line.quantity, line.total, order.total) == (Decimal(3000), Decimal(600), Decimal(600))
    changes = order.events.get().changes
    assert changes["delivery_date"] == [None, "2026-05-04"]
    assert changes["total"] == ["950", "600"]
    assert [side[0]["quantity"] for side in changes["lines"]] == ["5000", "3000"]


def test_total_the_customer_stated_stays_and_is_checked(salma: User):
    order = make.order_with_line(total=Decimal(1140))  # with 20 % tax
    line = editing.LineInput("sachet_fond_plat", "", Decimal(6000), "piece", Decimal("0.19"))

    workflow.edit(order.pk, by=salma, changes={"notes": "urgent"})
    assert Order.objects.get().attention == (
        "New customer: Boulangerie Tizi will be registered when you validate."
    )

    workflow.edit(
        order.pk,
        by=salma,
        changes={"customer_id": make.CustomerFactory.create().pk},
        lines=[line, line],
    )
    order.refresh_from_db()
    assert (order.total, order.attention) == (
        Decimal(1140),
        "The total 1140.00 does not match the lines, which add up to 2280.00.",
    )


def test_saving_without_a_change_leaves_no_trace(salma: User):
    order = make.order_with_line()

    workflow.edit(order.pk, by=salma, changes={"company": order.company})

    assert not order.events.exists()


@pytest.mark.parametrize(
    ("changes", "lines", "field"),
    [
        ({"status": "validated"}, None, "status"),
        ({"email": "pas une adresse" * 30}, None, "email"),
        ({"total": Decimal(-1)}, None, None),
        ({}, [editing.LineInput("sac_inconnu", quantity=Decimal(1))], "lines.0.product"),
        ({}, [editing.LineInput(description="x", quantity=Decimal(-1))], "lines.0"),
        ({}, [editing.LineInput(description="x", unit="tonne")], "lines.0.unit"),
    ],
)
def test_wrong_edits_name_the_field_and_change_nothing(
    salma: User, changes: dict[str, Any], lines: list[editing.LineInput] | None, field: str | None
):
    order = make.order_with_line()

    with pytest.raises(DomainError) as refused:
        workflow.edit(order.pk, by=salma, changes=changes, lines=lines)

    assert refused.value.field == field
    order.refresh_from_db()
    assert (order.total, order.lines.get().quantity, order.events.count()) == (
        None,
        Decimal(5000),
        0,
    )


def test_reading_again_puts_the_message_back(salma: User):
    message = make.MessageFactory.create(status="done", attempts=3)
    order = make.order_with_line(message=message)

    workflow.read_again(order.pk, by=salma)

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("received", 0)
    assert events(order) == [("reread", "salma")]


def test_order_typed_in_cannot_be_read_again(salma: User):
    order = make.order_with_line()

    with pytest.raises(DomainError):
        workflow.read_again(order.pk, by=salma)


def test_next_order_goes_round():
    first, second = make.order_with_line(), make.order_with_line()
    make.order_with_line(status="validated", decided_at=NOON)

    assert workflow.next_pending() == first.pk
    assert workflow.next_pending(first.pk) == second.pk
    assert workflow.next_pending(second.pk) == first.pk
    second.delete()
    assert workflow.next_pending(first.pk) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_one_notice_goes_out():
    make.message_templates()
    people = [make.clerk("salma"), make.clerk("hamid")]
    order = make.order_with_line(customer=make.CustomerFactory.create())
    start = Barrier(2)

    def decide(by: User) -> str:
        start.wait()
        try:
            with translation.override("en"):
                if by.username == "salma":
                    workflow.validate(order.pk, by=by)
                else:
                    workflow.reject(order.pk, by=by, reason="non")
        except workflow.OrderNotPending as late:
            return str(late)
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, people))

    order.refresh_from_db()
    assert order.decided_by is not None
    winner = order.decided_by.username
    assert results[0 if winner == "salma" else 1] == "won"
    assert f"by {winner} at" in results[1 if winner == "salma" else 0]
    assert OutboundMessage.objects.count() == 1
    assert [kind for kind, _by in events(order)] == [order.status, "notified"]


@pytest.mark.django_db(transaction=True)
def test_validating_the_same_order_ten_times_at_once_counts_it_once():
    make.message_templates()
    order = make.order_with_line()
    salma = make.clerk()
    start = Barrier(10)

    def validate(_worker: int) -> bool:
        start.wait()
        try:
            workflow.validate(order.pk, by=salma)
        except workflow.OrderNotPending:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(validate, range(10)))

    assert sorted(results) == [False] * 9 + [True]
    assert (Sale.objects.count(), OutboundMessage.objects.count()) == (1, 1)
    assert (Customer.objects.count(), InboundMessage.objects.count()) == (1, 0)
