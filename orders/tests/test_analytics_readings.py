"""Decisions, touchless readings, confidence and costs, against figures by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from backoffice.core.figures.comparison import Compared, Rate
from backoffice.core.models import AiCall
from orders.analytics.scope import Origin
from orders.analytics.touchless import Touch, TouchCount
from orders.models import ChangeRequest, Order, OrderEvent
from orders.tests import factories as make
from orders.tests.histories import (
    april,
    decided_after,
    edited,
    hours,
    line,
    local,
    many_validated,
    outcome,
    placed,
)

pytestmark = pytest.mark.django_db


def touches(**values: Any) -> tuple[tuple[Touch, int, int], ...]:
    found = april(**values).touchless.touches
    return tuple((row.touch, row.orders, row.alone) for row in found)


def touched(*changes: dict[str, Any]) -> tuple[tuple[Touch, int, int], ...]:
    """The reasons of one validated order that was edited so."""
    order = placed(local(4, 10), status="validated")
    for change in changes:
        edited(order, change)
    return touches()


def test_the_validation_rate_leaves_out_imported_orders_and_copies():
    first = placed(local(4, 2), status="validated")
    placed(local(4, 2), status="validated", method="manual")
    placed(local(4, 3), status="rejected")
    placed(local(4, 3), status="validated", method="import")
    placed(local(4, 3), status="rejected", duplicate_of=first)
    placed(local(4, 4))
    placed(local(3, 20), status="rejected")

    found = april().decisions

    assert (found.validated, found.rejected) == (Compared(2, 0), Compared(1, 1))
    assert (found.rate, found.rate_before) == (Rate(2, 3), Rate(0, 1))


def test_a_decision_counts_when_it_was_made():
    placed(local(3, 30), status="validated", decided_at=local(4, 1, 0, 0))
    placed(local(3, 30), status="validated", decided_at=local(3, 31, 23, 59))

    assert april().decisions.validated == Compared(1, 1)


def test_waiting_runs_from_message_to_decision():
    for wait in (1, 2, 3, 4, 10):
        decided_after(hours(wait))
    decided_after(hours(7), channel="whatsapp", status="rejected")
    # No message, so nobody waited.
    placed(local(4, 10), status="validated", method="manual")
    decided_after(hours(50), at=local(3, 20))

    found = april().decisions

    # 1, 2, 3, 4, 7, 10: between 3 and 4; nine of ten between 7 and 10.
    assert (found.waiting.orders, found.waiting.median) == (6, hours(3.5))
    assert found.waiting.p90 == hours(8.5)
    assert found.waiting_before.median == hours(50)
    assert found.by_origin[Origin.WHATSAPP].median == hours(7)
    assert found.by_origin[Origin.EMAIL].median == hours(3)


def test_nobody_waited_until_the_customer_cancelled():
    decided_after(hours(2))
    cancelled = decided_after(hours(900), status="rejected")
    OrderEvent.objects.create(order=cancelled, kind="cancelled")

    found = april().decisions

    assert (found.waiting.orders, found.waiting.median) == (1, hours(2))
    assert found.by_origin[Origin.EMAIL].orders == 1
    assert (found.validated, found.rejected) == (Compared(1, 0), Compared(1, 0))


def test_without_decisions_there_is_no_rate_and_no_median():
    placed(local(4, 2))

    found = april()

    assert (found.decisions.rate.value, found.decisions.waiting.median) == (None, None)
    assert (found.touchless.decisions, found.touchless.missing) == (0, 200)
    assert (found.touchless.rate, found.touchless.touches) == (None, ())
    assert (found.reliability.gap, found.reliability.fields) == (None, ())


def test_no_touchless_rate_is_claimed_before_200_decisions():
    many_validated(199)
    before = april().touchless

    placed(local(4, 10), status="rejected")
    after = april().touchless

    assert (before.decisions, before.missing, before.rate) == (199, 1, None)
    assert (after.decisions, after.missing, after.rate) == (200, 0, Rate(199, 200))


def test_only_decisions_about_readings_count():
    first = placed(local(4, 2), status="validated")
    placed(local(4, 2), status="validated", method="openai")
    placed(local(4, 2), status="validated", method="manual")
    placed(local(4, 2), status="validated", method="import")
    placed(local(4, 2), status="rejected", duplicate_of=first)
    placed(local(4, 2))
    placed(local(3, 20), status="validated")

    found = april().touchless

    assert (found.decisions, found.untouched) == (2, 2)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"customer_id": [None, 5]}, {Touch.CUSTOMER_CHOSEN}),
        ({"customer_id": [4, 5]}, {Touch.CUSTOMER_CHANGED}),
        ({"company": ["", "Tizi"], "phone": ["", "+212"]}, {Touch.CONTACT}),
        ({"delivery_date": [None, "2026-05-01"]}, {Touch.DELIVERY_DATE}),
        ({"duplicate_of_id": [3, None]}, {Touch.DUPLICATE}),
        ({"total": ["950", "900"]}, {Touch.TOTAL}),
        ({"something_new": [1, 2]}, {Touch.OTHER}),
        # Opened by hand and then read again, say.
        ({}, {Touch.OTHER}),
        ({"lines": ["?", None]}, {Touch.OTHER}),
        ({"lines": [["?"], [line()]]}, {Touch.OTHER}),
        ({"lines": [[line()], [line(quantity="6000", total="1140")]]}, {Touch.QUANTITY}),
        ({"lines": [[line()], [line(unit="kg")]]}, {Touch.UNIT}),
        ({"lines": [[line()], [line(unit_price="0.2", total="1000")]]}, {Touch.PRICE}),
        ({"lines": [[line()], [line(total="1000")]]}, {Touch.TOTAL}),
        ({"lines": [[line()], [line(product_id=2, description="Sacs")]]}, {Touch.PRODUCT}),
        ({"lines": [[line()], [line(attributes={"size": "18x35"})]]}, {Touch.DETAILS}),
        ({"lines": [[line()], [line(), line()]]}, {Touch.LINE_ADDED}),
        ({"lines": [[line(), line(quantity="1")], [line()]]}, {Touch.LINE_REMOVED}),
        # A total follows its lines: that is no touch of its own.
        (
            {"lines": [[line()], [line(quantity="9", total="1.71")]], "total": ["950", "1.71"]},
            {Touch.QUANTITY},
        ),
        (
            {"lines": [[line(), line()], [line(), line(quantity="9", unit="kg")]]},
            {Touch.QUANTITY, Touch.UNIT},
        ),
    ],
)
def test_the_reason_of_a_touch_is_what_was_changed(changes: dict[str, Any], reasons: set[Touch]):
    found = touched(changes)

    only = 1 if len(reasons) == 1 else 0
    assert found == tuple((touch, 1, only) for touch in sorted(reasons))


def test_an_order_edited_twice_for_one_reason_is_touched_once():
    first = {"lines": [[line()], [line(quantity="1")]]}
    back = {"lines": [[line(quantity="1")], [line()]]}

    assert touched(first, back) == ((Touch.QUANTITY, 1, 1),)


def test_rejected_and_read_again_are_touches_too():
    placed(local(4, 2), status="validated")
    rejected = placed(local(4, 3), status="rejected")
    edited(rejected, {"notes": ["", "urgent"]})
    edited(placed(local(4, 3), status="validated"), {}, kind="reread")

    found = april().touchless

    assert (found.decisions, found.untouched) == (3, 1)
    assert found.touches == (
        TouchCount(Touch.NOTES, 1, 0),
        TouchCount(Touch.REJECTED, 1, 0),
        TouchCount(Touch.REREAD, 1, 1),
    )


def asked(order: Order, *, state: str, kind: str = "correction", late: bool = False) -> None:
    """The customer asked for a change, half an hour before the decision or after it."""
    at = order.decided_at or local(4, 3)
    ChangeRequest.objects.create(
        message=make.MessageFactory.create(),
        order=order,
        kind=kind,
        state=state,
        decided_at=at + hours(0.5 if late else -0.5),
    )


def test_what_the_customer_changed_is_said_to_be_so():
    changed, cancelled, dismissed, later = (
        placed(local(4, 3), status=status)
        for status in ("validated", "rejected", "validated", "validated")
    )
    edited(changed, {"lines": [[line()], [line(quantity="3000", total="570")]]})
    asked(changed, state="applied")
    asked(cancelled, state="applied", kind="cancellation", late=True)
    asked(dismissed, state="dismissed")
    asked(later, state="applied", late=True)

    assert april().touchless.untouched == 2
    assert touches() == (
        (Touch.ASKED, 2, 0),
        (Touch.QUANTITY, 1, 0),
        (Touch.REJECTED, 1, 0),
    )


def test_what_happens_after_the_decision_is_no_touch():
    order = placed(local(4, 3), status="validated")
    OrderEvent.objects.create(order=order, kind="edited", changes={"notes": ["", "x"]})
    OrderEvent.objects.create(order=order, kind="proposed", changes={"total": ["1", "2"]})

    assert (april().touchless.untouched, touches()) == (1, ())


def test_a_bin_holds_its_lower_end_and_the_last_one_both():
    order = placed(local(4, 3), status="validated")
    for number, (sure, kept) in enumerate(
        [(0.9, True), (0.9, True), (0.95, False), (1.0, True), (0.89, False), (0.0, False)]
    ):
        outcome(order, f"field_{number}", sure, kept=kept)
    # Nothing was proposed, so nothing was promised.
    outcome(order, "added", None, kept=False)

    found = april().reliability
    last = found.bins[9]

    assert (found.values, len(found.bins)) == (6, 10)
    assert (last.low, last.high, last.kept) == (0.9, 1.0, Rate(3, 4))
    assert last.mean_confidence == pytest.approx(0.9375)
    assert (found.bins[8].kept, found.bins[0].kept) == (Rate(0, 1), Rate(0, 1))
    assert (found.bins[5].kept, found.bins[5].mean_confidence) == (Rate(0, 0), None)
    # |0.9375 - 0.75| x 4 + 0.89 + 0, over 6 values.
    assert found.gap == pytest.approx((0.75 + 0.89) / 6)


def test_fields_are_told_apart_and_filtered_by_day_and_way():
    here = placed(local(4, 3), status="validated")
    by_phone = placed(local(4, 3), status="validated", channel="whatsapp")
    earlier = placed(local(3, 3), status="validated")
    outcome(here, "customer", 0.8, kept=True)
    outcome(by_phone, "customer", 0.6, kept=False)
    outcome(by_phone, "quantity", 0.9, kept=True)
    outcome(earlier, "customer", 0.1, kept=False)

    everything, whatsapp = april().reliability, april("whatsapp").reliability

    assert [(row.field, row.mean_confidence, row.kept) for row in everything.fields] == [
        ("customer", pytest.approx(0.7), Rate(1, 2)),
        ("quantity", 0.9, Rate(1, 1)),
    ]
    assert [(row.field, row.kept) for row in whatsapp.fields] == [
        ("customer", Rate(0, 1)),
        ("quantity", Rate(1, 1)),
    ]


def call(at: dt.datetime, purpose: str, cost: str, result: str = "ok") -> None:
    row = AiCall.objects.create(purpose=purpose, model="m", outcome=result, cost_usd=Decimal(cost))
    AiCall.objects.filter(pk=row.pk).update(created_at=at)


def test_costs_by_purpose_and_by_the_companys_months():
    call(local(4, 2), "orders.extraction", "0.5")
    call(local(4, 3), "orders.extraction", "0.25", "timeout")
    call(local(4, 3), "transcribe", "1")
    call(local(3, 20), "transcribe", "2")
    # 23:30 UTC on 31 March is April in Casablanca.
    call(dt.datetime(2026, 3, 31, 23, 30, tzinfo=dt.UTC), "transcribe", "0.125")
    call(local(5, 1, year=2025), "transcribe", "9")
    call(local(4, 30, year=2025), "transcribe", "100")

    found = april().ai

    assert found.total == Compared(Decimal("1.875"), Decimal(2))
    assert [(row.name, row.calls, row.failed, row.cost) for row in found.purposes] == [
        ("transcribe", 2, 0, Compared(Decimal("1.125"), Decimal(2))),
        ("orders.extraction", 2, 1, Compared(Decimal("0.75"), Decimal(0))),
    ]
    assert f"{found.months[0].first:%Y-%m} {found.months[-1].first:%Y-%m}" == "2025-05 2026-04"
    assert found.by_month == (9, *[0] * 9, 2, Decimal("1.875"))
