from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from django.core.management import CommandError, call_command
from django.utils import translation

from backoffice.core import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings


def test_everything_is_said_in_french():
    call_command("translations", "--check")


def test_texts_of_unfold_are_said_in_french():
    with translation.override("fr"):
        said = translation.gettext("Type to search"), translation.gettext("Filters")

    assert said == ("Rechercher", "Filtres")


def test_texts_that_others_translate_are_left_to_them():
    found = catalogue.extract()

    assert found.get("Save and continue editing") is None
    assert found.get("Choose file to upload") is not None


def messages(tmp_path: Path, name: str, text: str) -> list[object]:
    path = tmp_path / "app" / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return list(catalogue._messages(tmp_path / "app", set()))


def test_python_is_read(tmp_path: Path):
    source = (
        'a = _("one" " two")\n'
        'b = ngettext_lazy("%(count)d row", "%(count)d rows", "count")\n'
        'c = pgettext("month", "May")\n'
        "d = _(variable)\n"
    )

    assert messages(tmp_path, "views.py", source) == [
        (None, ("one two",)),
        (None, ("%(count)d row", "%(count)d rows")),
        ("month", ("May",)),
    ]


def test_templates_are_read(tmp_path: Path):
    source = """
    {% load i18n %}<p title="{% translate "Home" %}">it's {{ _("Name") }}</p>
        {% blocktranslate count n=n trimmed %}
            {{ n }} row
        {% plural %}
            {{ n }} rows
        {% endblocktranslate %}
    {% trans "May" context "month" %}{% include "x.html" with title=_("Title") %}
    """

    assert messages(tmp_path, "page.html", source) == [
        (None, ("Home",)),
        (None, ("Name",)),
        (None, ("%(n)s row", "%(n)s rows")),
        ("month", ("May",)),
        (None, ("Title",)),
    ]


@pytest.mark.parametrize(
    ("msgid", "string", "fault"),
    [
        ("Home", "", "not translated"),
        ("%(name)s is late", "en retard", "other placeholders"),
        ("%(name)s is late", "%(nom)s est en retard", "other placeholders"),
        ("Give {name}", "Donnez {nom}", "other placeholders"),
        (("%(n)d row", "%(n)d rows"), ("une ligne", "des lignes"), "other placeholders"),
        (("%(n)d row", "%(n)d rows"), ("une ligne", ""), "not translated"),
    ],
)
def test_faulty_translations_are_named(msgid: str, string: str, fault: str):
    kept = Catalog(locale="fr")
    kept.add(msgid, string)

    (line,) = catalogue.problems(kept, kept)

    assert line.startswith(fault)


def test_singular_may_do_without_the_number():
    kept = Catalog(locale="fr")
    kept.add(("%(n)d row", "%(n)d rows"), ("une ligne", "%(n)d lignes"))

    assert catalogue.problems(kept, kept) == []


def test_fuzzy_missing_and_needless_texts_are_named():
    found, kept = Catalog(locale="fr"), Catalog(locale="fr")
    found.add("new")
    found.add("unsure")
    kept.add("unsure", "?", flags=["fuzzy"])
    kept.add("old", "vieux")

    assert catalogue.problems(kept, found) == [
        "fuzzy: 'unsure'",
        "missing: 'new'",
        "nobody says it any more: 'old'",
    ]


@pytest.fixture
def own_locale(tmp_path: Path, settings: Settings) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


@pytest.mark.usefixtures("own_locale")
def test_command_keeps_translations_and_compiles_them():
    call_command("translations", stdout=io.StringIO())
    kept = catalogue.load()
    kept["Home"].string = "Maison"
    catalogue.paths().po.write_bytes(catalogue.to_po(kept))

    call_command("translations", stdout=io.StringIO())

    assert catalogue.load()["Home"].string == "Maison"
    assert b"Maison" in catalogue.paths().mo.read_bytes()


@pytest.mark.usefixtures("own_locale")
def test_check_fails_in_one_line():
    with pytest.raises(CommandError, match=r"^Translations: missing: .* and \d+ more"):
        call_command("translations", "--check")


@pytest.mark.usefixtures("own_locale")
def test_check_fails_when_the_compiled_file_is_old():
    found = catalogue.extract()
    for message in found:
        if message.id:
            message.string = message.id
    catalogue.paths().po.parent.mkdir(parents=True)
    catalogue.paths().po.write_bytes(catalogue.to_po(found))
    catalogue.paths().mo.write_bytes(b"old")

    with pytest.raises(CommandError, match="compiles to"):
        call_command("translations", "--check")
