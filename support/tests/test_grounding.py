"""What models write, judged: inventions are refused, sound replies are let through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.drafting import grounding
from support.drafting.grounding import figures
from support.drafting.grounding.spelled import in_digits
from support.tests import replies

# Measured when written: 287 of 289, 1 of 107. A word table that loses its grip falls below.
LEAST_CAUGHT = 0.97
MOST_FALSE_ALARMS = 0.04


def judged(name: str) -> list[str]:
    rows = replies.rows(name)
    return [grounding.problem(replies.text_of(row), replies.given(row["base"])) for row in rows]


def test_replies_that_invent_are_refused():
    problems = judged("invented")
    assert len(problems) == 289
    assert sum(map(bool, problems)) / len(problems) >= LEAST_CAUGHT


def test_sound_replies_are_let_through():
    problems = judged("sound")
    assert len(problems) == 107
    assert sum(map(bool, problems)) / len(problems) <= MOST_FALSE_ALARMS


@pytest.mark.parametrize("kind", ["late", "refund", "defect", "info", "other", "ask"])
@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_every_template_may_say_what_it_says(kind: str, language: str):
    given = replies.given(f"{kind}-{language}")
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
