"""Whether the bases are as they must be, told in words, and making what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.models import Category, NotionSource
from support.notion import bases, setup
from support.tests.notion_desk import Desk, notion_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PARENT = "https://www.notion.so/boutique/Support-99c5ce177bb4584f8d4eb470c54172f9?pvs=4"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        yield desk


def _told(findings: list[setup.Finding]) -> list[tuple[str, str]]:
    return [(one.level, one.text) for one in findings]


def test_bases_in_order_are_told_so(desk: Desk) -> None:
    assert _told(setup.check()) == [
        ("ok", "in order; it holds the rows of “Réponses support”."),
        ("ok", "in order; it holds the rows of “Contacts clients”."),
    ]
    row = NotionSource.objects.get(base="contacts")
    assert row.checked_at is not None
    assert [one["level"] for one in row.findings] == ["ok"]


def test_what_is_missing_is_told_and_made(desk: Desk) -> None:
    properties = desk.server.sources[desk.contacts]["properties"]
    del properties["statut"]
    properties["id_commande"] = {
        "id": "idc",
        "name": "id_commande",
        "type": "checkbox",
        "checkbox": {},
    }
    Category.objects.create(key="Annulation", name="Annulation", position=9)

    found = setup.check()

    assert _told(found) == [
        ("warning", "the property “catégorie” lacks the options Annulation."),
        (
            "error",
            ("the property “id_commande” is of type checkbox; it must be of type number."),
        ),
        ("warning", "the property “catégorie” lacks the options Annulation."),
        ("error", "the property “statut” (select) is missing."),
    ]
    assert found[-1].mend == "Add it in Notion, or run: manage.py support setup --create"

    assert _told(setup.create()) == [
        ("ok", "made or completed: catégorie."),
        ("ok", "made or completed: catégorie, statut."),
        (
            "error",
            ("the property “id_commande” is of type checkbox; it must be of type number."),
        ),
    ]
    options = [one["name"] for one in properties["statut"]["select"]["options"]]
    assert options == ["Nouveau", "En cours", "Traité", "Traité automatiquement"]
    kept = [one["name"] for one in properties["catégorie"]["select"]["options"]]
    assert kept[0] == "Retard de livraison"
    assert kept[-1] == "Annulation"


def test_to_make_what_is_missing_twice_changes_nothing(desk: Desk) -> None:
    setup.create()
    before = len(desk.server.requests_to("/v1/data_sources/*", "PATCH"))

    assert [level for level, _text in _told(setup.create())] == ["ok", "ok"]
    assert len(desk.server.requests_to("/v1/data_sources/*", "PATCH")) == before == 0


def test_a_status_property_needs_its_options_from_people(desk: Desk) -> None:
    properties = desk.server.sources[desk.contacts]["properties"]
    options = [{"id": "1", "name": "Nouveau", "color": "red"}]
    properties["statut"] = {
        "id": "s",
        "name": "statut",
        "type": "status",
        "status": {"options": options},
    }

    told = setup.check()[-1]

    assert told.level == "error"
    assert "En cours, Traité, Traité automatiquement" in told.text
    assert told.mend == "Add them in Notion: programs may not change the options of a status."
    assert setup.create()[-1] == told


def test_both_bases_are_made_below_a_page(desk: Desk, settings: Settings) -> None:
    settings.NOTION_CONTACTS_BASE = settings.NOTION_REPLIES_BASE = ""

    made = setup.create(PARENT)

    settings.NOTION_REPLIES_BASE = made[0].text.partition("NOTION_REPLIES_BASE=")[2].split()[0]
    settings.NOTION_CONTACTS_BASE = made[1].text.partition("NOTION_CONTACTS_BASE=")[2].split()[0]
    assert [one.level for one in setup.check()] == ["ok", "ok"]
    asked = desk.server.requests_to("/v1/databases", "POST")[0].json()
    assert asked["parent"] == {
        "type": "page_id",
        "page_id": "99c5ce17-7bb4-584f-8d4e-b470c54172f9",
    }
    # They can be worked with at once.
    ticket, page_id = desk.written()
    assert desk.server.value(page_id, "statut") == "Nouveau"
    assert ticket.events.count() == 0


def test_names_may_be_written_with_combining_accents(desk: Desk) -> None:
    desk.server.rename(desk.contacts, "catégorie", "cate\u0301gorie")

    assert [one.level for one in setup.check()] == ["ok", "ok"]


def test_empty_settings_are_named(desk: Desk, settings: Settings) -> None:
    settings.NOTION_CONTACTS_BASE = ""

    assert _told(setup.check())[1] == (
        "error",
        (
            "NOTION_CONTACTS_BASE is empty: put the address of the database"
            " “Contacts clients” there."
        ),
    )
    settings.NOTION_TOKEN = ""
    assert _told(setup.check()) == [
        ("error", "Notion waits for NOTION_TOKEN, the secret of its integration.")
    ]


def test_no_access_is_told_with_the_mend(desk: Desk) -> None:
    desk.server.unshared |= {desk.contacts, desk.server.database_of(desk.contacts)}

    level, text = _told(setup.check())[1]

    assert level == "error"
    assert "open it in Notion, then “…”, Connections" in text


def test_two_sources_are_told_and_one_may_be_chosen(desk: Desk, settings: Settings) -> None:
    second = desk.server.add_source(desk.server.database_of(desk.contacts), "Contacts 2025")

    assert f"“Contacts 2025” {second}" in setup.check()[1].text

    settings.NOTION_CONTACTS_BASE = second
    bases.forget()
    assert [one.level for one in setup.check()] == ["ok", "ok"]


def test_notion_out_of_order_is_not_called_a_mistake_of_ours(desk: Desk) -> None:
    desk.server.answers("GET", "/v1/databases/*", "error_service_overload_529")

    assert [(one.text, one.mend) for one in setup.check()] == [
        ("Notion is overloaded.", "Try again later."),
        ("Notion is overloaded.", "Try again later."),
    ]
