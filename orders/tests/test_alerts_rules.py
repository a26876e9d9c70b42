"""What each of the other rules finds, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from backoffice.messaging.models import InboundMessage, OutboundMessage
from orders.models import Alert, ChangeRequest, Order, Severity
from orders.tests import factories as make
from orders.tests.alerts import NOW, TODAY, Kind, alerts, days, line, notice, order, run, sentence
from orders.tests.alerts import validated as validated_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

INFO, WARNING, CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = "mon-fri 09:00-18:00"
    with time_machine.travel(NOW, tick=False):
        yield


# --- delivery dates ---


@pytest.mark.parametrize(
    ("status", "due_in", "found"),
    [
        ("pending", 3, []),
        ("pending", 2, [(Kind.DELIVERY_NEAR, WARNING)]),
        ("pending", 0, [(Kind.DELIVERY_NEAR, WARNING)]),
        ("pending", -1, [(Kind.DELIVERY_PAST, CRITICAL)]),
        ("pending", -400, [(Kind.DELIVERY_PAST, CRITICAL)]),
        ("validated", 3, []),
        ("validated", 2, [(Kind.DELIVERY_NEAR, INFO)]),
        ("validated", -1, [(Kind.DELIVERY_PAST, WARNING)]),
        ("validated", -14, [(Kind.DELIVERY_PAST, WARNING)]),
        ("validated", -15, []),
        ("rejected", -1, []),
    ],
)
def test_a_delivery_date_near_or_past(
    status: str, due_in: int, found: list[tuple[Alert.Kind, Severity]]
):
    decided: dict[str, Any] = {"status": status, "decided_at": NOW, "rejection_reason": "x"}
    order(delivery_date=TODAY + days(due_in), **(decided if status != "pending" else {}))

    run()

    assert alerts(Kind.DELIVERY_NEAR, Kind.DELIVERY_PAST) == found


def test_the_date_passes_and_another_alert_takes_its_place():
    made = order(delivery_date=TODAY)
    run()
    near = Alert.objects.get()

    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        run()

    near.refresh_from_db()
    assert (near.state, near.resolved_by) == ("resolved", None)
    past = Alert.objects.get(kind=Kind.DELIVERY_PAST)
    assert past.sentence == (
        f"{made.number} (Boulangerie Tizi) was to be delivered on Nov. 10, 2036 and is still not"
        " decided: decide it, and agree on another date with the customer."
    )


def test_the_date_of_an_imported_order_is_history():
    validated_order(delivery_date=TODAY, method=Order.Method.IMPORT)

    assert run() == (0, 0, 0)


# --- waiting for a decision ---


@pytest.mark.parametrize(
    ("hours_ago", "found"),
    [
        # It is Monday, ten: an hour of work today, nine on Friday.
        (70, []),  # Friday, noon: seven hours of work
        (73, [(Kind.PENDING_LONG, WARNING)]),  # Friday, nine
        (24 * 4 + 1, [(Kind.PENDING_LONG, WARNING)]),  # Thursday, nine: nineteen
        (24 * 5 + 1, [(Kind.PENDING_LONG, CRITICAL)]),  # Wednesday, nine: twenty-eight
    ],
)
def test_an_order_waits_for_working_hours(hours_ago: int, found: list[tuple[Alert.Kind, Severity]]):
    order(at=NOW - timedelta(hours=hours_ago))

    run()

    assert alerts() == found


def test_the_wait_begins_when_the_message_came_in(settings: Settings):
    settings.WORKING_HOURS = ""
    message = make.MessageFactory.create(status="done")
    InboundMessage.objects.filter(pk=message.pk).update(received_at=NOW - timedelta(hours=10))
    made = order(message=message)

    run()

    assert sentence() == (
        f"{made.number} (Boulangerie Tizi) has waited for a decision since 11/10/2036 midnight,"
        " more than 9 hours: validate or reject it."
    )


# --- totals ---


@pytest.mark.parametrize(
    ("total", "found"),
    [
        ("1000.00", []),
        ("1200.00", []),  # with tax
        ("1500.00", [(Kind.TOTAL_MISMATCH, WARNING)]),
        ("3000.00", [(Kind.TOTAL_MISMATCH, CRITICAL)]),
    ],
)
def test_a_total_that_its_lines_do_not_explain(
    total: str, found: list[tuple[Alert.Kind, Severity]]
):
    made = order(total=Decimal(total))
    for amount in (400, 600):
        make.OrderLineFactory.create(order=made, total=Decimal(amount))

    run()

    assert alerts() == found


def test_a_line_without_an_amount_explains_nothing():
    made = order(total=Decimal(3000))
    make.OrderLineFactory.create(order=made, total=Decimal(400))
    line(made, 100)

    assert run() == (0, 0, 0)


# --- copies ---


def test_a_copy_waits_beside_its_original_until_one_of_them_is_put_away():
    original = order()
    copy = order(duplicate_of=original)
    run()
    assert sentence() == (
        f"{copy.number} (Boulangerie Tizi) looks like {original.number} sent again, which waits as"
        " well: reject one of them, or keep both."
    )
    assert alerts() == [(Kind.DUPLICATE, INFO)]

    Order.objects.filter(pk=original.pk).update(
        status="rejected", rejection_reason="x", decided_at=NOW
    )

    assert run() == (0, 0, 1)


def test_a_copy_that_lies_for_long_is_a_warning_and_not_two():
    order(duplicate_of=order(at=NOW - days(5)), at=NOW - days(5))

    run()

    assert alerts() == [(Kind.DUPLICATE, WARNING), (Kind.PENDING_LONG, CRITICAL)]


# --- change requests ---


def change(of: Order | None, **values: object) -> ChangeRequest:
    return ChangeRequest.objects.create(
        message=make.MessageFactory.create(status="done"),
        order=of,
        kind=ChangeRequest.Kind.CORRECTION,
        sentence="3,000 instead of 2,000.",
        **values,
    )


def test_a_change_asked_for_is_critical_once_the_order_is_validated():
    made = order()
    change(made)
    run()
    assert alerts() == [(Kind.CHANGE_REQUEST, WARNING)]
    assert sentence() == (
        f"{made.number} (Boulangerie Tizi): the customer asks for a change. 3,000 instead of"
        " 2,000. Apply or dismiss."
    )

    Order.objects.update(status="validated", decided_at=NOW)

    assert run() == (0, 1, 0)
    assert alerts() == [(Kind.CHANGE_REQUEST, CRITICAL)]


def test_a_change_of_an_order_nobody_knows_waits_for_somebody_to_choose_it():
    request = change(None)
    run()
    assert Alert.objects.get().message_id == request.message_id

    ChangeRequest.objects.update(state=ChangeRequest.State.DISMISSED, decided_at=NOW)

    assert run() == (0, 0, 1)


# --- notices ---


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("failed", [(Kind.NOTICE_FAILED, CRITICAL)]),
        ("blocked", [(Kind.NOTICE_FAILED, CRITICAL)]),
        ("unknown", [(Kind.NOTICE_FAILED, WARNING)]),
        ("queued", []),
        ("sent", []),
        ("superseded", []),
        ("not_configured", []),
    ],
)
def test_a_customer_who_was_not_told(status: str, found: list[tuple[Alert.Kind, Severity]]):
    notice(validated_order(), status, error_code="not_configured")

    run()

    assert alerts() == found


def test_the_news_that_arrived_later_ends_it():
    told = validated_order()
    failed = notice(told, "failed", error="No such mailbox.")
    run()
    alert = Alert.objects.get()
    assert (alert.order_id, alert.notice_id) == (told.pk, failed.pk)
    assert "No such mailbox." in alert.sentence

    notice(told, "delivered")

    assert run() == (0, 0, 1)


def test_what_a_server_said_ends_before_our_next_sentence():
    notice(validated_order(), "failed", error="550 5.1.1 Unknown\r\n user")

    run()

    assert " 550 5.1.1 Unknown user. Tell them another way" in sentence()


def test_a_message_about_something_else_is_no_order():
    notice(make.CustomerFactory.create(), "failed")  # type: ignore[arg-type]

    assert run() == (0, 0, 0)


# --- messages ---


@pytest.mark.parametrize(
    ("desk", "status", "minutes", "found"),
    [
        ("orders", "needs_attention", 31, [(Kind.MESSAGE_WAITS, WARNING)]),
        ("orders", "needs_attention", 29, []),
        ("orders", "needs_attention", 60 * 24 * 5, [(Kind.MESSAGE_WAITS, CRITICAL)]),
        ("orders", "failed", 31, [(Kind.MESSAGE_WAITS, CRITICAL)]),
        ("orders", "done", 31, []),
        ("support", "failed", 31, []),
    ],
)
def test_a_message_no_machine_could_deal_with(
    desk: str, status: str, minutes: int, found: list[tuple[Alert.Kind, Severity]]
):
    since = NOW - timedelta(minutes=minutes)
    make.MessageFactory.create(desk=desk, status=status, processed_at=since, reason="A scan.")

    run()

    assert alerts() == found


def test_nothing_is_wrong_in_an_idle_house():
    validated_order(delivery_date=TODAY + days(30))
    assert OutboundMessage.objects.count() == 0

    assert run() == (0, 0, 0)
