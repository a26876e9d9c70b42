"""Leads as a file: what the list shows, safe in a spreadsheet, streamed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User

from crm.models import Customer, CustomerIdentity
from scoring.models import LeadScore
from scoring.sheets.leads import LeadResource
from scoring.tests.leads import lead, version

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EXPORT = "/admin/scoring/leadscore/export/"


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    fields = {f"leadresource_{name}": "on" for name in LeadResource._meta.fields}
    answer = client.post(EXPORT + query, {"format": "0", "resource": "0", **fields})
    assert answer.status_code == 200
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def signed_in(client: Client, *codes: str) -> Client:
    user = User.objects.create_user("ali", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def test_a_lead_is_a_row_with_reasons_and_ways_to_reach_it(client: Client):
    customer = Customer.objects.create(
        name="Zoé", company="=1+1", city="Lyon", segment="CHR", consent_email=False
    )
    for kind, value in (("email", "zoe@wine.example"), ("phone", "+33639981234")):
        CustomerIdentity.objects.create(customer=customer, kind=kind, value=value)
    lead(85, customer, contributions=[12.4, -3.6, 0, 0, 0, 0, 5], expected_value=Decimal("80.50"))

    (row,) = exported(signed_in(client, "view_leadscore", "export_leadscore"))

    assert list(row) == list(LeadResource._meta.fields)
    assert row["company"] == "'=1+1"
    assert (row["score"], row["segment"], row["chance"]) == ("85", "Hot", "0.4")
    assert (row["expected_value"], row["email"], row["phone"]) == (
        "80.50",
        "zoe@wine.example",
        "+33639981234",
    )
    assert (row["may_be_emailed"], row["may_be_called"]) == ("no", "yes")
    assert [one.split(" (")[1] for one in row["reasons"].split("; ")] == ["+12)", "+5)", "-4)"]
    assert row["recommendation"].startswith("HIGH priority")


def test_the_file_has_the_rows_of_the_list(client: Client):
    hot, cold = lead(90), lead(10)
    ali = signed_in(client, "view_leadscore", "export_leadscore")

    assert [row["score"] for row in exported(ali, "?queue=hot")] == [str(hot.score)]
    assert [row["score"] for row in exported(ali, "?queue=cold")] == [str(cold.score)]


def test_a_customer_of_whom_nothing_is_known_is_a_row_as_well(client: Client):
    lead(20, last_contact_on=None, total_contacts=0, total_spent=0)

    (row,) = exported(signed_in(client, "view_leadscore", "export_leadscore"), "?queue=all")

    assert (row["last_contact_on"], row["total_contacts"], row["handled_at"]) == ("", "0", "")


@pytest.mark.parametrize("codes", [["view_leadscore"], ["export_leadscore"]])
def test_who_may_not_export_or_not_see_is_sent_away(client: Client, codes: list[str]):
    assert signed_in(client, *codes).get(EXPORT).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_rows_cost_no_questions_of_their_own(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    row = version()
    for _number in range(count):
        lead(80, model=row)

    # The leads with their customers, and these customers' addresses.
    with django_assert_num_queries(2):
        _header, rows = LeadResource().stream(LeadScore.objects.order_by("pk"))
        assert len(list(rows)) == count
