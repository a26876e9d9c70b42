"""Order numbers with letters of the shop's own, and which of two numbers is asked about."""

from __future__ import annotations

import pytest

from support.understanding import order_numbers


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Bonjour, où en est ma commande WEB-88213 ?", "WEB-88213"),
        ("Commande n° SHOP-77120 toujours pas reçue", "SHOP-77120"),
        ("Numéro de commande : FR10234", "FR10234"),
        ("My order #WEB-88213 never came", "WEB-88213"),
        ("order number EU-2026-00417 is late", "EU-2026-00417"),
        ("Mi pedido WEB-55120 no ha llegado", "WEB-55120"),
        ("salam, lcommande dyali WEB-88213 mazal ma wslat", "WEB-88213"),
        ("Réf. de commande : MO_45120, rien reçu", "MO_45120"),
        ("WEB-88213 est mon numéro de commande", "WEB-88213"),
        ("la commande passée lundi, n° SHOP-77120, est en retard", "SHOP-77120"),
        ("طلبي رقم WEB-88213 لم يصل", "WEB-88213"),
        ("Votre réf. SHOP-77120 : colis incomplet", "SHOP-77120"),
    ],
)
def test_letters_of_the_shop_before_a_number(message: str, number: str) -> None:
    assert order_numbers.best(message) == number


@pytest.mark.parametrize(
    "message",
    [
        "Facture FA-20455 de ma commande ?",
        "Je voudrais la facture INV-88213",
        "Retour RET-10402 envoyé lundi",
        "Ma commande : suivi LP-88213 bloqué",
        "J'ai commandé la lampe LX-20455, cassée",
        "j'ai commandé LX-20455",
        "I want to order LX-20455",
        "ticket T-12045 sans réponse",
        "commande de 2 SKU-20455",
        "Ma commande avec le modèle AX-2045 est cassée",
        "Commande T-1204",
        "ma commande, facture FA-20455",
        "une commande de AB-1234",
        "Réf. LX-20455 en stock ?",
        "commande svp10402",
        "retour de la commande RET-10402",
        "la commande du LX-20455",
    ],
)
def test_letters_before_the_number_of_something_else(message: str) -> None:
    assert order_numbers.best(message) is None


def test_letters_that_the_shops_numbers_begin_with() -> None:
    message = "Toujours rien pour WEB-88213, ni pour AX-20455"

    assert order_numbers.best(message) is None
    assert order_numbers.find(message, ["WEB-10001"])[0].number == "WEB-88213"
    found = order_numbers.find(message, prefixes=[order_numbers.prefix_of("WEB-10001")])
    assert [one.number for one in found if one.score > 0] == ["WEB-88213"]


def test_letters_that_an_order_of_the_customer_has_not() -> None:
    found = order_numbers.find("ma commande WEB-88213", known=["88213"])

    assert (found[0].number, found[0].is_known) == ("88213", True)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("pas la 10402, la 10403", "10403"),
        ("Il ne s'agit pas de la 10402 mais de la 10403", "10403"),
        ("Il ne s'agit pas de la commande 10402 mais de 10403", "10403"),
        ("La commande 10402 est bien arrivée, c'est la 10403 qui manque", "10403"),
        ("la 10402 est bien arrivée, c'est 10403 qui manque", "10403"),
        ("not order 10402, I mean 10403", "10403"),
        ("Order 10402 came fine, now 10403 is late", "10403"),
        ("Ce n'est pas la commande 10402, c'est la 10403", "10403"),
        ("No es el pedido 10402 sino el 10403", "10403"),
        ("El pedido 10402 llegó bien, pero falta el 10403", "10403"),
        ("machi lcommande 10402, 10403 hiya li bghit", "10403"),
        ("lcommande 10402 wslat, walakin 10403 mazal", "10403"),
        ("ماشي الطلب 10402، الطلب 10403", "10403"),
        ("الطلب 10402 وصل، لكن 10403 لم يصل", "10403"),
        ("commande 10402 reçue hier sans souci, par contre toujours rien pour la 10403", "10403"),
        ("I got order 10402 already, but where is 10403?", "10403"),
        ("Je parle de la 10403, pas de la commande 10402", "10403"),
        ("Erreur de ma part : non pas la commande 10402 mais 10403", "10403"),
        ("It's not about order 10402, it's about 10403", "10403"),
        ("J'ai bien reçu la commande 10402 mais pas la 10403", "10403"),
        ("Ma commande 10402 est arrivée cassée, la 10403 est nickel", "10402"),
        ("La commande 10402 n'est pas arrivée, la 10403 oui", "10402"),
        ("Pas reçu la commande 10402, la 10403 est bien arrivée", "10402"),
        ("Not received order 10402, 10403 came fine", "10402"),
        ("Where is order 10402? Not received", "10402"),
        ("no ha llegado el pedido 10402, el 10403 llegó bien", "10402"),
        ("Pourquoi pas de suivi pour la commande 10402 ?", "10402"),
        ("commande 10402 reçue incomplète, la 10403 était ok", "10402"),
        ("La 10402 est arrivée mais il manque un verre", "10402"),
        ("order 10402 arrived broken, 10403 was fine", "10402"),
    ],
)
def test_the_number_that_is_asked_about(message: str, number: str) -> None:
    assert order_numbers.best(message) == number


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Ma cmd ES20981 n'est tjs pas la", "ES20981"),
        ("Hola, el pedido nº ESP-40021 llegó roto", "ESP-40021"),
        ("fin wslat commande dyali MA-77120", "MA-77120"),
        ("Je n'ai rien reçu, numéro de commande DE-2026-00912", "DE-2026-00912"),
        ("Ma commande porte le numéro SHOP-11233", "SHOP-11233"),
        ("dans ma commande il manque le vase VZ-20455", None),
        ("J'ai reçu ma commande mais l'article VS-4410 est cassé", None),
        ("code promo BIENV-1000 pour ma commande", None),
        ("J'ai passé commande d'une table TB-2201", None),
        ("Pardon je me suis trompé, pas 20511 mais 20512", "20512"),
        ("La 20511 j'ai eu, c'est la 20512 qui bloque", "20512"),
        ("no me refiero al pedido 20511 sino al 20512", "20512"),
        ("wslatni 20511 walakin 20512 la", "20512"),
        ("Je n'ai pas la commande 20511, la 20512 oui", "20511"),
        ("My order 20511 was received damaged. Order 20512 is fine", "20511"),
        ("Ma commande 20511 est arrivée en retard, pas comme la 20512", "20511"),
    ],
)
def test_further_ways_to_tell_them_apart(message: str, number: str | None) -> None:
    assert order_numbers.best(message) == number
