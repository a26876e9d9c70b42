"""Which lines a labelled query should find: told by the labels of the lines, not by our reading."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backoffice.core.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DATA = Path(__file__).parent / "data"
QUERIES = DATA / "search_queries.jsonl"
SETS = ("samples", "traders_a", "traders_b", "traders_c", "traders_d", "traders_e")
# Of the labels' own currencies, as units for one euro.
RATES = {"USD": "1.08", "CHF": "0.95", "GBP": "0.85", "HKD": "8.45", "AED": "3.97", "SGD": "1.45"}


def lines(sets: Iterable[str] = SETS) -> list[dict[str, Any]]:
    """The labelled messages, each with an "id", its "text" and its "items"."""
    return [
        json.loads(line)
        for name in sets
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def queries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines()]


def relevant(want: dict[str, Any], rows: Iterable[dict[str, Any]]) -> frozenset[str]:
    """The lines one of whose watches has everything that is wanted."""
    return frozenset(
        row["id"] for row in rows if any(_fits(want, item, row["text"]) for item in row["items"])
    )


def _fits(want: dict[str, Any], item: dict[str, Any], text: str) -> bool:
    plain = all(
        item[name] in (value if isinstance(value, list) else [value])
        for name, value in want.items()
        if name in {"type", "brand", "model", "condition", "movement", "box", "papers"}
    )
    return plain and _named(want, item, text) and _within(want, item)


def _named(want: dict[str, Any], item: dict[str, Any], text: str) -> bool:
    """By its reference, or by a word of a message about a single watch."""
    if "ref" not in want and "words" not in want:
        return True
    own = _key(item["reference"] or "")
    if any(own.startswith(_key(one)) for one in want.get("ref", ())):
        return True
    said = set(words(text))
    is_said = any(word in said for word in want.get("words", ()))
    return is_said and item["brand"] in want.get("brand_any", [item["brand"]]) and not own


def _key(reference: str) -> str:
    return re.sub(r"[^0-9a-z]", "", reference.lower())


def _within(want: dict[str, Any], item: dict[str, Any]) -> bool:
    year, price = item["year"], _euros(item)
    return (
        ("year_from" not in want or (year is not None and year >= want["year_from"]))
        and ("year_to" not in want or (year is not None and year <= want["year_to"]))
        and ("price_from" not in want or (price is not None and price >= want["price_from"]))
        and ("price_to" not in want or (price is not None and price <= want["price_to"]))
    )


def _euros(item: dict[str, Any]) -> Decimal | None:
    if item["price"] is None:
        return None
    return Decimal(str(item["price"])) / Decimal(RATES.get(item["currency"] or "EUR", "1"))


def recall(ranked: Sequence[str], wanted: frozenset[str], at: int = 10) -> float:
    """The share found of those that fit on a page."""
    return len(wanted & {*ranked[:at]}) / min(at, len(wanted))


def ndcg(ranked: Sequence[str], wanted: frozenset[str], at: int = 10) -> float:
    gains = [1 / math.log2(rank + 2) for rank, name in enumerate(ranked[:at]) if name in wanted]
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(at, len(wanted))))
    return sum(gains) / ideal
