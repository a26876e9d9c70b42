"""Replies as models write them, sound and invented ones, with what each was made from."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from support import seed_templates
from support.drafting import filling, grounding, values
from support.order_facts import OrderFacts

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
CATEGORIES = {
    "late": "Retard de livraison",
    "refund": "Remboursement",
    "defect": "Produit défectueux",
    "info": "Information commande",
    "other": "Non classé",
    "ask": "Retard de livraison",
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


@lru_cache
def given(base: str) -> grounding.Given:
    """What the model had: "late-fr" is the French reply to a delay, "ask" without a known order."""
    kind, language = base.split("-", 1)
    position = "90" if kind == "ask" else "0"
    body = next(
        row["body"]
        for row in seed_templates.replies()
        if (row["category"], row["language"], row["position"])
        == (CATEGORIES[kind], language, position)
    )
    order = {} if kind == "ask" else values.of_order(ORDER, language)
    facts = PERSON | {name: value for name, value in order.items() if value}
    template = filling.fill(body, facts, language).body
    return grounding.Given(template, facts, language, customer=CUSTOMER[kind])


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
