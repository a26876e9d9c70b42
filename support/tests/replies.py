"""Replies as models write them, sound and invented ones, with what each was made from."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from support.drafting import filling, grounding, values
from support.order_lookup.order_facts import OrderFacts

DATA = Path(__file__).parent / "data" / "replies"
ORDER = OrderFacts(
    source="shop",
    pk=1,
    number="10412",
    status="en transit",
    ordered_on=dt.date(2026, 4, 1),
    delivery_date=dt.date(2026, 4, 8),
    total=Decimal("134.50"),
    currency="EUR",
    items=("1 x Miroir Lune", "1 x Patère Hêtre"),
)
PERSON = {
    "customer_name": "Camille Roussel",
    "customer_first_name": "Camille",
    "customer_last_name": "Roussel",
    "shop_name": "Maison Olivette",
}
# What the customer had written: it lends words, but neither figures nor carriers.
CUSTOMER = {
    "late": "Mon miroir n'est pas là, le suivi n'a pas bougé (moved), DHL dit livré le 12/05 !",
    "refund": "Le miroir et la patère ne vont pas avec ma chambre, je veux mon remboursement !",
    "defect": "Le miroir est arrivé fêlé (cracked), la patère aussi. Répondez sous 24 h, SVP.",
    "info": "Où en est ma commande 10412 ? Il me la faut pour le 12/05, j'ai payé 50 € le port.",
    "other": "Je tiens un blog de décoration et vous propose un partenariat ; et ma candidature ?",
    "ask": "Toujours rien reçu, où est mon colis ? C'est la commande 10999 je crois.",
}

IN_ENGLISH = {
    "late": "My mirror is not here, the tracking has not moved, DHL says delivered on 12/05!",
    "refund": "The mirror and the hook do not match my bedroom, I want my money back!",
    "defect": "The mirror arrived cracked, so did the hook. Reply within 24 hours, please.",
    "info": "Where is my order 10412? I need it for 12/05, I paid 50 € of postage.",
    "other": "I run a decoration blog and suggest a partnership; and my application?",
    "ask": "Still nothing, where is my parcel? It is order 10999 I think.",
}


@lru_cache
def given(base: str) -> grounding.Given:
    """What the model had: "late-fr" is the French reply to a delay, "ask" without a known order."""
    kind, language = base.split("-", 1)
    body = _templates()[base]
    order = {} if kind == "ask" else values.of_order(ORDER, language)
    facts = PERSON | {name: value for name, value in order.items() if value}
    template = filling.fill(body, facts, language).body
    written = (IN_ENGLISH if language == "en" else CUSTOMER)[kind]
    return grounding.Given(template, facts, language, customer=written)


@lru_cache
def _templates() -> dict[str, str]:
    """Templates as they were when the replies were written; those of new shops go their own way."""
    with (DATA / "templates.csv").open(encoding="utf-8", newline="") as file:
        return {row["base"]: row["body"] for row in csv.DictReader(file)}


def given_of(body: str, language: str) -> grounding.Given:
    """What a model would have for a template about the invented order."""
    order = {name: value for name, value in values.of_order(ORDER, language).items() if value}
    facts = PERSON | order
    return grounding.Given(filling.fill(body, facts, language).body, facts, language)


def text_of(row: dict[str, Any]) -> str:
    """The reply of a row: whole, or its template with a sentence more or other words."""
    if "full" in row:
        return str(row["full"])
    template = given(row["base"]).template
    if "swap" in row:
        before, after = row["swap"]
        assert before in template, row
        return template.replace(before, after)
    head, _break, closing = template.rpartition("\n\n")
    return f"{head}\n\n{row['add']}\n\n{closing}"


def rows(name: str) -> list[dict[str, Any]]:
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def others(kind: str) -> list[tuple[str, grounding.Given]]:
    """Sentences put into replies that a shop wrote itself, "invented" or "sound" ones."""
    known = json.loads((DATA / "others.json").read_text(encoding="utf-8"))
    found = []
    for name, sentence in known[kind]:
        row = known["templates"][name]
        given = replace(given_of(row["body"], row["language"]), customer=row["customer"])
        head, _break, closing = given.template.rpartition("\n\n")
        found.append((f"{head}\n\n{sentence}\n\n{closing}", given))
    return found
