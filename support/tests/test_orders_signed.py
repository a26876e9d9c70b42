"""What a signature says of an order is read, and is no part of what the message is about."""

from __future__ import annotations

import pytest

from backoffice.messaging.documents.files import content_from_eml
from backoffice.testing.documents import mail
from support.incoming import said
from support.understanding import fresh, order_numbers

ASKS = "Bonjour,\n\nMon colis n'est toujours pas arrivé, pouvez-vous m'aider ?"


def text_of(signature: str, asks: str = ASKS) -> str:
    return said.text_of(content_from_eml(mail(f"{asks}\n\n{signature}\n")))


@pytest.mark.parametrize(
    ("signature", "number"),
    [
        ("-- \nSalma Tazi\nRéf. commande : 10402", "10402"),
        ("-- \nSalma Tazi\nCommande n° CMD-2026-00045", "CMD-2026-00045"),
        ("--\nSalma Tazi\nN° de commande : 10 402\n06 39 98 12 34", "10402"),
        ("Cordialement,\nSalma Tazi\nCommande 10402", "10402"),
        ("Cordialement,\nSalma Tazi\nRéf. commande : 10402\nTél. 06 39 98 12 34", "10402"),
        ("Bien à vous,\nSalma\n(commande n° WEB-88213)", "WEB-88213"),
        ("Kind regards,\nSalma Tazi\nOrder number: 10402", "10402"),
        ("Best regards,\nSalma\nOrder #10402\n+33 6 39 98 12 34", "10402"),
        ("Saludos,\nSalma Tazi\nPedido nº 30211", "30211"),
        ("-- \nSalma Tazi\nmon numéro de commande est le 10402", "10402"),
        ("-- \nSalma Tazi\nطلب رقم 10402", "10402"),
        ("Envoyé de mon iPhone\nCommande 10402", "10402"),
    ],
)
def test_an_order_named_under_the_name(signature: str, number: str) -> None:
    assert order_numbers.best(text_of(signature)) == number


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nSalma Tazi\n12 rue des Lilas\n69003 Lyon",
        "-- \nSalma Tazi\nClient n° 70218",
        "-- \nSalma Tazi\nTél. 06 39 98 12 34",
        "-- \nBoutique Tazi\nSIRET 123 456 789 00012",
        "-- \nSalma Tazi\nService commandes\nPoste 4521",
        "-- \nSalma Tazi\nCommandes : 05 22 98 12 34",
        "-- \nSalma Tazi\nPour toute commande de plus de 1500 euros, livraison offerte",
        "-- \nSalma Tazi\nFacture n° 30551",
        "-- \nSalma Tazi\nBP 10402, 20000 Casablanca",
        "-- \nSalma Tazi\n10402",
        "Cordialement,\nSalma Tazi\nRéf. dossier : RET-10402",
        "Kind regards,\nSalma Tazi\nExt. 10402",
    ],
)
def test_other_numbers_under_the_name(signature: str) -> None:
    assert order_numbers.best(text_of(signature)) is None


def test_the_words_of_the_message_stay_what_they_are() -> None:
    text = text_of("Best regards,\nSalma\nOrder #10402\n+33 6 39 98 12 34")

    assert text == f"{ASKS}\n\n-- \nOrder #10402"
    assert fresh.own_words(text) == ASKS


def test_the_message_counts_before_its_signature() -> None:
    text = text_of("-- \nSalma Tazi\nCommande 10402", "Où est ma commande 10403 ?")

    assert order_numbers.best(text) == "10403"
