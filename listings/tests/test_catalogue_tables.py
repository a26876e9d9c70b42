"""The catalogue of the tables: seeded, kept as staff changed it, read by messages at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from listings.extraction.catalogue import load_shipped
from listings.models import Brand, CatalogueEntry, ReferenceGrammar
from listings.reading import catalogue, seed_catalogue
from listings.reading.understanding import understand

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def read(text: str) -> list[tuple[str | None, str | None, str | None]]:
    items = understand(text).items
    return [(item.brand.value, item.model.value, item.reference.value) for item in items]


def test_a_new_installation_has_the_shipped_catalogue():
    shipped, kept = load_shipped(), catalogue.current()

    assert [row.brand for row in kept.brands] == [row.brand for row in shipped.brands]
    assert [(row.brand, row.model, row.references) for row in kept.models] == [
        (row.brand, row.model, row.references) for row in shipped.models
    ]


def test_it_is_built_once_and_asked_for_with_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    before = catalogue.current()

    with django_assert_num_queries(1):
        assert catalogue.current() is before


def test_messages_are_read_with_what_staff_added():
    text = "Vends Zogwatch Kangourou KR-123X, 900€"
    assert read(text) == []

    brand = Brand.objects.create(name="Zogwatch")
    CatalogueEntry.objects.create(brand=brand, model="Marsupial", aliases=["kangourou"])
    ReferenceGrammar.objects.create(brand=brand, pattern=r"KR-\d{3}[A-Z]", example="KR-123X")

    assert read(text) == [("Zogwatch", "Marsupial", "KR-123X")]
    CatalogueEntry.objects.filter(brand=brand).update(aliases=["wallaby"])
    assert read(text) == [("Zogwatch", None, "KR-123X")]


def test_what_is_switched_off_is_not_read():
    Brand.objects.filter(name="Tudor").update(is_active=False)

    assert read("Vends Tudor Pelagos 25600TN, 2900€") == []


def test_without_rows_the_shipped_catalogue_is_used():
    Brand.objects.all().delete()

    assert catalogue.current() is load_shipped()


def test_a_pattern_written_past_the_checks_is_left_out():
    rolex = Brand.objects.get(name="Rolex")
    ReferenceGrammar.objects.create(brand=rolex, pattern="(a+)+b", example="aab")

    assert read("Vends Rolex Submariner 126610LN 10 000€") == [("Rolex", "Submariner", "126610LN")]


def test_seeding_again_changes_nothing():
    done = seed_catalogue.bring(apps)

    assert (done.added, done.extended) == (0, 0)


def test_a_later_seed_keeps_what_staff_changed():
    entry = CatalogueEntry.objects.get(brand__name="Rolex", model="Submariner")
    # As if the product had come without "hulk", and staff had taken out "kermit" since.
    entry.shipped["aliases"].remove("hulk")
    entry.aliases = [*(name for name in entry.aliases if name not in {"hulk", "kermit"}), "froggy"]
    entry.is_active = False
    entry.save()
    CatalogueEntry.objects.get(brand__name="Rolex", model="Cellini").delete()
    Brand.objects.filter(name="Omega").update(aliases=["omg"])

    done = seed_catalogue.bring(apps)

    entry.refresh_from_db()
    assert (done.added, done.extended) == (1, 1)
    assert {"hulk", "kermit", "froggy"} & {*entry.aliases} == {"hulk", "froggy"}
    assert not entry.is_active
    assert Brand.objects.get(name="Omega").aliases == ["omg"]
    assert CatalogueEntry.objects.filter(brand__name="Rolex", model="Cellini").exists()


def test_a_grammar_that_was_mended_replaces_the_former():
    rolex = Brand.objects.get(name="Rolex")
    for pattern, shipped in (("X1", {"pattern": "X1"}), ("X2", {"pattern": "X"}), ("X3", {})):
        ReferenceGrammar.objects.create(brand=rolex, pattern=pattern, example="x", shipped=shipped)

    seed_catalogue.bring(apps)

    left = ReferenceGrammar.objects.filter(pattern__startswith="X", brand=rolex)
    assert [row.pattern for row in left.order_by("pattern")] == ["X2", "X3"]
