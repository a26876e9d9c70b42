"""The pages of templates and snippets: what is refused, shown, imported and exported."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from support.models import Category, ReplyTemplate, Snippet
from support.sheets.template_sheet import ReplyTemplateResource

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST_QUERIES = 5
LIST = "admin:support_replytemplate_changelist"
ADD = "admin:support_replytemplate_add"
PREVIEW = "admin:support_replytemplate_preview"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    return client


def fields(**changed: str) -> dict[str, str]:
    category = Category.objects.get(key="Remboursement")
    return {
        "category": str(category.pk),
        "language": "fr",
        "tone": "neutral",
        "name": "Essai",
        "position": "3",
        "is_active": "on",
        "body": "Bonjour {prenom}, commande {order_number}.",
    } | changed


def test_a_template_is_saved_with_its_placeholders(boss: Client):
    answer = boss.post(reverse(ADD), fields())

    assert answer.status_code == 302
    saved = ReplyTemplate.objects.get(name="Essai")
    assert saved.body == "Bonjour {prenom}, commande {order_number}."


@pytest.mark.parametrize("name", ["{order.total}", "{inconnu}", "{0}"])
def test_an_unknown_name_is_refused_with_those_that_are_known(boss: Client, name: str):
    answer = boss.post(reverse(ADD), fields(body=f"Bonjour {name}"))

    (error,) = answer.context["adminform"].form.errors["body"]
    assert error.startswith(f"{name} is not known here. Use one of: {{customer_name}},")
    assert "{tracking_number}" in error
    assert not ReplyTemplate.objects.filter(name="Essai").exists()


def test_the_preview_follows_what_is_typed(boss: Client, settings: Settings):
    settings.SHOP_NAME = "Maison Olivette"
    typed = (
        "Bonjour {prenom},\n\nVotre commande {order_number} est en route vers vous.\n\n{boutique}"
    )
    known = boss.post(reverse(PREVIEW), {"body": typed, "language": "fr"}).json()
    unknown = boss.post(reverse(PREVIEW), {"body": typed, "language": "fr", "order": "no"}).json()

    assert known == {
        "body": "Bonjour Salma,\n\nVotre commande 10412 est en route vers vous.\n\nMaison Olivette",
        "missing": [],
    }
    assert unknown["missing"] == ["order number"]
    assert unknown["body"].startswith("Bonjour Salma,\n\nVotre commande est en route vers vous.")
    assert "pouvez-vous nous indiquer son numéro" in unknown["body"]


def test_the_preview_is_for_those_who_see_templates(client: Client):
    client.force_login(User.objects.create_user("stranger", is_staff=True))
    assert client.post(reverse(PREVIEW), {"body": "x"}).status_code == 403
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_replytemplate"))
    client.force_login(viewer)
    assert client.post(reverse(PREVIEW), {"body": "x"}).status_code == 200
    assert client.get(reverse(PREVIEW)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    keep = list(ReplyTemplate.objects.values_list("pk", flat=True)[:rows])
    ReplyTemplate.objects.exclude(pk__in=keep).delete()
    boss.get(reverse(LIST))
    with django_assert_num_queries(LIST_QUERIES):
        assert boss.get(reverse(LIST)).status_code == 200


def test_several_templates_are_put_out_of_use_at_once(boss: Client):
    chosen = list(ReplyTemplate.objects.values_list("pk", flat=True)[:2])
    asked = {"action": "deactivate", "_selected_action": [str(pk) for pk in chosen]}
    page = boss.post(reverse(LIST), asked)
    assert "Write no more drafts from these templates?" in page.content.decode()
    assert not ReplyTemplate.objects.filter(is_active=False).exists()

    ids = ",".join(str(pk) for pk in chosen)
    boss.post(reverse(LIST), asked | {"confirmed": "1", "_form_submitted": "on", "ids": ids})
    unused = ReplyTemplate.objects.filter(is_active=False).values_list("pk", flat=True)
    assert set(unused) == set(chosen)


def test_the_form_has_a_button_for_each_placeholder(boss: Client):
    row = ReplyTemplate.objects.order_by("pk").first()
    assert row is not None
    page = boss.get(reverse("admin:support_replytemplate_change", args=[row.pk]))
    html = page.content.decode()

    assert html.count("data-insert=") == 14
    assert 'data-insert="{order_number}"' in html
    assert "Bonjour Salma Bennani," in html
    assert "<script>" not in html.split("template-preview")[1].split("</form>")[0]


def test_a_snippet_is_checked_likewise(boss: Client):
    add = reverse("admin:support_snippet_add")
    good = {"title": "Suivi 2", "language": "fr", "position": "1", "body": "Suivi {numero_suivi}."}
    assert boss.post(add, good).status_code == 302
    assert Snippet.objects.filter(title="Suivi 2").exists()
    refused = boss.post(add, good | {"title": "Autre", "body": "{foo}"})
    assert list(refused.context["adminform"].form.errors) == ["body"]


def imported(text: str) -> list[str]:
    """Import a sheet; the sentences of rows that were refused."""
    import tablib  # noqa: PLC0415 - only here

    dataset = tablib.Dataset().load(text, format="csv")
    result = ReplyTemplateResource().import_data(dataset)  # type: ignore[attr-defined]  # import-export carries no types
    failed = [str(error.error) for _number, errors in result.row_errors() for error in errors]
    return failed + [str(row.error) for row in result.invalid_rows]


def test_the_shops_own_sheet_changes_the_first_template_of_each_kind():
    before = ReplyTemplate.objects.count()
    sheet = (
        "category,language,template\nRemboursement,fr,Bonjour {prenom}.\nremboursement,en,Hello\n"
    )
    assert imported(sheet) == []

    first = ReplyTemplate.objects.filter(category__key="Remboursement").order_by("position", "pk")
    assert first.filter(language="fr")[0].body == "Bonjour {prenom}."
    assert first.filter(language="en")[0].body == "Hello"
    assert first.filter(language="fr")[0].name == "Réponse type"
    assert ReplyTemplate.objects.count() == before


def test_another_text_of_a_sheet_settles_nothing_unless_the_sheet_says_so():
    of = ReplyTemplate.objects.filter(category__key="Information commande", language="fr")
    first, second = of.order_by("position", "pk")[:2]
    assert (first.settles, second.settles) == (True, True)
    name = "Information commande,fr"

    assert imported(f"category,language,template\n{name},Un conseiller vous écrit.\n") == []
    told = f"category,language,name,settles,template\n{name},{second.name},oui,Elle arrive.\n"
    assert imported(told) == []

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.body, first.settles) == ("Un conseiller vous écrit.", False)
    assert (second.body, second.settles) == ("Elle arrive.", True)


def test_a_sheet_with_names_makes_new_templates():
    sheet = "Catégorie,langue,nom,ton,texte\nRemboursement,Français,Avec excuses,warm,Bonjour.\n"
    assert imported(sheet) == []
    made = ReplyTemplate.objects.get(name="Avec excuses")
    assert (made.language, made.tone, made.position, made.is_active) == ("fr", "warm", 0, True)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Inconnue,fr,Bonjour", "There is no category “Inconnue”: make it first."),
        ("Remboursement,xx,Bonjour", "“xx” is not known. Use one of: fr, en, es, ar, ar-Latn."),
        ("Remboursement,fr,", "The text is empty."),
        ("Remboursement,fr,{order.total}", "{order.total} is not known here."),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_in_words(row: str, sentence: str):
    with translation.override("en"):
        errors = imported(f"category,language,template\n{row}\n")
    assert any(sentence in error for error in errors), errors


def test_an_export_can_be_imported_again(boss: Client):
    with translation.override("fr"):
        header, rows = ReplyTemplateResource().stream(ReplyTemplate.objects.all())
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
    before = list(ReplyTemplate.objects.order_by("pk").values_list("name", "body", "tone"))

    assert imported(out.getvalue()) == []
    after = list(ReplyTemplate.objects.order_by("pk").values_list("name", "body", "tone"))
    assert after == before


def test_the_import_page_reads_a_file(boss: Client):
    sheet = SimpleUploadedFile(
        "m.csv", b"category,language,name,template\nRemboursement,fr,N,Bonjour\n"
    )
    page = boss.post(
        reverse("admin:support_replytemplate_import"), {"import_file": sheet, "format": "0"}
    )
    assert page.status_code == 200
    assert page.context["result"].totals["new"] == 1
