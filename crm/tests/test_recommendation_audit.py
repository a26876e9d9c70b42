"""The audit: its figures counted again by plain loops, its issues, its page and files."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from backoffice.core.figures.period import Days
from backoffice.core.kept import forget_all
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendationRules,
    StockLevel,
)
from crm.recommendations import audit
from crm.recommendations.auditing import issues
from crm.tests import audited as make
from crm.tests.api_calling import person
from crm.tests.audited import NOW, ago

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

URL = "/admin/crm/recommendations/audit/"
COUNTED = ("pending", "approved", "rejected")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def wines() -> list[Product]:
    return make.wines()


@pytest.fixture
def visitor() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(person("view_recommendation"))
    return client


def types(**days: Days) -> dict[str, int]:
    return {one["type"]: one["count"] for one in audit.audit(**days)["issues"]}


def random_rows(chance: random.Random, wines: list[Product], number: int = 120) -> None:
    """Recommendations of every kind there is, some of them dated outside of any one month."""
    owners = [make.customer(f"C{n}", consent_email=chance.random() < 0.8) for n in range(25)]
    waiting: set[int] = set()
    for _number in range(number):
        owner = chance.choice(owners)
        kinds = ["approved", "rejected", "replaced", *["pending"] * 3]
        status = chance.choice(kinds)
        if status == "pending" and owner.pk in waiting:
            status = "replaced"
        if status == "pending":
            waiting.add(owner.pk)
        used = status == "approved" and chance.random() < 0.5
        made = make.recommendation(
            owner,
            chance.sample(wines[:2], chance.randrange(3)),
            chance.sample(wines[2:], chance.randrange(3)),
            at=ago(chance.uniform(0, 90)),
            status=status,
            decided_at=ago(chance.uniform(0, 60)) if status in {"approved", "rejected"} else None,
            rejection=chance.choice(["moment", "data"]) if status == "rejected" else "",
            confidence=Decimal(chance.choice(["0", "0.1", "0.699", "0.7", "0.95", "1"])),
            quality=chance.choice([0, 9, 10, 59, 60, 99, 100]),
            segment=chance.choice(["vip", "standard", ""]),
            new_algorithm=chance.choice(["ease", "own_frequency", ""]),
            rating=chance.choice([None, None, 1, 3, 5]),
            contacted_at=ago(chance.uniform(0, 200)) if used else None,
            bought_on=NOW.date() if used and chance.random() < 0.5 else None,
        )
        if chance.random() < 0.2:
            made.products.filter(rank=2).update(rank=None)


def recounted(rows: list[Recommendation]) -> dict[str, Any]:
    """The figures of some recommendations, one after the other."""
    total = len(rows)
    by_status = Counter(row.status for row in rows)
    decided = by_status["approved"] + by_status["rejected"]
    stars = [row.rating for row in rows if row.rating is not None]

    def percent(part: float, whole: int) -> float | None:
        return round(100 * part / whole, 1) if whole else None

    return {
        "total": total,
        "pending": by_status["pending"],
        "approved": by_status["approved"],
        "rejected": by_status["rejected"],
        "average_confidence": percent(float(sum(row.confidence for row in rows)), total),
        "average_data_quality": round(sum(r.quality for r in rows) / total, 1) if total else None,
        "approval_rate": percent(by_status["approved"], total),
        "rejection_rate": percent(by_status["rejected"], total),
        "pending_rate": percent(by_status["pending"], total),
        "approval_rate_of_decided": percent(by_status["approved"], decided),
        "average_rating": round(sum(stars) / len(stars), 2) if stars else None,
        "ratings": len(stars),
        "contacted": sum(row.contacted_at is not None for row in rows),
        "bought": sum(row.bought_on is not None for row in rows),
    }


def has_issue(  # noqa: PLR0911 - one for each kind
    row: Recommendation, kind: str, rules: RecommendationRules
) -> bool:
    """By the words of the documentation."""
    ranked = [place for place in row.products.all() if place.rank]
    unused = row.status == "approved" and row.contacted_at is None
    old = NOW - dt.timedelta(days=rules.stale_days)
    match kind:
        case "low_confidence":
            return row.confidence < Decimal("0.7")
        case "low_data_quality":
            return row.quality < 60
        case "few_products":
            return len(ranked) < 2
        case "opted_out":
            return (row.status == "pending" or unused) and not row.customer.consent_email
        case "approved_unused":
            assert row.decided_at is not None or not unused
            return unused and row.decided_at is not None and row.decided_at < old
        case "stale":
            changed = [
                sale for sale in row.customer.sales.all() if sale.updated_at > row.created_at
            ]
            return row.status == "pending" and (row.created_at < old or bool(changed))
        case "unavailable_product":
            gone = [place for place in ranked if not place.product.is_active]
            return (row.status == "pending" or unused) and bool(gone)
    raise AssertionError(kind)


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_plain_loops(wines: list[Product], seed: int):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    random_rows(chance, wines)
    for owner in Customer.objects.order_by("pk")[:5]:
        with time_machine.travel(ago(chance.uniform(0, 50)), tick=False):
            make.sale(owner, wines[0], NOW.date())
    Product.objects.filter(pk=wines[3].pk).update(is_active=False)
    days = chance.choice([None, Days(dt.date(2026, 10, 1), dt.date(2026, 10, 31))])

    told = audit.audit(days)

    rules = RecommendationRules(pk=1)
    rows = [
        row
        for row in Recommendation.objects.select_related("customer").order_by("pk")
        if row.status in COUNTED and (days is None or days.start <= row.created_at < days.end)
    ]
    metrics = told["metrics"]
    assert {key: metrics[key] for key in recounted(rows)} == recounted(rows)
    for name in {row.repeat_algorithm for row in rows} | {row.new_algorithm for row in rows} - {""}:
        if name:
            of = [row for row in rows if name in {row.repeat_algorithm, row.new_algorithm}]
            found = metrics["by_algorithm"][name]
            assert {key: found[key] for key in recounted(of)} == recounted(of)
            assert found["lists"] == {
                "repeat": sum(row.repeat_algorithm == name for row in rows),
                "new": sum(row.new_algorithm == name for row in rows),
            }
    for name in {row.segment for row in rows}:
        of = [row for row in rows if row.segment == name]
        found = metrics["by_segment"][name]
        assert {key: found[key] for key in recounted(of)} == recounted(of)
    counts = {
        kind.type: sum(has_issue(row, kind.type, rules) for row in rows) for kind in issues.KINDS
    }
    assert {one["type"]: one["count"] for one in told["issues"]} == {
        kind: count for kind, count in counts.items() if count
    }
    newest = [row.pk for row in reversed(rows) if has_issue(row, "low_confidence", rules)]
    low = next(one for one in told["issues"] if one["type"] == "low_confidence")
    assert [one["recommendation"] for one in low["examples"]] == newest[:5]


def test_what_stands_out_is_told_with_its_examples_and_a_link(wines: list[Product]):
    owner = make.customer("Boulangerie =1+1")
    weak = make.recommendation(owner, wines[:2], confidence="0.699", quality=59)
    make.recommendation(make.customer("Anna"), wines[:2], wines[2:], confidence="0.7", quality=60)

    told = audit.audit()["issues"]

    assert [(one["type"], one["severity"], one["count"]) for one in told] == [
        ("low_data_quality", "high", 1),
        ("low_confidence", "medium", 1),
    ]
    assert told[0]["message"].startswith("1 recommendation has a data score below 60")
    assert told[1]["message"] == "1 recommendation has a confidence below 70 %."
    assert told[1]["examples"] == [
        {
            "recommendation": weak.pk,
            "customer": owner.pk,
            "name": "Boulangerie =1+1",
            "status": "pending",
            "confidence": 69.9,
            "data_quality": 59,
        }
    ]
    assert told[1]["link"].endswith("?status=all&issue=low_confidence")


def test_a_sound_one_has_no_issue(wines: list[Product]):
    make.recommendation(make.customer(), wines[:1], wines[1:2])

    assert types() == {}


def test_out_of_stock_counts_where_the_stock_is_known(wines: list[Product]):
    make.recommendation(make.customer(), wines[:2], wines[2:])
    shelf = StockLevel.objects.create(product=wines[0], warehouse="Caen", quantity=0)
    other = StockLevel.objects.create(product=wines[0], warehouse="Lyon", quantity=4, reserved=4)
    assert types() == {"unavailable_product": 1}

    StockLevel.objects.filter(pk=other.pk).update(quantity=5)
    assert types() == {}

    StockLevel.objects.filter(pk=other.pk).update(quantity=4)
    Recommendation.objects.update(status="rejected", decided_at=NOW)
    assert types() == {}
    assert shelf.available == 0


def test_purchases_since_make_one_stale(wines: list[Product]):
    owner = make.customer()
    made = make.recommendation(owner, wines[:2], at=ago(2))
    with time_machine.travel(ago(3), tick=False):
        make.sale(owner, wines[2], ago(3).date())
    assert types() == {}

    make.sale(owner, wines[3], ago(40).date())
    assert types() == {"stale": 1}

    Recommendation.objects.filter(pk=made.pk).update(status="approved", decided_at=NOW)
    assert types() == {}


def test_consent_counts_by_the_rules(wines: list[Product]):
    make.recommendation(make.customer(consent_email=False), wines[:2])
    make.recommendation(make.customer(archived_at=NOW), wines[:2])
    assert types() == {"opted_out": 2}

    RecommendationRules.objects.create(pk=1, consent="any")
    assert types() == {"opted_out": 1}


def test_what_was_said_and_what_came_of_it(wines: list[Product]):
    owner = make.customer()
    bought = make.recommendation(
        owner,
        wines[:2],
        status="approved",
        decided_at=ago(120),
        contacted_at=ago(100),
        bought_on=ago(95).date(),
        confidence="0.81",
    )
    make.recommendation(
        owner,
        wines[:2],
        status="approved",
        decided_at=ago(120),
        contacted_at=ago(91),
        confidence="0.99",
    )
    # The horizon is not over.
    make.recommendation(
        owner, wines[:2], status="approved", decided_at=ago(20), contacted_at=ago(10)
    )
    for reason in ("data", "moment", "data"):
        make.recommendation(owner, wines[:2], status="rejected", decided_at=NOW, rejection=reason)
    for stars in (5, 5, 2):
        RecommendationFeedback.objects.create(recommendation=bought, action="rated", rating=stars)

    told = audit.audit()

    assert told["feedback"] == {
        "actions": {"rated": 3},
        "ratings": {"1": 0, "2": 1, "3": 0, "4": 0, "5": 2},
        "rejections": {"data": 2, "moment": 1},
    }
    [found] = told["calibration"]
    assert (found["from"], found["to"], found["contacted"]) == (80.0, 100.0, 2)
    assert (found["stated"], found["bought"]) == (90.0, 50.0)
    low, high = found["interval"]
    assert low < 50 < high
    assert [(line["algorithm"], line["made"], line["contacted"]) for line in told["funnel"]] == [
        ("own_frequency", 6, 3)
    ]


def test_without_recommendations_nothing_is_claimed():
    found = audit.quality_metrics()

    assert (found["total"], found["by_algorithm"], found["by_segment"]) == (0, {}, {})
    assert {found[key] for key in found if key.startswith(("average", "approval"))} == {None}
    assert audit.audit()["issues"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_audit_asks_as_much_for_many_as_for_one(
    wines: list[Product], django_assert_num_queries: DjangoAssertNumQueries, number: int
):
    for place in range(number):
        make.recommendation(make.customer(f"C{place}"), wines[:1], confidence="0.1", quality=1)

    with django_assert_num_queries(13):
        told = audit.audit()

    assert told["metrics"]["total"] == number


def test_the_page_shows_figures_issues_and_the_same_numbers_in_tables(
    visitor: Client, wines: list[Product]
):
    make.recommendation(make.customer("Zoé <b>"), wines[:2], confidence="0.5", segment="vip")
    make.recommendation(make.customer(), wines[:2], status="rejected", decided_at=NOW)

    response = visitor.get(URL)

    page = response.content.decode()
    assert response.status_code == 200
    told = [figure.value for figure in response.context["key_figures"]]
    assert told == ["2", "50 %", "0 %", "50 %", "65.0 %", "80.0", "–", "–"]
    assert "1 recommendation has a confidence below 70 %." in page
    assert "Zoé &lt;b&gt;" in page
    assert "?status=all&amp;issue=low_confidence" in page
    assert 'id="audit-algorithms-data"' in page
    # What the link leads to is what was counted.
    link = response.context["issues"][0][1].link
    assert visitor.get(link).context["cl"].result_count == 1


def test_the_period_chooses_what_is_counted(visitor: Client, wines: list[Product]):
    make.recommendation(make.customer(), wines[:2], at=ago(50))
    make.recommendation(make.customer(), wines[:2], at=ago(1))

    def total(**asked: str) -> str:
        return str(visitor.get(URL, asked).context["key_figures"][0].value)

    assert (total(), total(period="all"), total(period="30")) == ("2", "2", "1")
    assert total(period="custom", since="2026-09-01", until="2026-10-31") == "1"
    wrong = visitor.get(URL, {"period": "custom", "since": "2027-01-01", "until": "2027-02-01"})
    assert "The period begins in the future" in wrong.content.decode()
    assert visitor.get(f"{URL}audit.pdf", {"period": "never"}).status_code == 400


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_many_as_for_one(
    visitor: Client,
    wines: list[Product],
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
):
    for place in range(number):
        make.recommendation(make.customer(f"C{place}"), wines[:1], confidence="0.1", quality=1)
    visitor.get(URL)
    forget_all()

    with django_assert_num_queries(19):
        visitor.get(URL)


def test_paper_and_workbook_hold_the_figures(visitor: Client, wines: list[Product]):
    make.recommendation(make.customer("=cmd|'/c calc'!A0"), wines[:2], segment="=1+1")

    paper = visitor.get(f"{URL}audit.pdf")
    sheet = visitor.get(f"{URL}audit.xlsx", {"period": "30"})

    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF-")
    assert sheet["Content-Disposition"] == (
        'attachment; filename="recommendations-audit-2026-10-23-2026-11-21.xlsx"'
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert ("Recommendations", "1") in [row[:2] for row in rows]
    assert "'=1+1" in {row[0] for row in rows}
    assert not any(str(cell).startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("path", ["", "audit.pdf", "audit.xlsx"])
def test_only_who_may_see_recommendations_sees_their_audit(path: str):
    client = Client()
    client.force_login(person("view_customer"))

    assert client.get(URL + path).status_code == 403
    assert Client().get(URL + path).status_code == 302
    assert client.post(URL + path).status_code == 403
