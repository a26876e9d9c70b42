"""A printed order of 60 lines gives 60 lines, however its table is drawn."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents.read import read_document
from orders.extraction import rules

STYLES = getSampleStyleSheet()
ROWS = 60
PRODUCTS = [
    ("Sachet fond plat", "sachet_fond_plat"),
    ("Sac fond carré sans poignées", "sac_fond_carre_sans_poignees"),
    ("Sac fond carré avec poignées plates", "sac_fond_carre_poignees_plates"),
    ("Sac fond carré avec poignées torsadées", "sac_fond_carre_poignees_torsadees"),
    ("Ruban satin", ""),
]
QUANTITIES = [500, 1000, 12000, 25, 8000, 2500, 1500]
PRICES = [Decimal("0.18"), Decimal("1.15"), Decimal("2.10"), Decimal("1.08")]
STYLE = {
    "ruled": [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ],
    "top": [("VALIGN", (0, 0), (-1, -1), "TOP")],
    "bottom": [("VALIGN", (0, 0), (-1, -1), "BOTTOM")],
}

Line = tuple[str, Decimal, Decimal]


def french(value: Decimal | int, places: int = 2) -> str:
    return f"{value:,.{places}f}".replace(",", " ").replace(".", ",")


def printed(style: str) -> tuple[bytes, list[Line]]:
    """Draw the order; long descriptions wrap over two lines."""
    rows: list[list[object]] = [["N°", "Désignation", "Qté", "P.U. HT", "Montant HT"]]
    lines: list[Line] = []
    for i in range(ROWS):
        name, code = PRODUCTS[i % len(PRODUCTS)]
        quantity, price = QUANTITIES[i % len(QUANTITIES)], PRICES[i % len(PRICES)]
        text = f"{name} kraft, impression 2 couleurs {10 + i}x{5 + i % 9}x{20 + i % 7}"
        rows.append(
            [
                str(i + 1),
                Paragraph(text, STYLES["BodyText"]),
                french(quantity, 0),
                french(price, 3),
                french(quantity * price),
            ]
        )
        lines.append((code, Decimal(quantity), price))
    total = sum(quantity * price for _code, quantity, price in lines)
    rows.append(["", "", "", "Total HT", french(Decimal(total))])
    table = Table(rows, repeatRows=1, colWidths=[25, 200, 60, 60, 75])
    table.setStyle(TableStyle(STYLE[style]))
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build([Paragraph("Grossiste Atlas", STYLES["Title"]), table])
    return buffer.getvalue(), lines


@pytest.mark.parametrize("style", ["ruled", "top", "bottom"])
def test_sixty_lines_over_several_pages(style: str):
    data, lines = printed(style)
    document = read_document(data, key="attachment:0", filename="commande.pdf")
    content = MessageContent(
        "email",
        Person("Ali Amrani", "ali@atlas.example"),
        dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
        (ReadDocument("body", "body", "Ci-joint notre bon de commande."), document),
    )

    reading = rules.read(content)

    read = [
        (line.product.value, line.quantity.value, line.unit_price.value) for line in reading.lines
    ]
    assert read == lines
    assert reading.warnings == ()
    assert reading.total.confidence > 0.9
