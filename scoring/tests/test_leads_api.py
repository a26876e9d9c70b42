"""Our own customers' scores for programs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from backoffice.core import api_keys
from scoring.models import ScorePoint
from scoring.tests import leads as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LISTED = [
    *("customer_id", "name", "score", "segment", "recommendation", "reasons", "chance"),
    *("expected_value", "currency", "as_of", "last_contact_on", "rests_until"),
]


def program(*permissions: str) -> Client:
    user = User.objects.create_user("program")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    _row, key = api_keys.issue("Shop", user, ["scoring:read"])
    return Client(headers={"X-API-Key": key, "Accept-Language": "en"})


@pytest.fixture
def reader() -> Client:
    return program("view_leadscore")


def names(reader: Client, query: str = "") -> list[str]:
    return [one["name"] for one in reader.get(f"/api/leads{query}").json()["items"]]


def refused(reader: Client, query: str) -> tuple[int, list[str]]:
    answer = reader.get(f"/api/leads?{query}")
    return answer.status_code, [one["field"] for one in answer.json().get("detail", [])]


@pytest.fixture
def _some_leads() -> None:
    day = timezone.localdate()
    for name, score, value, rests in (
        ("Cold", 10, 900, None),
        ("Hot", 80, 300, None),
        ("Called", 90, 500, day + dt.timedelta(days=3)),
        ("Awake again", 75, 400, day),
        ("Warm", 50, 300, None),
    ):
        lead = make.lead(score, expected_value=Decimal(value), rests_until=rests)
        lead.customer.name = name
        lead.customer.save()


def test_leads_come_with_their_reasons(reader: Client):
    row = make.lead(82, rests_until=dt.date(2026, 4, 1))

    (lead,) = reader.get("/api/leads").json()["items"]

    assert list(lead) == LISTED
    assert (lead["customer_id"], lead["name"]) == (row.pk, row.customer.name)
    assert (lead["score"], lead["segment"]) == (82, "Hot")
    assert lead["recommendation"] == (
        "HIGH priority - contact immediately! Strong conversion potential."
    )
    assert lead["reasons"] == ["Last contact 5 days ago: raises the score by 42 points."]
    assert (lead["expected_value"], lead["currency"]) == ("100.00", "EUR")
    assert lead["rests_until"] == "2026-04-01"


@pytest.mark.usefixtures("_some_leads")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Cold", "Called", "Awake again", "Hot", "Warm"]),
        ("?segment=Hot", ["Called", "Awake again", "Hot"]),
        ("?segment=Hot&resting=false", ["Awake again", "Hot"]),
        ("?resting=true", ["Called"]),
        ("?min_score=75", ["Called", "Awake again", "Hot"]),
        ("?min_score=100", []),
    ],
)
def test_leads_are_chosen_and_come_by_expected_value(
    reader: Client, query: str, expected: list[str]
):
    assert names(reader, query) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_have_every_lead_once(reader: Client, size: int):
    rows = [make.lead(80, expected_value=Decimal(value)) for value in (5, 9, 5, 5, 1, 9, 0)]
    # Customers' names are in another order than their numbers.
    for row, name in zip(rows, "gfedcba", strict=True):
        row.customer.name = name
        row.customer.save()
    expected = [row.pk for row in sorted(rows, key=lambda row: (-row.expected_value, row.pk))]

    found: list[int] = []
    query: str | None = ""
    while query is not None:
        page = reader.get(f"/api/leads?limit={size}&cursor={query}").json()
        found += [one["customer_id"] for one in page["items"]]
        query = page["next"]

    assert found == expected


def test_a_page_goes_on_where_it_ended_though_a_lead_came_before(reader: Client):
    first, second = (make.lead(80, expected_value=Decimal(value)) for value in (9, 5))
    page = reader.get("/api/leads?limit=1").json()
    make.lead(80, expected_value=Decimal(20))

    following = reader.get(f"/api/leads?limit=1&cursor={page['next']}").json()

    assert [page["items"][0]["customer_id"]] == [first.pk]
    assert [one["customer_id"] for one in following["items"]] == [second.pk]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=x", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("cursor=MTAwOi01", "cursor"),
        ("cursor=TmFOOjE", "cursor"),
        ("cursor=SW5maW5pdHk6MQ", "cursor"),
        ("cursor=MWU5OTk5OToxCg", "cursor"),
        ("segment=hot", "segment"),
        ("min_score=101", "min_score"),
        ("min_score=many", "min_score"),
        ("resting=perhaps", "resting"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
    ],
)
def test_what_cannot_be_asked_is_told_by_its_field(reader: Client, query: str, field: str):
    make.lead()

    assert refused(reader, query) == (422, [field])


def test_one_lead_comes_with_what_made_its_score(reader: Client):
    row = make.lead(82)
    for day, score in ((dt.date(2026, 3, 9), 70), (dt.date(2026, 3, 2), 55)):
        ScorePoint.objects.create(customer=row.customer, day=day, score=score, model=row.model)

    lead = reader.get(f"/api/leads/{row.pk}").json()

    assert [*lead][: len(LISTED)] == LISTED
    assert lead["base"] + sum(lead["contributions"].values()) == lead["exact_score"] == 82
    assert lead["features"]["recency"] == 5
    assert lead["features"]["email_open_rate"] == 0.75
    assert (lead["total_spent"], lead["emails_opened"]) == ("1500.50", 6)
    assert lead["trend"] == [
        {"day": "2026-03-02", "score": 55},
        {"day": "2026-03-09", "score": 70},
    ]


def test_who_has_no_score_is_not_there(reader: Client):
    assert reader.get("/api/leads/404").status_code == 404
    assert reader.get(f"/api/leads/{2**63}").status_code == 404


def test_leads_are_for_those_who_may_see_them():
    row = make.lead()
    stranger = program("view_customer")

    for address in ("/api/leads", f"/api/leads/{row.pk}"):
        answer = stranger.get(address)
        assert answer.status_code == 403
        assert "scoring.view_leadscore" in answer.json()["detail"][0]["message"]
        assert Client().get(address).status_code == 401


@pytest.mark.parametrize("rows", [1, 3])
def test_leads_take_few_queries(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    made: list[Any] = [make.lead() for _ in range(rows)]
    reader.get("/api/leads")

    with django_assert_num_queries(4):  # the key, two for the permission, the leads
        reader.get("/api/leads")
    with django_assert_num_queries(5):
        reader.get(f"/api/leads/{made[0].pk}")
