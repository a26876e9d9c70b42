"""Reply templates and the base "Réponses support"."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support.models import Category, NotionBase, NotionPage, ReplyTemplate
from support.notion import asking, pulling, templates
from support.tests import tickets
from support.tests.notion_desk import Desk, notion_desk
from support.tests.test_workflow_races import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

LATE = "Retard de livraison"
BODY = "Bonjour {prenom},\n\nVotre commande n° {numero_commande} arrive."


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        ReplyTemplate.objects.all().delete()
        yield desk


def _add(desk: Desk, body: str = BODY, category: str | None = LATE, **values: object) -> str:
    given = {"réponse_générique": [body] if body else None, "catégorie": category}
    return desk.server.add_page(desk.replies, **given | values)


def _pull(desk: Desk) -> list[str]:
    run = desk.pull(NotionBase.REPLIES)
    assert run.failure == ""
    return run.problems


def _taken(desk: Desk) -> tuple[str, ReplyTemplate]:
    """A template taken over from Notion, some time ago."""
    page_id = _add(desk)
    _pull(desk)
    desk.later()
    return page_id, ReplyTemplate.objects.get()


def test_replies_become_templates_once(desk: Desk) -> None:
    long = ["x" * 2000, "y" * 500]
    _add(desk, Name="Relance", réponse_générique=long)
    _add(desk)

    for _time in range(3):
        assert _pull(desk) == []
        desk.later()
        desk.compare(NotionBase.REPLIES)

    rows = ReplyTemplate.objects.order_by("pk")
    assert [(row.category.name, row.language, row.name, row.body) for row in rows] == [
        (LATE, "fr", "Relance", "".join(long)),
        (LATE, "fr", LATE, BODY),
    ]
    assert desk.writes() == []


def test_notions_own_answer_is_read(desk: Desk) -> None:
    desk.server.answers("POST", "/v1/data_sources/*/query", "reponses_query")

    _pull(desk)

    found = ReplyTemplate.objects.order_by("pk").values_list("name", "body")
    assert [(name, len(body)) for name, body in found] == [
        ("Retard de livraison", 174),
        ("Remboursement", 150),
        ("Produit défectueux", 102),
        ("Information commande", 95),
        ("Non classé", 87),
        ("Retard de livraison (2)", 2500),
    ]


def test_what_the_shop_wrote_in_notion_is_drafted_first(desk: Desk) -> None:
    ours = ReplyTemplate.objects.create(category=tickets.category(), name="Fourni", body="x")

    _add(desk)
    _pull(desk)

    first = ReplyTemplate.objects.filter(category=ours.category).order_by("position").first()
    assert first is not None
    assert first.body == BODY


def test_a_reply_that_is_here_already_is_not_doubled(desk: Desk) -> None:
    ours = ReplyTemplate.objects.create(category=tickets.category(), name="Le nôtre", body=BODY)

    _add(desk)
    _pull(desk)

    assert [*ReplyTemplate.objects.all()] == [ours]
    assert NotionPage.objects.get().template == ours


@pytest.mark.parametrize("name", ["RETARD DE LIVRAISON", "retard  de livraison"])
def test_a_category_is_known_whatever_its_case(desk: Desk, name: str) -> None:
    _add(desk, category=name)

    assert _pull(desk) == []
    assert ReplyTemplate.objects.get().category.name == LATE


def test_accents_do_not_matter_either(desk: Desk) -> None:
    _add(desk, category="produit defectueux")

    assert _pull(desk) == []
    assert ReplyTemplate.objects.get().category.name == "Produit défectueux"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"category": "Cadeaux"},
            (
                "Cadeaux: there is no category “Cadeaux” here: choose another one in Notion, or"
                " add it under Support, Categories."
            ),
        ),
        ({"category": None, "Name": "Relance"}, "Relance: no category is chosen."),
        ({"body": ""}, "Retard de livraison: the reply is empty."),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_invented(
    desk: Desk, values: dict[str, str], told: str
) -> None:
    _add(desk, **values)

    assert _pull(desk) == [told]
    assert ReplyTemplate.objects.count() == 0
    assert not Category.objects.filter(name="Cadeaux").exists()


def test_an_unknown_placeholder_is_told_and_the_text_kept(desk: Desk) -> None:
    _add(desk, body="Bonjour {prenom}, {code_promo}")

    assert _pull(desk) == [
        "Retard de livraison: {code_promo} is no placeholder: drafts from it will say so."
    ]
    assert ReplyTemplate.objects.get().body == "Bonjour {prenom}, {code_promo}"


def test_a_language_column_is_read_where_there_is_one(desk: Desk) -> None:
    schema = {"id": "lng", "name": "Langue", "type": "select", "select": {"options": []}}
    desk.server.sources[desk.replies]["properties"]["Langue"] = schema
    for name in ("Anglais", "es", "Klingon"):
        _add(desk, Langue=name)

    problems = _pull(desk)

    languages = ReplyTemplate.objects.order_by("pk").values_list("language", flat=True)
    assert [*languages] == ["en", "es"]
    assert problems == [
        (
            "Retard de livraison: “Klingon” is not one of our languages: write fr, en, es, ar or"
            " ar-Latn."
        )
    ]


def test_a_text_edited_there_is_taken_over(desk: Desk) -> None:
    page_id, template = _taken(desk)
    desk.server.edit(page_id, réponse_générique=["Neuf"], catégorie="Remboursement", Name="Autre")
    desk.later()

    _pull(desk)

    template.refresh_from_db()
    assert (template.body, template.category.name, template.name) == (
        "Neuf",
        "Remboursement",
        "Autre",
    )
    assert ReplyTemplate.objects.count() == 1


def test_a_text_edited_here_is_written_there(desk: Desk) -> None:
    page_id, template = _taken(desk)
    template.body = "Le nôtre"
    template.save()

    desk.pull_all()
    desk.push()

    assert desk.server.value(page_id, "réponse_générique") == "Le nôtre"
    assert desk.bodies("PATCH") == [
        {"réponse_générique": {"rich_text": [{"text": {"content": "Le nôtre"}}]}}
    ]
    assert NotionPage.objects.get().status == NotionPage.Status.IN_STEP


def test_of_two_texts_the_later_one_there_stands_and_ours_is_kept(desk: Desk) -> None:
    page_id, template = _taken(desk)
    template.body = "Le nôtre"
    template.save()
    desk.later()
    desk.server.edit(page_id, réponse_générique=["Le leur"])
    desk.later()

    _pull(desk)
    desk.pull_all()
    desk.push()

    told = ReplyTemplate.objects.order_by("pk").values_list("body", "is_active")
    assert [*told] == [("Le leur", True), ("Le nôtre", False)]
    assert "until 20/11/2026" in ReplyTemplate.objects.get(is_active=False).name
    assert desk.server.value(page_id, "réponse_générique") == "Le leur"


def test_of_two_texts_the_later_one_here_stands_and_theirs_is_kept(desk: Desk) -> None:
    page_id, template = _taken(desk)
    desk.server.edit(page_id, réponse_générique=["Le leur"])
    desk.later()
    template.body = "Le nôtre"
    template.save()

    _pull(desk)
    desk.push()

    told = ReplyTemplate.objects.order_by("pk").values_list("body", "is_active")
    assert [*told] == [("Le nôtre", True), ("Le leur", False)]
    assert desk.server.value(page_id, "réponse_générique") == "Le nôtre"


def test_an_emptied_reply_keeps_its_text_here(desk: Desk) -> None:
    page_id, template = _taken(desk)
    desk.server.edit(page_id, réponse_générique=None)
    desk.later()

    assert _pull(desk) == ["Retard de livraison: the reply is empty in Notion."]

    template.refresh_from_db()
    assert template.body == BODY


def test_a_removed_page_switches_its_template_off(desk: Desk) -> None:
    page_id, template = _taken(desk)
    desk.server.trash(page_id)

    run = desk.compare(NotionBase.REPLIES)

    template.refresh_from_db()
    assert (run.sync.removed, template.is_active, template.body) == (1, False, BODY)
    assert NotionPage.objects.get().status == NotionPage.Status.REMOVED
    desk.server.pages[page_id]["in_trash"] = False
    desk.later()
    desk.compare(NotionBase.REPLIES)
    template.refresh_from_db()
    assert template.is_active


def test_templates_made_here_are_written_when_a_person_asks(desk: Desk, settings: Settings) -> None:
    template = ReplyTemplate.objects.create(
        category=tickets.category(), name="Relance", body=BODY, language="fr"
    )
    ReplyTemplate.objects.create(
        category=tickets.category(), name="Éteint", body="x", is_active=False
    )
    person = tickets.staff("omar")
    person.is_superuser = True

    assert asking.offer_templates(by=person) == 1
    assert asking.offer_templates(by=person) == 0
    desk.push()
    desk.later()
    _pull(desk)

    page = NotionPage.objects.get()
    assert (page.template, page.status) == (template, NotionPage.Status.IN_STEP)
    assert desk.server.value(page.page_id, "Name") == "Relance"
    assert desk.server.value(page.page_id, "réponse_générique") == BODY
    assert ReplyTemplate.objects.count() == 2
    settings.NOTION_REPLIES_BASE = ""
    with pytest.raises(DomainError, match="NOTION_REPLIES_BASE"):
        asking.offer_templates(by=person)


def test_a_lost_answer_makes_no_second_page_of_a_template(desk: Desk) -> None:
    ReplyTemplate.objects.create(category=tickets.category(), name="Relance", body=BODY)
    templates.offer()
    desk.server.answers("POST", "/v1/pages", desk.server.lose, desk.server.really)
    desk.push()
    # Not taken for one that somebody added.
    _pull(desk)
    desk.later()
    desk.push()

    assert ReplyTemplate.objects.count() == 1
    assert len(desk.server.pages) == 1
    assert NotionPage.objects.get().status == NotionPage.Status.IN_STEP


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["removed", "written again"])
def test_a_template_is_locked_before_its_page(desk: Desk, act: str) -> None:
    """Whoever compares the two holds the template and wants the page next."""
    tickets.category(LATE)
    _taken(desk)
    boss = User.objects.create_superuser("boss")
    page = NotionPage.objects.get()
    if act == "removed":
        desk.server.trash(page.page_id)
    else:
        NotionPage.objects.update(status=NotionPage.Status.REMOVED)

    def change() -> None:
        if act == "removed":
            pulling.look_at(page.page_id)
        else:
            asking.write_again(page.pk, by=boss)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ReplyTemplate.objects.select_for_update(no_key=True).get()
            changed = pool.submit(at_once, change)
            wait_until(somebody_waits_for_us, within=30)
            NotionPage.objects.select_for_update(no_key=True).get()
        assert changed.result() == ["done"]
