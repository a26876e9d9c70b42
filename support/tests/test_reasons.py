"""Why a message is of its category: words its writer recognises, none of the machine's own."""

from __future__ import annotations

import pytest

from support.understanding import clauses, reasons
from support.understanding.examples import shipped
from support.understanding.stored import active


@pytest.mark.parametrize(
    ("message", "features", "expected"),
    [
        (
            "La commande 10402 n'est jamais arrivée, les retards !",
            ["ordernumber", "les retards", "jamais arrivee", "est", "^la", "-arrive", "retards"],
            ("jamais arrivée", "retards"),
        ),
        ("Remboursement REÇU ?", ["recu", "remboursement recu", "?recu"], ("REÇU",)),
        ("C'est toooooujours cassé", ["casse", "toujours", "tooujours"], ("cassé", "toooooujours")),
        ("الطلبية ما وصلات", ["طلبيه", "ما"], ("الطلبية",)),
        ("lfacture 3afak", ["facture", "3afak", "~fktr"], ("lfacture",)),
        ("> cassé\n\nMerci, la facture svp", ["casse", "facture"], ("facture",)),
        ("10402", ["ordernumber"], ()),
        (
            "retard colis perdu facture remise avoir échange",
            ["retard", "colis", "perdu", "facture", "remise", "echange"],
            ("retard", "colis", "perdu", "facture", "remise"),
        ),
    ],
)
def test_words_are_shown_as_the_customer_wrote_them(
    message: str, features: list[str], expected: tuple[str, ...]
) -> None:
    assert reasons.shown(features, clauses.read(message)) == expected


def test_no_name_of_a_feature_is_shown() -> None:
    messages = [example.message for example in shipped()[::10]]

    foreign = [
        (message, reason)
        for message in messages
        for reason in active().classify(message).reasons
        if any(word not in message for word in reason.split(" "))
    ]

    assert foreign == []
