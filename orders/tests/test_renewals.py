from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from backoffice.messaging.content import ReadDocument
from crm import customers
from orders import history, history_rows, renewals
from orders.models import Order
from orders.reading import CustomerReading, Evidence, Found, OrderReading
from orders.tests import factories as make

SAMPLES = Path(__file__).parent / "data" / "samples"
HISTORY = (SAMPLES / "history.csv").read_bytes()
FILLED: dict[str, Any] = json.loads((SAMPLES / "renewals_filled.json").read_text())
MAY = datetime(2026, 5, 7, tzinfo=UTC)

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from crm.models import Customer

pytestmark = pytest.mark.django_db


def as_said(case: str) -> OrderReading:
    """The reading that the sample's labels describe."""
    expected = json.loads((SAMPLES / f"{case}.expected.json").read_text())
    said = expected["customer"]
    return make.reading(
        *(
            make.line(line["product"], line["quantity"], unit=line["unit"])
            for line in expected["lines"]
        ),
        kind="renewal",
        customer=CustomerReading(
            **{name: Found(value, 0.9) if value else Found() for name, value in said.items()}
        ),
        renewed_number=Found("CMD-2025-00231", 0.95) if case.startswith("w13") else Found(),
    )


@pytest.mark.parametrize("case", sorted(FILLED))
def test_sample_renewals_are_filled_from_the_history(case: str):
    history.load(HISTORY, filename="history.csv")
    reading = as_said(case)
    said = reading.customer
    customer = customers.identify(
        name=said.name.value or "",
        company=said.company.value or "",
        email=said.email.value or "",
        phone=said.phone.value or "",
    ).customer

    filled = renewals.fill(
        reading, customer=customer, orders=renewals.earlier_orders(customer, MAY)
    )

    expected = FILLED[case]
    assert filled.source is not None
    assert {
        "renewed_from": filled.source.number,
        "currency": filled.reading.currency.value,
        "lines": [
            {
                "product": line.product.value,
                "quantity": float(line.quantity.value or 0),
                "unit": line.unit.value,
                "unit_price": float(line.unit_price.value or 0),
            }
            for line in filled.reading.lines
        ],
    } == {key: expected[key] for key in ("renewed_from", "currency", "lines")}
    assert str(customer) == expected["customer"]["company"]


def test_history_has_every_column_the_loader_names():
    assert tuple(next(csv.reader(HISTORY.decode().splitlines()))) == history_rows.COLUMNS


@pytest.fixture
def customer():
    return make.CustomerFactory.create(phone="+212663001403")


@pytest.fixture
def earlier(customer: Customer):
    """9,000 bags and 2,500 boxes, two weeks before the message."""
    order = make.validated_order(customer, make.later(days=-14), number="CMD-2026-00086")
    make.OrderLineFactory.create(
        order=order, quantity=9000, unit_price="0.15", description="Sachets 14x28"
    )
    make.OrderLineFactory.create(
        order=order,
        position=1,
        product=make.product("sac_fond_carre_sans_poignees"),
        description="Sac 20x12x28",
        quantity=2500,
        unit_price="0.70",
    )
    return order


def fill(
    reading: OrderReading, customer: Customer | None, content: MessageContent | None = None
) -> renewals.Filled:
    orders = renewals.earlier_orders(customer, make.SENT)
    return renewals.fill(reading, customer=customer, orders=orders, content=content)


def at(start: int, end: int) -> Evidence:
    return Evidence("body", start, end)


def goods(filled: renewals.Filled) -> list[tuple[str | None, float, float | None]]:
    """Product, quantity and unit price of each line."""
    return [
        (
            line.product.value,
            float(line.quantity.value or 0),
            None if line.unit_price.value is None else float(line.unit_price.value),
        )
        for line in filled.reading.lines
    ]


def test_without_quantities_everything_comes_from_the_last_order(
    customer: Customer, earlier: Order
):
    filled = fill(make.reading(kind="renewal"), customer)

    assert goods(filled) == [
        ("sachet_fond_plat", 9000, 0.15),
        ("sac_fond_carre_sans_poignees", 2500, 0.70),
    ]
    with translation.override("en"):
        filled = fill(make.reading(kind="renewal"), customer)
        first = filled.reading.lines[0]
    assert (first.quantity.confidence, first.quantity.note) == (0.85, "from CMD-2026-00086")
    assert filled.from_history == (earlier, earlier)
    assert filled.reading.currency.value == "MAD"
    assert filled.problems == ()


def test_delivery_date_never_comes_from_history(customer: Customer, earlier: Order):
    Order.objects.filter(pk=earlier.pk).update(delivery_date="2026-04-13")

    assert fill(make.reading(kind="renewal"), customer).reading.delivery_date.value is None


def test_newest_validated_order_wins_and_rejected_ones_do_not_count(
    customer: Customer, earlier: Order
):
    make.validated_order(customer, make.later(days=-60), number="CMD-2026-00001")
    make.OrderFactory.create(
        customer=customer,
        status="rejected",
        decided_at=make.later(days=-1),
        rejection_reason="non",
    )
    make.order_with_line(customer=customer)

    assert fill(make.reading(kind="renewal"), customer).source == earlier


def test_order_placed_after_the_message_is_not_its_history(customer: Customer, earlier: Order):
    make.validated_order(customer, make.later(days=1))

    assert fill(make.reading(kind="renewal"), customer).source == earlier


def test_quantity_alone_replaces_that_of_the_only_line(customer: Customer, earlier: Order):
    earlier.lines.filter(position=1).delete()

    filled = fill(make.reading(make.line("", 3000), kind="renewal"), customer)

    assert goods(filled) == [("sachet_fond_plat", 3000, 0.15)]
    assert filled.reading.lines[0].quantity.confidence == 0.95


def test_quantity_alone_with_several_lines_asks_a_person(customer: Customer, earlier: Order):
    filled = fill(make.reading(make.line("", 3000), kind="renewal"), customer)

    assert [line.quantity.value for line in filled.reading.lines] == [9000, 2500]
    assert {line.quantity.confidence for line in filled.reading.lines} == {renewals.AMBIGUOUS}
    assert len(filled.problems) == 1


def test_plain_pieces_of_what_was_sold_by_the_thousand_convert_the_price(
    customer: Customer, earlier: Order
):
    earlier.lines.filter(position=1).delete()
    earlier.lines.update(unit="mille", quantity=10, unit_price=310)

    filled = fill(make.reading(make.line("", 3000), kind="renewal"), customer)

    assert goods(filled) == [("sachet_fond_plat", 3000, 0.31)]
    assert filled.reading.lines[0].unit.value == "piece"


def test_listed_lines_are_all_that_is_wanted(customer: Customer, earlier: Order):
    filled = fill(make.reading(make.line(quantity=10000), kind="renewal"), customer)

    assert goods(filled) == [("sachet_fond_plat", 10000, 0.15)]
    assert filled.from_history == (earlier,)


def test_changed_line_after_mais_keeps_the_others(customer: Customer, earlier: Order):
    text = "kif dima mais 3000 sachets"
    changed = make.line(quantity=3000)
    changed = replace(changed, quantity=replace(changed.quantity, evidence=(at(14, 18),)))
    phrase = Found(value=True, confidence=0.9, evidence=(at(0, 8),))
    reading = make.reading(changed, kind="renewal", is_renewal=phrase)

    filled = fill(reading, customer, make.content(text))

    assert goods(filled) == [
        ("sachet_fond_plat", 3000, 0.15),
        ("sac_fond_carre_sans_poignees", 2500, 0.70),
    ]


def test_excluded_product_is_left_out(customer: Customer, earlier: Order):
    reading = make.reading(kind="renewal", excluded=("sachet_fond_plat",))

    assert goods(fill(reading, customer)) == [("sac_fond_carre_sans_poignees", 2500, 0.70)]


def test_excluding_everything_asks_a_person(customer: Customer, earlier: Order):
    both = ("sachet_fond_plat", "sac_fond_carre_sans_poignees")

    filled = fill(make.reading(kind="renewal", excluded=both), customer)

    assert goods(filled) == []
    assert len(filled.problems) == 1


def test_another_size_keeps_no_price(customer: Customer, earlier: Order):
    reading = make.reading(make.line(quantity=10000, size="18x35"), kind="renewal")

    assert goods(fill(reading, customer)) == [("sachet_fond_plat", 10000, None)]


def test_stated_price_and_currency_win(customer: Customer, earlier: Order):
    reading = make.reading(
        make.line(quantity=10000, price="0.02"), kind="renewal", currency=Found("EUR", 0.9)
    )

    filled = fill(reading, customer)

    assert goods(filled) == [("sachet_fond_plat", 10000, 0.02)]
    assert filled.reading.currency.value == "EUR"


def test_old_price_is_not_taken_in_another_currency(customer: Customer, earlier: Order):
    reading = make.reading(make.line(quantity=10000), kind="renewal", currency=Found("EUR", 0.9))

    assert goods(fill(reading, customer)) == [("sachet_fond_plat", 10000, None)]


def test_price_of_a_product_missing_in_the_last_order_comes_from_the_one_before(
    customer: Customer, earlier: Order
):
    older = make.validated_order(customer, make.later(days=-40), number="CMD-2026-00040")
    make.OrderLineFactory.create(
        order=older, product=make.product("sac_fond_carre_poignees_plates"), unit_price="1.20"
    )
    wanted = make.line("sac_fond_carre_poignees_plates", 1000)

    filled = fill(make.reading(wanted, kind="renewal"), customer)

    assert goods(filled) == [("sac_fond_carre_poignees_plates", 1000, 1.20)]
    assert filled.from_history == (older,)


def test_named_order_of_somebody_else_is_not_shown(customer: Customer, earlier: Order):
    stranger = make.CustomerFactory.create(name="Zineb", company="Crêperie")
    make.validated_order(stranger, make.later(days=-3), number="CMD-2026-00099")
    reading = make.reading(kind="renewal", renewed_number=Found("CMD-2026-00099", 0.9))

    filled = fill(reading, customer)

    assert (filled.source, goods(filled)) == (None, [])
    assert "CMD-2026-00099" in filled.problems[0]


def test_nothing_to_repeat_waits_with_the_reason(customer: Customer):
    filled = fill(make.reading(kind="renewal"), customer)

    assert (filled.source, filled.reading.lines) == (None, ())
    assert str(customer) in filled.problems[0]


def test_unknown_customer_waits_with_the_reason():
    filled = fill(make.reading(make.line(), kind="renewal"), None)

    assert goods(filled) == [("sachet_fond_plat", 5000, None)]
    assert filled.from_history == (None,)
    assert len(filled.problems) == 1


def test_documents_beside_the_phrase_do_not_count_as_changes(customer: Customer, earlier: Order):
    reading = make.reading(make.line(quantity=10000), kind="renewal")
    order_form = ReadDocument("attachment:0", "pdf", "mais 10000")

    filled = fill(reading, customer, make.content("comme d'habitude", documents=(order_form,)))

    assert goods(filled) == [("sachet_fond_plat", 10000, 0.15)]


# --- which earlier order ---


@pytest.fixture
def year(customer: Customer) -> dict[str, Order]:
    """Orders before 20 April 2026: two in March, one in February, one a year ago."""
    days = {"late march": -25, "early march": -45, "february": -60, "a year ago": -370}
    made = {}
    for number, (name, back) in enumerate(days.items(), start=1):
        made[name] = make.validated_order(
            customer, make.later(days=back), number=f"CMD-2026-9000{number}"
        )
        make.OrderLineFactory.create(order=made[name], quantity=number * 1000)
    return made


def repeated(text: str, customer: Customer) -> renewals.Filled:
    content = make.content(text)
    reading = make.reading(kind="renewal")
    orders = renewals.earlier_orders(customer, make.SENT)
    return renewals.fill(reading, customer=customer, orders=orders, content=content)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("comme d'habitude svp", "late march"),
        ("kif lmerra li fatet", "late march"),
        ("comme l'avant-dernière", "early march"),
        ("pareil qu'en février", "february"),
        ("same order as in February please", "february"),
        ("نفس الطلبية ديال فبراير", "february"),
        ("même commande que celle du 19/02", "february"),
        ("même commande que celle du 19 février, livraison le 27 avril", "february"),
        ("la même chose que l'an dernier à cette période", "a year ago"),
        ("comme d'habitude, livraison en mai", "late march"),
    ],
)
def test_the_order_that_is_named_is_repeated(
    customer: Customer, year: dict[str, Order], text: str, name: str
):
    filled = repeated(text, customer)

    assert (filled.source, filled.problems) == (year[name], ())


@pytest.mark.parametrize(
    "text", ["pareil que le mois dernier", "bghit b7al chhar li fat", "same as last month"]
)
def test_of_several_orders_in_a_month_the_newest_is_repeated_and_all_are_named(
    customer: Customer, year: dict[str, Order], text: str
):
    filled = repeated(text, customer)

    assert filled.source == year["late march"]
    [problem] = filled.problems
    assert "CMD-2026-90001, CMD-2026-90002" in problem


@pytest.mark.parametrize(
    "text",
    [
        "comme celle de janvier",
        "la même commande que celle du 3 mars",
        "pareil que la semaine dernière",
    ],
)
def test_where_no_order_fits_nothing_is_repeated(
    customer: Customer, year: dict[str, Order], text: str
):
    filled = repeated(text, customer)

    assert (filled.source, filled.reading.lines) == (None, ())
    assert str(customer) in filled.problems[0]


def test_before_the_last_of_one_order_is_nothing(customer: Customer):
    make.validated_order(customer, make.later(days=-14))

    assert repeated("comme l'avant-dernière", customer).source is None


def test_day_of_delivery_tells_an_order_too(customer: Customer, year: dict[str, Order]):
    Order.objects.filter(pk=year["february"].pk).update(delivery_date="2026-03-03")

    assert repeated("la même commande que celle du 3 mars", customer).source == year["february"]


def test_day_of_the_earlier_order_is_no_day_of_delivery(customer: Customer, year: dict[str, Order]):
    text = "même commande que celle du 19/02"
    day = Found(datetime(2026, 2, 19, tzinfo=UTC).date(), 0.6, (at(27, 32),))
    reading = make.reading(kind="renewal", delivery_date=day)

    filled = fill(reading, customer, make.content(text))

    assert filled.reading.delivery_date.value is None
