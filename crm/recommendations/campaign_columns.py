"""One customer's row in the columns that mailing tools take as they are.

Brevo reads a file whose headings are the names of its attributes: EMAIL, SMS, EXT_ID and
LANDLINE_NUMBER are the same everywhere, first and last name are called in the account's language.
Mailchimp proposes its own fields for its own labels. Phone numbers go with their plus sign; both
tools cut a text at 255 bytes or so, so we cut it at a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Phone
from crm.profiles.shown import money
from crm.recommendations import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import Customer, RecommendedProduct
    from crm.recommendations.campaign_choice import Chosen

TOOLS = ("brevo", "mailchimp")
# Mailchimp reads commas only; with semicolons a French Excel opens the file as a table.
DELIMITERS = {"brevo": ";", "mailchimp": ","}
PRODUCTS = 6
MOST_PRODUCTS = 100
LONGEST_TEXT = 255
_TITLES = re.compile(
    r"^(?:m|mr|mme|mlle|mrs|ms|dr|monsieur|madame|mademoiselle)\.?\s+", re.IGNORECASE
)
_PERSON: dict[str, tuple[str, ...]] = {
    "brevo": (
        "EMAIL",
        "FIRSTNAME",
        "LASTNAME",
        "COMPANY",
        "LANGUAGE",
        "SMS",
        "LANDLINE_NUMBER",
        "EXT_ID",
    ),
    "mailchimp": (
        "Email Address",
        "First Name",
        "Last Name",
        "Company",
        "Language",
        "SMS Phone Number",
        "Phone Number",
        "Customer ID",
    ),
}
_BREVO_FRENCH = {"FIRSTNAME": "PRENOM", "LASTNAME": "NOM"}
_PRODUCT = ("NAME", "PRICE", "REASON", "SKU")
# What is said among colleagues is not for the customer's eyes.
_INTERNAL = ("by_hand", "rated")


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a tool's file, and a row under them."""

    headings: tuple[str, ...]
    products: int

    def row(self, chosen: Chosen) -> list[object]:
        customer = chosen.recommendation.customer
        first, last = names_of(customer)
        cells: list[object] = [
            chosen.email,
            first,
            last,
            customer.company,
            customer.language,
            Phone(chosen.mobile),
            Phone(chosen.phone),
            str(customer.pk),
        ]
        places = chosen.places[: self.products]
        with translation.override(_language(customer)):
            for place in places:
                cells += _product(place, chosen.names)
        return cells + [""] * (len(self.headings) - len(cells))


def of(tool: str, products: int = PRODUCTS) -> Columns:
    """The columns of the tool for so many products; ``DomainError`` where there is no such tool."""
    if tool not in TOOLS:
        sentence = _("“%(value)s” is not a mailing tool we know: choose one of %(known)s.")
        words = {"value": tool, "known": ", ".join(TOOLS)}
        raise DomainError(sentence % words, field="tool", value=tool)
    if not 1 <= products <= MOST_PRODUCTS:
        sentence = _("Export between 1 and %(most)d products, not %(value)s.")
        limits = {"most": MOST_PRODUCTS, "value": products}
        raise DomainError(sentence % limits, field="products", value=products)
    person = _PERSON[tool]
    if tool == "brevo" and (translation.get_language() or "").startswith("fr"):
        person = tuple(_BREVO_FRENCH.get(heading, heading) for heading in person)
    numbered = [f"PRODUCT_{n}_{part}" for n in range(1, products + 1) for part in _PRODUCT]
    return Columns((*person, *numbered), products)


def names_of(customer: Customer) -> tuple[str, str]:
    """First and last name of "Anna Petit", "PETIT Anna" or "Mme Petit"; a firm has neither."""
    name = customer.name.strip()
    if not name or name == customer.company:
        return "", ""
    bare = _TITLES.sub("", name)
    words = bare.split()
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < len(words):
        return " ".join(word for word in words if word not in loud), " ".join(loud)
    if len(words) == 1:
        return ("", bare) if bare != name else (bare, "")
    return words[0], " ".join(words[1:])


def _product(place: RecommendedProduct, known: Mapping[int, str]) -> list[object]:
    product = place.product
    price, currency = product.list_price, product.currency or settings.DEFAULT_CURRENCY
    if price is None:
        price, currency = place.price, place.currency
    sayable = [fact for fact in place.evidence if fact.get("code") not in _INTERNAL]
    said = reasons.sentences(sayable, known)
    return [
        _cut(product.name),
        "" if price is None else money(price, currency),
        _cut(said[0] if said else ""),
        product.sku,
    ]


def _language(customer: Customer) -> str:
    spoken = customer.language.lower().replace("_", "-").partition("-")[0]
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _cut(text: str) -> str:
    """The text in as many bytes as the tools keep, ended at a word."""
    if len(text.encode()) <= LONGEST_TEXT:
        return text
    short = text.encode()[: LONGEST_TEXT - 3].decode(errors="ignore")
    return f"{short.rpartition(' ')[0] or short}…"
