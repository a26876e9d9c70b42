"""Who asks for one thing only, and in no case or another, may be answered without a person."""

from __future__ import annotations

import pytest

from support.automatic import wording
from support.automatic.obstacles import Obstacle
from support.understanding import asks

MORE = """
Bonjour, où en est ma commande 10402 ? Sinon annulez-la.
Quel est le statut de la commande 10402 ? À défaut, remboursez-moi.
Where is order 10402? If not shipped, cancel it.
Si la commande 10402 n'est pas partie, donnez-moi le statut.
When does order 10402 arrive? I am only home after 6 pm.
Quand arrive la 10402 ? Je ne suis là que le matin.
Je suis disponible seulement jeudi, quand arrive la commande 10402 ?
Où est ma commande 10402 et quand arrive-t-elle ?
Where is my order 10402 and how much did I pay?
¿Dónde está mi pedido 10402 y cuándo llega?
fin lcommande 10402 w imta ghadi twsel?
fin hiya lcommande 10402 ou imta ghadi twsel?
متى تصل الطلبية 10402 وكم ثمنها؟
متى تصل الطلبية 10402 وإذا تأخرت ألغوها
Quel est le numéro de suivi de la 10402, quel transporteur la livre ?
Give me the status of order 10402. Which courier brings it?
¿Cuándo llega el pedido 10402? Solo estoy en casa por la tarde.
Unless it ships today, what is the status of 10402?
Pouvez-vous me donner le statut de la 10402 ainsi que le montant ?
Au cas où la 10402 serait en retard, quel est le statut ?
ila ma wslatch lcommande 10402 imta ghadi twsel?
¿Cuál es el estado del pedido 10402? En caso contrario, anúlenlo.
Statut + suivi de la 10402 svp
Quand arrive la 10402 ? Il n'y a quelqu'un à la maison que le samedi.
quand arrive la commande 10402, on n'est là qu'après 18h
When will order 10402 come? We won't be in on Friday.
imta ghadi twsel lcommande 10402? kankoun f dar ghir f sbah
Bonjour, statut de la 10402 svp. Et le poids ?
What is the status of order 10402? As long as it comes before Friday I keep it.
Quel est l'état de ma commande 10402 ? Dans le cas où elle est partie, donnez le suivi.
"""
ONE = """
Bonjour, pouvez-vous me donner le statut de ma commande 10402 ? Merci.
Hello, which courier is bringing order 10402? Thanks.
Hola, ¿me dan el número de seguimiento de mi pedido 10402?
Bonjour, quand arrive ma commande 10402 s'il vous plaît ? Merci et bonne journée.
Bonsoir, je voudrais savoir si ma commande 10402 est expédiée, svp. Cordialement
متى تصل الطلبية 10402؟ شكرا
Bonjour, quel est le montant total de ma commande 10402 ? Merci d'avance.
Could you please tell me the status of order 10402? Thank you in advance.
Hello, could you tell me when order 10402 will arrive, please?
imta ghadi twsel lcommande 10402 3afak?
¿Podrían decirme cuándo llega el pedido 10402, por favor? Gracias.
Où est ma commande 10402
Salut, ma commande 10402 est où ? merci
Thanks and regards, what did I order exactly, number 10402?
Buenos días, ¿qué transportista trae el pedido 10402? Un saludo
واش وصلات الطلبية 10402؟
"""
LONG = (
    "Bonjour, j'aimerais connaître le statut de ma commande 10402. " + "La lampe est belle. " * 12
)


@pytest.mark.parametrize("message", MORE.strip().splitlines())
def test_a_second_wish_a_condition_or_a_time_at_home_waits_for_a_person(message: str):
    assert wording.obstacles(message) or asks.of(message).wants_deed


@pytest.mark.parametrize("message", ONE.strip().splitlines())
def test_one_question_however_polite_may_go(message: str):
    assert (wording.obstacles(message), asks.of(message).wants_deed) == ([], False)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Où est ma commande 10402, et quand arrive-t-elle ?", [Obstacle.QUESTIONS]),
        ("What is the status of order 10402 if it has left?", [Obstacle.CONDITION]),
        ("Let me know if order 10402 has left please", []),
        (LONG, [Obstacle.LONG]),
    ],
)
def test_the_reason_is_told(message: str, expected: list[Obstacle]):
    assert wording.obstacles(message) == expected
