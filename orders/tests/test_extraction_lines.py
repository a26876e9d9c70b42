"""Lines in running text and in tables, with the places they were read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.content import ReadDocument
from orders.extraction.lines import freetext, tables
from orders.extraction.text.scan import scan

if TYPE_CHECKING:
    from backoffice.messaging.content import Kind
    from orders.extraction.drafts import Draft

TODAY = dt.date(2026, 4, 29)
SHORT = {
    "sachet_fond_plat": "plat",
    "sac_fond_carre_sans_poignees": "sans",
    "sac_fond_carre_poignees_plates": "plates",
    "sac_fond_carre_poignees_torsadees": "torsadees",
    "": "",
}


def plain(drafts: list[Draft]) -> list[tuple[str, int, str]]:
    return [(SHORT[d.product.code], int(d.quantity), d.unit) for d in drafts]


def in_text(text: str) -> list[Draft]:
    return freetext.read(scan(ReadDocument("body", "body", text), TODAY))


def in_table(text: str, kind: Kind = "pdf") -> tables.TableReading:
    return tables.read(scan(ReadDocument("attachment:0", kind, text), TODAY))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "2000 sacs torsadés et 3000 sachets fond plat",
            [("torsadees", 2000, "piece"), ("plat", 3000, "piece")],
        ),
        (
            "sachets fond plat 5000, sacs poignées plates 2000",
            [("plat", 5000, "piece"), ("plates", 2000, "piece")],
        ),
        (
            "sachets (5 000), sacs torsadés (800)",
            [("plat", 5000, "piece"), ("torsadees", 800, "piece")],
        ),
        ("12 cartons de 500 sachets fond plat", [("plat", 12, "carton")]),
        ("6 000 sachets fond plat (12 cartons de 500)", [("plat", 6000, "piece")]),
        ("3000 sacs torsadés et non 2000", [("torsadees", 3000, "piece")]),
        ("8 palettes... non pardon 8 cartons de sachets", [("plat", 8, "carton")]),
        (
            "on avait pris 2000 sacs plates, cette fois il nous en faut 3500",
            [("plates", 3500, "piece")],
        ),
        (
            "3000 sacs torsadés petit modèle et 2000 grand modèle",
            [("torsadees", 3000, "piece"), ("torsadees", 2000, "piece")],
        ),
        (
            "- 500 sacs poignées plates\n- 50 rouleaux de ruban satin",
            [("plates", 500, "piece"), ("", 50, "piece")],
        ),
        (
            "1️⃣ 2000 sachets fond plat\n2️⃣ 300 boîtes pizza",
            [("plat", 2000, "piece"), ("", 300, "piece")],
        ),
        ("Il nous reste 400 torsadées en stock. Envoyez 2000 plates", [("plates", 2000, "piece")]),
        ("Mettez 2000 sachets fond plat. Pas de poignées plates", [("plat", 2000, "piece")]),
        ("ba9i 3ndna 300 sac torsadés, bghit 2000 sachet", [("plat", 2000, "piece")]),
        (
            "Last month you delivered 1200 twisted bags; now we need 3000 twisted bags",
            [("torsadees", 3000, "piece")],
        ),
        (
            "- Sachets fond plat 1 kg : 4000, 2 kg : 3000",
            [("plat", 4000, "piece"), ("plat", 3000, "piece")],
        ),
        ("Ok pour les torsadées. Mettez-en 2 000", [("torsadees", 2000, "piece")]),
        (
            "1500 sacs plates et autant de sans poignées",
            [("plates", 1500, "piece"), ("sans", 1500, "piece")],
        ),
        (
            "sacs torsadés : petit 1 000, grand 500",
            [("torsadees", 1000, "piece"), ("torsadees", 500, "piece")],
        ),
        ("2 x 1500 sacs torsadés", [("torsadees", 3000, "piece")]),
        ("wa7d lpalette dyal sac poignées plates", [("plates", 1, "palette")]),
        (
            "tlata d alaf sachet fond plat w 3 d lkartonat sac torsadés",
            [("plat", 3000, "piece"), ("torsadees", 3, "carton")],
        ),
        ("une dizaine de cartons de sachets fond plat", [("plat", 10, "carton")]),
        ("format 18x35 cm, 90 g/m², tél 06 61 00 02 11, BC 2026/118, 10090 Rabat", []),
    ],
)
def test_lines_in_running_text(text: str, lines: list[tuple[str, int, str]]):
    assert plain(in_text(text)) == lines


def test_price_and_amount_are_told_apart_by_arithmetic():
    (draft,) = in_text("sacs poignées torsadées : 3 500 u. x 1,90 = 6 650 DH")

    assert (draft.unit_price, draft.total) == (Decimal("1.90"), Decimal(6650))
    assert draft.adds_up() is True


def test_price_per_thousand_counts_in_thousands_where_the_quantity_does():
    (by_thousand,) = in_text("10 mille sachets fond plat à 310 DH le mille")
    (by_piece,) = in_text("10 000 sachets fond plat à 310 DH le mille")

    assert (by_thousand.quantity, by_thousand.unit, by_thousand.unit_price) == (10, "mille", 310)
    assert (by_piece.quantity, by_piece.unit, by_piece.unit_price) == (
        10000,
        "piece",
        Decimal("0.31"),
    )


def test_evidence_points_into_the_original_text():
    text = "Il me faut 5\u202f000 Sachets FOND PLAT 18×35 svp"
    (draft,) = in_text(text)
    line = draft.reading()

    (counted,) = line.quantity.evidence
    (described,) = line.description.evidence
    assert text[counted.start : counted.end] == counted.text == "5\u202f000"
    assert described.text.startswith("Sachets FOND PLAT")
    assert line.size.value == "18x35"


def test_table_by_its_header():
    reading = in_table(
        "Réf | Désignation | Qté | Unité | PU HT (DH) | Montant\n"
        "A1 | Sachet fond plat farine 1 kg | 25 | Mille | 305,00 | 7 625,00\n"
        "A2 | Sac fond carré anses plates | 2 500 | pièce | 1,080 | 2 700,00\n"
        "A3 | Papier de soie | 400 | | 0,35 | 140,00\n"
        "Total HT | 10 465,00\n"
    )

    assert plain(reading.drafts) == [
        ("plat", 25, "mille"),
        ("plates", 2500, "piece"),
        ("", 400, "piece"),
    ]
    assert [d.unit_price for d in reading.drafts] == [305, Decimal("1.080"), Decimal("0.35")]
    assert (reading.currency, reading.doubtful_rows) == ("MAD", 0)


def test_rows_without_quantity_are_not_ordered_and_price_lists_are_no_orders():
    reading = in_table(
        "[Sheet: Commande]\nProduit | Quantité | PU | Montant\n"
        "Sachets fond plat | 6000 | 0.22 | 1320\n"
        "Sacs poignées plates |  | 1.1 | \n"
        "Sacs poignées torsadées | 0 | 1.9 | 0\n\n"
        "[Sheet: Tarif 2026]\nProduit | 1 000 | 5 000 | 10 000\n"
        "Sachets fond plat | 0.26 | 0.22 | 0.19\n",
        "spreadsheet",
    )

    assert plain(reading.drafts) == [("plat", 6000, "piece")]


def test_table_without_header():
    reading = in_table(
        "Sachet fond plat | 5 000 | 0,20 | 1 000,00\nSac poignées plates | 2 000 | 1,10 | 2 200,00"
    )

    assert plain(reading.drafts) == [("plat", 5000, "piece"), ("plates", 2000, "piece")]
    assert [d.unit_price for d in reading.drafts] == [Decimal("0.20"), Decimal("1.10")]


def test_table_whose_columns_only_blanks_keep_apart():
    reading = in_table(
        "Article Quantité Prix unitaire Total\n"
        "1 Sachet fond plat kraft 10x20 12 000 0,17 2 040,00\n"
        "2 Sac fond carré sans poignées 18x11x25 6 000 0,66 3 960,00\n"
    )

    assert plain(reading.drafts) == [("plat", 12000, "piece"), ("sans", 6000, "piece")]


@pytest.mark.parametrize(
    "rows",
    [
        (
            "A1 | Sac fond carré avec | 500 | 1,10 | 550,00\npoignées plates\n"
            "A2 | Sac fond carré avec | 800 | 1,90 | 1 520,00\npoignées torsadées"
        ),
        (
            "Sac fond carré avec poignées plates\nA1 | 26x14x32 | 500 | 1,10 | 550,00\n"
            "Sac fond carré avec poignées torsadées\nA2 | 24x10x32 | 800 | 1,90 | 1 520,00"
        ),
    ],
    ids=["text below the figures", "text above the figures"],
)
def test_description_wrapped_over_lines(rows: str):
    reading = in_table(f"Réf | Désignation | Qté | PU | Montant\n{rows}\nTotal | 2 070,00")

    assert plain(reading.drafts) == [("plates", 500, "piece"), ("torsadees", 800, "piece")]


def test_rows_that_do_not_add_up_are_counted():
    reading = in_table("Article | Qté | PU | Montant\nSachet fond plat | 100 | 0,20 | 999,00")

    assert reading.doubtful_rows == 1
    assert reading.drafts[0].reading().quantity.confidence == 0.6
