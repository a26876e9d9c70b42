"""How proposals fared: what staff kept, changed, added and removed, field by field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from orders import intake, workflow
from orders.editing import LineInput
from orders.learning import backfill, remember
from orders.learning.tests.desk import FLAT, HANDLES, PLAIN
from orders.models import ChangeRequest, FieldOutcome, LearnedFact, Order
from orders.reading import CustomerReading, Found
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries, Settings

    from crm.models import Customer
    from orders.reading import LineReading

pytestmark = pytest.mark.django_db


@pytest.fixture
def salma() -> User:
    return make.clerk()


@pytest.fixture
def tizi() -> Customer:
    make.all_products()
    return make.CustomerFactory.create(email="contact@boulangerie-tizi.example")


def proposed(*lines: LineReading, **parts: Any) -> Order:
    """The order of a message that was read so."""
    message = make.MessageFactory.create()
    intake.act_on(message, make.content(), make.reading(*lines, **parts))
    return Order.objects.get(message=message)


def outcomes(order: Order) -> dict[Any, tuple[Any, ...]]:
    """By field, or (line, field): confidence, proposed, decided, kept."""
    return {
        row.field if row.line is None else (row.line, row.field): (
            row.confidence,
            row.proposed,
            row.decided,
            row.was_kept,
        )
        for row in order.outcomes.all()
    }


def test_what_is_validated_as_proposed_is_kept(tizi: Customer, salma: User):
    order = proposed(
        make.line(quantity=5000, price="0.190", description="Sachets"),
        currency=Found("MAD", 0.9),
        total=Found(Decimal("950.0"), 0.8),
        delivery_date=Found(dt.date(2026, 5, 4), 0.7),
        customer=CustomerReading(name=Found("Khalid  BOUKHRIS", 0.6)),
    )

    workflow.validate(order.pk, by=salma)

    assert outcomes(order) == {
        "customer": (0.97, "Boulangerie Tizi", "Boulangerie Tizi", True),
        "contact_name": (0.6, "Khalid  BOUKHRIS", "Khalid  BOUKHRIS", True),
        "email": (None, order.email, order.email, True),
        "delivery_date": (0.7, "2026-05-04", "2026-05-04", True),
        "total": (0.8, "950", "950", True),
        "currency": (0.9, "MAD", "MAD", True),
        (0, "product"): (0.95, FLAT, FLAT, True),
        (0, "description"): (0.95, "Sachets", "Sachets", True),
        (0, "quantity"): (0.95, "5000", "5000", True),
        (0, "unit"): (0.95, "piece", "piece", True),
        (0, "unit_price"): (0.95, "0.19", "0.19", True),
    }
    assert {row.decided_at for row in order.outcomes.all()} == {
        Order.objects.get(pk=order.pk).decided_at
    }


def test_what_staff_changed_is_not_kept(tizi: Customer, salma: User):
    other = make.CustomerFactory.create(company="Snack Atlas")
    order = proposed(
        make.line(quantity=5000, price="0.19"), delivery_date=Found(dt.date(2026, 5, 4), 0.7)
    )
    lines = [LineInput(FLAT, FLAT, Decimal(3000), "mille", Decimal(190))]
    changes = {"customer_id": other.pk, "delivery_date": dt.date(2026, 5, 6), "company": "Atlas"}

    workflow.edit(order.pk, by=salma, changes=changes, lines=lines)
    workflow.edit(order.pk, by=salma, changes={"contact_name": "X"})
    workflow.edit(order.pk, by=salma, changes={"contact_name": "Khalid Boukhris"})
    workflow.validate(order.pk, by=salma)

    changed = {key: row[:3] for key, row in outcomes(order).items() if not row[3]}
    assert changed == {
        "customer": (0.97, "Boulangerie Tizi", "Snack Atlas"),
        "delivery_date": (0.7, "2026-05-04", "2026-05-06"),
        "company": (None, "", "Atlas"),
        "total": (None, "950", "570000"),
        (0, "quantity"): (0.95, "5000", "3000"),
        (0, "unit"): (0.95, "piece", "mille"),
        (0, "unit_price"): (0.95, "0.19", "190"),
    }


def test_lines_are_matched_through_reordering_adding_and_removing(tizi: Customer, salma: User):
    order = proposed(
        make.line(FLAT, 5000, description="petits"),
        make.line(FLAT, 3000, description="grands"),
        make.line(PLAIN, 100, description="sacs", confidence=0.6),
    )
    lines = [
        LineInput(HANDLES, "plates", Decimal(70)),
        LineInput(FLAT, "grands", Decimal(3000)),
        LineInput(FLAT, "petits", Decimal(4000)),
        LineInput("", "Ruban", Decimal(2)),
    ]

    workflow.edit(order.pk, by=salma, changes={}, lines=lines)
    workflow.validate(order.pk, by=salma)

    changed = {key: row[:3] for key, row in outcomes(order).items() if not row[3]}
    assert changed == {
        (0, "quantity"): (0.95, "5000", "4000"),
        (2, "removed"): (0.6, "100 sacs", ""),
        (3, "added"): (None, "", "70 Sac fond carré avec poignées plates"),
        (4, "added"): (None, "", "2 Ruban"),
    }


def test_a_customer_staff_chose_stays_their_choice_after_another_reading(
    tizi: Customer, salma: User
):
    other = make.CustomerFactory.create(company="Snack Atlas")
    order = proposed(make.line())
    workflow.edit(order.pk, by=salma, changes={"customer_id": other.pk})
    workflow.read_again(order.pk, by=salma)
    message = order.message
    assert message is not None
    intake.act_on(message, make.content(), make.reading(make.line()))

    workflow.validate(order.pk, by=salma)

    assert outcomes(order)["customer"] == (None, "", "Snack Atlas", False)


def test_a_customer_registered_as_new_was_proposed_as_new(salma: User):
    make.all_products()
    order = proposed(make.line())

    workflow.validate(order.pk, by=salma)

    assert outcomes(order)["customer"] == (None, "", "Khalid Boukhris", True)


def test_what_the_customer_asked_for_later_was_not_read_wrong(tizi: Customer, salma: User):
    order = proposed(make.line(quantity=5000, price="0.19"), make.line(HANDLES, 100))
    ChangeRequest.objects.create(
        message=make.MessageFactory.create(),
        order=order,
        kind="correction",
        state="applied",
        decided_at=make.later(hours=1),
        changes=[
            {"field": "quantity", "line": 1, "before": "5000", "after": "6000.0"},
            {"field": "line", "line": 2, "sku": HANDLES, "before": "100", "after": None},
            {"field": "line", "line": None, "sku": PLAIN, "before": None, "after": "20"},
        ],
    )
    lines = [
        LineInput(FLAT, FLAT, Decimal(6000), "piece", Decimal("0.19")),
        LineInput(PLAIN, "sacs", Decimal(20), "piece", Decimal(1)),
    ]

    workflow.edit(order.pk, by=salma, changes={}, lines=lines)
    workflow.validate(order.pk, by=salma)

    found = outcomes(order)
    assert {key for key, row in found.items() if not row[3]} == set()
    assert (0, "quantity") not in found
    assert found[0, "product"] == (0.95, FLAT, FLAT, True)


def test_orders_nobody_read_have_no_outcomes(tizi: Customer, salma: User):
    order = make.order_with_line(customer=tizi)

    workflow.validate(order.pk, by=salma)

    assert outcomes(order) == {}


def facts_now() -> dict[tuple[str, ...], int]:
    rows = LearnedFact.objects.values_list("kind", "phrase", "value", "times_seen")
    return {(kind, phrase, value): seen for kind, phrase, value, seen in rows}


def test_backfill_of_orders_decided_before(
    tizi: Customer, salma: User, settings: Settings, capsys: pytest.CaptureFixture[str]
):
    settings.LANGUAGE_CODE = "en"
    orders = [proposed(make.line("", number, description="zif")) for number in (50, 60)]
    for order in orders:
        quantity = order.lines.get().quantity
        lines = [LineInput(FLAT, "zif", quantity, "piece", Decimal("0.2"))]
        workflow.edit(order.pk, by=salma, changes={"currency": "MAD"}, lines=lines)
        workflow.validate(order.pk, by=salma)
    rejected = proposed(make.line())
    workflow.reject(rejected.pk, by=salma, reason="no")
    expected = [outcomes(order) for order in orders]
    known = facts_now()
    FieldOutcome.objects.all().delete()
    LearnedFact.objects.all().delete()

    call_command("learn_from_orders")
    again = backfill.run()

    assert [outcomes(order) for order in orders] == expected
    assert facts_now() == known
    assert known == {
        ("product_word", "zif", ""): 2,
        ("usual_price", "", "0.2 MAD/piece"): 2,
    }
    assert (again.orders, again.compared) == (2, 0)
    assert capsys.readouterr().out.startswith("2 ")


@pytest.mark.parametrize("count", [1, 20])
def test_many_lines_cost_no_query_more(
    tizi: Customer, salma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    order = proposed(*(make.line(quantity=number, price="1") for number in range(1, count + 1)))
    order = workflow.validate(order.pk, by=salma)
    FieldOutcome.objects.all().delete()
    LearnedFact.objects.all().delete()
    lines = list(order.lines.select_related("product"))

    with django_assert_num_queries(9):
        remember(order, lines)

    assert LearnedFact.objects.get().value == "1 MAD/piece"
