"""The traders' desk for programs."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from backoffice.core import api_keys
from listings.matching import finding
from listings.models import Match
from listings.tests.market_cast import sale, trader, wanted
from listings.tests.staff import member

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def program(*scopes: str, rights: tuple[str, ...] = ("view_listing", "view_match")) -> Client:
    user = member(*rights, name=f"program{User.objects.count()}")
    _row, key = api_keys.issue("test", user, scopes or ("listings:read",))
    return Client(headers={"X-API-Key": key, "Accept-Language": "en"})


def post(client: Client, path: str, body: object) -> tuple[int, Any]:
    answer = client.post(f"/api/listings{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def get(client: Client, path: str, **query: str | int) -> tuple[int, Any]:
    answer = client.get(f"/api/listings{path}", query)
    return answer.status_code, answer.json()


def test_a_search_gives_listings_with_price_and_place():
    for number in range(6):
        sale(trader(f"T{number}"), model="Daytona", reference="116500LN", price=30_000)
    cheap = sale(trader("Anna"), model="Daytona", reference="116500LN", price=24_000)
    sale(trader("Ben"), model="Submariner", price=9000)

    status, found = post(
        program(), "/search", {"query": "daytona", "price_to": "25000", "types": ["sale"]}
    )

    assert status == 200
    hit = found["results"][0]
    assert (hit["id"], hit["price_eur"], hit["trader"]["name"]) == (cheap.pk, "24000.00", "Anna")
    assert hit["place"]["share"] == -0.2
    assert hit["place"]["sentence"] == "20 % under the median of 6 offers in 90 days."
    assert found["understood"]["model"] == "Daytona"
    assert found["has_more"] is False


def test_pages_of_a_search_do_not_overlap():
    anna = trader("Anna")
    for number in range(5):
        sale(anna, price=9000 + number)
    client = program()

    pages = [post(client, "/search", {"limit": 2, "offset": at})[1] for at in (0, 2, 4)]

    seen = [hit["id"] for page in pages for hit in page["results"]]
    assert len(seen) == len(set(seen)) == 5
    assert [page["has_more"] for page in pages] == [True, True, False]


def test_every_bad_field_is_named():
    body = {"query": 1, "types": ["house"], "price_from": -1, "limit": 0, "since": "x", "colour": 1}

    status, refusal = post(program(), "/search", body)

    fields = {entry["field"] for entry in refusal["detail"]}
    assert status == 422
    assert fields == {"query", "types.0", "price_from", "limit", "since", "colour"}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_asks_the_database_a_constant_number_of_times(
    django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for number in range(rows):
        sale(trader(f"T{number}"), reference="126610LN", price=9000)
    client = program()
    post(client, "/search", {"types": ["sale"]})

    with django_assert_num_queries(7):
        _status, found = post(client, "/search", {"types": ["sale"]})

    assert len(found["results"]) == rows


def test_a_question_is_answered_with_citations_and_figures():
    anna = trader("Anna")
    low, high = sale(anna, price=8000), sale(anna, price=9000)

    status, answer = post(program(), "/ask", {"question": "How many Submariner are for sale?"})

    assert status == 200
    assert answer["answer"].startswith("2 offers for sale: Rolex Submariner.")
    assert [listing["id"] for listing in answer["citations"]] == [low.pk, high.pk]
    assert answer["summary"] == {
        "count": 2,
        "priced": 2,
        "traders": 1,
        "median_eur": "8500.00",
        "average_eur": "8500.00",
        "lowest_eur": "8000.00",
        "highest_eur": "9000.00",
        "newest": answer["summary"]["newest"],
    }
    assert (answer["reader"], answer["problem"], answer["language"]) == ("rules", "", "en")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "   "}, "question"),
        ({"question": "x" * 501}, "question"),
        ({"question": "a\0b"}, "question"),
        ({"question": "Rolex", "limit": 51}, "limit"),
    ],
)
def test_a_question_that_is_none_is_refused(body: dict[str, object], field: str):
    status, refusal = post(program(), "/ask", body)

    assert (status, [entry["field"] for entry in refusal["detail"]]) == (422, [field])


def test_one_listing_is_shown_whole():
    one = sale(trader("Anna"), price=8000, text="Submariner, 8000")

    status, shown = get(program(), f"/{one.pk}")

    assert (status, shown["id"], shown["text"]) == (200, one.pk, "Submariner, 8000")
    assert (shown["price"], shown["place"]["share"], shown["suspicions"]) == ("8000.00", None, [])
    assert get(program(rights=()), f"/{one.pk}")[0] == 403
    assert get(Client(), f"/{one.pk}")[0] == 401


def test_matches_come_in_pages_with_both_sides():
    asked = wanted(trader("Lena"), reference="126610LN", price=9500)
    offer = sale(trader("Anna"), reference="126610LN", price=9000)
    finding.find(asked.pk)
    match = Match.objects.get()
    client = program()

    status, page = get(client, "/matches", state="proposed", listing=offer.pk)

    assert (status, page["count"]) == (200, 1)
    (shown,) = page["items"]
    assert (shown["wanted"]["id"], shown["sale"]["id"]) == (asked.pk, offer.pk)
    assert shown["reasons"][0]["sentence"] == "Same reference: 126610LN."
    assert get(client, f"/matches/{match.pk}") == (200, shown)
    assert get(client, "/matches", state="done")[1] == {"items": [], "count": 0}
    assert get(client, "/matches", state="x")[0] == 422
    assert get(program(rights=("view_listing",)), "/matches")[0] == 403


def test_figures_are_counted():
    sale(trader("Anna"), price=8000)

    status, figures = get(program(), "/stats")

    assert (status, figures["listings"], figures["by_type"]["sale"]) == (200, 1, 1)
    assert Decimal(figures["total_value_eur"]) == Decimal(8000)


def test_searching_takes_a_key_of_either_scope_and_no_other():
    body = {"query": ""}

    assert post(program("listings:read"), "/search", body)[0] == 200
    assert post(program("listings:write"), "/search", body)[0] == 200
    assert post(program("orders:read"), "/search", body)[0] == 403
