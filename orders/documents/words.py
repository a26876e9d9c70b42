"""The words of documents that customers get, in the languages customers speak.

Not in the catalogues: those hold the languages of the admin, and nobody there reads Arabic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """One language; babel writes dates by ``locale`` and figures by ``figures``."""

    language: str
    locale: str
    figures: str
    confirmation: str
    proposal: str
    not_final: str
    page: str
    number: str
    ordered_on: str
    confirmed_on: str
    delivery: str
    contact: str
    customer: str
    supplier: str
    phone: str
    email: str
    goods: str
    quantity: str
    unit: str
    unit_price: str
    amount: str
    sum_of_lines: str
    total: str
    notes: str
    thanks: str
    units: dict[str, str]

    def day(self, value: dt.date) -> str:
        return format_date(value, format="long", locale=self.locale)

    def figure(self, value: Decimal) -> str:
        """A quantity: no zeros after the comma that say nothing."""
        return format_decimal(value.normalize(), locale=self.figures)

    def country(self, code: str) -> str:
        """The name of a country by its two letters; the letters where nobody knows them."""
        return str(Locale.parse(self.locale).territories.get(code.upper(), code))

    def price(self, value: Decimal, *, most: int = 4) -> str:
        """An amount with two decimals, a unit price with up to ``most``."""
        form = "#,##0.00" + "#" * (most - 2)
        return format_decimal(value, format=form, locale=self.figures)


FRENCH = Words(
    language="fr",
    locale="fr_FR",
    figures="fr_FR",
    confirmation="Confirmation de commande",
    proposal="Proposition de commande",
    not_final="Cette proposition n’est pas encore validée : elle ne vaut pas confirmation.",
    page="Page %(page)d sur %(pages)d",
    number="Numéro",
    ordered_on="Commandé le",
    confirmed_on="Confirmé le",
    delivery="Livraison prévue",
    contact="Votre contact",
    customer="Client",
    supplier="Fournisseur",
    phone="Tél.",
    email="E-mail",
    goods="Désignation",
    quantity="Quantité",
    unit="Unité",
    unit_price="Prix unitaire",
    amount="Montant",
    sum_of_lines="Total des lignes",
    total="Total",
    notes="Remarques",
    thanks="Merci de votre confiance.",
    units={
        "piece": "pièce",
        "mille": "mille",
        "kg": "kg",
        "carton": "carton",
        "palette": "palette",
    },
)
ENGLISH = Words(
    language="en",
    locale="en_GB",
    figures="en_GB",
    confirmation="Order confirmation",
    proposal="Order proposal",
    not_final="This proposal is not validated yet: it is no confirmation.",
    page="Page %(page)d of %(pages)d",
    number="Number",
    ordered_on="Ordered on",
    confirmed_on="Confirmed on",
    delivery="Delivery expected",
    contact="Your contact",
    customer="Customer",
    supplier="Supplier",
    phone="Phone",
    email="E-mail",
    goods="Description",
    quantity="Quantity",
    unit="Unit",
    unit_price="Unit price",
    amount="Amount",
    sum_of_lines="Sum of lines",
    total="Total",
    notes="Notes",
    thanks="Thank you for your order.",
    units={
        "piece": "piece",
        "mille": "thousand",
        "kg": "kg",
        "carton": "carton",
        "palette": "pallet",
    },
)
ARABIC = Words(
    language="ar",
    locale="ar_MA",
    # "5 000,50" as Moroccan invoices have it; CLDR's "5.000,50" reads as five.
    figures="fr_FR",
    confirmation="تأكيد الطلبية",
    proposal="مقترح طلبية",
    not_final="هذا المقترح لم يتم اعتماده بعد ولا يعتبر تأكيدا.",
    page="صفحة %(page)d من %(pages)d",
    number="الرقم",
    ordered_on="تاريخ الطلب",
    confirmed_on="تاريخ التأكيد",
    delivery="موعد التسليم",
    contact="المسؤول عن طلبكم",
    customer="الزبون",
    supplier="المورد",
    phone="الهاتف",
    email="البريد الإلكتروني",
    goods="البيان",
    quantity="الكمية",
    unit="الوحدة",
    unit_price="ثمن الوحدة",
    amount="المبلغ",
    sum_of_lines="مجموع الأسطر",
    total="المجموع",
    notes="ملاحظات",
    thanks="شكرا على ثقتكم.",
    units={
        "piece": "قطعة",
        "mille": "ألف",
        "kg": "كلغ",
        "carton": "كرتونة",
        "palette": "طبلية",
    },
)


def words_for(language: str) -> Words:
    """The words of ``language`` ("fr", "ar-Latn" ...); French where we do not speak it.

    Who writes Darija in Latin letters reads French rather than a text in another script.
    """
    base, _dash, variant = language.lower().partition("-")
    if base == "ar" and variant != "latn":
        return ARABIC
    return ENGLISH if base == "en" else FRENCH
