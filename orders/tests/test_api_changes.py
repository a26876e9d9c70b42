from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orders.tests import factories as make
from orders.tests.test_api import Caller, complaint

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from orders.models import ChangeRequest, Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    make.message_templates()


@pytest.fixture
def program() -> Caller:
    return Caller(make.allowed(make.clerk(), "view_changerequest", "apply_changerequest"))


def asked(order: Order | None = None, **values: object) -> ChangeRequest:
    """A customer wants 7,000 instead of the order's 5,000 bags."""
    order = order or make.order_with_line()
    line = order.lines.get()
    change = {
        "field": "quantity",
        "line": line.pk,
        "product": "Sachets",
        "sku": "sachet_fond_plat",
        "before": "5000",
        "after": "7000",
    }
    return make.ChangeRequestFactory.create(
        **{"order": order, "changes": [change], "sentence": "Sachets: 5,000 → 7,000."} | values
    )


def test_requests_are_listed_with_what_they_ask(program: Caller):
    request = asked()
    asked(state="dismissed", decided_at=make.SENT)

    status, body = program.get("/api/orders/changes?state=open")

    assert status == 200
    [item] = body["items"]
    assert (item["id"], item["order"], item["what"]) == (
        request.pk,
        request.order.number if request.order else "",
        ["Sachets: 5,000 → 7,000"],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_request_as_for_three(
    program: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    for _number in range(count):
        asked()

    with django_assert_num_queries(6):
        program.get("/api/orders/changes")


def test_request_is_applied(program: Caller):
    request = asked()

    status, body = program.post(f"/api/orders/changes/{request.pk}/apply", {"note": ""})

    assert (status, body["state"], body["decided_by"]) == (200, "applied", "salma")
    assert request.order is not None
    assert request.order.lines.get().quantity == 7000


def test_late_decision_is_a_conflict(program: Caller):
    request = asked()
    program.post(f"/api/orders/changes/{request.pk}/dismiss", {"reason": "non"})

    answer = program.post(f"/api/orders/changes/{request.pk}/apply", {"note": ""})

    assert complaint(answer) == (409, "state", "not_open")


def test_order_is_chosen(program: Caller):
    request, order = asked(), make.order_with_line(number="CMD-2026-00009")

    status, body = program.post(f"/api/orders/changes/{request.pk}/choose", {"order_id": order.pk})

    assert (status, body["order"]) == (200, "CMD-2026-00009")


def test_who_may_only_see_does_not_decide():
    program = Caller(make.staff("reader", "view_changerequest"))
    request = asked()

    status, _body = program.post(f"/api/orders/changes/{request.pk}/apply", {"note": ""})

    assert (status, program.get(f"/api/orders/changes/{request.pk}")[0]) == (403, 200)
