"""Figures of our own customers, recounted by plain loops over random histories."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from crm.duplicates import merging
from crm.models import Customer, CustomerIdentity, Interaction, Product, Sale
from scoring.engine import clients
from scoring.live import figures, windows
from scoring.tests import planting
from scoring.tests.planting import chance, contact, customer, message, sale

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 31)


def of(row: Customer, day: dt.date = DAY) -> dict[str, float] | None:
    found = figures.between(row.pk, row.pk, day)
    return dict(zip(clients.NAMES, found.rows[0].tolist(), strict=True)) if len(found.ids) else None


def test_what_counts_and_what_does_not():
    row = customer(DAY - dt.timedelta(days=10))
    sale(row, DAY - dt.timedelta(days=100), 80)
    sale(row, DAY - dt.timedelta(days=100), 20)
    sale(row, DAY - dt.timedelta(days=40), 30, quantity=-1)
    contact(row, DAY - dt.timedelta(days=30), "call")
    contact(row, DAY - dt.timedelta(days=20), "email", "opened")
    contact(row, DAY - dt.timedelta(days=20), "email", "sent")
    contact(row, DAY - dt.timedelta(days=20), "email", "bounced")
    contact(row, DAY - dt.timedelta(days=6), "email", "opened")
    contact(row, DAY - dt.timedelta(days=5), "visit")
    contact(row, DAY, "meeting", "planned")
    CustomerIdentity.objects.create(customer=row, kind="email", value="c@client.example")
    message(DAY - dt.timedelta(days=4), sender_email="c@client.example")

    assert of(row) == {
        "days_since_last_contact": 4,
        "total_contacts": 3,
        "total_spent": 70,
        "emails_sent": 2,
        "emails_opened": 1,
        "website_visits": 1,
        "customer_age_days": 100,
    }


def test_the_last_minutes_of_a_day_are_of_the_day_that_python_says(settings: Settings):
    """Morocco changed its time in 2026; PostgreSQL's own rules may not know of it."""
    settings.TIME_ZONE = "Africa/Casablanca"
    day = dt.date(2026, 11, 20)
    late = dt.datetime(2026, 11, 20, 23, 59, tzinfo=dt.UTC)
    with timezone.override(settings.TIME_ZONE):
        row = customer(dt.date(2026, 11, 1))
        Interaction.objects.create(customer=row, occurred_at=late, channel="call")
        found = figures.between(row.pk, row.pk, day)
        before = figures.between(row.pk, row.pk, day - dt.timedelta(days=1))

    # Days since the last contact, contacts.
    assert found.rows[0].tolist()[:2] == [0, 1]
    assert before.rows[0].tolist()[1] == 0


def test_a_mailing_nobody_answered_and_a_visit_to_the_website_are_no_contact():
    row = customer(DAY - dt.timedelta(days=60))
    contact(row, DAY - dt.timedelta(days=50), "call")
    for days, channel, status in (
        (20, "email", "opened"),
        (19, "sms", "delivered"),
        (18, "post", "sent"),
        (3, "visit", "done"),
    ):
        contact(row, DAY - dt.timedelta(days=days), channel, status)
    contact(row, DAY - dt.timedelta(days=17), "email", "done", campaign="May")
    figures_before = of(row)
    assert figures_before == {
        "days_since_last_contact": 50,
        "total_contacts": 1,
        "total_spent": 0,
        "emails_sent": 2,
        "emails_opened": 1,
        "website_visits": 1,
        "customer_age_days": 60,
    }

    contact(row, DAY - dt.timedelta(days=16), "email", "replied")
    assert of(row) == figures_before | {
        "days_since_last_contact": 16,
        "total_contacts": 2,
        "emails_sent": 3,
        "emails_opened": 2,
    }


@pytest.mark.parametrize("channel", ["email", "sms", "post"])
def test_what_staff_wrote_to_one_customer_is_a_contact_and_no_mailing(channel: str):
    row = customer(DAY - dt.timedelta(days=60))
    contact(row, DAY - dt.timedelta(days=20), "email", "opened")
    contact(row, DAY - dt.timedelta(days=9), channel)

    assert of(row) == {
        "days_since_last_contact": 9,
        "total_contacts": 1,
        "total_spent": 0,
        "emails_sent": 1,
        "emails_opened": 1,
        "website_visits": 0,
        "customer_age_days": 60,
    }


def test_one_of_whom_nothing_is_known_is_as_old_as_its_row():
    row = customer(DAY - dt.timedelta(days=3))

    assert of(row) == {
        **dict.fromkeys(clients.NAMES, 0),
        "days_since_last_contact": 3,
        "customer_age_days": 3,
    }
    assert of(row, DAY - dt.timedelta(days=4)) is None


def test_an_address_of_two_customers_is_nobody_s():
    first, second = customer(DAY), customer(DAY)
    for row in (first, second):
        CustomerIdentity.objects.create(customer=row, kind="phone", value="+212600000001")
    message(DAY, sender_phone="+212600000001")

    assert [of(row)["total_contacts"] for row in (first, second)] == [0, 0]  # type: ignore[index]


def test_an_address_that_a_merged_one_has_too_is_the_kept_one_s():
    kept, merged = customer(DAY), customer(DAY)
    for row in (kept, merged):
        CustomerIdentity.objects.create(customer=row, kind="phone", value="+212600000001")
    message(DAY, sender_phone="+212600000001")

    merging.merge(kept.pk, merged.pk, by=None)

    assert of(kept)["total_contacts"] == 1  # type: ignore[index]


def test_merged_ones_are_nobody_and_archived_ones_only_teach():
    kept = customer(DAY)
    customer(DAY, merged_into=kept)
    archived = customer(DAY, archived_at=timezone.now())

    assert [*ids(living=True)] == [kept.pk]
    assert [*ids(living=False)] == [kept.pk, archived.pk]


def ids(**options: bool) -> list[int]:
    return [int(pk) for block in figures.blocks(DAY, size=1, **options) for pk in block.ids]


def test_the_day_ends_at_midnight_here():
    row = customer(DAY)
    contact(row, DAY, "call", hour=23)
    contact(row, DAY + dt.timedelta(days=1), "call", hour=0)

    assert of(row)["total_contacts"] == 1  # type: ignore[index]


def test_money_is_that_of_the_usual_currency():
    row = customer(DAY)
    for amount in (100, 200):
        sale(row, DAY, amount, currency="CHF")
    sale(row, DAY, 900, currency="USD")

    assert of(row)["total_spent"] == 300  # type: ignore[index]


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_are_counted_as_by_hand(seed: int):
    people = [planting.planted(chance(100 * seed + number), DAY) for number in range(25)]
    found = {
        int(pk): row.tolist()
        for block in figures.blocks(DAY, size=7)
        for pk, row in zip(block.ids, block.rows, strict=True)
    }

    assert found == {row.pk: by_hand(row) for row in people if by_hand(row)}


def by_hand(row: Customer) -> list[float]:
    """The seven figures; empty for whom nobody knew on that day."""
    facts: dict[str, Any] = planting.facts_by_hand(row, DAY)
    if not facts:
        return []
    last, first = facts["last_contact_on"] or facts["known_since"], facts["known_since"]
    counts = ("total_contacts", "total_spent", "emails_sent", "emails_opened", "website_visits")
    return [
        float((DAY - last).days),
        *(float(facts[name]) for name in counts),
        float((DAY - first).days),
    ]


def test_what_comes_later_changes_no_figure_of_the_past():
    people = [planting.planted(chance(number), DAY) for number in range(20)]
    before = figures.between(people[0].pk, people[-1].pk, DAY)
    later = Sale.objects.filter(sold_on__gt=DAY)
    later.update(sold_on=DAY + dt.timedelta(days=30), amount=1_000_000)
    for row in people:
        sale(row, DAY + dt.timedelta(days=1), 500)
        contact(row, DAY + dt.timedelta(days=2), "call")
    after = figures.between(people[0].pk, people[-1].pk, DAY)

    assert np.array_equal(before.rows, after.rows)
    assert np.array_equal(before.ids, after.ids)


def test_facts_are_read_by_indexes_whatever_is_believed_of_the_tables():
    customer(DAY)
    chosen = figures.after(0)
    assert chosen is not None
    with figures.by_index(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {figures.facts(chosen, DAY)}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)

    assert "messaging_inboundmessage" in plan
    assert "Seq Scan" not in plan


def test_a_line_without_an_amount_costs_its_quantity_times_its_price():
    row = customer(DAY)
    sale(row, DAY, None, quantity=3, unit_price=20)
    sale(row, DAY, None)

    assert of(row)["total_spent"] == 60  # type: ignore[index]


@pytest.fixture
def shop() -> dt.date:
    """Regular customers who buy on, and lost ones; the last day of the records."""
    pick, end = chance(7), dt.date(2026, 6, 30)
    product = Product.objects.create(sku="P", name="P")
    rows = []
    for number in range(240):
        row = Customer.objects.create(name=f"C{number}")
        is_regular = number % 3 == 0
        rhythm = pick.randint(20, 45) if is_regular else pick.randint(60, 200)
        day = end - dt.timedelta(days=pick.randint(500, 700))
        until = end if is_regular else end - dt.timedelta(days=pick.randint(0, 500))
        while day <= until:
            rows.append((row, day))
            day += dt.timedelta(days=max(1, int(pick.gauss(rhythm, 5))))
    Sale.objects.bulk_create(
        Sale(
            customer=row,
            product=product,
            sold_on=day,
            quantity=1,
            amount=50,
            source="test",
            external_ref=str(number),
        )
        for number, (row, day) in enumerate(rows)
    )
    return end


def test_outcomes_are_purchases_of_the_days_after(shop: dt.date):
    day = shop - dt.timedelta(days=90)
    rows = windows.window(day, 90)
    known = Customer.objects.filter(sales__sold_on__lte=day).distinct().order_by("pk")
    expected = [
        Sale.objects.filter(
            customer=row, sold_on__gt=day, sold_on__lte=day + dt.timedelta(days=90)
        ).exists()
        for row in known
    ]

    assert rows.bought.tolist() == [int(one) for one in expected]


def test_the_command_learns_from_our_own_history(shop: dt.date):
    day = shop - dt.timedelta(days=90)
    told = StringIO()
    call_command("train_scoring", "--from-history", "--as-of", str(day), "--json", stdout=told)
    report = json.loads(told.getvalue())

    assert (report["source"], report["as_of"], report["horizon_days"]) == ("history", str(day), 90)
    assert report["split"] == "temporal"
    assert report["auc"] > 0.8


def test_without_sales_the_command_says_so():
    with pytest.raises(CommandError, match=r"[Nn]o sales"):
        call_command("train_scoring", "--from-history", "--as-of", "2026-01-01")
