"""Several orders in one message, and what stays one order."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from orders import extraction
from orders.tests.change_messages import content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.messaging.content import Kind
    from orders.reading import OrderReading

SENT = dt.datetime(2026, 4, 20, 9, 30, tzinfo=dt.UTC)
FLAT, PLAIN = "sachet_fond_plat", "sac_fond_carre_poignees_plates"
TWISTED = "sac_fond_carre_poignees_torsadees"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> Iterator[None]:
    settings.OPENAI_API_KEY = ""
    with translation.override("en"):
        yield


def message(body: str, *files: tuple[Kind, str, str]) -> MessageContent:
    attached = tuple(
        ReadDocument(f"attachment:{position}", kind, text, filename=name)
        for position, (kind, name, text) in enumerate(files)
    )
    documents = (ReadDocument("body", "body", body), *attached)
    return MessageContent("email", Person("Ali", email="ali@x.example"), SENT, documents)


def goods(reading: OrderReading) -> list[tuple[str | None, int]]:
    return [(line.product.value, int(line.quantity.value or 0)) for line in reading.lines]


def form(number: str, row: str, more: str = "") -> str:
    return f"Bon de commande n° {number}\nDésignation | Qté | PU | Total\n{row}\n{more}"


ROW_FLAT = "Sachets fond plat | 2000 | 0,30 | 600"
ROW_PLAIN = "Sac fond carré poignées plates | 500 | 1,20 | 600"

TWO_ORDERS: list[tuple[str, list[tuple[Kind, str, str]]]] = [
    (
        (
            "Voici deux commandes :\n\nCommande 1 : 2000 sachets fond plat\n\n"
            "Commande 2 : 500 sacs poignées plates\n\nMerci\nSalma"
        ),
        [],
    ),
    ("bon de commande n° 4521\n2000 sachets\n\nbon de commande n° 4522\n500 sacs plates", []),
    ("BC 2026/045 – Aïn Sebaa\n2000 sachets\n\nBC 2026/046 – Berrechid\n500 sacs plates", []),
    ("PO 7781: 2000 flat bags\nPO 7782: 500 bags with flat handles", []),
    ("1ere commande 2000 sachets plats\n2eme commande 500 sacs poignées plates", []),
    ("Hello, first order: 2000 flat bags. Second order: 500 bags with flat handles.", []),
    ("الطلبية 1 : 2000 صاشي\nالطلبية 2 : 500 ساك بيد مسطحة", []),
    (
        (
            "Bonjour, pour Casablanca : 2000 sachets fond plat, livraison mardi; pour Rabat :"
            " 500 sacs poignées plates, livraison vendredi. Merci"
        ),
        [],
    ),
    ("2000 sachets fond plat pour Casablanca\n500 sacs poignées plates pour Rabat", []),
    ("Magasin Agdal : 2000 sachets fond plat\nMagasin Hay Riad : 500 sacs poignées plates", []),
    ("Pour mardi :\n- 2000 sachets fond plat\n\nPour vendredi :\n- 500 sacs poignées plates", []),
    (
        "Ci-joint nos deux BC",
        [("pdf", "a.pdf", form("101", ROW_FLAT)), ("pdf", "b.pdf", form("102", ROW_PLAIN))],
    ),
    (
        "Commandes en pièces jointes",
        [
            (
                "xml",
                "a.xml",
                "Commande n° PO-7\nRéf. | Désignation | Quantité\n | Sachet fond plat | 2000",
            ),
            (
                "xml",
                "b.xml",
                "Commande n° PO-8\nRéf. | Désignation | Quantité\n | Sac poignées plates | 500",
            ),
        ],
    ),
    (
        "Ci-joint",
        [
            (
                "spreadsheet",
                "c.xlsx",
                (
                    "[Sheet: Commande 1]\nDésignation | Qté\nSachets fond plat | 2000\n\n"
                    "[Sheet: Commande 2]\nDésignation | Qté\nSac poignées plates | 500\n\n"
                    "[Sheet: Tarifs]\nDésignation | Prix\nSac | 2"
                ),
            )
        ],
    ),
]


@pytest.mark.parametrize(("body", "files"), TWO_ORDERS)
def test_two_orders_are_told_apart(body: str, files: list[tuple[Kind, str, str]]):
    content = message(body, *files)

    first, second = extraction.read(content)

    assert (goods(first), goods(second)) == ([(FLAT, 2000)], [(PLAIN, 500)])
    assert first.customer == second.customer
    assert [one.warnings[0][:26] for one in (first, second)] == [
        "Order 1 of 2 of this messa",
        "Order 2 of 2 of this messa",
    ]
    for reading in (first, second):
        for place in reading.lines[0].quantity.evidence:
            document = content.document(place.document)
            assert document is not None
            assert document.text[place.start : place.end] == place.text


ONE_ORDER: list[tuple[str, list[tuple[Kind, str, str]]]] = [
    ("Commande 2000 sachets fond plat\nCommande 500 sacs poignées plates", []),
    ("2000 sachets fond plat et 500 sacs poignées plates pour Casablanca", []),
    ("Suite à notre commande n° 123, voici notre commande n° 124 : 2000 sachets, 500 plates", []),
    (
        "2000 sachets fond plat et 500 plates. Récapitulatif :\n2000 sachets fond plat\n500 plates",
        [],
    ),
    (
        "Ci-joint le bon de commande n° 7, en PDF et en Excel",
        [
            ("pdf", "a.pdf", form("7", f"{ROW_FLAT}\n{ROW_PLAIN}")),
            (
                "spreadsheet",
                "a.xlsx",
                f"[Sheet: BC]\n{form('7', f'{ROW_FLAT}{chr(10)}{ROW_PLAIN}')}",
            ),
        ],
    ),
    (
        "Bonjour, 2000 sachets fond plat et 500 sacs poignées plates, BC joint",
        [
            ("pdf", "a.pdf", form("7", f"{ROW_FLAT}\n{ROW_PLAIN}")),
            (
                "pdf",
                "cgv.pdf",
                "Conditions générales de vente\nArticle 1. Toute commande n° 12 ...",
            ),
        ],
    ),
    (
        "Ci-joint",
        [
            (
                "spreadsheet",
                "c.xlsx",
                (
                    "[Sheet: Sachets]\nDésignation | Qté\nSachets fond plat | 2000\n\n"
                    "[Sheet: Sacs]\nDésignation | Qté\nSac fond carré poignées plates | 500"
                ),
            )
        ],
    ),
]


@pytest.mark.parametrize(("body", "files"), ONE_ORDER)
def test_one_order_in_several_pieces_stays_one(body: str, files: list[tuple[Kind, str, str]]):
    (reading,) = extraction.read(message(body, *files))

    assert goods(reading) == [(FLAT, 2000), (PLAIN, 500)]
    assert not [warning for warning in reading.warnings if "several" in warning]


@pytest.mark.parametrize(
    "body",
    [
        "Option 1 : 2000 sachets fond plat ou bien option 2 : 3000 sachets fond plat",
        "Commande n° 12 :\n3000 sachets en deux livraisons : 1500 le 4 mai et 1500 le 20 mai",
        "Pour mardi :\n- 2000 sachets fond plat\n\nPour vendredi :\n- 2000 sachets fond plat",
        "Première livraison : 2000 sachets le 4 mai\nDeuxième livraison : 2000 sachets le 9 mai",
    ],
)
def test_choices_and_instalments_stay_one_order(body: str):
    assert len(extraction.read(message(body))) == 1


@pytest.mark.parametrize(
    ("body", "files", "warning"),
    [
        (
            "2000 sachets fond plat pour Casablanca mardi et 500 plates pour Rabat vendredi",
            [],
            "The message names several places of delivery (Casablanca, Rabat).",
        ),
        (
            "Ci-joint",
            [
                ("pdf", "a.pdf", "Désignation | Qté\nSachets fond plat | 2000"),
                (
                    "pdf",
                    "b.pdf",
                    "Désignation | Qté | PU\nSac fond carré poignées plates | 500 | 2",
                ),
            ],
            "a.pdf, b.pdf each hold lines: read as one order. Are they several?",
        ),
    ],
)
def test_in_doubt_it_is_one_order_and_staff_are_asked(
    body: str, files: list[tuple[Kind, str, str]], warning: str
):
    (reading,) = extraction.read(message(body, *files))

    assert warning in reading.warnings


def test_what_stands_around_the_orders_counts_for_each():
    body = (
        "Bonjour,\n\nPour Casablanca :\n- 2000 sachets fond plat\n\nPour Rabat :\n"
        "- 500 sacs poignées torsadées\n\nLe tout pour le 4 mai.\nSalma"
    )

    first, second = extraction.read(message(body))

    assert (goods(first), goods(second)) == ([(FLAT, 2000)], [(TWISTED, 500)])
    assert {one.delivery_date.value for one in (first, second)} == {dt.date(2026, 5, 4)}


def test_a_day_said_of_all_orders_is_the_day_of_each():
    body = "PO 7781: 2000 flat bags\nPO 7782: 500 bags with flat handles\nBoth for 12 May."

    assert {one.delivery_date.value for one in extraction.read(message(body))} == {
        dt.date(2026, 5, 12)
    }


def test_the_total_of_all_orders_is_the_total_of_none():
    body = (
        "Commande n° 55 :\n2000 sachets à 0,30 DH\n\nCommande n° 56 :\n500 sacs plates à 1,20 DH"
        "\n\nTotal général : 1 200 DH"
    )

    assert [one.total.value for one in extraction.read(message(body))] == [None, None]


def test_message_that_is_no_order_gives_one_reading():
    (reading,) = extraction.read(message("Bonjour, quels sont vos prix pour Casablanca et Rabat ?"))

    assert reading.is_order.value is False


def test_second_of_two_forwarded_messages_is_not_lost_silently():
    mark = "---------- Forwarded message ---------\nFrom: Fez <fez@x.example>\n\n"
    body = f"Both for us\n\n{mark}2000 sachets fond plat\n\n{mark}500 sacs poignées plates"

    (reading,) = extraction.read(content({"channel": "email", "text": body}))

    assert goods(reading) == [(FLAT, 2000)]
    sentence = "The message forwards several messages: only the first one was read."
    assert sentence in reading.warnings
