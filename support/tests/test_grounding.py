"""What models write, judged: inventions are refused, sound replies are let through."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from support import seed_templates
from support.drafting import grounding
from support.drafting.grounding import figures, promises
from support.drafting.grounding.spelled import in_digits
from support.tests import replies

# Measured when written: 469 of 469, 26 of 231. A word table that loses its grip falls below.
LEAST_CAUGHT = 0.99
MOST_FALSE_ALARMS = 0.2
# Seconds of CPU for a template of 90,000 characters; measured: 0.6.
LONGEST = 3


def judged(name: str) -> list[str]:
    rows = replies.rows(name)
    return [grounding.problem(replies.text_of(row), replies.given(row["base"])) for row in rows]


def test_replies_that_invent_are_refused():
    problems = judged("invented")
    assert len(problems) == 469
    assert sum(map(bool, problems)) / len(problems) >= LEAST_CAUGHT


def test_sound_replies_are_let_through():
    problems = judged("sound")
    assert len(problems) == 231
    assert sum(map(bool, problems)) / len(problems) <= MOST_FALSE_ALARMS


def test_replies_to_templates_of_the_shops_own_are_judged_alike():
    invented = [grounding.problem(*other) for other in replies.others("invented")]
    sound = [grounding.problem(*other) for other in replies.others("sound")]
    assert (len(invented), sum(map(bool, invented))) == (44, 44)
    assert (len(sound), sum(map(bool, sound))) == (25, 3)


def personal() -> tuple[list[tuple[str, grounding.Given]], list[tuple[str, str, grounding.Given]]]:
    """Templates reworded for what a customer wrote; the same with a sentence that is untrue."""
    known = json.loads((replies.DATA / "personal.json").read_text(encoding="utf-8"))
    sound = [reworded(row, row["courtesy"]) for row in known["sound"]]
    invented = [
        (sentence, *reworded(known["sound"][place], sentence))
        for place, sentence in known["invented"]
    ]
    return sound, invented


def reworded(row: dict[str, str], courtesy: str) -> tuple[str, grounding.Given]:
    given = replies.given_of(row["template"], row["language"])
    greeting, *_said, closing = given.template.split("\n\n")
    text = f"{greeting}\n\n{courtesy} {row['rest']}\n\n{closing}"
    return text, replace(given, customer=row["customer"])


def test_the_template_is_sent_with_the_courtesy_of_a_reply_that_goes_too_far():
    sound, _invented = personal()
    whole = [not grounding.problem(*reply) for reply in sound]
    joined = [bool(grounding.joined(*reply)) for reply in sound]
    used = [either or other for either, other in zip(whole, joined, strict=True)]
    assert (len(sound), sum(whole), sum(used)) == (30, 10, 19)


def test_no_untrue_sentence_is_taken_for_courtesy():
    _sound, invented = personal()
    assert len(invented) == 44
    for sentence, text, given in invented:
        assert grounding.problem(text, given) != "", sentence
        assert sentence not in grounding.joined(text, given)


def test_every_sentence_of_the_template_stays_beside_the_courtesy():
    given = replies.given("late-fr")
    greeting, said = given.template.split("\n\n", 1)
    courtesy = "Nous comprenons que votre miroir vous manque et que le suivi ne bouge pas."
    given = replace(
        given, customer="Mon miroir me manque (il vous manque ?), le suivi ne bouge pas"
    )
    text = f"{greeting}\n\n{courtesy} Le colis est au dépôt.\n\nVotre colis est perdu."

    assert grounding.problem(text, given) != ""
    assert grounding.joined(text, given) == f"{greeting}\n\n{courtesy}\n\n{said}"
    assert grounding.joined(text.replace("perdu", "perdu depuis 12 jours"), given) == ""


@pytest.mark.parametrize("row", seed_templates.replies(), ids=lambda row: row["body"][-40:])
def test_every_template_may_say_what_it_says(row: dict[str, str]):
    given = replies.given_of(row["body"], row["language"])
    assert grounding.problem(given.template, given) == ""


def with_sentence(sentence: str, base: str = "late-fr") -> str:
    return replies.text_of({"base": base, "add": sentence})


@pytest.mark.parametrize(
    "sentence",
    [
        "Nous vous accordons 15 % de remise.",
        "Nous vous accordons quinze pour cent de remise.",
        "Vous aurez une réponse sous quinze jours.",
        "Il arrivera le neuf avril.",
        "Nous vous rembourserons.",
        "Votre colis sera livré demain.",
    ],
)
def test_what_the_agent_asked_for_licenses_it(sentence: str):
    given = replies.given("late-fr")
    text = with_sentence(sentence)

    assert grounding.problem(text, given) != ""
    assert grounding.problem(text, replace(given, instructions=sentence)) == ""


def test_the_customers_own_figures_license_nothing():
    given = replace(replies.given("late-fr"), customer="Vous m'avez promis 15 % et le 12 avril !")
    assert grounding.problem(with_sentence("Vous aurez 15 %."), given) != ""
    assert grounding.problem(with_sentence("C'est pour le 12 avril."), given) != ""


def test_a_reason_quotes_what_was_invented():
    given = replies.given("late-fr")
    assert "15 %" in grounding.problem(with_sentence("Voici 15 % de remise."), given)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("quinze jours", "fr", "15 jours"),
        ("quatre-vingt-dix-neuf euros", "fr", "99 euros"),
        ("deux mille vingt-six", "fr", "2026"),
        ("cent vingt et un", "fr", "121"),
        ("un article neuf", "fr", "un article neuf"),
        ("neuf jours", "fr", "9 jours"),
        ("mille mercis", "fr", "mille mercis"),
        ("twenty-four hours", "en", "24 hours"),
        ("one hundred and five", "en", "105"),
        ("one of them", "en", "one of them"),
        ("treinta y cinco dias", "es", "35 dias"),
        ("خمسه وعشرين يوم", "ar", "25 يوم"),
    ],
)
def test_spelled_numbers_become_digits(text: str, language: str, expected: str):
    assert in_digits(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "claims"),
    [
        ("le 8 avril 2026", "fr", {("date", (4, 8, 2026))}),
        ("08/04/2026", "fr", {("date", (4, 8, 2026))}),
        ("2026-04-08", "fr", {("date", (4, 8, 2026))}),
        ("April 8th, 2026", "en", {("date", (4, 8, 2026))}),
        ("el 8 de abril de 2026", "es", {("date", (4, 8, 2026))}),
        ("8 أبريل 2026", "ar", {("date", (4, 8, 2026))}),
        ("sous deux jours ouvrés", "fr", {("duration", (2.0, "day", True))}),
        ("within two working days", "en", {("duration", (2.0, "day", True))}),
        ("خلال يومين", "ar", {("duration", (2.0, "day", False))}),
        (
            "3 à 5 jours",
            "fr",
            {("duration", (3.0, "day", False)), ("duration", (5.0, "day", False))},
        ),
        ("quelques jours", "fr", {("duration", ("few", "day", False))}),
        ("écrivez à sav@x.example", "fr", {("contact", ("sav@x.example",))}),
        ("voir https://x.example/suivi.", "fr", {("contact", ("x.example/suivi",))}),
        ("au 01 23 45 67 89", "fr", {("contact", ("0123456789",))}),
        ("50 %", "fr", {("percent", (50.0,))}),
        ("à moitié prix", "fr", {("percent", (50.0,))}),
    ],
)
def test_figures_read_the_same_in_all_languages(text: str, language: str, claims: set[object]):
    assert {(claim.kind, claim.value) for claim in figures.find(text, language)} == claims


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Votre commande est livrée.", "the status is another"),
        ("Votre commande vous est parvenue.", "it should have, and has not"),
        ("Vous avez aussi commandé une lampe.", "nobody wrote of a lamp"),
        ("Votre commande du 8 avril 2026 est en transit.", "the day is that of the delivery"),
        ("Votre numéro de suivi est 10412.", "the number is the order's"),
        ("Nous revenons vers vous dès aujourd'hui.", "the carrier is asked today, no more"),
        ("Le transporteur revient vers vous sous deux jours ouvrés.", "we do"),
        ("Nous vous proposerons un remboursement.", "under a condition, and as a choice"),
        ("Nous avons interrogé le transporteur.", "we are doing it"),
        ("Merci d'avoir choisi un remboursement.", "the customer did not write so"),
        ("Votre §order_status est connu.", "the mark of a fact, written out"),
    ],
)
def test_an_untrue_sentence_made_of_given_words_is_refused(sentence: str, why: str):
    given = replace(replies.given("late-fr"), customer="Où est mon miroir ?")
    assert grounding.problem(with_sentence(sentence), given) != "", why


@pytest.mark.parametrize(
    "sentence",
    [
        "Votre commande 10412 est en transit.",
        "La livraison de votre commande 10412 est prévue le 8 avril 2026.",
        "Votre commande comprend 1 x Miroir Lune et 1 x Patère Hêtre.",
        "Le montant total de votre commande est de 134,50 €.",
    ],
)
def test_a_fact_may_be_told_as_what_it_is(sentence: str):
    assert grounding.problem(with_sentence(sentence), replies.given("late-fr")) == ""


def test_a_long_template_is_judged_quickly():
    given = replies.given("late-fr")
    paragraphs = (f"Le point {number} de nos conditions est connu." for number in range(2000))
    long = replace(given, template=given.template + "\n" + "\n".join(paragraphs))
    began = time.process_time()

    assert grounding.problem(given.template + "\nNous vous offrons le miroir.", long) != ""
    assert time.process_time() - began < LONGEST


def test_promises_are_told_in_words_that_can_be_compared():
    told = promises.found
    assert told("Nous vous remboursons demain.", "fr") == told("Remboursement demain.", "fr") | {
        "does rembo"
    }
    assert told("We will not refund you.", "en") >= {"not refund"}
    assert told("Si c'est perdu, nous le remplaçons.", "fr") >= {"if lost", "if replacement"}
    assert told("Merci pour votre message.", "fr") == set()
