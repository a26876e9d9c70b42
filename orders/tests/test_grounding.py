from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, cast

import pytest

from backoffice.messaging.content import MessageContent, Person, ReadDocument, Span
from orders.extraction.confidence.grounding import CONFIRMED, NOT_FOUND, ground
from orders.extraction.text.source import Source
from orders.reading import CustomerReading, Evidence, Found, LineReading, OrderReading

BODY = """\
Bonjour,
Merci de livrer 3 000 sachets fond plat kraft 18x35 à 0,25 dh
et 5k sacs fond carré poignées torsadées, soit 6 750,00 dh au total, vendredi.
Karim Bennani - Épicerie Atlas - 06 61 23 45 67"""


def content(*documents: ReadDocument, author: Person | None = None) -> MessageContent:
    return MessageContent(
        channel="email",
        author=author or Person(),
        # A Saturday
        sent_at=dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC),
        documents=documents or (ReadDocument("body", "body", BODY),),
    )


def line(**fields: Any) -> LineReading:
    values = {
        "description": "sachets fond plat",
        "product": "sachet_fond_plat",
        "quantity": Decimal(3000),
        "unit": "piece",
    } | fields
    # A value stands for itself, read with full confidence at no known place.
    found = {
        name: value if isinstance(value, Found) else Found(value, 0.9)
        for name, value in values.items()
    }
    return LineReading(**cast("dict[str, Any]", found))


def reading(*lines: LineReading, **fields: Any) -> OrderReading:
    return OrderReading(
        kind=Found("order", 0.9),
        is_order=Found(value=True, confidence=0.9),
        is_renewal=Found(value=False, confidence=0.9),
        lines=lines,
        **fields,
    )


def grounded(one: LineReading, body: str = BODY) -> LineReading:
    return ground(reading(one), content(ReadDocument("body", "body", body))).lines[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 000 sachets", "3000"),
        ("3\u202f000 sachets", "3000"),
        ("3.000 sachets", "3000"),
        ("3,000 sachets", "3000"),
        ("3000sachets", "3000"),
        ("5k sachets", "5000"),
        ("1,5k sachets", "1500"),
        ("trois mille sachets", "3000"),
        ("٣٠٠٠ ساشي", "3000"),
        ("Sachets | 3 000 | 0,25", "0.25"),
        ("12,50 kg", "12.5"),
    ],
)
def test_a_number_is_found_in_any_spelling(text: str, value: str):
    quantity = grounded(line(quantity=Decimal(value)), text).quantity

    assert (quantity.confidence, quantity.note) == (0.9, "")
    assert quantity.evidence[0].text in text


@pytest.mark.parametrize("value", ["30000", "300", "18", "35", "661234567", "3000.5"])
def test_a_number_the_message_does_not_hold_loses_its_confidence(value: str):
    quantity = grounded(line(quantity=Decimal(value))).quantity

    assert quantity.value == Decimal(value)
    assert quantity.confidence <= NOT_FOUND
    assert quantity.note


def test_evidence_is_narrowed_to_the_figure():
    row = Evidence("body", 9, 69, BODY[9:69])

    quantity = grounded(line(quantity=Found(Decimal(3000), 0.9, (row,)))).quantity

    (found,) = quantity.evidence
    assert (found.text, BODY[found.start : found.end]) == ("3 000", "3 000")


def test_a_number_of_another_line_is_doubted():
    row = Evidence("body", 9, 69, BODY[9:69])

    quantity = grounded(line(quantity=Found(Decimal(5000), 0.9, (row,)))).quantity

    assert quantity.evidence[0].text == "5k"
    assert NOT_FOUND < quantity.confidence < 0.9


def test_a_quantity_sold_by_the_thousand_is_found_as_five_mille():
    checked = grounded(line(quantity=Decimal(5), unit="mille"), "5 Mille sachets fond plat")

    assert (checked.quantity.confidence, checked.unit.confidence) == (0.9, 0.9)


def test_a_unit_that_is_not_written_is_doubted():
    checked = grounded(line(unit="palette"))

    assert checked.unit.confidence < 0.9


def test_words_are_found_with_their_mistakes_but_not_invented():
    assert grounded(line(), "3000 sachet fon plat").description.confidence == 0.9
    invented = grounded(line(description="boîtes à pizza imprimées"))
    assert invented.description.confidence <= NOT_FOUND


def test_figures_of_a_size_have_to_be_written():
    assert grounded(line(size="18x35")).size.confidence == 0.9
    assert grounded(line(size="20x35")).size.confidence <= NOT_FOUND


def test_a_product_the_words_do_not_mean_is_doubted():
    checked = grounded(line(product="sac_fond_carre_poignees_plates"))

    assert checked.product.value == "sac_fond_carre_poignees_plates"
    assert checked.product.confidence < 0.6


@pytest.mark.parametrize(
    ("total", "confidence"), [("750", CONFIRMED), ("750.01", CONFIRMED), ("900", 0.54)]
)
def test_a_line_that_adds_up_is_confirmed_and_one_that_does_not_is_doubted(
    total: str, confidence: float
):
    body = f"3000 sachets fond plat à 0,25 dh = {total} dh"

    checked = grounded(line(unit_price=Decimal("0.25"), total=Decimal(total)), body)

    assert [
        checked.quantity.confidence,
        checked.unit_price.confidence,
        checked.total.confidence,
    ] == [confidence] * 3


def test_a_price_for_a_thousand_adds_up_with_pieces():
    body = "3000 sachets fond plat à 250 dh le mille = 750 dh"

    checked = grounded(line(unit_price=Decimal(250), total=Decimal(750)), body)

    assert checked.total.confidence == CONFIRMED


def test_an_invented_figure_is_not_confirmed_by_arithmetic():
    body = "3000 sachets fond plat à 0,25 dh"

    checked = grounded(line(unit_price=Decimal("0.25"), total=Decimal(750)), body)

    assert checked.total.confidence <= NOT_FOUND
    assert checked.quantity.confidence == 0.9


@pytest.mark.parametrize(
    ("stated", "confidence"), [("1000", CONFIRMED), ("1200", CONFIRMED), ("1300", 0.54)]
)
def test_the_total_is_compared_with_the_lines_before_and_after_tax(stated: str, confidence: float):
    body = f"3000 sachets : 750 dh. 1000 sacs : 250 dh. Total {stated} dh"
    lines = (
        line(total=Decimal(750)),
        line(quantity=Decimal(1000), description="sacs", total=Decimal(250)),
    )

    checked = ground(
        reading(*lines, total=Found(Decimal(stated), 0.9)),
        content(ReadDocument("body", "body", body)),
    )

    assert checked.total.confidence == confidence


@pytest.mark.parametrize(
    ("words", "day", "is_found"),
    [
        ("livraison vendredi", 27, True),
        ("livraison vendredi", 28, False),
        ("livraison demain", 22, True),
        ("bghithom ghedda", 22, True),
        ("avant le 30/11", 30, True),
        ("le 30 novembre 2026", 30, True),
        ("dès que possible", 25, False),
    ],
)
def test_a_date_has_to_follow_from_the_words(words: str, day: int, is_found: bool):  # noqa: FBT001 - a case
    claimed = Found(dt.date(2026, 11, day), 0.9)

    checked = ground(reading(delivery_date=claimed), content(ReadDocument("body", "body", words)))

    assert (checked.delivery_date.confidence == 0.9) is is_found
    assert (checked.delivery_date.confidence <= NOT_FOUND) is not is_found


def test_customer_is_checked_against_text_and_channel():
    author = Person(name="Karim B.", email="karim@atlas.example", phone="+212661234567")
    customer = CustomerReading(
        name=Found("Karim Bennani", 0.9),
        company=Found("Epicerie ATLAS", 0.9),
        email=Found("karim@atlas.example", 0.9),
        phone=Found("+212661234567", 0.9),
    )

    checked = ground(reading(customer=customer), content(author=author)).customer

    assert [
        found.confidence for found in (checked.name, checked.company, checked.email, checked.phone)
    ] == [0.9] * 4


def test_an_invented_customer_is_doubted():
    customer = CustomerReading(
        name=Found("Jean Dupont", 0.9),
        company=Found("Boulangerie du Port", 0.9),
        email=Found("jean@dupont.example", 0.9),
        phone=Found("+212661999999", 0.9),
    )

    checked = ground(reading(customer=customer), content()).customer

    assert (
        max(
            found.confidence
            for found in (checked.name, checked.company, checked.email, checked.phone)
        )
        <= NOT_FOUND
    )


def test_phone_is_found_in_the_text():
    customer = CustomerReading(phone=Found("+212661234567", 0.9))

    (evidence,) = ground(reading(customer=customer), content()).customer.phone.evidence

    assert evidence.text == "06 61 23 45 67"


def test_currency_has_to_be_written():
    checked = ground(reading(currency=Found("MAD", 0.9)), content())
    invented = ground(reading(currency=Found("EUR", 0.9)), content())

    assert (checked.currency.confidence, checked.currency.evidence[0].text) == (0.9, "dh")
    assert invented.currency.confidence <= NOT_FOUND


def test_what_stands_only_in_a_quoted_message_counts_less():
    body = "Oui, merci de livrer.\n> 3000 sachets fond plat"
    document = ReadDocument("body", "body", body, fresh=(Span(0, 21),))

    quantity = ground(reading(line()), content(document)).lines[0].quantity

    assert quantity.evidence[0].text == "3000"
    assert quantity.confidence == 0.63


def test_evidence_names_document_and_page():
    page_one = "Bon de commande\n"
    text = page_one + "Sachets fond plat | 3 000"
    pdf = ReadDocument("attachment:0", "pdf", text, page_starts=(0, len(page_one)))

    quantity = ground(reading(line()), content(pdf)).lines[0].quantity

    (found,) = quantity.evidence
    assert (found.document, found.page, text[found.start : found.end]) == (
        "attachment:0",
        2,
        "3 000",
    )


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("3 000 sachets fond plat", "3 000 sachets fond plat"),
        ("3 000 SACHETS  fond\nplat", "3 000 sachets fond plat"),
        ("Epicerie Atlas", "Épicerie Atlas"),
        ("5k sac fond carré poignée torsadées", "5k sacs fond carré poignées torsadées"),
        ("", ""),
        ("10 000 barquettes en aluminium", ""),
    ],
)
def test_quotes_are_located_in_the_original(quote: str, found: str):
    places = Source(content()).locate(quote)

    assert "".join(BODY[place.start : place.end] for place in places).strip() == found


def test_a_message_without_text_grounds_nothing():
    checked = ground(reading(line()), content(ReadDocument("body", "body", "")))

    assert checked.lines[0].quantity.confidence <= NOT_FOUND
