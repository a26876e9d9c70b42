"""Figures of our own customers, recounted by plain loops over random histories."""

from __future__ import annotations

import datetime as dt
import json
import random
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage
from crm.models import Customer, CustomerIdentity, Interaction, Product, Sale
from scoring.engine import clients
from scoring.live import figures, windows

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 31)
OPENED = {"opened", "clicked", "replied", "unsubscribed"}


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(settings.TIME_ZONE))


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - planted data


def customer(made: dt.date, **more: Any) -> Customer:
    row = Customer.objects.create(name="C", **more)
    Customer.objects.filter(pk=row.pk).update(created_at=at(made))
    return row


def sale(
    row: Customer, day: dt.date, amount: float, *, quantity: int = 1, currency: str = ""
) -> None:
    product = Product.objects.get_or_create(sku="P", defaults={"name": "P"})[0]
    Sale.objects.create(
        customer=row,
        product=product,
        sold_on=day,
        quantity=quantity,
        amount=amount,
        currency=currency,
        source="test",
        external_ref=str(Sale.objects.count()),
    )


def contact(
    row: Customer, day: dt.date, channel: str, status: str = "done", hour: int = 12
) -> None:
    Interaction.objects.create(
        customer=row, occurred_at=at(day, hour), channel=channel, status=status
    )


def message(day: dt.date, **sender: str) -> None:
    InboundMessage.objects.create(
        desk="support",
        channel=Channel.EMAIL,
        external_id=str(InboundMessage.objects.count()),
        raw=b"",
        sent_at=at(day),
        **sender,
    )


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
    people = [planted(chance(100 * seed + number)) for number in range(25)]
    found = {
        int(pk): row.tolist()
        for block in figures.blocks(DAY, size=7)
        for pk, row in zip(block.ids, block.rows, strict=True)
    }

    assert found == {row.pk: by_hand(row) for row in people if by_hand(row)}


def planted(pick: random.Random) -> Customer:
    def some_day() -> dt.date:
        return DAY + dt.timedelta(days=pick.randint(-200, 60))

    row = customer(some_day())
    for _number in range(pick.randrange(6)):
        sale(row, some_day(), pick.randint(1, 99), quantity=pick.choice([1, 1, 2, -1]))
    for _number in range(pick.randrange(12)):
        channel = pick.choice(["email", "email", "call", "visit", "meeting"])
        contact(row, some_day(), channel, pick.choice([*Interaction.Status.values]))
    if pick.random() < 0.5:
        value = f"c{row.pk}@client.example"
        CustomerIdentity.objects.create(customer=row, kind="email", value=value)
        for _number in range(pick.randrange(3)):
            message(some_day(), sender_email=value)
    return row


def by_hand(row: Customer) -> list[float]:
    sales = [one for one in Sale.objects.filter(customer=row) if one.sold_on <= DAY]
    bought = {one.sold_on for one in sales if one.quantity > 0}
    entries = [
        (timezone.localdate(one.occurred_at), one)
        for one in Interaction.objects.filter(customer=row)
        if one.status not in {"planned", "bounced"} and timezone.localdate(one.occurred_at) <= DAY
    ]
    mailings = [one for day, one in entries if one.channel == "email" and (DAY - day).days >= 7]
    writing = InboundMessage.objects.filter(sender_email=f"c{row.pk}@client.example")
    written = [day for one in writing if (day := timezone.localdate(one.sent_at)) <= DAY]
    met = [one for _day, one in entries if one.channel not in {"email", "visit"}]
    answered = [
        one
        for _day, one in entries
        if one.channel in {"email", "visit"} and one.status == "replied"
    ]
    row.refresh_from_db()
    days = [*bought, *(day for day, _one in entries), *written]
    made = timezone.localdate(row.created_at)
    known = [*days, *([made] if made <= DAY else [])]
    if not known:
        return []
    spent = sum(-abs(one.amount) if one.quantity < 0 else one.amount for one in sales)  # type: ignore[arg-type, misc]
    return [
        float((DAY - max(days, default=min(known))).days),
        float(len(bought) + len(met) + len(answered) + len(written)),
        float(max(spent, 0)),
        float(len(mailings)),
        float(sum(one.status in OPENED for one in mailings)),
        float(sum(one.channel == "visit" for _day, one in entries)),
        float((DAY - min(known)).days),
    ]


def test_what_comes_later_changes_no_figure_of_the_past():
    people = [planted(chance(number)) for number in range(20)]
    before = figures.between(people[0].pk, people[-1].pk, DAY)
    later = Sale.objects.filter(sold_on__gt=DAY)
    later.update(sold_on=DAY + dt.timedelta(days=30), amount=1_000_000)
    for row in people:
        sale(row, DAY + dt.timedelta(days=1), 500)
        contact(row, DAY + dt.timedelta(days=2), "call")
    after = figures.between(people[0].pk, people[-1].pk, DAY)

    assert np.array_equal(before.rows, after.rows)
    assert np.array_equal(before.ids, after.ids)


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
