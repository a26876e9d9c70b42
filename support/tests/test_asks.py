"""What a message asks for: deeds that no machine does, and facts that the reply must tell."""

from __future__ import annotations

import pytest

from support.automatic.obstacles import Obstacle
from support.models import Category, ReplyTemplate
from support.seed_templates import replies
from support.tests import automatic as make
from support.understanding import asks

DEEDS = """
Bonjour, pouvez-vous annuler ma commande 10402 svp
Je voudrais changer l'adresse de livraison de la commande 10402, j'ai déménagé
Merci de m'envoyer la facture de la commande 10402
il me faut un duplicata du reçu pour 10402
Peut-on rajouter une lampe à la commande 10402 ?
Mettez deux coussins au lieu d'un dans la 10402
Un seul tapis au lieu de deux sur la commande 10402, j'en ai coché un de trop
Stoppez tout, je ne veux plus de 10402
La chaise de la commande 10402 est arrivée cassée
rappelez moi au 06 39 98 00 01 pour la commande 10402
Pouvez-vous livrer la commande 10402 chez le voisin ?
je serai absent vendredi pour la livraison 10402
comment faire pour renvoyer le vase de la commande 10402 ?
J'aimerais déposer une réclamation concernant 10402
Je souhaite être remboursé de la commande 10402
Can you add another cushion to order 10402?
We have moved house, deliver order 10402 to the new address please
I need an invoice for order 10402
Please call me back about order 10402
Please leave parcel 10402 with the neighbour
Could you ship 10402 faster, I need it asap
¿Pueden cambiar la dirección de entrega del pedido 10402?
Necesito la factura del pedido 10402
Llámenme por favor, es sobre el pedido 10402
ممكن تغيير عنوان التسليم للطلبية 10402؟
أريد إلغاء الطلبية 10402
أرسلوا لي فاتورة الطلبية 10402 من فضلكم
bghit nlghi lcommande 10402 3afakom
bghit nbeddel l'adresse dyal lcommande 10402
"""
FACTS = {
    "Bonjour, où en est ma commande 10402 ?": {"order_status"},
    "Ma commande 10402 est-elle bien partie ?": {"order_status"},
    "Quel est le numéro de suivi de la commande 10402 ?": {"tracking_number"},
    "Où est mon colis ? Je n'ai pas de numéro de suivi.": {"order_status", "tracking_number"},
    "Quel transporteur livre ma commande 10402 ?": {"carrier"},
    "Quand vais-je recevoir la commande 10402 ?": {"delivery_date"},
    "Quel est le montant total de ma commande 10402 ?": {"order_total"},
    "Combien de colis pour la commande 10402 ?": {"other"},
    "Le paiement de la commande 10402 est-il passé ?": {"other"},
    "Which courier is bringing order 10402?": {"carrier"},
    "How much did I pay for order 10402?": {"order_total"},
    "What did I order exactly, number 10402?": {"items"},
    "¿Cuándo llega el pedido 10402?": {"delivery_date"},
    "¿Me pueden dar el número de seguimiento del pedido 10402?": {"tracking_number"},
    "ما هي حالة الطلبية 10402؟": {"order_status"},
    "متى تصل الطلبية 10402؟": {"delivery_date"},
    "imta ghadi twsel lcommande 10402?": {"delivery_date"},
    "3afakom numéro de suivi d lcommande 10402": {"tracking_number"},
    "Merci pour tout.": set(),
}


@pytest.mark.parametrize("message", DEEDS.strip().splitlines())
def test_a_deed_is_noticed_however_it_is_asked_for(message: str):
    assert asks.of(message).wants_deed


@pytest.mark.parametrize(("message", "expected"), FACTS.items())
def test_a_question_asks_for_facts_and_for_no_deed(message: str, expected: set[str]):
    assert asks.of(message) == asks.Asks(wants_deed=False, facts=frozenset(expected))


FULL = (
    "Commande 10402 : expédiée, prévue le 24 avril. Transporteur : Colissimo,\nnuméro 6A 0012."
    " Total : 89,00\u00a0€."
)
KNOWN = {
    "order_number": "10402",
    "order_status": "expédiée",
    "delivery_date": "24 avril",
    "carrier": "Colissimo",
    "tracking_number": "6A 0012",
    "order_total": "89,00\u00a0€",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "body", "expected"),
    [
        ("Quel est le numéro de suivi de la 10402 ?", FULL, []),
        ("Quel est le numéro de suivi de la 10402 ?", "Elle arrive le 24 avril.", ["unsaid"]),
        ("Quel transporteur livre la 10402 ?", FULL, []),
        ("Quel transporteur livre la 10402 ?", "Elle est expédiée.", ["unsaid"]),
        ("Quel est le montant de la 10402 ?", FULL.replace("\u00a0", " "), []),
        ("Quel est le montant de la 10402 ?", "Elle est expédiée.", ["unsaid"]),
        ("Où est ma commande 10402 ?", "Elle arrive le 24 avril.", []),
        ("Quand arrive la 10402 ?", "Elle est expédiée.", ["unsaid"]),
        # Nobody knows what is asked: no list of facts can be the answer.
        ("J'ai une remarque sur ma commande 10402.", FULL, ["unsaid"]),
        ("Merci de m'envoyer la facture de la 10402.", FULL, ["deed", "unsaid"]),
    ],
)
def test_only_a_reply_that_tells_what_was_asked_may_go(words: str, body: str, expected: list[str]):
    draft = make.fit(words=words, body=body)
    draft.facts = KNOWN
    draft.save()

    assert make.reasons(draft) == expected


@pytest.mark.django_db
def test_a_reply_after_which_somebody_has_to_act_waits_for_a_person():
    draft = make.fit()
    ReplyTemplate.objects.update(settles=False)
    draft.refresh_from_db()

    assert make.reasons(draft) == [Obstacle.NOT_SETTLING]


@pytest.mark.django_db
def test_only_what_states_facts_and_promises_nothing_is_shipped_as_settling():
    settling = ReplyTemplate.objects.filter(settles=True)

    assert {one.category.key for one in settling} == {"Information commande"}
    assert sorted(one.language for one in settling) == ["ar", "en", "es", *["fr"] * 4]
    for one in settling:
        assert {"{carrier}", "{tracking_number}"} <= set(one.body.split())
        assert "conseiller" not in one.body
    assert (
        Category.objects.filter(templates__body__contains="{order_total}").distinct().count() == 1
    )
    assert len(replies()) == ReplyTemplate.objects.count()
