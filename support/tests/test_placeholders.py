"""Templates filled: what is known, what is left out, and what can never be reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from backoffice.core.errors import DomainError
from support import seed_templates
from support.drafting import filling, names, placeholders, status_words, values
from support.drafting.gaps import gaps
from support.order_lookup.order_facts import OrderFacts
from support.tests.replies import ORDER, PERSON

FACTS = PERSON | values.of_order(ORDER, "fr")
NO_ORDER = PERSON


def said(template: str, facts: dict[str, str] | None = None, language: str = "fr") -> str:
    known = FACTS if facts is None else facts
    return filling.fill(template, {k: v for k, v in known.items() if v}, language).body


def without(*missing: str) -> dict[str, str]:
    return {name: value for name, value in FACTS.items() if name not in missing}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("prenom", "customer_first_name"),
        ("Prénom", "customer_first_name"),
        ("numero_commande", "order_number"),
        ("Numéro de commande", "order_number"),
        ("STATUT_COMMANDE", "order_status"),
        ("date livraison", "delivery_date"),
        ("montant", "order_total"),
        ("articles", "items"),
        ("recapitulatif", "order_summary"),
        ("boutique", "shop_name"),
        ("order.total", ""),
        ("order_total!r", ""),
        ("order_total:>10", ""),
        ("0", ""),
        ("", ""),
        ("__class__", ""),
    ],
)
def test_other_names_are_known_and_nothing_else(written: str, name: str):
    assert placeholders.canonical(written) == name


@pytest.mark.parametrize("body", ["{order.total}", "{0}", "{}", "{customer_name!r}", "{inconnu}"])
def test_a_template_reaches_nothing_but_placeholders(body: str):
    with pytest.raises(DomainError) as caught:
        placeholders.check(f"Bonjour {body},")
    assert (caught.value.code, caught.value.value) == ("unknown_placeholder", body)
    filled = filling.fill(f"Bonjour {body},", FACTS, "fr")
    assert filled.unknown == [body]
    assert len(gaps(filled.body)) == 1


def test_a_lonely_brace_is_refused():
    with pytest.raises(DomainError) as caught:
        placeholders.check("Bonjour {customer_name, bonjour")
    assert caught.value.code == "stray_brace"


def test_values_are_never_read_as_templates():
    order = replace(ORDER, number="{shop_name}", items=("{order_total}",))
    facts = PERSON | values.of_order(order, "fr")
    assert said("{order_number} {items}", facts) == "(shop_name) (order_total)"


@pytest.mark.parametrize(
    ("language", "total", "day", "status"),
    [
        ("fr", "1\u00a0412,50\u00a0€", "1er avril 2026", "en transit"),
        ("en", "€1,412.50", "1 April 2026", "in transit"),
        ("es", "1.412,50\u00a0€", "1 de abril de 2026", "en tránsito"),
        ("ar", "1.412,50\u00a0€", "1 أبريل 2026", "في الطريق"),
        ("ar-Latn", "1\u00a0412,50\u00a0€", "1er avril 2026", "en transit"),
    ],
)
def test_values_are_in_the_customers_language(language: str, total: str, day: str, status: str):
    order = replace(ORDER, total=Decimal("1412.5"), delivery_date=dt.date(2026, 4, 1))
    facts = values.of_order(order, language)
    assert (facts["order_total"], facts["delivery_date"], facts["order_status"]) == (
        total,
        day,
        status,
    )


@pytest.mark.parametrize(
    ("status", "language", "words"),
    [
        ("Livré", "en", "delivered"),
        ("LIVRÉES", "es", "entregado"),
        ("Delivered", "fr", "livrée"),
        ("remboursée", "ar", "تم استرداد المبلغ"),
        ("Chez le graveur", "en", "Chez le graveur"),
    ],
)
def test_known_words_for_a_status_are_translated(status: str, language: str, words: str):
    assert status_words.in_language(status, language) == words


def test_a_purchase_order_is_told_in_the_customers_words():
    order = OrderFacts("desk", 1, "CMD-1", status="pending", status_code="validated")
    assert values.of_order(order, "es")["order_status"] == "confirmado"


@pytest.mark.parametrize(
    ("written", "full", "first"),
    [
        ("Camille Roussel", "Camille Roussel", "Camille"),
        ("ROUSSEL Camille", "Camille Roussel", "Camille"),
        ("roussel, camille", "Camille Roussel", "Camille"),
        ("Mme Camille Roussel", "Camille Roussel", "Camille"),
        ("Mme Roussel", "Roussel", ""),
        ("Jean-Baptiste de La Tour", "Jean-Baptiste de La Tour", "Jean-Baptiste"),
        ("Liam O'Brien", "Liam O'Brien", "Liam"),
        ("سلمى بناني", "سلمى بناني", "سلمى"),
        ("Boréal SARL", "Boréal SARL", ""),
        ("Cabinet de l'Orme", "Cabinet de l'Orme", ""),
        ("Service comptabilité", "", ""),
        ("Click http://evil.example", "", ""),
        ("evil.example", "", ""),
        ("camille@boite.example", "", ""),
        ("Win 1000 EUR now", "", ""),
        ("Camille\r\nBcc: x", "", ""),
        ("A" * 80, "", ""),
        ("😀 Camille 😀", "Camille", "Camille"),
        ("", "", ""),
    ],
)
def test_names_are_greeted_as_people_are_called(written: str, full: str, first: str):
    found = names.of(written)
    assert (found.full, found.first) == (full, first)


@pytest.mark.parametrize(
    ("known", "company", "written", "full"),
    [
        ("Camille Roussel", "", "camille r", "Camille Roussel"),
        ("Camille Roussel", "Boréal SARL", "Paul Durand", "Paul Durand"),
        ("", "Boréal SARL", "Paul Durand", "Paul Durand"),
        ("", "Boréal SARL", "Service achats", "Boréal SARL"),
        ("Camille Roussel", "", "http://evil.example", "Camille Roussel"),
        ("", "", "", ""),
    ],
)
def test_whoever_wrote_is_greeted(known: str, company: str, written: str, full: str):
    assert names.of_writer(known, company, written).full == full


@pytest.mark.parametrize(
    ("template", "greeting"),
    [
        ("Bonjour {customer_name},", "Bonjour,"),
        ("Bonjour {prenom} {nom},", "Bonjour,"),
        ("Bonjour M. {nom},", "Bonjour,"),
        ("Chère {prenom},", "Bonjour,"),
        ("Cher client {customer_name},", "Bonjour,"),
        ("Bonjour Madame, Monsieur {nom},", "Bonjour Madame, Monsieur,"),
        ("Merci {customer_name} !", "Merci !"),
    ],
)
def test_an_unknown_name_leaves_a_whole_greeting(template: str, greeting: str):
    assert said(template, {"shop_name": "X"}) == greeting


def test_a_last_name_alone_is_the_whole_name():
    assert said("Bonjour {nom},") == "Bonjour Camille Roussel,"
    assert said("Bonjour {prenom} {nom},") == "Bonjour Camille Roussel,"


@pytest.mark.parametrize(
    ("template", "missing", "body"),
    [
        ("Suivi : {tracking_number}", "tracking_number", ""),
        (
            "Votre commande {order_number} ({items}) est partie.",
            "items",
            "Votre commande 10412 est partie.",
        ),
        (
            "Nous avons reçu la demande pour la commande {order_number}, soit {order_total}.",
            "order_total",
            "Nous avons reçu la demande pour la commande 10412.",
        ),
        (
            "Elle est au statut {order_status} ; elle arrive par {carrier}.",
            "carrier",
            "Elle est au statut en transit.",
        ),
        (
            "Your order {order_number} is {order_status} and travels with {carrier}.",
            "carrier",
            "Your order 10412 is en transit.",
        ),
        (
            "Merci de votre message. Le transporteur est {carrier}. À bientôt.",
            "carrier",
            "Merci de votre message. À bientôt.",
        ),
    ],
)
def test_what_is_not_known_is_left_out(template: str, missing: str, body: str):
    greeting, closing = "Bonjour,\n\nMerci beaucoup de votre message.\n\n", "\n\nL'équipe"
    whole = said(greeting + template + closing, without(missing))
    assert whole.split("\n\n")[2:-1] == ([body] if body else [])


def test_a_list_loses_its_points_and_its_heading():
    points = "Voici tout :\n- suivi : {tracking_number}\n- par : {carrier}\n\n"
    rest = "Nous restons à votre écoute ici.\n\nFin"
    unknown = without("tracking_number", "carrier")
    assert said(f"Bonjour,\n\n{points}{rest}", unknown) == f"Bonjour,\n\n{rest}"


def test_where_nothing_would_remain_the_gap_is_marked():
    filled = filling.fill(
        "Bonjour,\n\nLe suivi est {tracking_number}.\n\nFin", PERSON | {"order_number": "1"}, "fr"
    )
    assert filled.marked
    assert len(gaps(filled.body)) == 1


@pytest.mark.parametrize(
    "row",
    seed_templates.replies(),
    ids=lambda row: f"{row['category']}-{row['language']}-{row['name']}",
)
def test_shipped_templates_read_well_with_and_without_an_order(row: dict[str, str]):
    placeholders.check(row["body"])
    for facts in (
        PERSON | values.of_order(ORDER, row["language"]),
        NO_ORDER,
        without("delivery_date", "items", "order_total"),
        {"shop_name": "X"},
    ):
        filled = filling.fill(row["body"], {k: v for k, v in facts.items() if v}, row["language"])
        assert gaps(filled.body) == []
        assert "  " not in filled.body
        assert not [line for line in filled.body.split("\n") if line.startswith((",", "."))]
        assert filled.asks == (
            placeholders.needs_order(row["body"]) and "order_number" not in facts
        )


def test_texts_of_the_shop_are_copied_exactly():
    body = next(row["body"] for row in seed_templates.replies() if row["category"] == "Non classé")
    assert body.startswith("Bonjour {customer_name},\n\nNous avons bien reçu votre message et vous")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Bonjour {prenom},", ["{prenom}"]),
        ("[⚠ manque : suivi] et [⚠ manque : suivi]", ["[⚠ manque : suivi]"]),
        ("Un [crochet] et { } ou {}", []),
    ],
)
def test_gaps_are_marks_and_unfilled_names(body: str, found: list[str]):
    assert gaps(body) == found


def test_in_arabic_the_count_stands_behind_the_goods():
    # Before them it is shown at the other end of the line: "x Miroir Lune, 1 x Patère Hêtre 1".
    assert values.of_order(ORDER, "ar")["items"] == "Miroir Lune ×1، Patère Hêtre ×1"
    assert values.of_order(ORDER, "es")["items"] == "1 x Miroir Lune, 1 x Patère Hêtre"
    counted = replace(ORDER, items=("2 x مرآة", "Lampe", "10 x 3 m ruban"))
    assert values.of_order(counted, "ar")["items"] == "2 x مرآة، Lampe، 10 x 3 m ruban"
