"""Which words are worth keeping."""

from __future__ import annotations

import pytest

from orders.learning.phrases import (
    name_phrase,
    names_in,
    phrase_after,
    product_phrase,
    stands_in,
)
from orders.reading import CustomerReading, Found
from orders.tests import factories as make


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Momo", "momo"),
        ("chez Momo", "momo"),
        ("Snack Atlas SARL", "snack atlas"),
        ("Café de la Gare", "cafe gare"),
        ("مخبزة النور", "مخبزه النور"),
        ("Restaurant", ""),
        ("Boulangerie Casablanca", ""),
        ("Bonjour", ""),
        ("Service Achats", ""),
        ("Bonjour Momo", ""),
        ("Al", ""),
        ("2024", ""),
        ("Un nom de firme qui va bien trop loin pour en être un", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_firm(text: str, phrase: str):
    assert name_phrase(text) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Fatima", ""),
        ("Fatima Zahra", "fatima zahra"),
        ("M. Hassan", ""),
        ("Hassan 🥖", ""),
        ("Snack Momo", "snack momo"),
    ],
)
def test_a_first_name_alone_is_nobodys(text: str, phrase: str):
    assert name_phrase(text, person=True) == phrase


@pytest.mark.parametrize(
    ("body", "name", "company", "names"),
    [
        ("Salam, chez Momo : 300 sachets", "", "", ("momo",)),
        ("mn 3end snack Rif bghit 300", "", "", ("snack rif",)),
        ("Livrer chez nous svp", "", "", ()),
        ("300 sachets", "Snack Atlas (Momo)", "", ("snack atlas momo", "snack atlas")),
        (
            "300 sachets",
            "Hassan",
            "Snack Atlas (Momo)",
            ("snack atlas momo", "snack atlas", "momo"),
        ),
        ("300 sachets", "Hassan Rifi", "", ("hassan rifi",)),
    ],
)
def test_names_in_a_message(body: str, name: str, company: str, names: tuple[str, ...]):
    customer = CustomerReading(company=Found(company or None, 0.9))

    found = names_in(make.content(body, name=name), make.reading(customer=customer))

    assert found == names


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("zif", "zif"),
        ("ZIF 18x35", "zif"),
        ("les marron moyens", "marron moyens"),
        ("sacs carrés 28 x 10 x 32 cm", "sacs carres"),
        ("boîtes pizza 33", "boites pizza 33"),
        ("kraft", ""),
        ("kraft 90g", ""),
        ("cartons", ""),
        ("18x35", ""),
        ("5000", ""),
        ("des sacs que nous avions pris la dernière fois chez vous", ""),
    ],
)
def test_words_for_goods(text: str, phrase: str):
    assert product_phrase(text) == phrase


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("zif", "3000 Zifs svp", True),
        ("marron moyens", "les marrons moyens", True),
        ("marron moyens", "marron et moyens", False),
        ("zif", "zifaf", False),
        ("", "zif", False),
    ],
)
def test_words_within_a_text(phrase: str, text: str, stands: bool):  # noqa: FBT001 - a table
    assert stands_in(phrase, text) is stands


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("200 zif svp", "zif"),
        ("200 cartons de zif", "zif"),
        ("200 marron moyens demain", "marron moyens"),
        ("200 marron demain", ""),
        ("200 pour demain", ""),
        ("200 dh", ""),
        ("200", ""),
        ("200, zif", ""),
    ],
)
def test_the_words_behind_a_number(text: str, phrase: str):
    assert phrase_after(3, text) == phrase
