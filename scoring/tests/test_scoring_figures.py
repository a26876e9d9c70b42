"""The page of figures: what it shows, who may see it, and how many questions it asks."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from backoffice.core import kept
from backoffice.core.figures import period
from backoffice.core.tiles import for_user
from scoring.figures import report
from scoring.figures.report import Move
from scoring.tests import score_rows as make
from scoring.tests.score_rows import TODAY, ago

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

    from scoring.models import ScoringModel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PAGE = "/admin/scoring/figures/"
DRIFT = {"recency": 0.4, "tenure": 0.7, "rfm": 0.12}
REFERENCE = {name: {"edges": [12.0], "shares": [0.9, 0.1]} for name in DRIFT}
REPORT = {
    "learned": 900,
    "clients": 300,
    "calibration": [{"clients": 30, "foretold": 0.1, "came": 0.12}],
    "importance": {"recency": 0.7, "tenure": 0.3},
}


@pytest.fixture(autouse=True)
def _today(time_machine: TimeMachineFixture) -> None:
    noon = dt.datetime.combine(TODAY, dt.time(12))
    time_machine.move_to(timezone.make_aware(noon), tick=False)


@pytest.fixture
def model() -> ScoringModel:
    return make.version(reference=REFERENCE, report=REPORT)


@pytest.fixture
def seller(client: Client) -> Client:
    user = User.objects.create_user("nadia", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_leadscore"))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def house(model: ScoringModel, rows: int = 1) -> None:
    """A house whose scores are more than a horizon old."""
    make.day(model, 120, hot=1, cold=1)
    make.day(model, 3, hot=900, warm=300, cold=800, average=41.5, psi=DRIFT)
    make.day(model, 0, hot=1000, warm=200, cold=800, average=42, psi=DRIFT)
    for _row in range(rows):
        for score in (5, 45, 70, 100):
            row = make.lead(model, score, value=str(score))
            make.point(row.customer, 110, score, model)
            make.sale(row.customer, 60)
        make.lead(model, 75, value="7.5", currency="USD")
        make.change("Cold", "Hot", 2)
        make.change("Warm", "Hot", 2, by_model=True)
        make.change("Hot", "Cold", 40)


def charts(page: str) -> dict[str, dict[str, list[object]]]:
    """By chart: the values of each of its series."""
    found = re.findall(r'<script id="([\w-]+)-data" type="application/json">(.*?)</script>', page)
    return {
        name: {one["label"]: one["values"] for one in json.loads(data)["series"]}
        for name, data in found
    }


def test_scores_lie_in_tens_by_segment(model: ScoringModel, seller: Client) -> None:
    house(model)

    page = seller.get(PAGE)

    assert charts(page.content.decode())["scoring-distribution"] == {
        "Cold": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "Warm": [0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
        "Hot": [0, 0, 0, 0, 0, 0, 0, 2, 0, 1],
    }
    (table,) = next(one.tables for one in page.context["sections"] if one.name == "distribution")
    assert table.rows == (
        ("Hot", "3", "60.0 %", "170.00 EUR; 7.50 USD"),
        ("Warm", "1", "20.0 %", "45.00 EUR"),
        ("Cold", "1", "20.0 %", "5.00 EUR"),
    )


def test_key_figures(model: ScoringModel, seller: Client) -> None:
    house(model)

    found = {one.title: (one.value, one.text) for one in seller.get(PAGE).context["key_figures"]}

    assert found == {
        "Scored customers": ("5", "average score 59.0"),
        "Hot": ("3", "60.0 % of all"),
        "Became hot": ("2", "0 in the period before"),
        "Hot against Cold": ("× 1.0", "too few to tell"),
        "Features that drift": ("1", "Recency"),
    }


def test_segments_stand_at_the_end_of_each_scored_day(model: ScoringModel, seller: Client) -> None:
    house(model)

    found = charts(seller.get(PAGE).content.decode())

    assert found["scoring-segments"]["Hot"] == [*[None] * 26, 900, None, None, 1000]
    assert found["scoring-average"] == {"average score": [*[None] * 26, 41.5, None, None, 42]}
    assert found["scoring-moves"] == {
        "became hot": [*[0] * 27, 2, 0, 0],
        "no longer hot": [0] * 30,
    }


def test_of_a_week_its_last_scored_day_is_shown(model: ScoringModel) -> None:
    house(model)

    found = report.build(period.named("365"))

    assert [day.hot for day in found.by_step() if day] == [1, 900, 1000]
    # The 17th is a Friday, the 20th a Monday.
    assert [step.unit for step in found.steps[:1]] == ["week"]


def test_moves_are_told_by_way_and_model(model: ScoringModel) -> None:
    house(model)

    found = report.build(period.named("30"))

    assert dict(found.moves) == {
        Move(28, "Cold", "Hot", by_model=False): 1,
        Move(28, "Warm", "Hot", by_model=True): 1,
        Move(0, "Hot", "Cold", by_model=False): 1,
    }
    assert found.values["Hot", "EUR"] == Decimal(170)


def test_proof_is_drawn_with_intervals(model: ScoringModel, seller: Client) -> None:
    house(model, rows=20)

    page = seller.get(PAGE)

    found = charts(page.content.decode())
    # All of them bought 60 days ago: within 90 days of the 19th of January, not within 30.
    assert found["scoring-proof-90"]["bought"] == [100, 100, 100]
    assert found["scoring-proof-90"]["true share (95 %)"][0] == [91.24, 100]
    assert found["scoring-proof-30"]["bought"] == [0, 0, 0]
    (proof,) = (one for one in page.context["sections"] if one.name == "proof")
    assert proof.sentences[0].startswith("Hot did not buy more often than Cold: of those Hot on")


def test_drift_is_told_with_what_it_came_from(model: ScoringModel, seller: Client) -> None:
    house(model)

    page = seller.get(PAGE)

    (drift,) = (one for one in page.context["sections"] if one.name == "drift")
    assert drift.sentences[0] == (
        f"Our customers are no longer like those that version {model.pk} of the model learned from"
        " (Recency): train it again."
    )
    assert [(row[0], row[1], row[3]) for row in drift.tables[0].rows] == [
        ("Tenure", "0.700", "grows by itself"),
        ("Recency", "0.400", "drifts"),
        ("RFM score", "0.120", "worth watching"),
    ]
    found = charts(page.content.decode())
    assert found["scoring-drift-recency"] == {
        "those the model learned from": [0.9, 0.1],
        "our customers now": [0.5, 0.5],
    }
    assert found["scoring-drift"]["Recency"][-4:] == [0.4, None, None, 0.4]


def test_home_and_health_alert_where_customers_drift(model: ScoringModel, client: Client) -> None:
    boss = User.objects.create_superuser("boss")
    assert client.get("/health").json()["components"]["lead_scores"] is False

    make.day(model, 0, hot=2000, psi={"recency": 0.05})
    kept.forget_all()
    assert client.get("/health").json()["components"]["lead_scores"] is True
    assert "monitoring" not in {tile.icon for tile in for_user(boss)}

    model.is_active = False
    model.save()
    make.day(make.version(reference=REFERENCE), -1, hot=2000, psi={"recency": 0.5})
    kept.forget_all()
    (tile,) = (one for one in for_user(boss) if one.icon == "monitoring")
    assert (tile.number, tile.tone, tile.link) == (1, "warning", f"{PAGE}#drift")
    assert client.get("/health").json()["components"]["lead_scores"] is False


def test_idle_house_says_what_is_missing(seller: Client) -> None:
    page = seller.get(PAGE)

    sentences = [one.sentences[0] for one in page.context["sections"] if one.sentences]
    assert sentences[0] == "Nobody was scored yet: there is nothing to look back on."
    assert sentences[-1].startswith("Not known yet: it is measured each night")
    assert seller.get(f"{PAGE}figures.pdf").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_a_fixed_number_of_questions(
    model: ScoringModel,
    seller: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:
    house(model, rows)
    seller.get("/admin/")
    kept.forget_all()

    with django_assert_num_queries(19):
        seller.get(PAGE)
    # Kept for a minute.
    with django_assert_num_queries(4):
        seller.get(PAGE)


def test_pdf_has_the_same_figures(model: ScoringModel, seller: Client) -> None:
    house(model, rows=20)

    answer = seller.get(f"{PAGE}figures.pdf?period=custom&since={ago(9)}&until={TODAY}")

    assert answer["Content-Disposition"] == (f'attachment; filename="scores-{ago(9)}-{TODAY}.pdf"')
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("path", ["", "figures.pdf"])
def test_page_is_for_who_may_see_leads(client: Client, path: str) -> None:
    client.force_login(User.objects.create_user("karim", is_staff=True))

    assert client.get(f"{PAGE}{path}").status_code == 403


def test_wrong_period_is_told_beside_its_field(seller: Client) -> None:
    query = f"?period=custom&since={TODAY}&until={ago(9)}"

    assert "until" in seller.get(f"{PAGE}{query}").context["form"].errors
    assert seller.get(f"{PAGE}figures.pdf{query}").status_code == 400
