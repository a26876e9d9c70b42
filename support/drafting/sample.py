"""An invented order, by which people see what a template will say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils import timezone

from support.drafting import filling, values
from support.drafting.placeholders import BY_NAME
from support.order_lookup.order_facts import OrderFacts

_PERSON: Final = {
    "customer_name": "Salma Bennani",
    "customer_first_name": "Salma",
    "customer_last_name": "Bennani",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A template as a customer would read it, and what would be missing."""

    body: str
    missing: list[str]


def preview(template: str, language: str, *, order: bool = True) -> Preview:
    """``template`` filled with the sample, or as it is where no order is known."""
    facts = {**_PERSON, "shop_name": settings.SHOP_NAME, "team_name": values.team(language)}
    if order:
        facts |= values.of_order(_order(), language)
    filled = filling.fill(template, facts, language)
    labels = [str(BY_NAME[name].label) for name in filled.missing]
    return Preview(filled.body, [*filled.unknown, *labels])


def _order() -> OrderFacts:
    today = timezone.localdate()
    return OrderFacts(
        source="shop",
        pk=0,
        number="10412",
        status="en transit",
        ordered_on=today - dt.timedelta(days=9),
        delivery_date=today + dt.timedelta(days=2),
        total=Decimal("134.50"),
        currency="EUR",
        items=("1 x Miroir Lune", "1 x Patère Hêtre"),
        carrier="GLX",
        tracking_number="6A20410124415",
    )
