"""Customers with random histories, and their facts counted by plain loops."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage
from crm.models import Customer, CustomerIdentity, Interaction, Product, Sale
from scoring.live.statement import OUR_CALLS

OPENED = {"opened", "clicked", "replied", "unsubscribed"}
CENT = Decimal("0.01")


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(settings.TIME_ZONE))


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - planted data


def customer(made: dt.date, **more: object) -> Customer:
    row = Customer.objects.create(name="C", **more)
    Customer.objects.filter(pk=row.pk).update(created_at=at(made))
    return row


def sale(
    row: Customer, day: dt.date, amount: float | None, *, quantity: int = 1, **more: object
) -> Sale:
    product = Product.objects.get_or_create(sku="P", defaults={"name": "P"})[0]
    return Sale.objects.create(
        customer=row,
        product=product,
        sold_on=day,
        quantity=quantity,
        amount=amount,
        source="test",
        external_ref=f"{row.pk}-{Sale.objects.filter(customer=row).count()}",
        **more,
    )


def contact(
    row: Customer,
    day: dt.date,
    channel: str,
    status: str = "done",
    hour: int = 12,
    **more: str,
) -> None:
    Interaction.objects.create(
        customer=row, occurred_at=at(day, hour), channel=channel, status=status, **more
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


def planted(pick: random.Random, today: dt.date) -> Customer:
    """A customer of whom this and that is known, in the days around ``today``."""

    def some_day() -> dt.date:
        return today + dt.timedelta(days=pick.randint(-200, 60))

    row = customer(some_day())
    for _number in range(pick.randrange(6)):
        quantity, currency = pick.choice([1, 1, 2, -1]), pick.choice(["", "", "CHF"])
        amount = pick.choice([None, *(pick.randint(1, 99) for _ in range(5))])
        price = pick.choice([None, 7])
        sale(row, some_day(), amount, quantity=quantity, currency=currency, unit_price=price)
    for _number in range(pick.randrange(12)):
        channel = pick.choice(["email", "email", "sms", "call", "visit", "meeting"])
        status = pick.choice([*Interaction.Status.values, "done", "done"])
        campaign, source = pick.choice(["", "", "May"]), pick.choice(["", "", OUR_CALLS])
        contact(row, some_day(), channel, status, campaign=campaign, source=source)
    if pick.random() < 0.5:
        value = f"c{row.pk}@client.example"
        CustomerIdentity.objects.create(customer=row, kind="email", value=value)
        for _number in range(pick.randrange(3)):
            message(some_day(), sender_email=value)
    return row


def facts_by_hand(row: Customer, day: dt.date) -> dict[str, object]:
    """As ``LeadScore`` has them; ``usual_purchase`` is None for who bought nothing with a price.

    Empty for whom nobody knew on that day.
    """
    row.refresh_from_db()
    sales = [one for one in Sale.objects.filter(customer=row) if one.sold_on <= day]
    bought = {one.sold_on for one in sales if one.quantity > 0}
    entries = [
        (timezone.localdate(one.occurred_at), one)
        for one in Interaction.objects.filter(customer=row)
        if one.status not in {"planned", "bounced"} and timezone.localdate(one.occurred_at) <= day
    ]
    sent = [
        one
        for on, one in entries
        if one.channel == "email" and is_mailing(one) and (day - on).days >= 7
    ]
    writing = InboundMessage.objects.filter(sender_email=f"c{row.pk}@client.example")
    written = [on for one in writing if (on := timezone.localdate(one.sent_at)) <= day]
    met = [on for on, one in entries if is_contact(one)]
    days = [*bought, *met, *written]
    made = timezone.localdate(row.created_at)
    known = [*days, *(on for on, _one in entries), *([made] if made <= day else [])]
    if not known:
        return {}
    spent, usual, currency = _money(sales)
    return {
        "last_contact_on": max(days, default=None),
        "known_since": min(known),
        "total_contacts": len(bought) + len(met) + len(written),
        "total_spent": spent,
        "emails_sent": len(sent),
        "emails_opened": sum(one.status in OPENED for one in sent),
        "website_visits": sum(one.channel == "visit" for _on, one in entries),
        "usual_purchase": usual,
        "currency": currency if usual is not None else settings.DEFAULT_CURRENCY,
    }


def is_mailing(entry: Interaction) -> bool:
    """What staff noted as done, and of no campaign, was written to this customer alone."""
    is_personal = entry.status == "done" and not entry.campaign
    return entry.channel in {"email", "sms", "post"} and not is_personal


def is_contact(entry: Interaction) -> bool:
    if entry.channel == "visit":
        return False
    is_ours = entry.source == OUR_CALLS
    return entry.status == "replied" or not (is_mailing(entry) or is_ours)


def _money(sales: list[Sale]) -> tuple[Decimal, Decimal | None, str]:
    """What was spent in the currency of most lines, returns taken off; by day with a purchase."""
    lines: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    days: dict[str, set[dt.date]] = {}
    for one in sales:
        currency = one.currency or settings.DEFAULT_CURRENCY
        lines[currency] += 1
        amount = one.amount
        if amount is None and one.unit_price is not None:
            amount = one.quantity * one.unit_price
        if amount is None:
            continue
        spent[currency] += -abs(amount) if one.quantity < 0 else amount  # type: ignore[assignment]
        if one.quantity > 0:
            days.setdefault(currency, set()).add(one.sold_on)
    if not lines:
        return Decimal(0), None, ""
    main = min(lines, key=lambda currency: (-lines[currency], currency))
    total = max(Decimal(spent[main]), Decimal(0))
    bought = len(days.get(main, ()))
    usual = (total / bought).quantize(CENT, ROUND_HALF_UP) if bought else None
    return total, usual, main
