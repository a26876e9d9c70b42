from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django_q.models import OrmQ

from backoffice.core import api_keys
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db


class Caller:
    """A program with a key of ``user``."""

    def __init__(self, user: User, *scopes: str) -> None:
        _row, key = api_keys.issue("test", user, scopes or ("orders:read", "orders:write"))
        self.client = Client(headers={"X-API-Key": key, "Accept-Language": "en"})

    def get(self, path: str) -> tuple[int, Any]:
        response = self.client.get(path)
        return response.status_code, response.json()

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        response = self.client.post(path, json.dumps(body), content_type="application/json")
        return response.status_code, response.json()


@pytest.fixture
def program() -> Caller:
    return Caller(make.clerk())


def numbers(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200
    return [item["number"] for item in answer[1]["items"]]


def complaint(answer: tuple[int, Any]) -> tuple[int, str, str]:
    """Status, field and code of the first complaint."""
    first = answer[1]["detail"][0]
    return answer[0], first["field"], first["code"]


def test_order_is_shown_with_its_lines(program: Caller):
    earlier = make.OrderFactory.create(number="CMD-2019-00007")
    order = make.OrderFactory.create(
        number="CMD-2020-00042", total=950, attention="Voir la date.\nVoir le prix."
    )
    make.OrderLineFactory.create(order=order, from_history=earlier, attributes={"size": "18x35"})

    status, shown = program.get(f"/api/orders/{order.pk}")

    assert status == 200
    expected: dict[str, Any] = {
        "number": "CMD-2020-00042",
        "status": "pending",
        "statut": "en_attente",
        "status_label": "pending",
        "channel": "email",
        "customer": None,
        "total": "950.00",
        "attention": ["Voir la date.", "Voir le prix."],
        "decided_by": None,
        "reading": {},
        "events": [],
        "lines": [
            {
                "product": "sachet_fond_plat",
                "description": "Sachets fond plat 18x35",
                "quantity": "5000.000",
                "unit": "piece",
                "unit_price": "0.1900",
                "total": "950.00",
                "attributes": {"size": "18x35"},
                "confidence": 1.0,
                "filled_from": "CMD-2019-00007",
            }
        ],
    }
    assert {name: shown[name] for name in expected} == expected


@pytest.mark.parametrize("orders", [1, 3])
def test_list_takes_the_same_queries_for_one_and_for_three(
    program: Caller, orders: int, django_assert_num_queries: DjangoAssertNumQueries
):
    customer = make.CustomerFactory.create()
    earlier = make.validated_order(customer, make.SENT)
    for _ in range(orders):
        order = make.order_with_line(customer=customer, renewed_from=earlier)
        make.OrderLineFactory.create(order=order, position=1, from_history=earlier)

    # Key, its last use, two for the user's permissions, count, orders, lines, products, sources.
    with django_assert_num_queries(9):
        answer = program.get("/api/orders?status=pending")

    assert len(numbers(answer)) == orders


def test_list_is_filtered_and_paged(program: Caller):
    customer = make.CustomerFactory.create()
    make.order_with_line(number="CMD-1")
    make.order_with_line(number="CMD-2", channel="whatsapp", customer=customer)
    make.order_with_line(number="CMD-3", status="validated", decided_at=make.SENT)
    Order.objects.filter(number="CMD-3").update(
        created_at=datetime(2026, 4, 20, 23, 30, tzinfo=UTC)
    )

    assert numbers(program.get("/api/orders?limit=2")) == ["CMD-2", "CMD-1"]
    assert numbers(program.get("/api/orders?limit=2&offset=2")) == ["CMD-3"]
    assert numbers(program.get("/api/orders?status=en_attente&channel=whatsapp")) == ["CMD-2"]
    assert numbers(program.get("/api/orders?status=validated")) == ["CMD-3"]
    assert numbers(program.get(f"/api/orders?customer={customer.pk}")) == ["CMD-2"]
    # Half past midnight in Casablanca.
    assert numbers(program.get("/api/orders?received_to=2026-04-20")) == []
    day = "received_from=2026-04-21&received_to=2026-04-21"
    assert numbers(program.get(f"/api/orders?{day}")) == ["CMD-3"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("status=perdu", "status"), ("received_from=hier", "received_from"), ("limit=0", "limit")],
)
def test_wrong_filter_is_named(program: Caller, query: str, field: str):
    status, answer = program.get(f"/api/orders?{query}")

    assert (status, answer["detail"][0]["field"].split(".")[-1]) == (422, field)


def test_order_is_validated_once(program: Caller):
    order = make.order_with_line()

    first = program.post(f"/api/orders/{order.pk}/validate")
    second = program.post(f"/api/orders/{order.pk}/validate")

    assert (first[0], first[1]["statut"], first[1]["decided_by"]) == (200, "validee", "salma")
    assert complaint(second) == (409, "status", "not_pending")
    assert "already validated by salma at" in second[1]["detail"][0]["message"]


def test_incomplete_order_is_not_validated(program: Caller):
    order = make.OrderFactory.create()

    assert complaint(program.post(f"/api/orders/{order.pk}/validate")) == (
        422,
        "lines",
        "incomplete",
    )


def test_order_is_rejected_with_a_reason(program: Caller):
    order = make.order_with_line()

    assert complaint(program.post(f"/api/orders/{order.pk}/reject", {}))[:2] == (422, "reason")
    assert complaint(program.post(f"/api/orders/{order.pk}/reject", {"reason": " "}))[:2] == (
        422,
        "reason",
    )
    status, answer = program.post(f"/api/orders/{order.pk}/reject", {"reason": "Rupture"})

    assert (status, answer["status"], answer["rejection_reason"]) == (200, "rejected", "Rupture")


def test_only_given_fields_are_changed(program: Caller):
    order = make.order_with_line(notes="urgent")
    change = {
        "date_livraison": "2026-05-04",
        "lines": [{"product": "sachet_fond_plat", "quantity": 3000, "unit_price": "0.20"}],
    }

    status, answer = program.post(f"/api/orders/{order.pk}/update", change)

    assert (status, answer["notes"], answer["delivery_date"]) == (200, "urgent", "2026-05-04")
    assert [(line["quantity"], line["total"]) for line in answer["lines"]] == [
        ("3000.000", "600.00")
    ]
    order.refresh_from_db()
    assert order.delivery_date == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "validated"}, "status"),
        ({"total": -1}, "total"),
        ({"delivery_date": "demain"}, "delivery_date"),
        ({"currency": "dirham"}, "currency"),
        ({"devise": "ZZZ"}, "devise"),
        ({"email": "not an email"}, "email"),
        ({"phone": "soon"}, "phone"),
        ({"delivery_date": "0001-01-01"}, "delivery_date"),
        ({"date_livraison": "2101-01-01"}, "date_livraison"),
        ({"notes": "a\0b"}, "notes"),
        ({"lines": [{"description": "\0", "quantity": 1}]}, "lines.0.description"),
        ({"customer_id": 4711}, "customer_id"),
        ({"lines": [{"quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"product": "inconnu", "quantity": 1}]}, "lines.0.product"),
        ({"company": None}, "company"),
    ],
)
def test_wrong_change_names_the_field(program: Caller, change: dict[str, Any], field: str):
    order = make.order_with_line()

    answer = program.post(f"/api/orders/{order.pk}/update", change)

    assert complaint(answer)[:2] == (422, field)
    assert not order.events.exists()


def test_what_can_be_used_is_kept_in_one_form(program: Caller):
    order = make.order_with_line(email="old@example.com")
    change = {"phone": "06 12 34 56 78", "email": "", "currency": "EUR"}

    status, answer = program.post(f"/api/orders/{order.pk}/update", change)

    assert status == 200
    assert [answer[name] for name in change] == ["+212612345678", "", "EUR"]


def test_names_of_the_first_system_change_the_only_line(program: Caller):
    order = make.order_with_line()
    change = {"quantite": 3000, "prix_unitaire": "0.2", "unite": "mille", "devise": "EUR"}

    status, answer = program.post(f"/api/orders/{order.pk}/update", change)

    assert (status, answer["currency"]) == (200, "EUR")
    line = answer["lines"][0]
    assert (line["product"], line["quantity"], line["unit"], line["total"]) == (
        "sachet_fond_plat",
        "3000.000",
        "mille",
        "600.00",
    )


def test_one_quantity_for_several_lines_is_refused(program: Caller):
    order = make.order_with_line()
    make.OrderLineFactory.create(order=order, position=1)

    answer = program.post(f"/api/orders/{order.pk}/update", {"quantite": 3000})

    assert complaint(answer)[:2] == (422, "quantity")


@pytest.mark.parametrize("path", ["", "/validate", "/reject", "/update"])
def test_order_that_is_not_there_is_404(program: Caller, path: str):
    address = f"/api/orders/4711{path}"

    answer = (
        program.post(address, {"reason": "x"} if path == "/reject" else {})
        if path
        else (program.get(address))
    )

    assert answer[0] == 404


PERMISSIONS = {
    "/api/orders": "view_order",
    "/api/orders/{id}": "view_order",
    "/api/orders/{id}/validate": "validate_order",
    "/api/orders/{id}/reject": "reject_order",
    "/api/orders/{id}/update": "change_order",
    "/api/process-emails": "process_inboundmessage",
}


@pytest.mark.parametrize("path", PERMISSIONS)
def test_each_address_asks_for_the_right_of_the_admin(path: str):
    order = make.order_with_line()
    others = {*PERMISSIONS.values()} - {PERMISSIONS[path]}
    caller = Caller(make.staff("hamid", *others))
    address = path.format(id=order.pk)

    status, _answer = (
        caller.get(address)
        if PERMISSIONS[path] == "view_order"
        else caller.post(address, BODIES.get(path, {}))
    )

    assert status == 403
    assert not order.events.exists()


BODIES = {"/api/orders/{id}/reject": {"reason": "non"}, "/api/orders/{id}/update": {"notes": "x"}}


def test_key_that_may_only_read_decides_nothing():
    order = make.order_with_line()
    reader = Caller(make.clerk(), "orders:read")

    assert reader.get(f"/api/orders/{order.pk}")[0] == 200
    assert reader.post(f"/api/orders/{order.pk}/validate")[0] == 403


def test_stranger_is_asked_to_sign_in():
    assert Client().get("/api/orders").status_code == 401


def test_mailboxes_are_fetched_by_the_worker(program: Caller, settings: Settings):
    settings.MAILBOXES = {
        "orders": {**settings.MAILBOXES["orders"], "user": "commandes@example"},
        "support": {**settings.MAILBOXES["support"], "user": ""},
    }
    make.MessageFactory.create()

    for _impatient in range(3):
        assert program.post("/api/process-emails") == (200, {"queued": ["orders"], "unread": 1})
    assert OrmQ.objects.count() == 1


def test_without_a_mailbox_names_the_settings(program: Caller, settings: Settings):
    settings.MAILBOXES = {}

    status, answer = program.post("/api/process-emails")

    assert (status, answer["detail"][0]["code"]) == (422, "not_configured")
    assert "ORDERS_IMAP_USER" in answer["detail"][0]["message"]


def test_figures_of_the_desk(program: Caller, django_assert_num_queries: DjangoAssertNumQueries):
    tizi = make.CustomerFactory.create()
    first = make.order_with_line(customer=tizi, status="validated", decided_at=make.SENT, total=950)
    make.OrderLineFactory.create(order=first, position=1, quantity=2, unit="mille", total=300)
    make.order_with_line(duplicate_of=first, total=950)
    make.order_with_line(status="rejected", decided_at=make.SENT, rejection_reason="non", total=100)
    make.order_with_line(is_renewal=True)

    # Key, its last use, two for the user's permissions, the scoring model's version, five for
    # the figures.
    with django_assert_num_queries(10):
        status, answer = program.get("/api/stats")

    assert status == 200
    assert answer["orders"] == {
        "total": 3,
        "by_status": {"pending": 1, "validated": 1, "rejected": 1},
        "statuts": {"en_attente": 1, "validee": 1, "rejetee": 1},
        "validation_rate": 0.5,
        "renewals": 1,
        "duplicates": 1,
        "average_confidence": 0.9,
        "volume": [{"currency": "MAD", "amount": "950.00", "orders": 1}],
        "most_active_customers": [
            {"customer_id": tizi.pk, "name": tizi.name, "company": tizi.company, "orders": 1}
        ],
        "most_ordered_products": [
            {
                "code": "sachet_fond_plat",
                "name": "Sachets fond plat",
                "counted_in": "piece",
                "quantity": "12000.000",
                "orders": 2,
            }
        ],
    }


def test_figures_of_an_empty_desk(program: Caller):
    answer = program.get("/api/stats")[1]["orders"]

    assert (answer["total"], answer["validation_rate"], answer["volume"]) == (0, None, [])
