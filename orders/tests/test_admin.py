"""The order desk's pages: what staff see, and what their buttons do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from backoffice.messaging.models import OutboundMessage
from crm.models import Sale
from orders import workflow
from orders.models import Order, OrderEvent, OrderLine
from orders.reading import ADAPTER, CustomerReading, Evidence, Found, LineReading, OrderReading
from orders.tests.factories import (
    CustomerFactory,
    MessageFactory,
    OrderLineFactory,
    clerk,
    order_with_line,
    product,
    staff,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

NOON = datetime(2036, 4, 20, 10, 42, tzinfo=UTC)  # the same in Casablanca
BODY = "Bonjour, 5 000 sachets fond plat pour le 24 avril.\n<script>alert(1)</script>"


@pytest.fixture
def salma() -> User:
    return clerk()


@pytest.fixture
def client(salma: User) -> Client:
    client = Client()
    client.force_login(salma)
    return client


def page(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def form_of(order: Order, **changes: str) -> dict[str, str]:
    """What the browser posts for the order as it is shown, with these fields typed anew."""
    lines = [*order.lines.all()]
    fields = {
        name: value for index, line in enumerate(lines) for name, value in _line_form(index, line)
    }
    return {
        "customer": "",
        "company": order.company,
        "contact_name": order.contact_name,
        "email": order.email,
        "phone": order.phone,
        "delivery_date": "",
        "duplicate_of": "",
        "total": "",
        "currency": order.currency,
        "notes": "",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": str(len(lines)),
        **fields,
        **changes,
    }


def _line_form(index: int, line: OrderLine) -> Iterator[tuple[str, str]]:
    yield f"lines-{index}-id", str(line.pk)
    yield f"lines-{index}-order", str(line.order_id)
    yield f"lines-{index}-product", str(line.product_id)
    yield f"lines-{index}-description", line.description
    yield f"lines-{index}-quantity", "5000"
    yield f"lines-{index}-unit", "piece"
    yield f"lines-{index}-unit_price", "0.19"
    yield f"lines-{index}-total", "950.00"


def reading() -> dict[str, Any]:
    start = BODY.index("5 000")
    line = LineReading(
        description=Found("sachets fond plat", 0.9),
        product=Found("sachet_fond_plat", 0.9),
        quantity=Found(Decimal(5000), 0.5, (Evidence("body", start, start + 5, "5 000"),)),
        unit=Found("piece", 0.9),
    )
    value = OrderReading(
        kind=Found("order", 0.9),
        is_order=Found(True, 0.9),  # noqa: FBT003 - a value that was found
        is_renewal=Found(False, 0.9),  # noqa: FBT003 - the same
        customer=CustomerReading(),
        lines=(line,),
    )
    shown: dict[str, Any] = ADAPTER.dump_python(value, mode="json")
    return shown


def test_the_page_marks_where_a_value_was_read_and_escapes_the_rest(client: Client):
    message = MessageFactory.create(body=BODY)
    order = order_with_line(message=message, reading=reading())

    shown = client.get(page(order)).content.decode()

    mark = (
        '<mark class="order-mark" tabindex="0" data-field="lines-0-quantity" data-confidence="low"'
    )
    assert shown.count(mark) == 1
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_field_is_coloured_by_its_confidence_until_somebody_types_another_value(client: Client):
    order = order_with_line(reading=reading())
    assert client.get(page(order)).content.decode().count('data-confidence="low"') == 1

    order.lines.update(quantity=6000)

    assert client.get(page(order)).content.decode().count('data-confidence="low"') == 0


def test_validate_saves_the_edits_with_the_lines_and_opens_the_next_order(client: Client):
    order, following = order_with_line(), order_with_line()
    typed = form_of(order, **{"lines-0-quantity": "6000", "orders_order_validate": "1"})

    response = client.post(page(order), typed)

    order.refresh_from_db()
    line = order.lines.get()
    assert response.headers["Location"] == page(following)
    assert (order.status, line.quantity, line.total) == ("validated", 6000, 1140)
    told = OutboundMessage.objects.get()
    assert "6" in told.body
    kinds = [*order.events.values_list("kind", "actor__username")]
    assert kinds == [("edited", "salma"), ("validated", "salma"), ("notified", None)]


def test_lines_added_in_the_form_are_sales_of_their_own(client: Client):
    order = order_with_line(customer=CustomerFactory.create(), reading=reading())
    new = {"order": str(order.pk), "product": str(product().pk), "unit": "piece"}
    added = {f"lines-{i}-{name}": value for i in (1, 2) for name, value in new.items()}
    quantities = {"lines-1-quantity": "1000", "lines-2-quantity": "2000"}
    typed = form_of(
        order, **added, **quantities, **{"lines-TOTAL_FORMS": "3", "orders_order_validate": "1"}
    )

    client.post(page(order), typed)

    assert [*order.lines.values_list("position", "quantity")] == [(0, 5000), (1, 1000), (2, 2000)]
    sales = Sale.objects.order_by("external_ref")
    assert [*sales.values_list("quantity", flat=True)] == [5000, 1000, 2000]


@pytest.mark.parametrize(("stated", "expected"), [("950.00", 1140), ("1140.00", 1140), ("", None)])
def test_a_total_that_was_the_sum_of_its_lines_follows_them(
    client: Client, stated: str, expected: int | None
):
    order = order_with_line(total=stated or None)

    client.post(page(order), form_of(order, total=stated, **{"lines-0-quantity": "6000"}))

    order.refresh_from_db()
    assert order.total == expected


def test_validate_of_an_incomplete_order_keeps_the_edits_and_says_what_is_missing(client: Client):
    order = order_with_line()
    typed = form_of(order, **{"lines-0-quantity": "", "orders_order_validate": "1"})
    typed |= {"company": "Boulangerie Nouvelle"}

    response = client.post(page(order), typed, follow=True)

    order.refresh_from_db()
    assert (order.status, order.company) == ("pending", "Boulangerie Nouvelle")
    assert len(response.context["messages"]) == 1


def test_a_copy_is_not_taken_for_an_original(client: Client):
    first = order_with_line()
    copy = order_with_line(duplicate_of=first)
    third = order_with_line()

    for order, original in ((first, third), (third, copy)):
        shown = client.post(page(order), form_of(order, duplicate_of=str(original.pk)))
        assert list(shown.context["adminform"].form.errors) == ["duplicate_of"]

    assert list(Order.objects.filter(duplicate_of__isnull=False)) == [copy]


def test_reject_asks_first_and_needs_a_reason(client: Client):
    order = order_with_line()
    url = reverse("admin:orders_order_reject", args=[order.pk])

    assert client.get(url).status_code == 200
    order.refresh_from_db()
    assert order.status == "pending"
    client.post(url, {"reason": "", "_form_submitted": "on"})
    order.refresh_from_db()
    assert order.status == "pending"

    client.post(url, {"reason": "Rupture de stock", "_form_submitted": "on"})
    order.refresh_from_db()
    assert (order.status, order.rejection_reason) == ("rejected", "Rupture de stock")


def test_saving_an_order_that_was_decided_meanwhile_changes_nothing_and_says_who(client: Client):
    order = order_with_line()
    typed = form_of(order, company="Too late", orders_order_validate="1")
    other = Client()
    other.force_login(clerk("omar"))
    other.post(page(order), form_of(order, orders_order_validate="1"))

    response = client.post(page(order), typed, follow=True)

    order.refresh_from_db()
    assert order.company == "Boulangerie Tizi"
    assert "omar" in str(next(iter(response.context["messages"])))
    assert OutboundMessage.objects.count() == 1


def hidden_field(client: Client, order: Order) -> dict[str, str]:
    """What the page of the order as it is now says of when it was changed."""
    shown = client.get(page(order)).content.decode()
    [value] = re.findall(r'<input type="hidden" name="updated_at" value="([^"]+)">', shown)
    return {"updated_at": value}


@pytest.mark.parametrize("button", ["_save", "orders_order_validate"])
def test_a_form_opened_before_a_colleagues_edit_saves_nothing_and_says_who(
    client: Client, button: str
):
    order = order_with_line()
    typed = form_of(order, **hidden_field(client, order), **{button: "1"}, notes="stale")
    with time_machine.travel(NOON, tick=False):
        workflow.edit(order.pk, by=clerk("omar"), changes={"company": "Tizi Sud"})

    with time_machine.travel(NOON, tick=False):
        client.force_login(User.objects.get(username="salma"))
        response = client.post(page(order), typed, headers={"accept-language": "en"})
        shown = client.get(response.headers["Location"], headers={"accept-language": "en"})

    order.refresh_from_db()
    assert (response.headers["Location"], order.status) == (page(order), "pending")
    assert (order.company, order.notes, order.events.count()) == ("Tizi Sud", "", 1)
    [told] = shown.context["messages"]
    assert (told.level_tag, "omar" in str(told), "10:42" in str(told)) == ("warning", True, True)
    fresh = form_of(order, **hidden_field(client, order), company="Tizi Sud", **{button: "1"})
    client.post(page(order), fresh | {"notes": "fresh"})
    order.refresh_from_db()
    assert (order.company, order.notes) == ("Tizi Sud", "fresh")


def test_saving_without_a_change_makes_nobodys_page_stale(client: Client):
    order = order_with_line(customer=CustomerFactory.create())
    seen = hidden_field(client, order)

    client.post(page(order), form_of(order, customer=str(order.customer_id), **seen))

    assert (hidden_field(client, order), order.events.count()) == (seen, 0)


def test_a_decided_order_is_shown_but_not_edited(client: Client):
    order = order_with_line()
    client.post(page(order), form_of(order, orders_order_validate="1"))

    response = client.get(page(order))

    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()
    assert 'name="orders_order_validate"' not in response.content.decode()


@pytest.mark.parametrize("action", ["reject", "read_again"])
def test_who_may_only_look_is_refused_every_action(action: str):
    order = order_with_line()
    client = Client()
    client.force_login(staff("leila", "view_order"))

    url = reverse(f"admin:orders_order_{action}", args=[order.pk])

    assert client.get(url).status_code == 403
    assert client.post(url, {"reason": "x", "_form_submitted": "on"}).status_code == 403
    assert client.post(page(order), form_of(order)).status_code == 403


def test_bulk_validate_asks_then_sums_up(client: Client):
    complete, decided = order_with_line(), order_with_line()
    client.post(page(decided), form_of(decided, orders_order_validate="1"))
    chosen = {"action": "validate_selected", "_selected_action": [complete.pk, decided.pk]}
    changelist = reverse("admin:orders_order_changelist")

    asked = client.post(changelist, chosen)
    complete.refresh_from_db()
    assert (asked.status_code, complete.status) == (200, "pending")

    ids = f"{complete.pk},{decided.pk}"
    client.post(changelist, {**chosen, "confirmed": "1", "ids": ids, "_form_submitted": "on"})
    complete.refresh_from_db()
    assert complete.status == "validated"
    assert OrderEvent.objects.filter(kind="validated").count() == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_order_and_for_three(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    changelist = reverse("admin:orders_order_changelist")
    client.get(changelist)
    for _ in range(rows):
        order_with_line(message=MessageFactory.create())

    with django_assert_num_queries(6):
        assert client.get(changelist).status_code == 200


def _order_with(lines: int) -> Order:
    order = order_with_line(message=MessageFactory.create())
    for position in range(1, lines):
        OrderLineFactory.create(order=order, position=position)
    return order


@pytest.mark.parametrize("lines", [3, 60])
def test_the_page_costs_the_same_for_three_lines_and_for_sixty(
    client: Client, lines: int, django_assert_num_queries: DjangoAssertNumQueries
):
    order = _order_with(lines)
    client.get(page(order))

    with django_assert_num_queries(16):
        shown = client.get(page(order)).content.decode()
    assert shown.count("selected>Sachets fond plat</option>") == lines

    typed = form_of(order, **{"lines-1-quantity": "6000", "_save": "1"})
    typed["lines-2-product"] = str(product("sac_fond_carre_sans_poignees").pk)
    with django_assert_num_queries(28):
        client.post(page(order), typed)
    kept = [(line.quantity, line.product and line.product.sku) for line in order.lines.all()[:3]]
    assert kept == [
        (5000, "sachet_fond_plat"),
        (6000, "sachet_fond_plat"),
        (5000, "sac_fond_carre_sans_poignees"),
    ]


@pytest.mark.parametrize("lines", [3, 60])
def test_a_decided_order_costs_the_same_for_three_lines_and_for_sixty(
    client: Client, lines: int, django_assert_num_queries: DjangoAssertNumQueries
):
    order = _order_with(lines)
    client.post(page(order), form_of(order, orders_order_validate="1"))
    client.get(page(order))

    with django_assert_num_queries(16):
        assert client.get(page(order)).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product", "4711"),
        ("product", "x"),
        ("id", "4711"),
        ("quantity", "0"),
        ("unit_price", "-1"),
    ],
)
def test_a_wrong_value_of_a_line_is_said_at_its_field(client: Client, field: str, value: str):
    order = order_with_line()

    shown = client.post(page(order), form_of(order, **{f"lines-0-{field}": value}))

    [formset] = shown.context["inline_admin_formsets"]
    assert [[*form.errors] for form in formset.formset.forms] == [[field]]
    assert order.lines.get().quantity == 5000
