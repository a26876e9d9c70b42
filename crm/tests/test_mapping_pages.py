"""The pages of mappings: live preview, drafts, versions, files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.mapping import versions
from crm.models import FieldMapping
from crm.tests.test_source_pages import a_source, upload

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
LIST = "/admin/crm/fieldmapping/"
RULES: list[dict[str, Any]] = [
    {"field": "key", "columns": ["Code client"], "steps": [{"name": "trim"}]},
    {"field": "name", "columns": ["Nom"], "steps": [{"name": "uppercase"}]},
    {"field": "email", "columns": ["E-mail"], "steps": [{"name": "parse_email"}]},
]


@pytest.fixture(autouse=True)
def _english(settings: Settings, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def draft() -> FieldMapping:
    return a_source(upload()).tables.get().mappings.get()


def page(mapping: FieldMapping) -> str:
    return f"{LIST}{mapping.pk}/change/"


def preview(client: Client, mapping: FieldMapping, rules: object) -> dict[str, Any]:
    answer = client.post(f"{LIST}{mapping.pk}/preview/", {"rules": json.dumps(rules)})
    found: dict[str, Any] = answer.json()
    return found


def test_rules_are_tried_on_real_rows_without_being_saved(boss: Client, draft: FieldMapping):
    before = versions.rules_of(draft)

    found = preview(boss, draft, RULES)

    names = [cell for row in found["rows"] for cell in row["cells"] if cell["field"] == "name"]
    assert [(cell["raw"], cell["value"]) for cell in names] == [
        ("Hélène Brûlé", "HÉLÈNE BRÛLÉ"),
        ("Noël Tréguer", "NOËL TRÉGUER"),
        ("", ""),
    ]
    assert (found["read"], found["refused"], found["unused"]) == (3, 1, ["Téléphone", "Ville"])
    draft = FieldMapping.objects.get(pk=draft.pk)
    assert versions.rules_of(draft) == before


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([{"field": "name", "columns": ["Prénom"]}], "Prénom"),
        ([{"field": "nme", "columns": ["Nom"]}], "nme"),
        ([{"field": "name", "columns": ["Nom"], "steps": [{"name": "shout"}]}], "shout"),
        ([{"field": "name", "columns": ["Nom"], "steps": ["trim"]}], "object"),
        ({"field": "name"}, "list"),
        ("name", "list"),
    ],
)
def test_a_wrong_rule_is_told_in_a_sentence(
    boss: Client, draft: FieldMapping, rules: object, words: str
):
    assert words in preview(boss, draft, rules)["error"]


def test_a_draft_is_saved_and_put_to_work_after_showing_what_changes(
    boss: Client, draft: FieldMapping
):
    versions.activate(draft.pk)
    newer = versions.draft_from(draft)
    boss.post(page(newer), {"save": "1", "rules": json.dumps(RULES)})

    shown = boss.get(page(newer), {"activate": ""})
    boss.post(page(newer), {"activate": "1"})

    changes = {str(one.field): (one.before != "", one.after) for one in shown.context["changes"]}
    assert changes["name"] == (True, "Nom → Capitals")
    assert changes["phone"] == (True, "")
    draft.refresh_from_db()
    newer.refresh_from_db()
    assert (draft.status, newer.status) == ("retired", "active")


def test_only_drafts_are_changed(boss: Client, draft: FieldMapping):
    versions.activate(draft.pk)
    before = versions.rules_of(draft)

    answer = boss.post(page(draft), {"save": "1", "rules": json.dumps(RULES)}, follow=True)

    assert len(list(answer.context["messages"])) == 1
    assert versions.rules_of(FieldMapping.objects.get(pk=draft.pk)) == before
    assert not answer.context["is_editable"]


def test_a_mapping_travels_as_a_file(boss: Client, draft: FieldMapping):
    content = boss.get(f"{LIST}{draft.pk}/file/").content
    other = a_source(upload(), name="Other").tables.get().mappings.get()
    versions.change(other.pk, [])

    boss.post(page(other), {"load": "1", "file": SimpleUploadedFile("m.json", content)})

    loaded = other.table.mappings.get(version=2)
    assert versions.rules_of(loaded) == versions.rules_of(draft)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "no mapping"),
        (b"[]", "no mapping"),
        (b'{"entity": "product", "rules": []}', "product"),
        (b'{"entity": "customer", "rules": {"a": 1}}', "list"),
        (b'{"entity": "customer", "rules": [{"field": "nme", "columns": ["Nom"]}]}', "nme"),
        (b'{"entity": "customer", "rules": [' + b" " * 1024 * 1024 + b"]}", "large"),
    ],
)
def test_a_file_that_is_no_mapping_makes_no_draft(
    boss: Client, draft: FieldMapping, content: bytes, words: str
):
    form = {"load": "1", "file": SimpleUploadedFile("m.json", content)}

    answer = boss.post(page(draft), form, follow=True)

    assert words in str(next(iter(answer.context["messages"])))
    assert FieldMapping.objects.count() == 1


@pytest.mark.parametrize("tab", ["rules", "coverage", "anomalies", "versions", "nonsense"])
def test_who_may_only_look_sees_every_tab_and_changes_nothing(
    client: Client, draft: FieldMapping, tab: str
):
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_fieldmapping"))
    client.force_login(user)

    shown = client.get(page(draft), {"tab": tab})
    refused = [client.post(page(draft), {verb: "1"}).status_code for verb in ("save", "activate")]

    assert (shown.status_code, refused) == (200, [403, 403])
    assert b'name="propose"' not in shown.content


def test_who_may_not_see_mappings_is_refused(client: Client, draft: FieldMapping):
    client.force_login(User.objects.create_user("staff", is_staff=True))

    answers = [client.get(page(draft)), client.get(f"{LIST}{draft.pk}/file/"), client.get(LIST)]
    answers.append(client.post(f"{LIST}{draft.pk}/preview/", {"rules": "[]"}))

    assert {answer.status_code for answer in answers} <= {403, 404}


@pytest.mark.parametrize("rows", [1, 3])
def test_mapping_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(rows):
        a_source(upload(), name=f"S{number}")

    with django_assert_num_queries(6):
        boss.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_versions_ask_the_same_number_of_questions(
    boss: Client, draft: FieldMapping, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        versions.draft_from(draft)

    with django_assert_num_queries(10):
        boss.get(page(draft), {"tab": "versions"})


@pytest.mark.parametrize(
    "given",
    ["[" * 100_000, '[{"field": "\\ud800"}]', "NaN", "nothing", '{"rules": []}', '["\0"]'],
    ids=lambda text: text[:12],
)
def test_whatever_is_posted_as_rules_gets_an_answer(boss: Client, draft: FieldMapping, given: str):
    before = versions.rules_of(draft)

    shown = boss.post(f"{LIST}{draft.pk}/preview/", {"rules": given})
    saved = boss.post(page(draft), {"rules": given, "save": "1"})
    file = SimpleUploadedFile("m.json", given.encode())
    loaded = boss.post(page(draft), {"file": file, "load": "1"})

    assert shown.json()["error"]
    assert [answer.status_code for answer in (saved, loaded)] == [302, 302]
    assert versions.rules_of(draft) == before
    assert FieldMapping.objects.count() == 1
