"""Recommendations for programs: what is answered, what is refused, what a decision does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pydantic import BaseModel

from crm.api import recommendation_audit_schemas, recommendation_inputs, recommendation_schemas
from crm.models import (
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendationRun,
    RefusedProduct,
)
from crm.tests import audited as make
from crm.tests.api_calling import Caller, complaint, person
from crm.tests.audited import NOW, ago

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = "/recommendations"
RIGHTS = (
    "view_recommendation",
    "approve_recommendation",
    "generate_recommendation",
    "view_recommendationrun",
    "view_refusedproduct",
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program() -> Caller:
    return Caller(person(*RIGHTS))


@pytest.fixture
def wines() -> list[Product]:
    return make.wines()


@pytest.fixture
def made(wines: list[Product]) -> Recommendation:
    return make.recommendation(make.customer(), wines[:2], wines[2:3])


def found(program: Caller, **filters: Any) -> list[int]:
    status, answer = program.get(LIST, **filters)
    assert status == 200, answer
    assert answer["count"] == len(answer["items"])
    return [one["id"] for one in answer["items"]]


def test_one_is_told_with_its_lists_reasons_and_evidence(program: Caller, made: Recommendation):
    status, told = program.get(f"{LIST}/{made.pk}")

    assert status == 200
    assert (told["status"], told["confidence"], told["data_quality"]) == ("pending", 0.8, 80)
    assert told["algorithms"] == {"repeat": "own_frequency", "new": "ease"}
    assert [place["rank"] for place in told["products"]["repeat"]] == [1, 2]
    [new] = told["products"]["new"]
    assert new["product"]["name"] == "Cuvée C"
    assert (new["score"], new["probability"], new["price"], new["currency"]) == (
        1.0,
        0.25,
        "12.5000",
        "EUR",
    )
    assert new["evidence"] == [{"code": "bought", "times": 3, "last": "2026-10-01"}]
    assert new["reasons"] == ["Bought 3 times, last on Oct. 1, 2026."]
    assert told["reasoning"].startswith("For Anna Petit: propose “Cuvée A” first.")
    assert (told["feedback"], told["taken_off"]) == ([], [])


def test_the_list_is_narrowed_and_comes_in_pages(program: Caller, wines: list[Product]):
    anna, marc = make.customer("Anna"), make.customer("Marc")
    run = RecommendationRun.objects.create(status="done")
    weak = make.recommendation(
        anna, wines[:1], confidence="0.2", quality=20, segment="vip", run=run, at=ago(10)
    )
    strong = make.recommendation(marc, wines[:2], wines[2:], new_algorithm="collaborative")
    done = make.recommendation(anna, (), wines[2:], status="rejected", decided_at=NOW)

    assert found(program) == [done.pk, strong.pk, weak.pk]
    assert found(program, status="rejected") == [done.pk]
    assert found(program, customer=anna.pk) == [done.pk, weak.pk]
    assert found(program, segment="vip") == [weak.pk]
    assert found(program, run=run.pk) == [weak.pk]
    assert found(program, min_confidence=0.5) == [done.pk, strong.pk]
    assert found(program, min_quality=21) == [done.pk, strong.pk]
    assert found(program, algorithm="own_frequency") == [strong.pk, weak.pk]
    assert found(program, algorithm="collaborative", question="new") == [strong.pk]
    assert found(program, algorithm="collaborative", question="repeat") == []
    assert found(program, question="repeat") == [strong.pk, weak.pk]
    assert found(program, created_since="2026-11-15") == [done.pk, strong.pk]
    assert found(program, product=wines[3].pk) == [done.pk, strong.pk]
    assert found(program, issue="few_products") == [weak.pk]
    page = program.get(LIST, limit=1, offset=1)[1]
    assert ([one["id"] for one in page["items"]], page["count"]) == ([strong.pk], 3)
    assert [place["product"]["name"] for place in page["items"][0]["products"]] == [
        "Cuvée A",
        "Cuvée B",
        "Cuvée C",
        "Cuvée D",
    ]


def test_the_list_asks_as_much_for_many_as_for_one(program: Caller, wines: list[Product]):
    counts = []
    # The first use of a key is noted.
    program.get(LIST)
    for place in range(3):
        make.recommendation(make.customer(f"C{place}"), wines[:2], wines[2:])
        with CaptureQueriesContext(connection) as queries:
            program.get(LIST)
        counts.append(len(queries))
    assert counts[1:] == counts[:1] * 2


def test_feedback_rates_comments_and_approves_at_once(program: Caller, made: Recommendation):
    answer = program.post(
        f"{LIST}/{made.pk}/feedback", {"rating": 4, "comment": "Bien vu", "action": "approve"}
    )

    assert answer[0] == 200
    assert (answer[1]["status"], answer[1]["rating"]) == ("approved", 4)
    assert [(one["action"], one["rating"], one["comment"]) for one in answer[1]["feedback"]] == [
        ("approved", None, ""),
        ("rated", 4, "Bien vu"),
    ]


def test_all_of_a_feedback_is_taken_or_nothing(program: Caller, made: Recommendation):
    program.post(f"{LIST}/{made.pk}/feedback", {"action": "approve"})

    late = program.post(f"{LIST}/{made.pk}/feedback", {"rating": 1, "action": "reject"})

    assert complaint(late) == (409, "status", "already_decided")
    made.refresh_from_db()
    assert (made.status, made.rating) == ("approved", None)
    assert RecommendationFeedback.objects.count() == 1


def test_a_rejection_keeps_its_products_away(program: Caller, made: Recommendation):
    body = {"action": "reject", "reason": "products", "comment": "Trop cher", "rating": 2}

    status, told = program.post(f"{LIST}/{made.pk}/feedback", body)

    assert (status, told["status"], told["rating"]) == (200, "rejected", 2)
    assert (told["rejection"], told["rejection_note"]) == ("products", "Trop cher")
    refused = program.get(f"{LIST}/refused-products", customer=made.customer_id)[1]["items"]
    assert len(refused) == 3
    assert {one["reason"] for one in refused} == {"Trop cher"}
    client = program.client
    assert client.delete(f"/api/crm{LIST}/refused-products/{refused[0]['id']}").status_code == 204
    assert client.delete(f"/api/crm{LIST}/refused-products/{refused[0]['id']}").status_code == 404
    assert RefusedProduct.objects.count() == 2


def test_a_rejection_without_a_reason_is_other(program: Caller, made: Recommendation):
    told = program.post(f"{LIST}/{made.pk}/feedback", {"action": "reject"})[1]

    assert (told["status"], told["rejection"]) == ("rejected", "other")


def test_one_product_is_rated_refused_or_swapped(
    program: Caller, made: Recommendation, wines: list[Product]
):
    whole = f"{LIST}/{made.pk}"
    rated = program.post(f"{whole}/feedback", {"rating": 1, "product": wines[0].pk})[1]
    assert (rated["rating"], rated["feedback"][0]["product"]) == (None, wines[0].pk)

    first, _second = rated["products"]["repeat"]
    twice = program.post(f"{whole}/products/{first['id']}/swap", {"product": wines[1].pk})
    assert complaint(twice) == (422, "product", "already_there")
    swapped = program.post(f"{whole}/products/{first['id']}/swap", {"product": wines[3].pk})
    assert swapped[0] == 200, swapped
    [*_others, chosen] = swapped[1]["products"]["new"]
    assert (chosen["product"]["id"], chosen["by_hand"]) == (wines[3].pk, True)
    assert [one["id"] for one in swapped[1]["taken_off"]] == [wines[0].pk]

    refused = program.post(f"{whole}/products/{chosen['id']}/refuse", {"reason": "Trop cher"})
    assert refused[0] == 200
    assert RefusedProduct.objects.get().product_id == wines[3].pk
    again = program.post(f"{whole}/products/{chosen['id']}/refuse", {"reason": None})
    assert complaint(again) == (409, "place", "off_the_list")
    # The place belongs to another recommendation.
    other = make.recommendation(make.customer(), wines[:1])
    assert program.post(f"{LIST}/{other.pk}/products/{first['id']}/refuse")[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"comment": "   "}, "action"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": True}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": 10**30}, "rating"),
        ({"action": "delete"}, "action"),
        ({"action": ["approve"]}, "action"),
        ({"action": "approve", "reason": "data"}, "reason"),
        ({"action": "reject", "reason": "dislike"}, "reason"),
        ({"comment": "x" * 501}, "comment"),
        ({"comment": "a\0b"}, "comment"),
        ({"comment": None}, "action"),
        ({"rating": 3, "product": 0}, "product"),
        ({"rating": 3, "product": 2**63}, "product"),
        ({"stars": 5}, "stars"),
        ([], ""),
        ("approve", ""),
    ],
)
def test_wrong_feedback_is_told_and_changes_nothing(
    program: Caller, made: Recommendation, body: object, field: str
):
    answer = program.post(f"{LIST}/{made.pk}/feedback", body)

    assert complaint(answer)[:2] == (422, field)
    made.refresh_from_db()
    assert (made.status, made.rating) == ("pending", None)
    assert not RecommendationFeedback.objects.exists()


def test_a_product_that_is_not_on_it_is_not_rated(program: Caller, made: Recommendation):
    body = {"rating": 3, "action": "approve", "product": 2**40}

    answer = program.post(f"{LIST}/{made.pk}/feedback", body)

    assert complaint(answer)[:2] == (422, "product")
    made.refresh_from_db()
    assert made.status == "pending"


@pytest.mark.parametrize("number", [0, 7, 2**63 - 1, 2**63, 10**40])
def test_what_is_not_there_is_404(program: Caller, number: int):
    assert program.get(f"{LIST}/{number}")[0] == 404
    assert program.post(f"{LIST}/{number}/feedback", {"rating": 3})[0] == 404
    assert program.post(f"{LIST}/{number}/regenerate")[0] == 404
    assert program.get(f"{LIST}/runs/{number}")[0] == 404


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "new"},
        {"question": "both"},
        {"customer": 2**63},
        {"min_confidence": "nan"},
        {"min_confidence": 70},
        {"min_quality": 101},
        {"created_since": "yesterday"},
        {"issue": "ugly"},
        {"limit": 501},
    ],
)
def test_wrong_filters_are_told(program: Caller, filters: dict[str, Any]):
    [field] = filters
    status, told, _code = complaint(program.get(LIST, **filters))
    assert (status, told) == (422, field)


@pytest.mark.parametrize(
    "module", [recommendation_schemas, recommendation_audit_schemas, recommendation_inputs]
)
def test_every_field_says_what_it_means(module: ModuleType):
    of_module = [one for one in vars(module).values() if isinstance(one, type)]
    models = [one for one in of_module if issubclass(one, BaseModel)]

    assert len(models) > 8
    fields = [
        (one.__name__, name, field) for one in models for name, field in one.model_fields.items()
    ]
    assert [(one, name) for one, name, field in fields if not field.description] == []


CALLS = (
    ("get", "", "view_recommendation"),
    ("get", "/{pk}", "view_recommendation"),
    ("post", "/{pk}/feedback", "approve_recommendation"),
    ("post", "/{pk}/regenerate", "generate_recommendation"),
    ("post", "/generate", "generate_recommendation"),
    ("get", "/runs", "view_recommendationrun"),
    ("get", "/runs/1", "view_recommendationrun"),
    ("get", "/refused-products", "view_refusedproduct"),
    ("delete", "/refused-products/{refused}", "approve_recommendation"),
    ("post", "/{pk}/products/{place}/refuse", "approve_recommendation"),
    ("post", "/{pk}/products/{place}/swap", "approve_recommendation"),
    ("get", "/api/quality-metrics", "view_recommendation"),
    ("get", "/api/audit", "view_recommendation"),
    ("get", "/api/evaluation", "view_recommendation"),
)


@pytest.mark.parametrize(("method", "path", "right"), CALLS)
def test_each_address_takes_its_permission_and_scope(
    made: Recommendation, wines: list[Product], method: str, path: str, right: str
):
    refused = RefusedProduct.objects.create(customer=made.customer, product=wines[3])
    place = made.products.get(rank=1, question="repeat")
    address = f"/api/crm{LIST}" + path.format(pk=made.pk, refused=refused.pk, place=place.pk)
    body = {"product": wines[3].pk} if path.endswith("swap") else {}
    body = {"rating": 3} if path.endswith("feedback") else body

    def call(client: Client) -> int:
        options = {} if method == "get" else {"data": body, "content_type": "application/json"}
        return int(getattr(client, method)(address, **options).status_code)

    assert call(Client()) == 401
    assert call(Caller(person(*(set(RIGHTS) - {right}))).client) == 403
    missing = "crm:write" if method == "get" else "crm:read"
    assert call(Caller(person(*RIGHTS), missing).client) == 403
    assert call(Caller(person(*RIGHTS), "orders:read", "orders:write").client) == 403
    made.refresh_from_db()
    assert (made.status, made.rating) == ("pending", None)


def test_the_worker_is_told_to_make_them(program: Caller):
    owner = make.customer()

    status, run = program.post(f"{LIST}/generate", {"customers": [owner.pk], "top": 5})

    assert (status, run["status"], run["kind"], run["top"]) == (202, "waiting", "selection", 5)
    assert program.get(f"{LIST}/runs/{run['id']}") == (200, run)
    again = program.post(f"{LIST}/generate")
    assert complaint(again) == (409, "run", "already_running")
    assert [one["id"] for one in program.get(f"{LIST}/runs", status="waiting")[1]["items"]] == [
        run["id"]
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customers": []}, "customers"),
        ({"customers": [2**40]}, "customers"),
        ({"customers": ["x"]}, "customers.0"),
        ({"customers": 7}, "customers"),
        ({"customers": [1] * 10_001}, "customers"),
        ({"algorithm": "magic"}, "algorithm"),
        ({"top": 0}, "top"),
        ({"top": 51}, "top"),
        ({"full": "perhaps"}, "full"),
        ({"now": True}, "now"),
        ({"now": True, "customers": [1], "top": 3}, "now"),
        ({"now": True, "customers": list(range(1, 22))}, "now"),
        ({"everybody": True}, "everybody"),
    ],
)
def test_a_wrong_wish_makes_no_run(program: Caller, body: object, field: str):
    assert complaint(program.post(f"{LIST}/generate", body))[:2] == (422, field)
    assert not RecommendationRun.objects.exists()


def test_some_are_made_at_once_and_made_anew(program: Caller):
    owners, _wines = make.learnt_shop()
    Recommendation.objects.all().delete()
    gone = make.customer("Zoé", consent_email=False)
    wish = {"now": True, "customers": [owners[0].pk, gone.pk, 2**40]}

    status, told = program.post(f"{LIST}/generate", wish)

    assert status == 201
    [first] = told["recommendations"]
    assert (first["customer"]["id"], first["status"]) == (owners[0].pk, "pending")
    assert [(one["customer"], one["code"]) for one in told["left_out"]] == [
        (gone.pk, "opted_out"),
        (2**40, "unknown_customers"),
    ]
    status, second = program.post(f"{LIST}/{first['id']}/regenerate", {"comment": "Encore"})
    assert (status, second["replaces"]) == (201, first["id"])
    assert program.get(f"{LIST}/{first['id']}")[1]["status"] == "replaced"
    evaluation = program.get(f"{LIST}/api/evaluation")[1]
    assert set(evaluation["winners"]) == {"repeat", "new"}
    unknown = program.post(f"{LIST}/{second['id']}/regenerate", {"algorithm": "magic"})
    assert complaint(unknown) == (422, "algorithm", "unknown_algorithm")


def test_without_anything_learnt_nothing_is_made(program: Caller, made: Recommendation):
    answer = program.post(f"{LIST}/{made.pk}/regenerate")

    assert complaint(answer) == (422, "", "nothing_learnt")
    assert program.get(f"{LIST}/api/evaluation") == (200, None)


def test_metrics_and_audit_of_some_days(program: Caller, wines: list[Product]):
    make.recommendation(make.customer(), wines[:2], at=ago(50), confidence="0.5", segment="vip")
    make.recommendation(make.customer(), wines[:2], confidence="0.6")

    whole = program.get(f"{LIST}/api/quality-metrics")[1]
    some = program.get(f"{LIST}/api/quality-metrics", since="2026-11-01")[1]
    audited = program.get(f"{LIST}/api/audit", since="2026-10-01", until="2026-10-31")[1]

    assert (whole["total"], whole["average_confidence"], whole["period"]) == (2, 55.0, None)
    assert (some["total"], some["period"]) == (1, {"from": "2026-11-01", "to": "2026-11-21"})
    assert list(audited["metrics"]["by_segment"]) == ["vip"]
    assert audited["by_algorithm"]["own_frequency"]["lists"] == {"repeat": 1, "new": 0}
    for name in ("by_algorithm", "by_segment"):
        assert audited[name] == audited["metrics"][name]
    assert [(one["type"], one["severity"], one["count"]) for one in audited["issues"]] == [
        ("low_confidence", "medium", 1),
        ("stale", "medium", 1),
    ]
    assert complaint(program.get(f"{LIST}/api/audit", until="2026-10-31"))[1] == "since"
    assert complaint(program.get(f"{LIST}/api/audit", since="2027-01-01"))[1] == "since"
    assert complaint(program.get(f"{LIST}/api/audit", since="9999-12-31"))[0] == 422


def test_the_pages_of_the_old_system_lead_here(client: Client, made: Recommendation):
    assert client.get("/recommendations")["Location"] == "/admin/crm/recommendation/"
    one = client.get(f"/recommendations/{made.pk}/")
    assert one["Location"] == f"/admin/crm/recommendation/{made.pk}/change/"
