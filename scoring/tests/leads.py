"""Leads for tests, made by hand: the score is what the test says it is."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from crm.models import Customer, CustomerIdentity
from scoring.engine.scale import segment
from scoring.models import LeadScore, ScoringModel

_number = count(1)


def version(**values: Any) -> ScoringModel:
    """A version of the model of which only the row counts."""
    sha256 = hashlib.sha256(str(next(_number)).encode()).hexdigest()
    given = {"kind": "forest", "source": "shipped", "artifact": b"", "sha256": sha256, **values}
    return ScoringModel.objects.create(**given)


def lead(score: int = 80, customer: Customer | None = None, **values: Any) -> LeadScore:
    """A customer with a score of so many points, whom one may call and write to."""
    if customer is None:
        number = next(_number)
        customer = Customer.objects.create(name=f"Customer {number}", city="Lyon")
        reach(customer, number)
    today = timezone.localdate()
    given = {
        "model": ScoringModel.objects.first() or version(),
        "score": score,
        "segment": segment(score),
        "chance": 0.4,
        "expected_value": Decimal(100),
        "usual_purchase": Decimal(250),
        "currency": "EUR",
        "last_contact_on": today - dt.timedelta(days=5),
        "known_since": today - dt.timedelta(days=120),
        "total_contacts": 10,
        "total_spent": Decimal("1500.50"),
        "emails_sent": 8,
        "emails_opened": 6,
        "website_visits": 15,
        "base": 40.0,
        "contributions": [score - 40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "as_of": today,
        "scored_at": timezone.now(),
        **values,
    }
    return LeadScore.objects.create(customer=customer, **given)


def reach(customer: Customer, number: int) -> None:
    """Give the customer a number and an address."""
    for kind, value in (("phone", f"+3361200{number:04}"), ("email", f"c{number}@x.example")):
        CustomerIdentity.objects.create(customer=customer, kind=kind, value=value)
