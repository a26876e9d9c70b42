"""Scores of today, row by row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from crm.models import Sale
from scoring.engine import clients, features, scale
from scoring.live import figures
from scoring.models import LeadScore

if TYPE_CHECKING:
    from scoring.demo.versions import Term


def load(term: Term, today: dt.date) -> None:
    bought = Sale.objects.filter(quantity__gt=0).order_by().values("customer", "currency")
    usual: dict[int, tuple[Decimal, str]] = {
        one["customer"]: (one["spent"] / one["days"], one["currency"])
        for one in bought.annotate(spent=Sum("amount"), days=Count("sold_on", distinct=True))
    }
    middle = median([amount for amount, _currency in usual.values()] or [Decimal(0)])
    rows = []
    for block in figures.blocks(today):
        looked_at = features.of_clients(block.rows)
        chances = term.compiled.chances(looked_at).tolist()
        explained = term.compiled.explain(looked_at)
        for pk, row, chance, why in zip(
            block.ids.tolist(), block.rows.tolist(), chances, explained, strict=True
        ):
            amount, currency = usual.get(pk, (middle, settings.DEFAULT_CURRENCY))
            rows.append(
                LeadScore(
                    customer_id=pk,
                    model=term.version,
                    score=why.score,
                    segment=scale.segment(why.score),
                    chance=chance,
                    expected_value=Decimal(chance) * amount,
                    usual_purchase=amount,
                    currency=currency or settings.DEFAULT_CURRENCY,
                    last_contact_on=today - dt.timedelta(days=row[clients.RECENCY]),
                    known_since=today - dt.timedelta(days=row[clients.AGE]),
                    total_contacts=int(row[clients.CONTACTS]),
                    total_spent=Decimal(str(row[clients.SPENT])),
                    emails_sent=int(row[clients.SENT]),
                    emails_opened=int(row[clients.OPENED]),
                    website_visits=int(row[clients.VISITS]),
                    base=why.base,
                    contributions=list(why.contributions.values()),
                    as_of=today,
                    scored_at=timezone.now(),
                )
            )
    LeadScore.objects.bulk_create(rows)
