"""The price of an offer against a buyer's budget, in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from listings.matching.sides import Side

# Budgets are rounded down, prices are talked about: a little above still is an offer.
TOLERANCE = Decimal("1.05")
# Of about the same worth: an amount without a currency may be meant in the other side's.
_ALIKE = frozenset({"EUR", "USD", "CHF", "GBP"})


@dataclass(frozen=True, slots=True)
class Compared:
    code: str
    points: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Price and budget in ``currency``; ``assumed`` where one of them names none."""

    price: Decimal
    budget: Decimal
    currency: str
    assumed: bool


def compare(wanted: Side, offer: Side) -> Compared | None:
    """Points (0-22) for the price; None where it is above what the buyer pays."""
    if wanted.price is None:
        return Compared("budget_unknown", 12, facts(wanted, offer))
    if offer.price is None:
        return Compared("price_unknown", 8, facts(wanted, offer))
    amounts = _amounts(wanted, offer)
    if amounts is None:
        return Compared("price_incomparable", 6, facts(wanted, offer))
    if amounts.price > amounts.budget * TOLERANCE:
        return None
    above = amounts.price > amounts.budget
    code = "price_above" if above else "price_within"
    points = (12 if above else 22) - (4 if amounts.assumed else 0)
    return Compared(code, points, facts(wanted, offer))


def budget_kept(wanted: Side, offer: Side) -> bool | None:
    """Whether the price is within the budget; None where they cannot be compared."""
    amounts = None if wanted.price is None or offer.price is None else _amounts(wanted, offer)
    return None if amounts is None else amounts.price <= amounts.budget * TOLERANCE


def facts(wanted: Side, offer: Side) -> dict[str, Any]:
    """What the sentence is made of; amounts in one currency where that is possible."""
    amounts = None if wanted.price is None or offer.price is None else _amounts(wanted, offer)
    if amounts is None:
        return {
            "price": _plain(offer.price),
            "price_currency": offer.currency,
            "budget": _plain(wanted.price),
            "budget_currency": wanted.currency,
        }
    return {
        "price": _plain(amounts.price),
        "price_currency": amounts.currency,
        "budget": _plain(amounts.budget),
        "budget_currency": amounts.currency,
        "percent": round((amounts.price / amounts.budget - 1) * 100),
    }


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _amounts(wanted: Side, offer: Side) -> Amounts | None:
    """Both in the currency they share, else in euros; None where a rate is missing."""
    if wanted.price is None or offer.price is None:
        return None
    if wanted.currency == offer.currency:
        return Amounts(offer.price, wanted.price, wanted.currency, assumed=not wanted.currency)
    named = wanted.currency or offer.currency
    assumed = not (wanted.currency and offer.currency)
    if assumed and named in _ALIKE:
        return Amounts(offer.price, wanted.price, named, assumed=True)
    # Without a currency a price counts as euros (listings.market.euros).
    budget, price = _euros(wanted), _euros(offer)
    if budget is None or price is None:
        return None
    return Amounts(price, budget, "EUR", assumed=assumed)


def _euros(side: Side) -> Decimal | None:
    return side.price if side.currency in {"", "EUR"} else side.price_eur
