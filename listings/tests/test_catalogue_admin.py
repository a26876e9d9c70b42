"""The catalogue's pages and sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from listings.models import Brand, CatalogueEntry, ReferenceGrammar

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ENTRY = "/admin/listings/catalogueentry/"
GRAMMAR = "/admin/listings/referencegrammar/"


@pytest.fixture
def boss(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    return client


def uploaded(client: Client, page: str, text: str) -> Any:  # noqa: ANN401 - a page with its context
    file = SimpleUploadedFile("file.csv", text.encode())
    form = {"format": "0", "resource": "", "import_file": file}
    return client.post(f"{page}import/", form)


def loaded(client: Client, page: str, text: str) -> dict[str, int]:
    preview = uploaded(client, page, text)
    result = preview.context["result"]
    assert not result.has_errors()
    assert not result.has_validation_errors()
    answer = client.post(f"{page}process_import/", preview.context["confirm_form"].initial)
    assert answer.status_code == 302
    return {kind: number for kind, number in result.totals.items() if number}


def faults(client: Client, page: str, text: str) -> list[str]:
    result = uploaded(client, page, text).context["result"]
    found = [str(error.error) for row in result.rows for error in row.errors]
    return found + [
        text
        for row in result.invalid_rows
        for texts in row.error.message_dict.values()
        for text in texts
    ]


def rolex() -> Brand:
    return Brand.objects.get(name="Rolex")


def test_names_are_typed_one_on_each_line(boss: Client):
    form = {
        "brand": rolex().pk,
        "model": "Testmaster",
        "aliases": "testy\n  Test  Master \n~pro\ntesty",
        "references": "99 88-77",
        "is_active": "on",
    }

    answer = boss.post(f"{ENTRY}add/", form)

    assert answer.status_code == 302
    entry = CatalogueEntry.objects.get(model="Testmaster")
    assert entry.aliases == ["testy", "Test Master", "~pro"]
    assert entry.references == ["99 88-77"]
    page = boss.get(f"{ENTRY}{entry.pk}/change/").content.decode()
    assert "testy\nTest Master\n~pro" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aliases": "full set"}, "“full set” stands in messages about any watch"),
        ({"aliases": "58"}, "“58” stands in messages about any watch"),
        ({"references": "12"}, "“12” is no reference: it needs 3 to 40 characters."),
    ],
)
def test_a_name_that_would_harm_the_reading_is_refused(
    boss: Client, change: dict[str, str], sentence: str
):
    form = {"brand": rolex().pk, "model": "Testmaster", "aliases": "", "references": ""} | change

    page = boss.post(f"{ENTRY}add/", form).content.decode()

    assert sentence in page
    assert not CatalogueEntry.objects.filter(model="Testmaster").exists()


def test_a_pattern_that_would_slow_the_reading_is_refused(boss: Client):
    form = {"brand": rolex().pk, "pattern": "(a+)+b", "example": "aab", "scope": "alone"}

    page = boss.post(f"{GRAMMAR}add/", form).content.decode()

    assert "It can be tried in too many ways" in page
    assert not ReferenceGrammar.objects.filter(pattern="(a+)+b").exists()


def test_shipped_rows_are_switched_off_rather_than_deleted(boss: Client):
    own = Brand.objects.create(name="Zogwatch")

    answers = [
        boss.post(f"/admin/listings/brand/{brand.pk}/delete/", {"post": "yes"}).status_code
        for brand in (rolex(), own)
    ]

    assert answers == [403, 302]


def test_the_catalogue_comes_in_as_a_sheet(boss: Client):
    sheet = (
        "brand;model;aliases;references;is_active\r\n"
        'Zogwatch;Marsupial;"kangourou; ~roo";"KR100 KR200";\r\n'
        "rolex;Cellini;celli;;non\r\n"
    )

    assert loaded(boss, ENTRY, sheet) == {"new": 1, "update": 1}

    new = CatalogueEntry.objects.get(model="Marsupial")
    changed = CatalogueEntry.objects.get(brand=rolex(), model="Cellini")
    assert (new.brand.name, new.aliases, new.references, new.is_active) == (
        "Zogwatch",
        ["kangourou", "~roo"],
        ["KR100", "KR200"],
        True,
    )
    assert (changed.aliases, changed.is_active) == (["celli"], False)


def test_a_sheet_is_checked_as_the_pages_are(boss: Client):
    grammars = (
        "brand;pattern;scope;model;example;is_active\r\n"
        "Rolex;(a+)+b;alone;;aab;oui\r\n"
        "Rolex;X\\d{3};alone;;Y123;oui\r\n"
    )
    entries = "brand;model;aliases;references;is_active\r\n;Cellini;;;\r\nRolex;Cellini;neuf;;\r\n"

    found = [*faults(boss, GRAMMAR, grammars), *faults(boss, ENTRY, entries)]

    assert [sentence[:40] for sentence in found] == [
        "It can be tried in too many ways, which ",
        "The pattern does not fit the example “Y1",
        "brand: write the name of a brand, of 80 ",
        "“neuf” stands in messages about any watc",
    ]


@pytest.mark.parametrize("model", ["brand", "catalogueentry", "referencegrammar"])
def test_what_is_written_to_a_file_comes_in_unchanged(boss: Client, model: str):
    page = f"/admin/listings/{model}/"
    form = boss.get(f"{page}export/").context["form"]
    fields = {"format": "0", "resource": "0"}
    fields |= {name: "on" for name in form.fields if "resource_" in name}
    text = b"".join(boss.post(f"{page}export/", fields)).decode("utf-8-sig")

    result = uploaded(boss, page, text).context["result"]

    assert {kind for kind, number in result.totals.items() if number} == {"skip"}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("model", "queries"), [("brand", 4), ("catalogueentry", 4), ("referencegrammar", 4)]
)
def test_lists_ask_the_same_number_of_questions_for_any_length(
    boss: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
    model: str,
    queries: int,
):
    Brand.objects.all().delete()
    for number in range(rows):
        brand = Brand.objects.create(name=f"Zog {number}")
        CatalogueEntry.objects.create(brand=brand, model="Marsupial")
        ReferenceGrammar.objects.create(brand=brand, pattern=r"K\d", example="K1")
    page = f"/admin/listings/{model}/"
    boss.get(page)

    with django_assert_num_queries(queries):
        answer = boss.get(page)

    assert answer.status_code == 200


def test_the_list_counts_entries(boss: Client):
    kept = [*CatalogueEntry.objects.values_list("pk", flat=True)[:2]]
    CatalogueEntry.objects.exclude(pk__in=kept).delete()

    shown = " ".join(strip_tags(boss.get(ENTRY).content.decode()).split())

    assert "2 catalogue entries" in shown
