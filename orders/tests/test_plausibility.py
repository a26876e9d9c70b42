"""Values that stand in the message and are wrong all the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from orders.checks import DOUBTFUL
from orders.evaluation import corpus, planted
from orders.extraction import rules
from orders.extraction.confidence import plausibility
from orders.extraction.who.company import Company
from orders.reading import Evidence, Found

if TYPE_CHECKING:
    from orders.reading import LineReading, OrderReading

DATA = Path(__file__).parent / "data"
TEXT = (
    "Bonjour Salma, merci de livrer 3 000 sachets fond plat 18x35 90 g à 0,18 dh et 1 200 sacs à "
    "poignées torsadées à 1,90 dh le 14 mai 2026. Suite à votre devis 4512 du 2 mai. "
    "Total 2 820 dh. 12 rue Ibn Sina, 20250 Casablanca. Tél 0522 48 77 10, fax 0522 48 77 11"
)
US = Company(email_domains=("kraft-atlas.example",), phones=("+212522000000",))


def message(text: str = TEXT) -> MessageContent:
    author = Person(name="Karim Alaoui", email="karim@alaoui.example")
    sent_at = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
    return MessageContent("email", author, sent_at, (ReadDocument("body", "body", text),))


def at(words: str) -> tuple[Evidence, ...]:
    start = TEXT.index(words)
    return (Evidence("body", start, start + len(words), words),)


def checked(**changes: object) -> OrderReading:
    """The right reading with fields of its first line, or of the order, replaced."""
    reading = rules.read(message(), company=US)
    first = {name: value for name, value in changes.items() if name in {"quantity", "unit_price"}}
    line: LineReading = replace(reading.lines[0], **first)  # type: ignore[arg-type]
    rest = {name: value for name, value in changes.items() if name not in first}
    whole: OrderReading = replace(reading, lines=(line, *reading.lines[1:]), **rest)  # type: ignore[arg-type]
    return plausibility.check(whole, message(), US)


def test_right_values_are_left_alone():
    before = rules.read(message(), company=US)

    assert checked() == before


@pytest.mark.parametrize(
    "words", ["18", "90", "1 200", "2026", "4512", "20250", "12", "0522", "2 820"]
)
def test_a_number_that_is_something_else_is_no_quantity(words: str):
    value = Decimal(words.replace(" ", ""))

    quantity = checked(quantity=Found(value, 0.95, at(words))).lines[0].quantity

    assert quantity.value == value
    assert quantity.confidence < DOUBTFUL
    assert quantity.note


@pytest.mark.parametrize("words", ["1,90", "2 820", "3 000", "2026", "20250", "90"])
def test_a_number_that_is_something_else_is_no_price(words: str):
    value = Decimal(words.replace(" ", "").replace(",", "."))

    price = checked(unit_price=Found(value, 0.95, at(words))).lines[0].unit_price

    assert price.confidence < DOUBTFUL
    assert price.note


def test_the_price_of_one_is_no_total():
    assert checked(total=Found(Decimal("1.90"), 0.95, at("1,90"))).total.confidence < DOUBTFUL


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 5, 2), "2 mai"),
        (dt.date(2026, 4, 30), "14 mai 2026"),
        (dt.date(2027, 8, 14), "14 mai 2026"),
    ],
)
def test_another_day_is_no_day_of_delivery(day: dt.date, words: str):
    found = checked(delivery_date=Found(day, 0.95, at(words))).delivery_date

    assert (found.value, found.confidence < DOUBTFUL) == (day, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Salma"),
        ("name", "Kraft Atlas Emballage"),
        ("company", "Kraft Atlas Emballage"),
        ("email", "commandes@kraft-atlas.example"),
        ("email", "someone@elsewhere.example"),
        ("phone", "+212522000000"),
        ("phone", "+212522487711"),
    ],
)
def test_we_and_others_are_not_the_customer(field: str, value: str):
    customer = replace(rules.read(message()).customer, **{field: Found(value, 0.95)})

    found = getattr(checked(customer=customer).customer, field)

    assert (found.value, found.confidence < DOUBTFUL) == (value, True)


def test_planted_wrong_values_are_doubted_and_right_ones_believed():
    skipped: list[str] = []
    folders = [DATA / "own", DATA / "samples"]
    messages = list(corpus.load(folders, skipped, transcripts=True))[::4]

    found = planted.by_rules(messages, per_message=7)

    assert sum(found.planted.values()) > 500
    for way in planted.WAYS:
        assert found.share_noticed(way) >= 0.95, found.missed
        assert found.share_kept(way) >= 0.9
