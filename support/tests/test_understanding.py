"""Messages are understood: category, confidence, language, order number; hostile ones as well."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from backoffice.core import spoken
from support.understanding import clauses, evaluation, examples, fresh, training
from support.understanding.examples import Example
from support.understanding.understand import Understanding, understand

SAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "messages.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
HARD_STYLES = {"negation-traps", "arabic-script", "spanish", "many-numbers"}

if TYPE_CHECKING:
    from support.understanding.classifier import TrainedClassifier


def test_messages_never_trained_on_are_classified(classifier: TrainedClassifier) -> None:
    known = [Example(row["message"], row["category"]) for row in SAMPLES]

    measured = evaluation.measure(classifier, known)

    assert measured.macro_f1 >= 0.92


def test_styles_left_out_are_classified_and_confidence_means_something() -> None:
    known = examples.shipped()
    learn = [example for example in known if example.style not in HARD_STYLES]
    test = [example for example in known if example.style in HARD_STYLES]

    measured = evaluation.measure(training.train(learn), test)

    assert measured.macro_f1 >= 0.80
    assert measured.calibration_error <= 0.10


def test_the_arrays_say_what_scikit_learn_says() -> None:
    known = [example for example in examples.shipped() if example.style in HARD_STYLES]
    readings = training.read_all(known)
    matrix = training.features().fit_transform(readings)
    categories = np.array([example.category for example in known])
    names, coefficients, intercept = training.fit(matrix, categories, np.ones(len(known)))

    trained = training.train(known, readings)

    sums = (matrix @ coefficients.T + intercept) / trained.temperature
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert trained.categories == names
    for row, reading in zip(expected, readings, strict=True):
        chances = trained.predict(reading).chances
        assert not chances or np.allclose(row, list(chances.values()), atol=1e-4)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("Je ne veux pas de remboursement, envoyez-moi un autre vase, il est arrivé fendu.", 2),
        ("Le colis n'est pas en retard, je voudrais seulement la facture de la 10412.", 1),
        ("Rien de cassé, mais je me rétracte : merci de me rembourser les 40 €.", 3),
        ("Toujours rien reçu. Si je n'ai rien lundi je demanderai un remboursement.", 0),
        ("It is not broken and it came on time, but I want my money back.", 3),
        ("No quiero el dinero, quiero otra lámpara: esta no enciende.", 2),
        ("ma bghitch flous, ghir fin wslat lcommande? khasha twsel lbare7", 0),
        ("Un remboursement ne m'intéresse pas : mon sac 10733 est décousu, réparez-le.", 2),
        ("Not looking for a refund here, I'd only like an invoice for order 10733.", 1),
        ("لا أريد نقودي، أريد الطلبية 10733 التي كان يجب أن تصل قبل أسبوع", 0),
        ("Deux débits de 39,90 le même jour chez vous, un seul achat.", 3),
        ("Reprenez la montre, elle ne me va pas, et rendez-moi ce que j'ai versé.", 3),
        ("Me cobraron el pedido 10581 por duplicado.", 3),
        ("No he recibido todavía el reembolso del pedido 10581.", 3),
        ("Je cherche un stage de vente pour septembre, puis-je vous envoyer mon CV ?", 4),
    ],
)
def test_what_is_denied_is_not_asked_for(
    classifier: TrainedClassifier, message: str, category: int
) -> None:
    names = (
        "Retard de livraison",
        "Information commande",
        "Produit défectueux",
        "Remboursement",
        "Non classé",
    )

    assert classifier.classify(message).category == names[category]


@pytest.mark.parametrize(
    ("message", "is_sure"),
    [
        ("bj 10402", False),
        ("hs 10402", False),
        ("slt la 10402 svp", False),
        ("Bonjour commande 10402 merci", False),
        ("السلام عليكم 10402", False),
        ("facture 10402", True),
        ("retard cde 10402", True),
    ],
)
def test_next_to_nothing_gives_no_confidence(
    classifier: TrainedClassifier, message: str, *, is_sure: bool
) -> None:
    assert (understand(message, classifier=classifier).confidence > 0.65) == is_sure


@pytest.mark.parametrize(
    "message",
    [
        "",
        " \n\t",
        "🥳🥳🎉",
        "\x00\x01",
        "a" * 100_000,
        "؟" * 500,
        "<p></p>",
        "> \n> \n",
        "\ud800",
    ],
)
def test_nothing_to_go_by_is_unclassified_without_confidence(
    classifier: TrainedClassifier, message: str
) -> None:
    found = understand(message, classifier=classifier)

    assert (found.category, found.confidence) == ("Non classé", 0.0)
    assert found.order_number is None


@pytest.mark.parametrize(
    "message",
    [
        "où est mon colis ? " * 6_000,
        "10412 " * 20_000,
        "commande n° " * 9_000,
        "ne pas " * 15_000,
        "(" * 100_000,
        "<div>" * 20_000 + "colis",
        "Le 3 mai, X a écrit :\n> " * 4_000,
        "طلب 10412 order 你好 où " * 4_000,
        "a: b\n" * 20_000,
    ],
    ids=["long", "numbers", "labels", "negations", "brackets", "html", "quotes", "mixed", "form"],
)
def test_a_hundred_kilobytes_take_no_longer_than_a_moment(
    classifier: TrainedClassifier, message: str
) -> None:
    start = time.process_time()

    found = understand(message, classifier=classifier)

    assert 0 <= found.confidence <= 1
    assert time.process_time() - start < 5


def test_a_message_in_html_with_an_answer_below_is_understood(
    classifier: TrainedClassifier,
) -> None:
    message = (
        "<p>Le vase de la commande n&deg;10433 est arriv&eacute; <b>cass&eacute;</b>.</p>"
        "<p>Cordialement<br>Anne</p><blockquote>Votre remboursement est en cours.</blockquote>"
    )

    found = understand(message, orders=["10433"], classifier=classifier)

    assert found == Understanding(
        "Produit défectueux", found.confidence, "10433", "fr", found.reasons, is_own_order=True
    )


def test_the_words_that_decided_stand_in_the_message(classifier: TrainedClassifier) -> None:
    found = classifier.classify("Je voudrais un duplicata de la facture, merci.")

    assert any("facture" in reason for reason in found.reasons)
    assert sum(found.chances.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("message", "own"),
    [
        ("Où est-il ?\n\nCordialement,\nPaul Morel\n06 39 98 00 11", "Où est-il ?"),
        ("Non merci.\n\n> Voulez-vous un avoir ?", "Non merci."),
        (
            "Nom : Ana\nSujet : Retard\nMessage : je voudrais ma facture svp",
            "je voudrais ma facture svp",
        ),
        ("> tout est cité", "tout est cité"),
    ],
)
def test_only_what_the_customer_wrote_now_is_read(message: str, own: str) -> None:
    assert fresh.own_words(message) == own


def test_negation_reaches_to_the_end_of_its_clause_only() -> None:
    reading = clauses.read("Je ne veux pas de remboursement, je veux un échange.")

    denied = {concept.name: concept.denied for c in reading.clauses for concept in c.concepts}
    assert denied["refund"] is True
    assert denied["replace"] is False


def test_a_threat_is_no_demand() -> None:
    reading = clauses.read("Livrez-moi, sinon je demande un remboursement.")

    threat = reading.clauses[-1]
    assert "refund" in {concept.name for concept in threat.concepts}
    assert threat.is_threat
    assert not threat.is_ask


def test_languages_are_told_apart() -> None:
    hits = sum(spoken.of(row["message"]) == row["language"] for row in SAMPLES)

    assert hits >= 79


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "fr"),
        ("🙂", "fr"),
        ("fin wslat lcommande dyali?", "ar-Latn"),
        ("أين طلبي؟", "ar"),
        ("¿Dónde está mi pedido?", "es"),
        ("Where is my order?", "en"),
        ("ma commande n'est pas là", "fr"),
    ],
)
def test_the_language_of_a_sentence(text: str, code: str) -> None:
    assert spoken.of(text) == code
