"""Every page that has nothing to show says why, and what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from crm.models import Customer, Product, Recommendation, RecommendationRun, Sale
from crm.tests import recommended as make

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/crm/recommendation/"
RUNS = "/admin/crm/recommendationrun/"
CAMPAIGN = "/admin/crm/recommendations/campaign/"
AUDIT = "/admin/crm/recommendations/audit/"
NO_DATA = "First take in customers, products and sales"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    return client


def said(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def sell() -> None:
    Sale.objects.create(
        customer=Customer.objects.create(name="Anne"),
        product=Product.objects.create(sku="V1", name="Riesling"),
        quantity=1,
        sold_on=timezone.localdate(),
        source="test",
        external_ref="1",
    )


@pytest.mark.parametrize("page", [LIST, f"{LIST}?status=all", RUNS, CAMPAIGN, AUDIT])
def test_without_purchases_every_page_says_what_to_do_first(boss: Client, page: str):
    text = said(boss, page)

    assert NO_DATA in text
    assert ("/admin/crm/datasource/" in text.split('role="status"')[1]) == (page != RUNS)
    assert "Create a new item" not in text


@pytest.mark.parametrize(
    ("may", "words"),
    [(True, "Have them made for everybody"), (False, "a manager can have them made at once")],
)
def test_with_purchases_it_says_who_has_them_made(client: Client, *, may: bool, words: str):
    sell()
    user = User.objects.create_user("omar", is_staff=True)
    codes = ["view_recommendation", *(["generate_recommendation"] if may else [])]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    client.cookies["django_language"] = "en"

    assert words in said(client, LIST)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("running", "Recommendations are being made"),
        ("failed", "The last making failed"),
        ("done", "The last making found nothing to propose"),
    ],
)
def test_what_became_of_the_last_making_is_said(boss: Client, status: str, words: str):
    sell()
    run = RecommendationRun.objects.create(status=status)

    text = said(boss, LIST).split('role="status"')[1]

    assert words in text
    assert f"{RUNS}{run.pk}/change/" in text


def test_where_all_are_decided_the_list_says_so(boss: Client):
    row = make.recommendation()
    Recommendation.objects.filter(pk=row.pk).update(status="rejected", decided_at=timezone.now())

    assert "Nothing is left to review" in said(boss, LIST)
    assert "Nothing waits for a campaign" in said(boss, CAMPAIGN)
    # A filter that leaves nothing is another matter.
    filtered = said(boss, f"{LIST}?segment=vip")
    assert "Nothing matches the search and the filters." in filtered
    assert "Nothing is left to review" not in filtered


def test_no_refused_product_says_what_comes_there(boss: Client):
    text = said(boss, "/admin/crm/refusedproduct/")

    assert "No product is refused" in text


def test_the_tile_counts_no_approved_ones_where_there_are_none(boss: Client):
    make.recommendation()

    text = said(boss, "/admin/")

    assert "Nothing waits for a campaign" in text
    assert "0 approved" not in text
