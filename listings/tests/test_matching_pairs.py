"""Which pairs of messages are matched: a labelled set, read by the local rules."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from listings.matching import finding
from listings.models import ExchangeRate, Match
from listings.tests import market_cast as cast

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"
PAIRS = [
    json.loads(line)
    for name in ("pairs.jsonl", "pairs_b.jsonl")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]
RATES = {"USD": "1.10", "GBP": "0.85", "CHF": "0.95", "HKD": "8.60"}


@pytest.fixture(autouse=True)
def _rates() -> None:
    today = timezone.localdate()
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency=code, day=today, rate=Decimal(rate)) for code, rate in RATES.items()
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['id']}-{pair['why']}")
def test_a_pair_of_messages_is_matched_or_not_whoever_writes_first(pair: dict[str, Any]) -> None:
    found = [_is_matched(pair, turned=turned) for turned in (False, True)]

    assert found == [pair["match"]] * 2


def _is_matched(pair: dict[str, Any], *, turned: bool) -> bool:
    """Whether the second message is matched with the first when it arrives."""
    texts = [pair["wanted"], pair["offer"]]
    rows = []
    for text in reversed(texts) if turned else texts:
        of = cast.trader(text[:20])
        for row in cast.written(of, text):
            rows.append(row)
            finding.find(row.pk)
    matched = Match.objects.filter(wanted__in=rows, sale__in=rows)
    return matched.exists()
