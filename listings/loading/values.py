"""Facts as files write them ("8 200 €", "Neuf", "oui"), as a row holds them.

What cannot be understood is left empty rather than guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from backoffice.core.text import folded
from backoffice.messaging.cleaning import storable
from listings.deciding.plausible import LARGEST, NEWEST, OLDEST, SMALLEST
from listings.extraction import attributes, prices
from listings.extraction.message import understand
from listings.extraction.prices import CURRENCIES
from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Names that files give to our fields.
_NAMES = {
    "type": ("type", "kind", "listing_type", "intent"),
    "brand": ("brand", "marque", "marca", "marke"),
    "model": ("model", "modele", "modèle", "modell", "modello", "modelo"),
    "reference": ("reference", "ref", "référence", "referenz"),
    "price": ("price", "prix", "preis", "prezzo", "precio", "price_value"),
    "currency": ("currency", "devise", "price_currency"),
    "condition": ("condition", "état", "etat", "zustand", "condizione", "estado"),
    "year": ("year", "année", "annee", "jahr", "anno", "año"),
    "size_mm": ("size_mm", "size", "diameter", "diameter_mm"),
    "movement": ("movement", "mouvement"),
    "box": ("box", "has_box"),
    "papers": ("papers", "has_papers"),
    "authenticity": ("authenticity",),
}
_YES = frozenset({"true", "yes", "y", "1", "oui", "ja", "si", "with", "avec", "full set"})
_NO = frozenset({"false", "no", "n", "0", "non", "nein", "without", "sans", "none"})
_TYPES = {
    "sell": "sale",
    "selling": "sale",
    "for sale": "sale",
    "vente": "sale",
    "offer": "sale",
    "wts": "sale",
    "buy": "wanted",
    "wtb": "wanted",
    "wanted to buy": "wanted",
    "recherche": "wanted",
    "achat": "wanted",
    "swap": "trade",
    "echange": "trade",
}
_MOST = Decimal(10) ** 12


def facts_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts among what a line says, by our names; those that are not said are missing."""
    found: dict[str, Any] = {}
    for name, others in _NAMES.items():
        value = next((given[other] for other in others if given.get(other) is not None), None)
        if value is not None and (read := _READERS[name](value)) not in (None, ""):
            found[name] = read
    if "price" in found and "currency" not in found:
        amounts = prices.find(folded(str(given.get("price", ""))))
        found["currency"] = next((one.currency for one in amounts), "") or "EUR"
    if "price" not in found:
        found.pop("currency", None)
    return found


def _text(length: int) -> Callable[[Any], str]:
    return lambda value: " ".join(storable(str(value)).split())[:length]


def _price(value: Any) -> Decimal | None:  # noqa: ANN401 - whatever a file says
    if isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        found = prices.find(folded(str(value)[:80]))
        amount = found[0].value if found else Decimal(0)
    # No number ("NaN") is larger than nothing.
    is_price = amount.is_finite() and Decimal("0.01") <= amount < _MOST
    return amount.quantize(Decimal("0.01")) if is_price else None


def _currency(value: Any) -> str:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    code = CURRENCIES.get(word, word.upper())
    return code if re.fullmatch(r"[A-Z]{3}", code) else ""


def _type(value: Any) -> str:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    return word if word in Listing.Type.values else _TYPES.get(word, "")


def _condition(value: Any) -> str:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    if word in Listing.Condition.values:
        return word
    message = understand(word[:80])
    return attributes.condition(message, 0, len(message.low)).value or ""


def _movement(value: Any) -> str:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    if word in Listing.Movement.values:
        return word
    message = understand(word[:80])
    return attributes.movement(message, 0, len(message.low)).value or ""


def _authenticity(value: Any) -> str:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    return word if word in Listing.Authenticity.values else ""


def _year(value: Any) -> int | None:  # noqa: ANN401 - as above
    found = re.search(r"(?<!\d)\d{4}(?!\d)", str(value))
    year = int(found.group()) if found else 0
    return year if OLDEST <= year <= NEWEST else None


def _size(value: Any) -> Decimal | None:  # noqa: ANN401 - as above
    found = re.search(r"\d{1,2}(?:[.,]\d{1,2})?", str(value))
    size = Decimal(found.group().replace(",", ".")) if found else Decimal(0)
    return size.quantize(Decimal("0.1")) if SMALLEST <= size <= LARGEST else None


def _flag(value: Any) -> bool | None:  # noqa: ANN401 - as above
    word = folded(str(value)).strip()
    return True if word in _YES else False if word in _NO else None


_READERS: dict[str, Callable[[Any], Any]] = {
    "type": _type,
    "brand": _text(80),
    "model": _text(120),
    "reference": _text(60),
    "price": _price,
    "currency": _currency,
    "condition": _condition,
    "year": _year,
    "size_mm": _size,
    "movement": _movement,
    "box": _flag,
    "papers": _flag,
    "authenticity": _authenticity,
}
