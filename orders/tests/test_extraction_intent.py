"""What short messages ask for: an order, a repeat of one, or nothing (data/own/intents.jsonl)."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from orders.extraction import rules
from orders.extraction.lines import told
from orders.tests.own_messages import FOLDER

if TYPE_CHECKING:
    from orders.reading import OrderReading

SENT = dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC)
LINES = (FOLDER / "intents.jsonl").read_text("utf-8").splitlines()


def read(text: str, subject: str | None = None, *attached: ReadDocument) -> OrderReading:
    documents = [ReadDocument("subject", "text", subject)] if subject else []
    documents += [ReadDocument("body", "body", text)] if text else []
    author = Person(name="Ali Amrani", phone="+212661000000")
    return rules.read(MessageContent("email", author, SENT, (*documents, *attached)))


def test_short_messages_ask_for_what_they_say():
    mistakes: list[str] = []
    for line in LINES:
        data = json.loads(line)
        reading = read(data["text"], data.get("subject"))
        asked = "renewal" if reading.is_renewal.value else "order"
        found = asked if reading.is_order.value else "none"
        mistakes += [f"{found}: {line}"] if found != data["kind"] else []

    assert mistakes == []


@pytest.mark.parametrize(("head", "is_order"), [("FACTURE 26-118", False), ("Commande 14", True)])
def test_an_invoice_attached_orders_nothing(head: str, is_order: bool):  # noqa: FBT001 - a case
    paper = ReadDocument(
        "attachment:0", "pdf", f"Sacs du Nord\n{head}\n\nArticle | Qté | PU\nSachet | 500 | 0,2\n"
    )
    reading = read("Bonjour, voir le document joint.", "Document", paper)

    assert reading.is_order.value is is_order


@pytest.mark.parametrize(
    ("clause", "parts"),
    [
        ("annulez les torsadees mais gardez les 2000 plates", ["annulez les torsadees mais"]),
        ("livraison recue, 2000 plates", ["livraison recue,", " 2000 plates"]),
        ("5000 sachets pas trop fins svp", []),
    ],
)
def test_parts_that_only_tell_of_goods(clause: str, parts: list[str]):
    spans = told.spans(clause, 0, len(clause))

    assert [clause[start:end] for start, end in spans] == parts


@pytest.mark.parametrize(
    "words",
    [
        "Merci de nous livrer 3000 sacs fond carré, prix convenu 0,85 MAD l'unité.",
        "Merci de lancer 2000 sachets au prix négocié : 0,15 €.",
        "Bonjour, merci de nous envoyer 8000 sachets fond plat au prix fixé ensemble de 0,14 €.",
        "Please send 2000 flat bags at the agreed price of 0.12 EUR.",
    ],
)
def test_a_price_that_was_agreed_is_not_asked_for(words: str):
    assert read(words).kind.value == "order"


def test_an_agreed_price_that_is_not_said_is_asked_for():
    words = "Merci de m'indiquer le prix négocié pour 5000 sachets"

    assert read(words).kind.value == "quote_request"
