from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.content import ReadDocument
from backoffice.messaging.desks import get
from crm.models import Customer
from orders import editing, intake, signals, workflow
from orders.models import Order, OrderLine
from orders.reading import ADAPTER, CustomerReading, Found
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import Settings

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage
    from orders.reading import LineReading, MessageKind, OrderReading

pytestmark = pytest.mark.django_db
CORRUPT = ReadDocument(
    "attachment:0", "pdf", "", filename="bc.pdf", problem="The PDF is encrypted."
)


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    make.all_products()
    with translation.override("en"):
        yield


@pytest.fixture
def announced():
    """Messages the desk announced as no orders."""
    heard: list[tuple[Any, str]] = []

    def hear(message: InboundMessage, reading: OrderReading, **_rest: object) -> None:
        heard.append((message, str(reading.kind.value)))

    signals.other_message.connect(hear)
    yield heard
    signals.other_message.disconnect(hear)


def take_in(reading: OrderReading, content: MessageContent | None = None, **message: Any) -> Order:
    row = make.MessageFactory.create(**message)
    intake.act_on(row, content or make.content(), reading)
    return Order.objects.get(message=row)


def test_desk_is_registered():
    assert get("orders").process is intake.process


def test_order_of_a_known_customer_is_proposed_with_its_lines():
    customer = make.CustomerFactory.create(email="contact@boulangerie-tizi.example")
    reading = make.reading(
        make.line(quantity=5000, price="0.19", size="18x35", description="Sachets"),
        make.line("", 12, unit="carton", description="Ruban adhésif", confidence=0.8),
        currency=Found("MAD", 0.9),
        total=Found(Decimal(950), 0.9),
        delivery_date=Found(date(2026, 5, 4), 0.9),
    )
    message = make.MessageFactory.create()

    outcome = intake.act_on(message, make.content(), reading)

    order = Order.objects.get()
    assert (outcome.status, outcome.kind, outcome.reason) == (
        "done",
        "order",
        f"Order {order.number}.",
    )
    assert (order.customer, order.status, order.channel, order.message) == (
        customer,
        "pending",
        "email",
        message,
    )
    assert (order.total, order.currency, order.delivery_date, order.confidence) == (
        Decimal(950),
        "MAD",
        date(2026, 5, 4),
        0.8,
    )
    assert list(
        order.lines.values_list("product__sku", "description", "quantity", "unit", "total")
    ) == [
        ("sachet_fond_plat", "Sachets", Decimal(5000), "piece", Decimal(950)),
        (None, "Ruban adhésif", Decimal(12), "carton", None),
    ]
    assert order.lines.all()[0].attributes == {"size": "18x35"}
    known = Found(customer.pk, 0.97, note="known address or number")
    assert ADAPTER.validate_python(order.reading) == replace(
        reading, recognised=known, names=("khalid boukhris",)
    )
    assert order.attention == ""
    assert [event.kind for event in order.events.all()] == ["proposed"]


def test_new_customer_keeps_the_words_of_the_message_until_validated():
    said = CustomerReading(
        name=Found("Nadia Chraibi", 0.9),
        company=Found("Le Verger", 0.9),
        phone=Found("+212661000211", 1),
    )

    order = take_in(make.reading(make.line(), customer=said))

    assert (order.customer, order.contact_name, order.company, order.phone, order.email) == (
        None,
        "Nadia Chraibi",
        "Le Verger",
        "+212661000211",
        "contact@boulangerie-tizi.example",
    )
    assert order.confidence == 0.7
    assert order.attention == "New customer: Le Verger will be registered when you validate."
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (make.line(quantity=None), "Line 1 (Sachets fond plat) has no quantity."),
        (make.line("", 5), "Line 1 says no product: choose one, or describe it."),
        (
            make.line(confidence=0.5),
            "Not sure of: line 1, product (50 %), line 1, quantity (50 %).",
        ),
        (
            make.line(price="0.5"),
            "The total 950.00 does not match the lines, which add up to 2500.00.",
        ),
    ],
)
def test_what_is_missing_or_doubtful_is_said(line: LineReading, expected: str):
    make.CustomerFactory.create(email="contact@boulangerie-tizi.example")

    order = take_in(make.reading(line, total=Found(Decimal(950), 0.9)))

    assert order.attention == expected
    assert order.confidence <= 0.95


def test_stated_total_may_include_tax():
    make.CustomerFactory.create(email="contact@boulangerie-tizi.example")

    order = take_in(make.reading(make.line(price="0.19"), total=Found(Decimal(1140), 0.9)))

    assert order.attention == ""


def test_total_not_stated_is_the_sum_of_the_lines():
    order = take_in(make.reading(make.line(price="0.19"), make.line(quantity=10, price="2")))

    assert order.total == 970


def test_figures_that_no_column_can_hold_are_left_out():
    huge = make.line(quantity="99999999999999", price="-3")

    order = take_in(make.reading(huge, total=Found(Decimal("NaN"), 0.9)))

    line = order.lines.get()
    assert (line.quantity, line.unit_price, order.total) == (None, None, None)


def test_renewal_is_filled_from_history():
    customer = make.CustomerFactory.create(email="contact@boulangerie-tizi.example")
    earlier = make.validated_order(customer, make.later(days=-14))
    make.OrderLineFactory.create(order=earlier, quantity=9000)

    order = take_in(make.reading(kind="renewal"), make.content("kif dima"))

    line = order.lines.get()
    assert (line.quantity, line.from_history, order.renewed_from, order.is_renewal) == (
        Decimal(9000),
        earlier,
        earlier,
        True,
    )
    assert (order.total, order.currency, order.confidence) == (Decimal(1710), "MAD", 0.85)


def test_renewal_without_history_waits_with_the_reason():
    make.CustomerFactory.create(email="contact@boulangerie-tizi.example")

    order = take_in(make.reading(kind="renewal"))

    assert order.attention == (
        "The order has no line: add what is ordered.\n"
        "Repeat order, but Boulangerie Tizi has no validated order yet."
    )
    assert order.confidence == 0.3


@pytest.mark.parametrize("kind", ["quote_request", "order_status", "complaint", "advertising"])
def test_message_that_orders_nothing_is_announced_and_leaves_no_order(
    announced: list[tuple[Any, str]], kind: MessageKind
):
    message = make.MessageFactory.create()

    outcome = intake.act_on(message, make.content(), make.reading(kind=kind))

    # The support desk takes questions up; nobody takes up advertising.
    status = "not_for_us" if kind == "advertising" else "done"
    assert (outcome.status, outcome.kind) == (status, kind)
    assert outcome.reason
    assert announced == [(message, kind)]
    assert not Order.objects.exists()


def test_doubtful_no_order_waits_for_a_person():
    outcome = intake.act_on(
        make.MessageFactory.create(), make.content(), make.reading(kind="other", confidence=0.4)
    )

    assert outcome.status == "needs_attention"


def test_complaint_warns_whoever_decides_the_waiting_order():
    order = take_in(make.reading(make.line()))
    reading = make.reading(kind="complaint")
    message = make.MessageFactory.create()

    for _twice in range(2):
        intake.act_on(message, make.content("Il manque 20", sent_at=make.later(hours=2)), reading)

    warning = "The customer wrote since: The message is a complaint."
    order.refresh_from_db()
    assert order.attention.splitlines().count(warning) == 1

    workflow.edit(order.pk, by=make.clerk(), changes={"notes": "rappeler"})
    order.refresh_from_db()
    assert order.attention.splitlines().count(warning) == 1


def test_editing_settles_what_was_unsure_and_what_was_missing():
    make.CustomerFactory.create(email="contact@boulangerie-tizi.example")
    unsure = make.reading(make.line(quantity=None, confidence=0.5), warnings=("Row 3 is odd.",))
    order = take_in(unsure)
    line = editing.LineInput("sachet_fond_plat", "Sachets", Decimal(500))

    workflow.edit(order.pk, by=make.clerk(), changes={}, lines=[line])

    order.refresh_from_db()
    assert order.attention == "Row 3 is odd."


@pytest.mark.parametrize("kind", ["order", "other"])
def test_document_that_cannot_be_read_gives_its_reason_to_the_message(kind: MessageKind):
    content = make.content("Veuillez trouver notre commande", documents=(CORRUPT,))

    outcome = intake.act_on(make.MessageFactory.create(), content, make.reading(kind=kind))

    assert (outcome.status, outcome.reason) == ("needs_attention", "bc.pdf: The PDF is encrypted.")
    assert not Order.objects.exists()


def test_unreadable_document_beside_readable_lines_is_a_warning():
    order = take_in(make.reading(make.line()), make.content(documents=(CORRUPT,)))

    assert "bc.pdf: The PDF is encrypted." in order.attention.splitlines()


def test_second_run_of_the_same_reading_changes_nothing():
    message = make.MessageFactory.create()
    reading = make.reading(make.line())

    for _run in range(2):
        intake.act_on(message, make.content(), reading)

    order = Order.objects.get()
    assert [event.kind for event in order.events.all()] == ["proposed"]
    assert order.lines.count() == 1


def test_second_run_proposes_anew_while_nobody_touched_the_order():
    message = make.MessageFactory.create()
    intake.act_on(message, make.content(), make.reading(make.line(quantity=500)))

    intake.act_on(message, make.content(), make.reading(make.line(quantity=5000)))

    order = Order.objects.get()
    assert order.lines.get().quantity == 5000
    assert [event.kind for event in order.events.all()] == ["proposed", "proposed"]


def test_second_run_leaves_a_decided_order_alone():
    message = make.MessageFactory.create()
    intake.act_on(message, make.content(), make.reading(make.line(quantity=500)))
    workflow.reject(Order.objects.get().pk, by=make.clerk(), reason="non")

    outcome = intake.act_on(message, make.content(), make.reading(make.line(quantity=5000)))

    assert (outcome.status, OrderLine.objects.get().quantity) == ("done", Decimal(500))


def test_second_run_that_finds_no_order_keeps_the_first_and_says_so(
    announced: list[tuple[Any, str]],
):
    message = make.MessageFactory.create()
    intake.act_on(message, make.content(), make.reading(make.line()))

    outcome = intake.act_on(message, make.content(), make.reading(kind="quote_request"))

    assert (outcome.status, announced) == ("done", [])
    assert "no longer looks like an order" in Order.objects.get().attention


def test_message_that_moves_to_another_desk_takes_its_order_along():
    order = take_in(make.reading(make.line()))
    assert order.message is not None

    intake.withdraw(order.message)

    assert not Order.objects.exists()


def test_message_of_a_decided_order_stays():
    order = take_in(make.reading(make.line()))
    assert order.message is not None
    workflow.reject(order.pk, by=make.clerk(), reason="non")

    with pytest.raises(DomainError) as refused:
        intake.withdraw(order.message)

    assert (refused.value.conflict, refused.value.value) == (True, order.number)


@pytest.mark.django_db(transaction=True)
def test_message_processed_by_four_workers_at_once_gives_one_order():
    message = make.MessageFactory.create()
    start = Barrier(4)

    def work(_worker: int) -> str:
        start.wait()
        try:
            return intake.act_on(message, make.content(), make.reading(make.line())).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(work, range(4)))

    assert outcomes == ["done"] * 4
    order = Order.objects.get()
    assert (order.lines.count(), order.events.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_same_order_in_four_messages_at_once_is_one_order_and_three_duplicates():
    messages = [make.MessageFactory.create() for _ in range(4)]
    start = Barrier(4)

    def work(message: InboundMessage) -> None:
        start.wait()
        try:
            intake.act_on(message, make.content(), make.reading(make.line()))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, messages))

    first = Order.objects.get(duplicate_of=None)
    assert (
        list(Order.objects.exclude(pk=first.pk).values_list("duplicate_of", flat=True))
        == [first.pk] * 3
    )
