"""An invented market, the same for the same seed: what benchmarks/search.py searches."""

from __future__ import annotations

import csv
import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = Path(__file__).resolve().parent.parent / "listings" / "extraction" / "data" / "models.csv"
NEWEST = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
# Some makers are offered a hundred times as often as others.
POPULAR = {"Rolex": 40, "Omega": 12, "Tudor": 9, "Patek Philippe": 8, "Audemars Piguet": 8}
OPENINGS = {
    "sale": (
        "Vends",
        "À vendre",
        "FS",
        "For sale",
        "Selling",
        "Verkaufe",
        "Biete",
        "Vendo",
        "Dispo",
    ),
    "wanted": ("Cherche", "Recherche", "WTB", "Looking for", "Suche", "Cerco", "Busco", "Compro"),
    "trade": ("Échange", "Trade", "Tausche", "Scambio", "Cambio"),
    "question": ("Quel prix pour", "How much for", "Was kostet", "Quanto vale", "Cuánto vale"),
}
CONDITIONS = {
    "new": ("neuve", "new, stickers", "ungetragen", "nuovo", "nueva a estrenar"),
    "excellent": ("comme neuve", "mint", "neuwertig", "come nuovo", "como nueva"),
    "good": ("très bon état", "very good condition", "guter Zustand", "buone condizioni"),
    "used": ("occasion", "pre-owned", "gebraucht", "usato", "usado"),
}
COLOURS = ("cadran bleu", "black dial", "weisses Zifferblatt", "quadrante verde", "esfera gris")
BRACELETS = ("bracelet jubilé", "on oyster", "Lederband", "bracciale acciaio", "correa de caucho")
CLOSINGS = (
    "remise en main propre Paris",
    "shipping worldwide, insured",
    "Versand mit Versicherung",
    "spedizione assicurata",
    "envío incluido",
    "prix ferme",
    "DM for pics",
    "Nur Abholung",
    "no perditempo",
    "no cambios",
)


def offers(count: int, *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """The facts of ``count`` listings by the names of the columns, and their ``text``."""
    chance = random.Random(seed)
    models = [row for row in _models() if row["references"]]
    weights = [POPULAR.get(row["brand"], 1) for row in models]
    for row in chance.choices(models, weights, k=count):
        yield _offer(chance, row)


def _models() -> list[dict[str, str]]:
    with MODELS.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def _offer(chance: random.Random, row: dict[str, str]) -> dict[str, Any]:
    kind = chance.choices(("sale", "wanted", "trade", "question"), (70, 18, 7, 5))[0]
    reference = chance.choice(row["references"].split())
    price = Decimal(round(chance.lognormvariate(9.1, 0.8), -1)) + 100
    condition = chance.choice(("", *CONDITIONS))
    year = chance.choice((None, chance.randint(2005, 2026), chance.randint(1960, 2004)))
    full = chance.random() < 0.5  # noqa: PLR2004 - every second one
    words = [
        chance.choice(OPENINGS[kind]),
        chance.choice((row["brand"], "")),
        chance.choice(
            (row["model"], *(one for one in row["aliases"].split("|") if one[:1] != "~"))
        ),
        chance.choice((reference, reference.lower(), "")),
        str(year or ""),
        chance.choice(CONDITIONS[condition]) if condition else "",
        chance.choice((*COLOURS, "")),
        chance.choice((*BRACELETS, "", "")),
        "full set" if full else "",
        f"{price} €" if kind != "question" else "?",
        chance.choice((*CLOSINGS, "")),
    ]
    return {
        "type": kind,
        "brand": row["brand"],
        "model": row["model"],
        "reference": reference if words[3] else "",
        "price": price if kind != "question" else None,
        "currency": "EUR" if kind != "question" else "",
        "condition": condition,
        "year": year,
        "box": True if full else None,
        "papers": True if full else None,
        "text": " ".join(word for word in words if word),
        "offered_at": NEWEST - dt.timedelta(minutes=chance.randrange(525_600)),
    }
