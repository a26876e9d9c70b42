from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from backoffice.core import tiles
from crm import panels
from crm.models import Customer, Interaction, Product, Sale
from scoring.admin import lead_reasons, lead_trend
from scoring.admin.lead_following import KEPT
from scoring.models import LeadScore, ScorePoint, SegmentChange
from scoring.tests.leads import lead, version

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/scoring/leadscore/"
DIALOG = {"_form_submitted": "on"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", first_name="Omar"))
    client.cookies["django_language"] = "en"
    return client


def page(one: LeadScore, kept: str = "") -> str:
    return f"{LIST}{one.pk}/change/" + (f"?{KEPT}={quote(kept)}" if kept else "")


def words(client: Client, one: LeadScore) -> str:
    text = client.get(page(one)).content.decode()
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def sale(one: LeadScore, day: dt.date, amount: str) -> None:
    product, _made = Product.objects.get_or_create(sku="A", defaults={"name": "Alba"})
    Sale.objects.create(
        customer=one.customer,
        product=product,
        quantity=1,
        amount=amount,
        currency="EUR",
        sold_on=day,
        source="test",
        external_ref=str(Sale.objects.count()),
    )


# --- what it says ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    one = lead()
    for number in range(rows):
        day = timezone.localdate() - dt.timedelta(days=number)
        sale(one, day, "10")
        Interaction.objects.create(
            customer=one.customer, channel="call", occurred_at=timezone.now(), subject="Call"
        )
        ScorePoint.objects.create(customer=one.customer, day=day, score=number, model=one.model)
        SegmentChange.objects.create(
            customer=one.customer, before="Cold", after="Hot", score=80, changed_at=timezone.now()
        )

    with django_assert_num_queries(12):
        boss.get(page(one))


def test_the_page_says_what_the_score_is_and_what_made_it(boss: Client):
    one = lead(
        83,
        base=39.46,
        contributions=[20.26, 10.33, 8.04, -2.08, 5.55, 0.04, 1.12],
        chance=0.41,
        expected_value=Decimal("123.50"),
        usual_purchase=Decimal("301.22"),
    )

    text = words(boss, one)

    for said in (
        "123.50 EUR",
        "41 % of 301.22 EUR",
        "within 90 days",
        "HIGH priority",
        "Last contact 5 days ago",
        "75 % of the e-mails opened",
        "6 of 8",
        "Together, shown as 83",
    ):
        assert said in text
    made = lead_reasons.why(one)
    assert [bar.points for bar in made.bars] == [
        "+20.3",
        "+10.3",
        "+8.0",
        "+5.6",
        "\N{MINUS SIGN}2.1",
        "+1.1",
        "0.0",
    ]
    assert (made.base, made.exact) == ("39.5", "82.7")


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        (10, [3.3, 3.3, 3.4]),
        (11, [3.4, 3.4, 3.4]),
        (-8, [-2.5, -2.5, -2.5]),
        (0, [0.4, -0.4]),
        (5, []),
    ],
)
def test_points_as_shown_sum_to_the_score_as_shown(total: int, parts: list[float]):
    shown = lead_reasons.shared_out(total, parts)

    assert sum(shown) == (total if parts else 0)
    assert all(abs(one - part) <= 1 for one, part in zip(shown, parts, strict=True))


def test_bars_go_to_both_sides_and_never_beyond(boss: Client):
    one = lead(10, base=40.0, contributions=[-30.0, 15.0, 0.0, 0.0, -15.0, 0.0, 0.0])
    boss.get(page(one))

    bars = {bar.points: (bar.start, bar.length) for bar in lead_reasons.why(one).bars}

    assert bars["\N{MINUS SIGN}30.0"] == ("0.00", "50.00")
    assert bars["+15.0"] == ("50.00", "25.00")
    assert bars["\N{MINUS SIGN}15.0"] == ("25.00", "25.00")


def test_the_history_tells_contacts_purchases_and_changes_the_latest_first(boss: Client):
    one = lead()
    today = timezone.localdate()
    sale(one, today - dt.timedelta(days=3), "120")
    sale(one, today - dt.timedelta(days=3), "30")
    sale(one, today - dt.timedelta(days=2), "-30")
    Interaction.objects.create(
        customer=one.customer,
        channel="call",
        subject="About the fair",
        response="Calls back",
        occurred_at=timezone.now() - dt.timedelta(days=1),
    )
    SegmentChange.objects.create(
        customer=one.customer, before="Warm", after="Hot", score=71, changed_at=timezone.now()
    )

    events = boss.get(page(one)).context["history"]

    assert [(event.title, event.text.replace("\N{NO-BREAK SPACE}", " ")) for event in events] == [
        ("Warm became Hot", "with 71 points"),
        ("Call: About the fair", "Calls back"),
        ("Return", "-30.00 EUR, 1 line"),
        ("Purchase", "150.00 EUR, 2 lines"),
    ]


def test_who_may_not_see_sales_or_contacts_is_not_told_of_them(client: Client):
    one = lead()
    sale(one, timezone.localdate(), "120")
    Interaction.objects.create(
        customer=one.customer, channel="call", subject="Secret", occurred_at=timezone.now()
    )
    user = User.objects.create_user("ali", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_leadscore"))
    client.force_login(user)

    answer = client.get(page(one))

    assert (answer.status_code, answer.context["history"]) == (200, [])
    assert answer.context["dialogs"] == {}
    assert f"/admin/crm/customer/{one.pk}/" not in answer.content.decode()


def test_the_trend_holds_each_score_until_the_next_one(boss: Client):
    one = lead()
    today = timezone.localdate()
    for days, score in ((400, 10), (4, 50), (1, 80)):
        ScorePoint.objects.create(
            customer=one.customer, day=today - dt.timedelta(days=days), score=score, model=one.model
        )

    chart = lead_trend.chart(one)

    assert chart is not None
    scores = chart.series[0].values
    assert len(scores) == lead_trend.DAYS + 1
    assert (scores[0], scores[-6:]) == (10, (10, 50, 50, 50, 80, 80))
    assert "Score over time" in words(boss, one)


def test_a_score_that_never_moved_has_no_trend():
    one = lead()
    ScorePoint.objects.create(
        customer=one.customer, day=timezone.localdate(), score=80, model=one.model
    )

    assert lead_trend.chart(one) is None


def test_who_was_never_contacted_has_a_page(boss: Client):
    one = lead(
        5,
        customer=Customer.objects.create(name="New"),
        last_contact_on=None,
        known_since=timezone.localdate(),
        total_contacts=0,
        total_spent=Decimal(0),
        emails_sent=0,
        emails_opened=0,
        website_visits=0,
        chance=0.004,
    )

    text = words(boss, one)

    assert "<dd>never</dd>" in text
    assert "none sent" in text
    assert "&lt; 1 %" in text
    assert "No phone number or e-mail address is known." in text
    assert set(boss.get(page(one)).context["dialogs"]) == {"score_again"}


@pytest.mark.parametrize("gone", ["999999", "9" * 30, "abc"])
def test_a_lead_that_is_gone_leads_to_the_list(boss: Client, gone: str):
    answer = boss.get(f"{LIST}{gone}/change/", follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "There is no such lead any more." in answer.content.decode()


def test_a_score_that_went_says_why_and_leads_on(boss: Client):
    kept = lead()
    away = Customer.objects.create(name="Away", archived_at=timezone.now())
    new = Customer.objects.create(name="New")
    merged = Customer.objects.create(
        name="Twin", merged_into=kept.customer, archived_at=timezone.now()
    )
    told = {}
    for customer in (away, new, merged):
        answer = boss.get(f"{LIST}{customer.pk}/change/", follow=True)
        (message,) = answer.context["messages"]
        told[customer.name] = (answer.redirect_chain[0][0], str(message))

    assert told == {
        "Away": (LIST, "“Away” is archived and has no score."),
        "New": (LIST, "“New” has no score yet: customers are scored each night."),
        "Twin": (page(kept), f"“Twin” was merged into “{kept.customer}”."),
    }


def test_nobody_is_told_to_contact_whom_nobody_may(boss: Client):
    one = lead()
    assert "contact immediately" in words(boss, one)

    Customer.objects.update(consent_phone=False, consent_email=False)
    assert "Nobody may contact this customer" in words(boss, one)

    Customer.objects.update(archived_at=timezone.now(), consent_phone=True)
    text = words(boss, one)
    assert "This customer is archived" in text
    assert "contact immediately" not in text


# --- one after the other ---


def three() -> list[LeadScore]:
    return [lead(expected_value=Decimal(value)) for value in (300, 200, 100)]


def test_next_goes_down_the_list_and_begins_again(boss: Client):
    first, second, third = three()

    def after(one: LeadScore) -> str:
        return str(boss.get(f"{LIST}{one.pk}/next/").headers["Location"])

    assert [after(one) for one in (first, second, third)] == [
        page(second),
        page(third),
        page(first),
    ]


@pytest.mark.parametrize("order", ["3", "-3", "1.-3", "2", "-5", "5.1"])
def test_next_follows_the_order_of_the_list(boss: Client, order: str):
    third, second, first = three()
    LeadScore.objects.filter(pk=second.pk).update(last_contact_on=None)
    kept = f"o={order}"
    rows = [row.pk for row in boss.get(f"{LIST}?{kept}").context["cl"].result_list]

    here, walked = rows[0], [rows[0]]
    for _step in rows[1:]:
        address = boss.get(f"{LIST}{here}/next/?{KEPT}={quote(kept)}").headers["Location"]
        here = int(address.split("/")[4])
        walked.append(here)

    assert walked == rows
    assert {first.pk, second.pk, third.pk} == set(rows)


def test_next_keeps_to_the_filters(boss: Client):
    first, _other, third = three()
    Customer.objects.filter(pk__in=[first.pk, third.pk]).update(city="Nantes")

    answer = boss.get(f"{LIST}{first.pk}/next/?{KEPT}={quote('city=nantes')}")

    assert answer.headers["Location"] == page(third, "city=nantes")


def test_the_last_one_leads_back_to_the_list(boss: Client):
    one = lead()

    assert boss.get(f"{LIST}{one.pk}/next/").headers["Location"] == LIST


def test_after_a_call_comes_the_next_one(boss: Client):
    first, second, _third = three()
    dialog = boss.get(page(first)).context["dialogs"]["call_done"]["path"]

    answer = boss.post(dialog, {**DIALOG, "note": ""})

    assert answer.headers["Location"] == page(second)
    first.refresh_from_db()
    assert first.rests_until == timezone.localdate() + dt.timedelta(days=14)
    assert "This lead rests" in words(boss, first)


def test_a_lead_is_scored_again_on_its_page(boss: Client):
    one = lead(99)

    answer = boss.post(f"{LIST}{one.pk}/score_again/", DIALOG, follow=True)

    one.refresh_from_db()
    assert one.score < 99
    assert f"has {one.score} points." in answer.content.decode()


# --- elsewhere ---


def test_the_customers_page_shows_the_score_and_why(boss: Client):
    one = lead(80, contributions=[41.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0])

    panel = next(
        panel
        for panel in panels.for_customer(one.customer, User.objects.get())
        if "Lead score" in str(panel.title)
    )

    assert str(panel.title).replace("\N{NO-BREAK SPACE}", " ") == (
        "Lead score 80, Hot: 100.00 EUR expected"
    )
    assert panel.rows == [
        ["Last contact 5 days ago", "<b>+41</b>"],
        ["10 contacts so far", "<b>\N{MINUS SIGN}1</b>"],
    ]
    assert (
        f'href="{page(one)}"' in boss.get(f"/admin/crm/customer/{one.pk}/change/").content.decode()
    )


def test_home_says_how_many_wait(boss: Client):
    version()
    lead(), lead(), lead(rests_until=timezone.localdate() + dt.timedelta(days=1)), lead(69)

    tile = next(tile for tile in tiles.for_user(User.objects.get()) if tile.icon == "trending_up")

    assert (tile.number, tile.link) == (2, LIST)
    assert "Leads to contact" in boss.get("/admin/").content.decode()


def test_home_is_silent_where_nobody_waits():
    user = User.objects.create_superuser("boss")
    lead(69)

    assert [tile for tile in tiles.for_user(user) if tile.icon == "trending_up"] == []
