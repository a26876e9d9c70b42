"""Sources and the rules of mappings as sheets: out, and in again with a preview."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import tablib
from django.utils import translation

from crm.models import DataSource, FieldMapping
from crm.resources.mapping_rule import MappingRuleResource
from crm.resources.source import DataSourceResource
from crm.sources import describing, uploading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from import_export.results import Result
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
ODOO = {"url": "https://odoo.example", "database": "prod", "secret": "s3cr3t"}
RULES = ("source", "table", "field", "columns", "steps", "policy")


def take_in(*rows: tuple[str, ...], headers: tuple[str, ...], dry_run: bool = False) -> Result:
    data = tablib.Dataset(*rows, headers=list(headers))
    resource: Any = MappingRuleResource() if "field" in headers else DataSourceResource()
    result: Result = resource.import_data(data, dry_run=dry_run)
    return result


def told(result: Result) -> list[str]:
    """What the preview says of each row."""
    errors = [str(error.error) for row in result.rows for error in row.errors]
    refused = [text for row in result.invalid_rows for text in row.error.messages]
    return errors + refused


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def an_odoo() -> DataSource:
    return describing.create("odoo", {"name": "Odoo", "country": "FR", **ODOO})


@pytest.fixture
def mapped() -> FieldMapping:
    source = describing.create("files", {"name": "Cave", "country": "FR"})
    file = io.BytesIO(b"Code client;Nom;E-mail\nC1;Anna;a@b.example\n")
    taken = uploading.take_in(source, [("clients.csv", file)])
    return taken.tables[0].mappings.get()


def test_the_sheet_of_sources_has_no_key():
    an_odoo()

    resource: Any = DataSourceResource()
    sheet = resource.export()

    assert "s3cr3t" not in sheet.csv
    assert sheet.dict == [
        {
            "name": "Odoo",
            "kind": "odoo",
            "match_by": "email",
            "country": "FR",
            "currency": "EUR",
            "url": "https://odoo.example",
            "database": "prod",
            "login": "",
            "folder": "",
            "tables": sheet.dict[0]["tables"],
        }
    ]


def test_a_new_source_is_set_up_with_the_tables_of_its_kind():
    result = take_in(("Domaine", "iSaVigne", ""), headers=("name", "kind", "country"))

    source = DataSource.objects.get()
    assert told(result) == []
    assert (source.slug, source.country, source.currency) == ("domaine", "FR", "EUR")
    assert source.tables.count() == 4


def test_a_preview_writes_nothing():
    take_in(("Domaine", "iSaVigne"), headers=("name", "kind"), dry_run=True)

    assert not DataSource.objects.exists()


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("url", "https://evil.example", "url: a key is kept for “Odoo”: change its address"),
        ("database", "other", "database: a key is kept for “Odoo”: change its address"),
        ("kind", "files", "kind: “Odoo” is a source of another kind"),
        ("country", "Frankreich", "country: “FRANKREICH” is no country"),
        ("currency", "XYZ", "currency: “XYZ” is no currency"),
    ],
)
def test_what_a_sheet_may_not_change_is_told(column: str, value: str, sentence: str):
    source = an_odoo()

    result = take_in(("Odoo", value), headers=("name", column))

    assert [one.startswith(sentence) for one in told(result)] == [True]
    source.refresh_from_db()
    assert source.options == {"url": "https://odoo.example", "database": "prod"}


def test_a_sheet_with_a_key_in_it_is_refused():
    result = take_in(("Odoo", "s3cr3t"), headers=("name", "secret"))

    assert "Unknown columns: secret." in str(result.base_errors[0].error)


def test_rules_taken_out_and_in_again_are_the_same(mapped: FieldMapping):
    resource: Any = MappingRuleResource()
    sheet = resource.export(queryset=FieldMapping.objects.all())

    result = resource.import_data(sheet)

    assert told(result) == []
    assert [row.import_type for row in result.rows] == ["skip"] * mapped.rules.count()
    assert FieldMapping.objects.get() == mapped


def test_a_changed_rule_waits_in_the_draft(mapped: FieldMapping):
    steps = json.dumps([{"name": "first_not_empty"}])
    row = ("Cave", "clients", "name", "Nom | Code client", steps, "keep")

    result = take_in(row, headers=RULES)

    rule = mapped.rules.get(field="name")
    assert told(result) == []
    assert (rule.columns, rule.steps, rule.policy) == (
        ["Nom", "Code client"],
        [{"name": "first_not_empty"}],
        "keep",
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("Cave", "ventes", "name", "Nom", "", ""), "There is no table “ventes”"),
        (("Cave", "clients", "colour", "Nom", "", ""), "“colour”"),
        (("Cave", "clients", "name", "Nom", "trim", ""), "“trim” is no list as JSON"),
        (("Cave", "clients", "name", "Nom", '[{"name": "explode"}]', ""), "explode"),
    ],
)
@pytest.mark.usefixtures("mapped")
def test_a_rule_that_is_wrong_is_told(row: tuple[str, ...], sentence: str):
    assert [sentence in one for one in told(take_in(row, headers=RULES))] == [True]


def test_more_rows_than_a_preview_shows_point_to_sources(admin_client: Client):
    file = io.BytesIO(b"name\n" + b"Anna\n" * 5001)
    file.name = "clients.csv"

    answer = admin_client.post(
        "/admin/crm/customer/import/", {"format": "0", "import_file": file, "resource": "0"}
    )

    errors = answer.context["form"].errors["import_file"]
    assert errors[-1].startswith("For more rows add a data source")
