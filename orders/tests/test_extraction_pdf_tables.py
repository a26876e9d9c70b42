"""Tables of PDFs without lines, read by where their cells are printed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents import pdf
from backoffice.testing.documents import pdf_drawn
from orders.evaluation import shape
from orders.extraction import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.testing.documents import Text
    from orders.evaluation import Shape

SACHET, NONE = "sachet_fond_plat", "sac_fond_carre_sans_poignees"
FLAT, TWISTED = "sac_fond_carre_poignees_plates", "sac_fond_carre_poignees_torsadees"
HEAD: list[Text] = [(50, 60, "SOCIETE TEST SARL"), (50, 90, "Bon de commande n° 12")]
# Left edges; negative ones are right edges.
PLACES = (50, 110, -340, -420, -520)
TITLES = ("Réf", "Désignation", "Quantité", "PU HT", "Montant")
FIRST = ("A1", "Sachet fond plat 18x35", "12 000", "0,18", "2 160,00")
THIRD = ("A3", "Sac fond carré poignées plates", "2 000", "1,10", "2 200,00")
Line = tuple[str, float, float | None]


def table(
    places: Sequence[float], *rows: Sequence[str], top: float = 150, pitch: float = 18
) -> list[Text]:
    return [
        (place, top + index * pitch, cell)
        for index, row in enumerate(rows)
        for place, cell in zip(places, row, strict=True)
        if cell
    ]


def order(*pages: list[Text], rotate: int = 0) -> Shape:
    found = pdf.read(pdf_drawn(pages, rotate=rotate))
    document = ReadDocument("attachment:0", "pdf", found.text, page_starts=found.page_starts)
    body = ReadDocument("body", "body", "Bonjour, ci-joint notre bon de commande.")
    sent_at = dt.datetime(2026, 9, 2, 9, tzinfo=dt.UTC)
    author = Person("Ali Amrani", "ali@amrani.example")
    return shape(rules.read(MessageContent("email", author, sent_at, (body, document))))


def lines(*pages: list[Text], rotate: int = 0) -> list[Line]:
    return [
        (line["product"], line["quantity"], line["unit_price"])
        for line in order(*pages, rotate=rotate)["lines"]
    ]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (("A2", "Sac fond carré poignées torsadées", "1 500", "1,90", "2 850,00"), (1500, 1.9)),
        (("A2", "Sac fond carré poignées torsadées", "1 500", "", ""), (1500, None)),
        (("A2", "Sac fond carré poignées torsadées", "1 500", "", "2 850,00"), (1500, None)),
        (("A2", "Sac fond carré poignées torsadées", "1 500", "1,90", ""), (1500, 1.9)),
        (("", "Sac fond carré poignées torsadées", "1 500", "", "2 850,00"), (1500, None)),
        (("A2", "Sac fond carré poignées torsadées", "1  500", "1,90", "2  850,00"), (1500, 1.9)),
    ],
    ids=["full", "no figures", "no price", "no total", "no reference", "wide thousands"],
)
def test_empty_cells_move_no_figure(second: Sequence[str], expected: tuple[float, float | None]):
    page = HEAD + table(PLACES, TITLES, FIRST, second, THIRD)

    assert lines(page) == [(SACHET, 12000, 0.18), (TWISTED, *expected), (FLAT, 2000, 1.1)]


def test_a_row_without_quantity_is_not_ordered():
    second = ("A2", "Sac fond carré poignées torsadées", "", "1,90", "")
    page = HEAD + table(PLACES, TITLES, FIRST, second, THIRD)

    assert lines(page) == [(SACHET, 12000, 0.18), (FLAT, 2000, 1.1)]


def test_stock_beside_what_is_ordered():
    page = HEAD + table(
        (50, -260, -340, -420),
        ("Désignation", "Stock", "A commander", "PU"),
        ("Sachet fond plat 18x35", "400", "12 000", "0,18"),
        ("Sac fond carré sans poignées", "", "3 000", "0,70"),
        ("Sac poignées torsadées", "900", "", "1,95"),
    )

    assert lines(page) == [(SACHET, 12000, 0.18), (NONE, 3000, 0.7)]


def test_columns_from_right_to_left():
    page = HEAD + table(
        (-90, -170, -240, 260, 460),
        ("Montant", "P.U.", "Qté", "Article", "Code"),
        ("2 160,00", "0,18", "12 000", "Sachet fond plat 18x35", "SF-18"),
        ("", "", "1 500", "Sac fond carré poignées torsadées", "ST-24"),
    )

    assert lines(page) == [(SACHET, 12000, 0.18), (TWISTED, 1500, None)]


def test_a_unit_in_the_header():
    page = HEAD + table(
        (50, -340, -420, -520),
        ("Désignation", "Qté (mille)", "Prix/mille", "Total"),
        ("Sachet fond plat 18x35", "12", "180,00", "2 160,00"),
        ("Sac fond carré sans poignées", "5", "", ""),
    )

    found = order(page)["lines"]

    assert [(line["unit"], line["quantity"], line["unit_price"]) for line in found] == [
        ("mille", 12, 180),
        ("mille", 5, None),
    ]


@pytest.mark.parametrize("header", [True, False], ids=["header again", "no header"])
def test_a_table_goes_on_over_the_page(*, header: bool):
    rest = (
        ("A2", "Sac fond carré poignées torsadées", "1 500", "", "2 850,00"),
        THIRD,
        ("", "Total HT", "", "", "7 210,00"),
        ("", "TVA 20 %", "", "", "1 442,00"),
        ("", "Total TTC", "", "", "8 652,00"),
    )
    more = ("", "Report", "", "", "2 160,00")
    second = table(PLACES, *((TITLES, more, *rest) if header else (more, *rest)), top=70)

    found = order(HEAD + table(PLACES, TITLES, FIRST), second)

    assert [(line["product"], line["quantity"]) for line in found["lines"]] == [
        (SACHET, 12000),
        (TWISTED, 1500),
        (FLAT, 2000),
    ]
    assert found["total"] == 8652


def test_descriptions_on_two_lines():
    page = [
        *HEAD,
        *table(PLACES, TITLES),
        *table(PLACES, ("A1", "Sac fond carré avec", "1 500", "1,90", "2 850,00"), top=170),
        (110, 181, "poignées torsadées 24x10x32"),
        *table(PLACES, ("A2", "Sachet fond plat kraft", "8 000", "", ""), top=200),
        (110, 211, "brun 90 g"),
    ]

    assert lines(page) == [(TWISTED, 1500, 1.9), (SACHET, 8000, None)]


def test_a_header_on_two_lines():
    page = [
        *HEAD,
        *((110, 140, "Désignation"), (300, 134, "Quantité"), (300, 145, "commandée")),
        *((380, 134, "Prix unit."), (380, 145, "HT (DH)"), (460, 140, "Montant")),
        *table(
            (110, -335, -420, -510),
            ("Sachet fond plat 18x35", "12 000", "0,18", "2 160,00"),
            ("Sac fond carré sans poignées", "3 000", "", ""),
            top=165,
        ),
    ]

    assert lines(page) == [(SACHET, 12000, 0.18), (NONE, 3000, None)]


def test_two_tables_with_columns_of_their_own():
    page = [
        *HEAD,
        *table(
            (50, -340, -420),
            ("Désignation", "Quantité", "PU"),
            ("Sachet fond plat 18x35", "12 000", "0,18"),
            ("Sac fond carré sans poignées", "3 000", ""),
        ),
        (50, 230, "Livraison Agadir :"),
        *table(
            (50, -200, -300, -420),
            ("Article", "Format", "Qté", "Prix"),
            ("Sac poignées plates", "26x14x32", "2 000", "1,10"),
            ("Sac poignées torsadées", "", "900", "1,95"),
            top=250,
        ),
    ]

    assert lines(page) == [
        (SACHET, 12000, 0.18),
        (NONE, 3000, None),
        (FLAT, 2000, 1.1),
        (TWISTED, 900, 1.95),
    ]


def test_remarks_and_sums_are_no_lines():
    page = HEAD + table(
        (50, -260, -320, -380, -430, -520),
        ("Désignation", "Qté", "PU HT", "Rem.", "TVA", "Montant HT"),
        ("Sachet fond plat 18x35", "10 000", "0,18", "5%", "20%", "1 710,00"),
        ("Sac fond carré sans poignées", "3 000", "0,70", "", "20%", "2 100,00"),
        ("Total HT", "", "", "", "", "3 810,00"),
        ("Net à payer TTC", "", "", "", "", "4 572,00"),
    )

    found = order(page)

    assert [(line["product"], line["quantity"]) for line in found["lines"]] == [
        (SACHET, 10000),
        (NONE, 3000),
    ]
    assert found["total"] == 4572


def test_a_page_turned_by_ninety_degrees():
    second = ("A2", "Sac fond carré poignées torsadées", "1 500", "1,90", "2 850,00")

    found = lines(HEAD + table(PLACES, TITLES, FIRST, second), rotate=90)

    assert found == [(SACHET, 12000, 0.18), (TWISTED, 1500, 1.9)]
