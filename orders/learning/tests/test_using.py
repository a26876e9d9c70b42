"""Usual units and prices: filled in where the message leaves them out, and only there."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from orders import history, workflow
from orders.learning import facts, habits, using
from orders.learning.prices import Price
from orders.learning.tests.desk import FLAT, HANDLES, OTHER_PHONE, PHONE, lines_of, ordered
from orders.models import LearnedFact, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

    from crm.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> Iterator[None]:
    settings.OPENAI_API_KEY = ""
    make.all_products()
    with translation.override("en"):
        yield


@pytest.fixture
def tizi() -> Customer:
    return make.CustomerFactory.create(phone=PHONE)


def bought(customer: Customer, *, days_ago: int = 30, number: int = 1, **line: Any) -> Order:
    """Orders of one line that were validated, one a day; the last of them."""
    order = None
    for day in range(number):
        placed_at = make.SENT - dt.timedelta(days=days_ago - day)
        order = make.validated_order(customer, placed_at, message=None)
        values = {"description": "Sachets", "unit_price": None, "total": None} | line
        make.OrderLineFactory.create(order=order, **values)
    habits.rebuild([customer.pk])
    assert order is not None
    return order


def test_a_figure_alone_is_counted_in_the_usual_unit(tizi: Customer):
    last = bought(tizi, number=3, quantity=5, unit="carton")

    order = ordered("Bonjour, 8 sachets svp")

    assert lines_of(order) == [(FLAT, 8, "carton", None)]
    sentence = f"Line 1: counted in carton as usual, learned from {last.number}."
    assert sentence in order.attention.splitlines()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Bonjour, 8000 sachets svp", (8000, "piece"), id="far from what is usual"),
        pytest.param("Bonjour, 8 kg de sachets svp", (8, "kg"), id="another unit stated"),
        pytest.param("Bonjour, 8 pieces de sachets svp", (8, "piece"), id="pieces stated"),
        pytest.param("Bonjour, 8 sachets à 3 dh svp", (8, "piece"), id="a price stated"),
    ],
)
def test_the_usual_unit_overrides_nothing(tizi: Customer, body: str, expected: tuple[int, str]):
    bought(tizi, number=3, quantity=5, unit="carton")

    [(_sku, quantity, unit, _price)] = lines_of(ordered(body))

    assert (quantity, unit) == expected


def test_a_unit_is_usual_when_most_of_the_last_orders_have_it(tizi: Customer):
    bought(tizi, quantity=5, unit="carton")
    assert not LearnedFact.objects.exists()

    bought(tizi, days_ago=20, number=2, quantity=5, unit="carton")
    assert LearnedFact.objects.get().times_seen == 3

    bought(tizi, days_ago=10, number=3, quantity=2, unit="kg")
    assert [(fact.value, fact.times_seen) for fact in LearnedFact.objects.all()] == [("kg", 3)]

    bought(tizi, days_ago=5, number=3, quantity=500, unit="piece")
    assert [(fact.value, fact.times_seen) for fact in LearnedFact.objects.all()] == [("piece", 0)]
    assert lines_of(ordered("8 sachets")) == [(FLAT, 8, "piece", None)]


def test_a_price_the_message_does_not_state_is_the_last_one(tizi: Customer):
    bought(tizi, days_ago=60, unit_price=Decimal("0.17"))
    last = bought(tizi, days_ago=30, number=2, unit_price=Decimal("0.16"))

    order = ordered("Bonjour, 3000 sachets svp")

    assert lines_of(order) == [(FLAT, 3000, "piece", "0.16")]
    assert (order.total, order.currency) == (Decimal(480), "MAD")
    fact = LearnedFact.objects.get()
    assert (fact.value, fact.times_seen, fact.learned_from) == ("0.16 MAD/piece", 2, last)
    line = order.reading["lines"][0]["unit_price"]
    sentence = f"usual price 0.16 MAD, learned from {last.number}; the message states none."
    assert (line["confidence"], line["note"]) == (0.65, sentence)


@pytest.mark.parametrize(
    ("body", "prices"),
    [
        pytest.param("3000 sachets à 0,20 dh", ["0.2"], id="another price stated"),
        pytest.param("3000 sachets, total 450 dh", [None], id="a total that speaks against it"),
        pytest.param("3000 sachets, total 480 dh", ["0.16"], id="a total that agrees"),
        pytest.param("3000 sachets à 0,20 € et 2000 sacs carrés", ["0.2", None], id="currency"),
        pytest.param("30 kg de sachets", [None], id="a unit that does not convert"),
    ],
)
def test_the_usual_price_overrides_nothing(tizi: Customer, body: str, prices: list[str | None]):
    bought(tizi, unit_price=Decimal("0.16"))
    make.OrderLineFactory.create(
        order=Order.objects.get(), product=make.product(HANDLES), unit_price=Decimal("0.7")
    )

    order = ordered(body)

    assert [price for *_line, price in lines_of(order)] == prices


def test_a_price_belongs_to_one_make(tizi: Customer):
    small, large = {"size": "18x35"}, {"size": "25x40", "printing": "2 couleurs"}
    bought(tizi, days_ago=30, unit_price=Decimal("0.16"), attributes=small)
    bought(tizi, days_ago=20, unit_price=Decimal("0.30"), attributes=large)

    def price_of(body: str) -> Any:  # noqa: ANN401 - a price or none
        return lines_of(ordered(body))[0][3]

    assert price_of("3000 sachets 18x35") == "0.16"
    assert price_of("3100 sachets 25x40") == "0.3"
    assert price_of("3200 sachets 30x50") is None
    assert price_of("3300 sachets") is None
    assert sorted(LearnedFact.objects.values_list("phrase", flat=True)) == [
        "18x35|||",
        "25x40|||2 couleurs",
    ]


@pytest.mark.parametrize(("days_ago", "price"), [(364, "0.16"), (366, None)])
def test_an_old_price_is_not_proposed(tizi: Customer, days_ago: int, price: str | None):
    bought(tizi, days_ago=days_ago, unit_price=Decimal("0.16"))

    order = ordered("3000 sachets", sent_at=make.SENT)

    assert lines_of(order) == [(FLAT, 3000, "piece", price)]


def test_prices_of_one_customer_are_not_proposed_to_another(tizi: Customer):
    bought(tizi, unit_price=Decimal("0.16"), number=3)
    make.CustomerFactory.create(company="Snack Atlas", phone=OTHER_PHONE)

    order = ordered("3000 sachets", phone=OTHER_PHONE)

    assert (str(order.customer), lines_of(order)) == (
        "Snack Atlas",
        [(FLAT, 3000, "piece", None)],
    )


def test_a_price_switched_off_is_neither_used_nor_brought_up_to_date(tizi: Customer):
    bought(tizi, unit_price=Decimal("0.16"))
    fact = facts.switch(LearnedFact.objects.get().pk, is_active=False)

    bought(tizi, days_ago=10, unit_price=Decimal("0.18"))

    fact.refresh_from_db()
    assert (fact.value, fact.is_active) == ("0.16 MAD/piece", False)
    assert lines_of(ordered("3000 sachets")) == [(FLAT, 3000, "piece", None)]


@pytest.mark.django_db(transaction=True)
def test_orders_loaded_beside_a_validation_do_not_bring_back_an_earlier_price(tizi: Customer):
    bought(tizi, days_ago=30, unit_price="0.15")
    loaded, latest = (
        make.validated_order(tizi, make.SENT - dt.timedelta(days=days)) for days in (20, 10)
    )
    goods = {"description": "Sachets", "total": None}
    make.OrderLineFactory.create(order=loaded, unit_price="0.16", **goods)

    def learn() -> None:
        try:
            habits.rebuild([tizi.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            line = make.OrderLineFactory.create(order=latest, unit_price="0.17", **goods)
            facts.one_at_a_time()
            habits.learn(latest, [line])
            late = pool.submit(learn)
            wait_until(somebody_waits_for_us, within=30)
        late.result()

    assert LearnedFact.objects.get(kind="usual_price").value == "0.17 MAD/piece"


def test_a_history_that_is_loaded_gives_usual_prices():
    rows = "\n".join(
        f"+212661000001,Karim,Snack Sale,OLD-{number},2026-0{number}-10,{FLAT},2000,piece,0.21,MAD"
        for number in range(1, 4)
    )
    head = (
        "customer_phone,customer_name,company,order_number,order_date,product_code,quantity,unit,"
        "unit_price,currency"
    )

    history.load(f"{head}\n{rows}\n".encode(), filename="history.csv")

    assert lines_of(ordered("1000 sachets")) == [(FLAT, 1000, "piece", "0.21")]
    assert LearnedFact.objects.get().times_seen == 3


@pytest.mark.parametrize("count", [1, 3])
def test_habits_of_many_customers_cost_a_few_queries(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    for number in range(count):
        customer = make.CustomerFactory.create(company=f"Snack {number}")
        make.OrderLineFactory.create(order=make.validated_order(customer, make.SENT))
    customers = list(Order.objects.values_list("customer_id", flat=True))

    # Of two hundred at a time: savepoint (2), their turn, lines, facts, one insert.
    with django_assert_num_queries(6):
        habits.rebuild(customers)

    assert LearnedFact.objects.count() == count


@pytest.mark.parametrize(
    ("value", "unit", "amount"),
    [
        ("0.16 MAD/piece", "mille", "160"),
        ("160 MAD/mille", "piece", "0.1600"),
        ("0.1666 MAD/mille", "piece", "0.0002"),
        ("12 MAD/kg", "piece", None),
    ],
)
def test_pieces_and_thousands_convert(value: str, unit: str, amount: str | None):
    price = Price.parse(value)

    assert price is not None
    assert str(price) == value
    assert price.per(unit) == (None if amount is None else Decimal(amount))


def test_a_value_somebody_wrote_otherwise_is_no_price():
    assert Price.parse("on request") is None


def test_units_of_many_lines_cost_no_query_more(
    tizi: Customer, django_assert_num_queries: DjangoAssertNumQueries
):
    bought(tizi, number=3, quantity=5, unit="carton")
    line = make.line(quantity="8")

    for count in (1, 20):
        with django_assert_num_queries(4):
            reading = using.complete(
                make.reading(*[line] * count), customer=tizi, alias=None, at=make.SENT
            )
        assert {one.unit.value for one in reading.lines} == {"carton"}


def test_a_cancelled_order_leaves_no_habit(tizi: Customer):
    bought(tizi, days_ago=60, unit_price=Decimal("0.2"), number=2, unit="mille")
    last = bought(tizi, unit_price=Decimal("0.3"), unit="mille")
    handles = make.OrderLineFactory.create(
        order=last, position=1, product=make.product(HANDLES), unit_price=Decimal("0.7")
    )
    habits.learn(last, list(last.lines.all()))

    workflow.cancel(last.pk, by=make.clerk(), reason="Cancelled by the customer.")

    assert strengths() == {
        ("usual_unit", FLAT, "mille"): 2,
        ("usual_price", FLAT, "0.2 MAD/mille"): 2,
        ("usual_price", HANDLES, f"{handles.unit_price} MAD/piece"): 0,
    }


def test_a_sample_given_away_is_no_usual_price(tizi: Customer):
    bought(tizi, days_ago=60, unit_price=Decimal("0.2"))
    bought(tizi, unit_price=Decimal(0))

    assert strengths() == {("usual_price", FLAT, "0.2 MAD/piece"): 1}


def strengths() -> dict[tuple[str, ...], int]:
    rows = LearnedFact.objects.exclude(kind="usual_unit", times_seen=0)
    values = rows.values_list("kind", "product__sku", "value", "times_seen")
    return {(kind, sku, value): seen for kind, sku, value, seen in values}
