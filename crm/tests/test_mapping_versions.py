"""Mappings as versions: proposed, changed, put to work; one at a time."""

from __future__ import annotations

import io
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from backoffice.core.errors import DomainError
from crm.mapping import versions
from crm.mapping.compiled import compile_mapping
from crm.mapping.preview import preview
from crm.mapping.versions import Rule
from crm.models import DataSource, FieldMapping, SourceTable
from crm.sources import readers, setup

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

CUSTOMERS = (
    "Code client;Raison sociale;Nom;Prénom;Adresse 1;Code postal;Ville;Pays;Portable;Téléphone;"
    "E-mail;Catégorie;Date création;Newsletter;Observations\r\n"
    "C1;;DE LA FONTAINE;Jean;2 rue du Lac;1000;BOURG-EN-BRESSE;France;0612345678;;J@x.fr;"
    "Particulier;03/05/2019;O;\r\n"
    "C2;SCEA du Lac;;;1 quai;68000;Colmar;France;;03 89 20 00 01;;CHR;31/02/2020;N;\r\n"
    ";;SANS CODE;;;;;;;;;;;;\r\n"
)
KEY, NAME = Rule("key", ("Code client",)), Rule("name", ("Nom",))


@pytest.fixture(autouse=True)
def _kept(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.PHONE_REGION = "FR"


def table_of(text: str = CUSTOMERS, kind: str = DataSource.Kind.ISAVIGNE) -> SourceTable:
    source = setup.create_source("Cave", kind, country="FR")
    table = source.tables.filter(entity="customer").first() or setup.add_table(source, "customer")
    setup.attach_file(table, io.BytesIO(text.encode("cp1252")), filename="clients.csv")
    return table


@pytest.fixture
def table(db: None) -> SourceTable:
    return table_of()


def test_isavigne_customers_are_mapped_by_themselves(table: SourceTable):
    mapping = versions.ensure_active(table)

    assert mapping is not None
    assert (mapping.origin, mapping.status) == ("built_in", "active")
    assert versions.ensure_active(table) == mapping
    with readers.open_table(table, readers.inputs_of(table)) as reader:
        compiled = compile_mapping(mapping, reader.columns, table.source)
        done = compiled.apply(next(iter(reader.batches())))
    assert done.values["name"] == ["Jean de la Fontaine", None, "Sans Code"]
    assert done.values["postal_code"] == ["01000", "68000", None]
    assert done.values["phone"] == [["+33612345678"], ["+33389200001"], []]
    assert [(p.index, p.field, p.severity) for p in done.problems] == [(1, "created_on", "high")]


@pytest.mark.django_db
def test_a_table_that_is_not_known_waits_for_a_person():
    table = table_of("Numéro;Machin\r\n1;2\r\n")

    assert versions.ensure_active(table) is None
    assert not table.mappings.exists()


@pytest.mark.django_db
def test_other_files_are_suggested_by_name_and_content():
    table = table_of(
        "Nom;Mail;Créé le\r\nX;a@b.fr;2024-03-15\r\nY;c@d.fr;2024-03-16\r\n",
        DataSource.Kind.FILES,
    )

    draft = versions.propose(table)

    assert (draft.status, draft.origin) == ("draft", "suggested")
    assert {rule.field: rule.columns for rule in draft.rules.all()} == {
        "key": ["Mail"],
        "name": ["Nom"],
        "email": ["Mail"],
        "created_on": ["Créé le"],
    }


def test_versions_follow_each_other(table: SourceTable):
    first = versions.propose(table)
    versions.activate(first.pk)
    second = versions.draft_from(first)

    versions.activate(second.pk)

    assert [(m.version, m.status) for m in table.mappings.order_by("version")] == [
        (1, "retired"),
        (2, "active"),
    ]
    assert versions.rules_of(second) == versions.rules_of(first)


def test_only_drafts_change(table: SourceTable):
    mapping = versions.propose(table)
    versions.activate(mapping.pk)

    for act in (lambda: versions.change(mapping.pk, [KEY]), lambda: versions.activate(mapping.pk)):
        with pytest.raises(DomainError) as caught:
            act()
        assert (caught.value.code, caught.value.conflict) == ("not_a_draft", True)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([Rule("shoe_size", ("Nom",))], "unknown_field"),
        ([KEY, KEY], "field_twice"),
        ([Rule("key", ("Code client",), ({"name": "fly"},))], "unknown_step"),
        ([Rule("key", ("Code client",), policy="guess")], "unknown_policy"),
        ([Rule("key", ("Nom", "Prénom"))], "wrong_steps"),
        ([Rule("key", ())], "wrong_steps"),
        ([Rule("created_on", ("Nom",), ({"name": "parse_decimal"},))], "wrong_steps"),
        (
            [Rule("name", ("Nom",), ({"name": "parse_date"}, {"name": "trim"}))],
            "wrong_steps",
        ),
    ],
)
def test_wrong_rules_are_refused(table: SourceTable, rules: list[Rule], code: str):
    draft = versions.propose(table)
    before = versions.rules_of(draft)

    with pytest.raises(DomainError) as caught:
        versions.change(draft.pk, rules)

    assert caught.value.code == code
    assert versions.rules_of(draft) == before


def test_what_keeps_a_mapping_from_work_is_said(table: SourceTable):
    draft = versions.propose(table)
    versions.change(draft.pk, [Rule("key", ("Code",)), Rule("email", ("E-mail",))])

    with pytest.raises(DomainError) as caught:
        versions.activate(draft.pk)

    assert caught.value.code == "mapping_incomplete"
    draft.refresh_from_db()
    found = versions.coverage(draft, ["Code client", "E-mail"])
    assert [one.name for one in found.missing_required] == ["name"]
    assert len(found.faults) == 2
    assert found.columns_unused == ["Code client"]


def test_the_score_is_the_documented_formula(table: SourceTable):
    draft = versions.propose(table)
    versions.change(draft.pk, [KEY, NAME])

    found = versions.coverage(draft, ["Code client", "Nom", "E-mail"])

    # 2 of 18 fields, nothing required is missing: 2/18 x 60 + 40.
    assert (found.score, found.faults) == (47, [])
    versions.change(draft.pk, [KEY])
    # 1/18 x 60 + (1 - 1/2) x 40
    assert versions.coverage(draft, ["Code client"]).score == 23


def test_preview_shows_raw_beside_value_beside_problem(
    table: SourceTable, django_assert_num_queries: DjangoAssertNumQueries
):
    rules = [KEY, NAME, Rule("created_on", ("Date création",), ({"name": "parse_date"},))]

    seen = preview(table, rules)

    assert (seen.read, seen.refused, list(seen.fields)) == (3, 2, ["key", "name", "created_on"])
    assert [(c.raw, c.value) for c in seen.rows[0].cells] == [
        ("C1", "C1"),
        ("DE LA FONTAINE", "DE LA FONTAINE"),
        ("03/05/2019", "03/05/2019"),
    ]
    assert [c.problems[0][0] for c in seen.rows[1].cells if c.problems] == ["critical", "high"]
    assert not table.mappings.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_activated_at_once_one_is_active_in_the_end():
    table = table_of()
    drafts = [versions.propose(table), versions.propose(table)]
    together, failed = Barrier(2), []

    def activate(pk: int) -> None:
        together.wait()
        try:
            versions.activate(pk)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=activate, args=(draft.pk,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    states = sorted(FieldMapping.objects.values_list("status", flat=True))
    assert states == ["active", "retired"]


@pytest.mark.parametrize(
    "rule",
    [
        Rule("name", ("Nom\0",)),
        Rule("name", ("Nom\ud800",)),
        Rule("name", tuple(f"Nom {number}" for number in range(51))),
        Rule("name", ("Nom",), ({"name": "default", "arguments": {"value": "a\0"}},)),
        Rule("name", ("Nom",), ({"name": "default", "arguments": {"value": "\udfff"}},)),
        Rule("name", ("Nom",), ({"name": "default", "arguments": {"value": 10**5000}},)),
        Rule("name", ("Nom",), ({"name": "default", "arguments": {"value": float("nan")}},)),
        Rule("name", ("Nom",), ({"name": "map_values", "arguments": {"table": {"a": "\0"}}},)),
        Rule("name", ("Nom",), ({"name": "map_values", "arguments": {"table": {"a": {}}}},)),
        Rule("name", ("Nom",), ({"name": "map_values", "arguments": {"table": [["a"]]}},)),
    ],
    ids=range(10),
)
def test_what_the_database_would_not_keep_is_refused_before(table: SourceTable, rule: Rule):
    draft = versions.propose(table)
    before = versions.rules_of(draft)

    with pytest.raises(DomainError) as refused:
        versions.change(draft.pk, [KEY, rule])

    assert refused.value.sentence
    assert versions.rules_of(draft) == before


def test_of_a_step_its_name_and_arguments_are_kept(table: SourceTable):
    draft = versions.propose(table)

    versions.change(draft.pk, [KEY, Rule("name", ("Nom",), ({"name": "trim", "x": "\0"},))])

    assert versions.rules_of(draft)[1].steps == ({"name": "trim", "arguments": {}},)
