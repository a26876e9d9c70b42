"""The facts that a reply may state, in the customer's language."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.conf import settings

from support.drafting import names, status_words
from support.order_lookup import order_facts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from support.models import Ticket
    from support.order_lookup.order_facts import OrderFacts

# Moroccans write figures with Western digits; Darija in Latin letters as in French.
_LOCALES: Final = {"fr": "fr", "en": "en_GB", "es": "es", "ar": "ar_MA", "ar-Latn": "fr"}
_TEAMS: Final = {
    "fr": "Le service client {shop}",
    "en": "{shop} customer service",
    "es": "El servicio de atención al cliente de {shop}",
    "ar": "خدمة زبناء {shop}",
    "ar-Latn": "Le service client {shop}",
}
_SEPARATORS: Final = {"ar": "، "}
_COUNTED: Final = re.compile(r"^(\d{1,6}) [x×] ([A-Za-zÀ-ÿ].*)$")
# Marks of direction: mail programs order figures without them, and people search for the text.
_INVISIBLE: Final = str.maketrans("", "", "\u200e\u200f\u061c")


def of_ticket(ticket: Ticket, order: OrderFacts | None, language: str) -> dict[str, str]:
    """Each placeholder that has a value, in words for the customer.

    ``order`` is the customer's own (:mod:`support.order_lookup.order_facts`), or None.
    """
    customer = order_facts.reader_of(ticket)
    known, company = (customer.name, customer.company) if customer is not None else ("", "")
    person = names.of_writer(known, company, ticket.name)
    found = {
        "customer_name": person.full,
        "customer_first_name": person.first,
        "customer_last_name": person.last,
        "shop_name": settings.SHOP_NAME,
        "team_name": team(language),
    }
    if order is not None:
        found |= of_order(order, language)
    return {name: value for name, value in found.items() if value}


def team(language: str) -> str:
    """Who signs, in that language: "Le service client Maison Olivette"."""
    return _TEAMS.get(language, _TEAMS["fr"]).replace("{shop}", settings.SHOP_NAME)


def of_order(order: OrderFacts, language: str) -> dict[str, str]:
    """As :func:`of_ticket`, of an order alone; what is not known is empty."""
    status = status_words.of_purchase_order(order.status_code, language)
    facts = {
        "order_number": one_line(order.number),
        "order_status": one_line(status or status_words.in_language(order.status, language)),
        "delivery_date": day(order.delivery_date, language),
        "order_date": day(order.ordered_on, language),
        "order_total": money(order.total, order.currency, language),
        "items": _items(order.items, language),
        "carrier": one_line(order.carrier),
        "tracking_number": one_line(order.tracking_number),
    }
    summary = ("order_number", "items", "order_total", "order_status")
    told = " – ".join(facts[name] for name in summary if facts[name])
    return facts | {"order_summary": told}


def _items(items: Sequence[str], language: str) -> str:
    lines = [line for line in map(one_line, items) if line]
    if language == "ar":
        # In a line that runs from the right, "1 x Lampe" is shown with its 1 behind the name.
        lines = [_COUNTED.sub(r"\2 ×\1", line) for line in lines]
    return _SEPARATORS.get(language, ", ").join(lines)


def day(value: dt.date | None, language: str) -> str:
    """A day in words: "8 avril 2026"."""
    if value is None:
        return ""
    words = format_date(value, "long", locale=_LOCALES.get(language, "fr"))
    is_french = _LOCALES.get(language, "fr") == "fr"
    return f"1er {words[2:]}" if is_french and words.startswith("1 ") else words


def money(amount: Decimal | None, currency: str, language: str) -> str:
    """An amount with its currency; without where none is known."""
    if amount is None:
        return ""
    locale = _LOCALES.get(language, "fr")
    if currency.upper() not in get_global("all_currencies"):
        written = format_decimal(amount.quantize(Decimal("0.01")), locale=locale)
    else:
        written = format_currency(amount, currency.upper(), locale=locale)
        if written.startswith(currency.upper()) and locale == "en_GB":
            written = written.replace(currency.upper(), f"{currency.upper()}\u00a0", 1)
    # The narrow space is missing from many fonts of mail programs.
    return written.translate(_INVISIBLE).replace("\u202f", "\u00a0")


def one_line(text: str) -> str:
    """``text`` without line breaks and braces: a value is never read as a template."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())
