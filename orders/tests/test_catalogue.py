"""Products by their names: in texts, in tables, and from the table of products."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from backoffice.core.text import folded
from backoffice.messaging.content import MessageContent, Person, ReadDocument
from crm.models import Product
from orders import catalogue
from orders.extraction import rules
from orders.extraction.catalogue import PACKAGING, Catalogue, CatalogueProduct
from orders.extraction.lines.products import match_text
from orders.extraction.model.openai_prompt import instructions
from orders.tests.factories import all_products

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

FLAT, TWISTED = "sachet_fond_plat", "sac_fond_carre_poignees_torsadees"
PIZZA = Catalogue(
    (
        *PACKAGING.products,
        CatalogueProduct("pizza33", ("Boîte pizza 33",), words=("carton pizza", "boxat")),
        CatalogueProduct("pizza40", ("Boîte pizza 40",), words=("boxat",)),
        CatalogueProduct("cold", ("Sac congélation",)),
    )
)
SPOKEN = PIZZA.with_spoken([("zif", FLAT), ("marron moyens", TWISTED), ("boxat", "pizza40")])


def lines(text: str, known: Catalogue) -> list[tuple[Any, ...]]:
    content = MessageContent(
        channel="whatsapp",
        author=Person(name="Ali"),
        sent_at=dt.datetime(2026, 4, 20, tzinfo=dt.UTC),
        documents=(ReadDocument("body", "body", text, method="plain"),),
    )
    return [
        (line.product.value, line.quantity.value, line.unit.value)
        for line in rules.read(content, catalogue=known).lines
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200 boites pizza 33 svp", [("pizza33", 200, "piece")]),
        ("je veux 300 boîtes à pizza 40 pour jeudi", [("pizza40", 300, "piece")]),
        ("200 cartons pizza", [("pizza33", 200, "piece")]),
        ("20 cartons de boites pizza 33", [("pizza33", 20, "carton")]),
        ("boîtes pizza 33 : 200\nboîtes pizza 40 : 100", [
            ("pizza33", 200, "piece"),
            ("pizza40", 100, "piece"),
        ]),
        ("500 sacs poignées torsadées et 10 sacs congelation", [
            (TWISTED, 500, "piece"),
            ("cold", 10, "piece"),
        ]),
        ("200 boites pizza", [("", 200, "piece")]),
        ("Désignation | Qté\nBoites pizza 33 | 200\nSachets | 300\n", [
            ("pizza33", 200, "piece"),
            (FLAT, 300, "piece"),
        ]),
    ],
)  # fmt: skip
def test_products_are_read_by_their_names(text: str, expected: list[tuple[Any, ...]]):
    assert lines(text, PIZZA) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("salam bghit 200 zif", [(FLAT, 200, "piece")]),
        ("2000 sacs zif 18x35", [(FLAT, 2000, "piece")]),
        ("3k les marrons moyens", [(TWISTED, 3000, "piece")]),
        ("200 boxat", [("pizza40", 200, "piece")]),
        ("500 sacs poignées torsadées", [(TWISTED, 500, "piece")]),
    ],
)
def test_the_senders_own_words_win(text: str, expected: list[tuple[Any, ...]]):
    assert lines(text, SPOKEN) == expected


def test_a_name_of_two_products_names_neither():
    assert PIZZA.called("200 boxat") == []
    assert PIZZA.named("boite pizza") is None


def test_a_name_ends_with_its_sentence():
    assert PIZZA.called(folded("une boîte. Pizza 33")) == []
    assert [name.code for name in PIZZA.called(folded("Boîtes-pizza (33)"))] == ["pizza33"]


def test_signs_outside_the_name_tell_of_another_bag():
    known = PACKAGING.with_spoken([("sacs carres", FLAT)])

    assert match_text("sacs carrés 28x10", known).code == FLAT
    assert match_text("sacs carrés poignées torsadées", known).code == TWISTED


def test_a_model_is_told_the_other_names_too():
    told = instructions(SPOKEN, company="Us")

    assert "  pizza33: Boîte pizza 33, carton pizza, boxat\n" in told
    assert "\n  “zif” is sachet_fond_plat" in told
    assert instructions(PACKAGING, company="Us").count("“") == 0


@pytest.mark.django_db
def test_the_table_of_products_is_read_anew_when_it_changed(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    all_products()
    box = Product.objects.create(sku="pizza33", name="Boîte pizza 33", synonyms="boxat\ncarton")
    codes = {product.code for product in PACKAGING.products}
    first = catalogue.current()
    assert {product.code for product in first.products} == codes | {"pizza33"}
    assert first.with_traits("flat", "none") is not None

    with django_assert_num_queries(1):
        assert catalogue.current() is first
    box.synonyms = "pitza"
    box.save()
    renamed = next(product for product in catalogue.current().products if product.code == box.sku)
    assert (renamed.names, renamed.words) == (("Boîte pizza 33",), ("pitza",))
    box.is_active = False
    box.save()
    assert {product.code for product in catalogue.current().products} == codes


@pytest.mark.parametrize("name", ["sac", "Sachets", "kraft", "12", "carton", "livré demain"])
def test_other_name_that_says_too_little_is_refused(name: str):
    with pytest.raises(ValidationError) as refused, translation.override("en"):
        Product(sku="P1", name="Boîte", synonyms=f"zif\n{name}").clean()

    sentence = f"“{name}” says too little: write words that mean only this product."
    assert refused.value.message_dict == {"synonyms": [sentence]}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["zif", "sacs carrés", "boîte à pizza", "marron moyens", "كواغط"])
def test_other_name_that_tells_goods_is_kept(name: str):
    product = Product(sku="P1", name="Boîte", synonyms=name)

    product.clean()

    assert product.other_names == (name,)
