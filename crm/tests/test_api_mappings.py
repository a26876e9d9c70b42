from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.models import FieldMapping
from crm.tests.api_calling import (
    RIGHTS,
    RULES,
    Caller,
    complaint,
    draft,
    make_table,
    person,
)

if TYPE_CHECKING:
    from crm.models import SourceTable

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Caller:
    return Caller(person(*RIGHTS))


@pytest.fixture
def table(program: Caller) -> SourceTable:
    return make_table(program)


def test_a_draft_is_made_checked_and_put_to_work(program: Caller, table: SourceTable):
    made = draft(program, table)
    assert (made["status"], made["origin"], made["table"]) == ("draft", "by_hand", table.pk)
    assert [rule["field"] for rule in made["rules"]] == ["key", "name", "email"]
    assert made["rules"][1]["policy"] == "fill_empty"

    status, answer = program.post(f"/mapping/{made['id']}/validate")
    assert (status, answer["is_valid"], answer["mapping"]["status"]) == (200, True, "draft")
    assert (answer["report"]["read"], answer["report"]["refused"]) == (3, 1)

    status, answer = program.post(f"/mapping/{made['id']}/validate", {"activate": True})
    assert (status, answer["mapping"]["status"]) == (200, "active")
    again = program.post(f"/mapping/{made['id']}/validate", {"activate": True})
    assert complaint(again)[0] == 409


def test_a_mapping_that_lacks_something_is_not_put_to_work(program: Caller, table: SourceTable):
    made = draft(program, table, [{"field": "name", "columns": ["nom"]}])

    answer = program.post(f"/mapping/{made['id']}/validate", {"activate": True})

    assert complaint(answer) == (422, "rules", "mapping_incomplete")
    status, told = program.post(f"/mapping/{made['id']}/validate")
    assert (status, told["is_valid"], told["report"]) == (200, False, None)


def test_a_draft_like_another_version(program: Caller, table: SourceTable):
    first = draft(program, table)

    status, made = program.post("/mapping", {"table": table.pk, "like": first["id"]})

    assert (status, made["version"]) == (201, first["version"] + 1)
    assert made["rules"] == first["rules"]


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([{"field": "nonsense", "columns": ["nom"]}], "field"),
        ([{"field": "name", "columns": ["nom"]}] * 2, "field"),
        ([{"field": "name", "columns": ["nom"], "steps": [{"name": "explode"}]}], "steps"),
        ([{"field": "name", "policy": "sometimes"}], "rules.0.policy"),
        ([{"field": "name", "columns": ["x"] * 21}], "rules.0.columns"),
        ([{"field": "name", "columns": ["a\0"]}], "rules.0.columns.0"),
    ],
)
def test_wrong_rules_leave_no_draft(program: Caller, table: SourceTable, rules: object, field: str):
    before = FieldMapping.objects.count()

    answer = program.post("/mapping", {"table": table.pk, "rules": rules})

    assert complaint(answer)[:2] == (422, field)
    assert FieldMapping.objects.count() == before


@pytest.mark.parametrize(
    "arguments",
    [
        {"value": "a\0b"},
        {"value": {"a": {"b": "\0"}}},
        {"value": "\ud800"},
        {"value": [[[[]]]]},
        {"value": 1e308},
        {"nonsense": 1},
        {"value": "x" * 100_000},
    ],
)
def test_hostile_arguments_break_nothing(
    program: Caller, table: SourceTable, arguments: dict[str, object]
):
    rules = [
        *RULES[:1],
        {
            "field": "name",
            "columns": ["nom"],
            "steps": [{"name": "default", "arguments": arguments}],
        },
    ]

    created = program.post("/mapping", {"table": table.pk, "rules": rules})[0]
    previewed = program.post("/mapping/api/preview", {"table": table.pk, "rules": rules})[0]

    assert {created, previewed} <= {200, 201, 400, 422}


def test_preview_shows_raw_beside_normalised_beside_the_problem(
    program: Caller, table: SourceTable
):
    status, answer = program.post(
        "/mapping/api/preview", {"table": table.pk, "rules": RULES, "limit": 2}
    )

    assert (status, answer["fields"]) == (200, ["key", "name", "email"])
    assert [cell["value"] for cell in answer["rows"][0]["cells"]] == [
        "C1",
        "Luc Martin",
        "luc@client.example",
    ]
    [_key, _name, email] = answer["rows"][1]["cells"]
    assert (email["raw"], email["value"]) == ("pas-une-adresse", "")
    assert [one["severity"] for one in email["problems"]] == ["high"]


def test_preview_of_a_saved_mapping(program: Caller, table: SourceTable):
    made = draft(program, table)

    by_mapping = program.get("/mapping/api/preview", mapping=made["id"])

    assert by_mapping[0] == 200
    assert by_mapping[1]["read"] == 3


def test_the_score_follows_its_formula(program: Caller, table: SourceTable):
    made = draft(program, table)
    status, answer = program.get(f"/mapping/{made['id']}/quality")

    total = len(answer["mapped"]) + len(answer["unmapped"])
    assert (status, answer["mapped"]) == (200, ["key", "name", "email"])
    assert answer["mapping_score"] == round(3 / total * 60 + 40)
    assert (answer["columns_unused"], answer["faults"]) == (["cp", "ville"], [])
    assert program.get("/mapping/api/quality-score", mapping=made["id"]) == (200, answer)


def test_which_mapping_has_to_be_said(program: Caller, table: SourceTable):
    assert complaint(program.get("/mapping/api/quality-score")) == (422, "mapping", "missing")


def test_transformations_and_fields_are_told(program: Caller):
    steps = program.get("/mapping/api/transformations")[1]
    fields = program.get("/mapping/api/canonical-fields", entity="sale")[1]

    named = {one["name"] for one in steps}
    assert {"trim", "parse_email", "bottle_equivalent", "map_values"} <= named
    assert [one["name"] for one in fields][:3] == ["key", "customer_key", "product_key"]
    assert fields[1]["refers_to"] == "customer"
    assert len(program.get("/mapping/api/canonical-fields")[1]) > len(fields)


def test_validation_says_what_a_sync_would_find(program: Caller, table: SourceTable):
    mapping = draft(program, table)

    status, answer = program.get("/mapping/api/detect-anomalies", mapping=mapping["id"])

    assert (status, answer["read"], answer["refused"], answer["is_whole"]) == (200, 3, 1, True)
    assert [(one["row"], one["severity"], one["field"]) for one in answer["findings"]] == [
        (4, "critical", "key"),
        (3, "high", "email"),
    ]
