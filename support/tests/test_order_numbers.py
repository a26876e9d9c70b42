"""Order numbers in any shape, and the numbers that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.understanding import order_numbers
from support.understanding.examples import FOLDER
from support.understanding.understand import understand

DATA = Path(__file__).parent / "data"
SAMPLES = DATA / "messages.jsonl"
# Written for numbers alone; of each kind as many that name an order as that name none.
KINDS = DATA / "order_numbers"


def score(paths: list[Path]) -> float:
    """F1 of the order numbers found in labelled messages."""
    hits = claims = real = 0
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found = order_numbers.best(row["message"])
            hits += found == row["order_number"] is not None
            claims += found is not None
            real += row["order_number"] is not None
    return 2 * hits / (claims + real)


def test_the_labelled_messages() -> None:
    assert score([SAMPLES]) == 1
    assert score(sorted(FOLDER.glob("*.jsonl"))) >= 0.998


def test_dictated_glued_and_counted_numbers() -> None:
    assert score(sorted(KINDS.glob("*.jsonl"))) >= 0.98


def test_a_number_alone_in_a_message_about_no_order() -> None:
    spoken_for, alone, own = (
        order_numbers.find(text, known=["10412"])[0]
        for text in ("Commande 10402", "Le 10402 ?", "Le 10412 ?")
    )

    assert spoken_for.is_order(is_other=True)
    assert not alone.is_order(is_other=True)
    assert alone.is_order(is_other=False)
    assert own.is_order(is_other=True)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("ma commande c'est le numéro 10 402", "10402"),
        ("la 10 402", "10402"),
        ("commande 10 402 3 articles manquent", "10402"),
        ("une première commande de 800 bougies", None),
        ("la commande de 10400 n'est pas là", "10400"),
        ("Réf 10402, tournée 1234, 75011 Paris, rien n'est livré", "10402"),
        ("Bonjour,\nRéf. 10402.\nMerci", "10402"),
        ("Réf 10402 : encore en stock ?", None),
        ("Réf. bancaire 10402", None),
        ("réf. de leur réponse 10402", None),
        ("CMD-2026-00634 3afak", "CMD-2026-00634"),
        ("cmd 2026 0 0 6 3 4", "CMD-2026-00634"),
        ("annuler10402svp", "10402"),
        ("suivi10402", "10402"),
        ("numéro de suivi10402", None),
        ("iso10402", None),
        ("la commande 10402, pas le dossier 2026-10233", "10402"),
        ("#123", "123"),
        ("n°4587", "4587"),
        ("CMD-2026-00045", "CMD-2026-00045"),
        ("commande 10023", "10023"),
        ("où est ma cmd10423svp ?", "10423"),
        ("macommande10712 tjr pas livré", "10712"),
        ("cest pr la10713 je voudré savoir", "10713"),
        ("n°10714le vase est fendu", "10714"),
        ("order10717still not here", "10717"),
        ("pedido10412 roto", "10412"),
        ("الطلب١٠٤١٢ لم يصل", "10412"),
        ("cmd-2026-732, la facture svp", "CMD-2026-00732"),
        ("commande n° CMD_2026_00507", "CMD-2026-00507"),
        ("Order id 61012, please", "61012"),
        ("j'ai la 10799 bien reçue, et la 10801 qu'on n'a jamais vue", "10801"),
        ("la 10412 est arrivée mais pas la 10413", "10413"),
        ("la 10412 est bien arrivée, merci", "10412"),
        ("retour 88120 pour 10412", "10412"),
        ("une commande de 1500 euros chez vous", None),
        ("je suis au 75011 Paris", None),
        ("je vis à Lyon 69003", None),
        ("batterie de 15000mah", None),
        ("où est ma cmd10423 ?", "10423"),
        ("cmd 2026 00433 toujours rien", "CMD-2026-00433"),
        ("ma commande 1 0 4 2 3 je répète", "10423"),
        ("commande numéro 10 423", "10423"),
        ("commande n° : 10423", "10423"),
        ("la facture de la commande 10423", "10423"),
        ("الطلب رقم ١٠٤٢٣", "10423"),
        ("pedido nº 30211", "30211"),
        ("facture n° 30551, commande 10423", "10423"),
        ("pas la 10412, la 10413", "10413"),
        ("> Votre commande 10423 est partie.", "10423"),
    ],
)
def test_shapes(message: str, number: str | None) -> None:
    assert order_numbers.best(message) == number


@pytest.mark.parametrize(
    "message",
    [
        "Appelez-moi au 06 39 98 12 34",
        "+33639981234",
        "0639981234",
        "j'ai payé 12345 €",
        "1 250,00 EUR",
        "livraison le 12/03/2026",
        "depuis mars 2026",
        "2026-03-12",
        "j'habite 75011 Paris",
        "12 rue des Lilas, 69003 Lyon",
        "numéro de suivi 10455",
        "colis 6C 1234 5098 771",
        "retour n° 88120",
        "facture n° 30551",
        "client n° 70218",
        "article réf. 20455",
        "40000 abonnés",
        "https://boutique.example/p/10423",
        "client10423@boite.example",
        "SIRET 123 456 789 00012",
        "devis 2026-4471",
        "",
    ],
)
def test_other_numbers_are_none(message: str) -> None:
    assert order_numbers.best(message) is None


def test_the_customers_own_orders_win() -> None:
    message = "Le colis 10411 ou 10412, je ne sais plus"

    found = order_numbers.find(message, known=["10412"])

    assert [(one.number, one.is_known) for one in found] == [("10412", True), ("10411", False)]


@pytest.mark.parametrize(
    ("message", "known"),
    [
        ("commande 0045", "CMD-2026-00045"),
        ("commande #0045", "CMD-2026-00045"),
        ("la WEB 77.123 svp", "WEB-77123"),
        ("cmd-2026-00045", "CMD-2026-00045"),
    ],
)
def test_an_order_of_the_customer_in_a_shape_of_its_own(message: str, known: str) -> None:
    found = order_numbers.find(message, known=[known, "CMD-2025-00099"])

    assert (found[0].number, found[0].is_known) == (known, True)


def test_an_unknown_number_is_not_confirmed() -> None:
    found = order_numbers.find("commande 10446", known=["10412"])

    assert [(one.number, one.is_known) for one in found] == [("10446", False)]


def test_the_place_in_the_message_is_told() -> None:
    message = "Commande n° CMD-2026-00045, merci"

    found = order_numbers.find(message)[0]

    assert message[found.start : found.end] == "CMD-2026-00045"


def test_a_message_about_no_order_names_only_an_order_of_the_customer() -> None:
    message = "Votre contrat d'assurance pro 66120 peut être renégocié, appelez-nous."

    assert understand(message).order_number is None
    assert understand(message, orders=["66120"]).order_number == "66120"
