from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from backoffice.testing.odoo import DATABASE, KEY, LOGIN, odoo_server
from crm.models import DataSource, SyncRun
from crm.tests.api_calling import (
    CUSTOMERS,
    RIGHTS,
    Caller,
    complaint,
    draft,
    make_table,
    person,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from crm.models import SourceTable

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Caller:
    return Caller(person(*RIGHTS))


@pytest.fixture
def table(program: Caller) -> SourceTable:
    return make_table(program)


def test_an_odoo_is_set_up_and_its_key_never_told(program: Caller):
    status, made = program.post(
        "/sources",
        {
            "name": "Odoo du domaine",
            "kind": "odoo",
            "url": "https://estate.odoo.com/web",
            "database": "prod",
            "secret": KEY,
            "country": "fr",
        },
    )

    assert status == 201
    assert (made["slug"], made["url"], made["country"]) == (
        "odoo-du-domaine",
        "https://estate.odoo.com",
        "FR",
    )
    assert (made["key"], made["key_is_there"]) == ("typed", True)
    assert made["key_expires_on"] is not None
    assert [one["entity"] for one in made["tables"]] == ["customer", "product", "sale", "stock"]
    assert program.get(f"/sources/{made['id']}") == (200, made)
    assert KEY not in json.dumps([made, program.get("/sources")[1]])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"kind": "sap"}, "kind"),
        ({"url": ""}, "url"),
        ({"url": "http://estate.odoo.com"}, "url"),
        ({"url": "https://bot:pw@estate.odoo.com"}, "url"),
        ({"country": "FRA"}, "country"),
        ({"currency": "€€€"}, "currency"),
        ({"secret_variable": "SECRET_KEY"}, "secret_variable"),
        ({"secret": "two\nlines"}, "secret"),
        ({"match_by": "name"}, "match_by"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_wrong_source_leaves_nothing(program: Caller, change: dict[str, object], field: str):
    good = {"name": "Odoo", "kind": "odoo", "url": "https://estate.odoo.com"}

    answer = program.post("/sources", good | change)

    assert complaint(answer)[:2] == (422, field)
    assert DataSource.objects.count() == 0


def test_a_name_that_is_taken(program: Caller, table: SourceTable):
    answer = program.post("/sources", {"name": "Boutique", "kind": "files"})

    assert complaint(answer) == (422, "name", "duplicate")


def test_a_refused_key_is_not_repeated(program: Caller):
    answer = program.post("/sources", {"name": "A", "kind": "files", "secret": "two\nlines"})

    assert "two" not in json.dumps(answer[1])


def test_a_file_finds_its_table(program: Caller, table: SourceTable):
    status, source = program.get(f"/sources/{table.source_id}")

    [told] = source["tables"]
    [file] = told["files"]
    assert (status, told["entity"], file["filename"]) == (200, "customer", "clients.csv")
    assert file["columns"] == ["code", "nom", "email", "cp", "ville"]
    assert (file["style"]["encoding"], file["style"]["delimiter"]) == ("utf-8", ";")


def test_a_newer_file_takes_the_place_of_the_one_before(program: Caller, table: SourceTable):
    newer = CUSTOMERS + b"C4;Nouveau;n@client.example;21000;Dijon\n"

    status, answer = program.upload(table.source_id, ("neu.csv", newer), table=table.pk)

    assert (status, answer["tables"][0]["files"][0]["filename"]) == (201, "neu.csv")
    assert program.get("/sources/api/preview", source=table.source_id)[1]["rows"][-1]["values"] == [
        "C4",
        "Nouveau",
        "n@client.example",
        "21000",
        "Dijon",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b" "), ("bomb.xlsx", b"PK\x03\x04 not a zip"), ("image.png", b"\x89PNG\r\n")],
)
def test_what_is_no_sheet_is_refused(
    program: Caller, table: SourceTable, name: str, content: bytes
):
    answer = program.upload(table.source_id, (name, content))

    assert complaint(answer)[:2] == (422, "files")
    assert name in answer[1]["detail"][0]["message"]


def test_an_odoo_takes_no_files(program: Caller):
    _status, made = program.post(
        "/sources", {"name": "Odoo", "kind": "odoo", "url": "https://estate.odoo.com"}
    )

    assert complaint(program.upload(made["id"], ("clients.csv", CUSTOMERS)))[0] == 422


def test_a_table_of_odoo_takes_no_file(program: Caller):
    _status, made = program.post(
        "/sources", {"name": "Odoo", "kind": "odoo", "url": "https://estate.odoo.com"}
    )

    answer = program.upload(made["id"], ("c.csv", CUSTOMERS), table=made["tables"][0]["id"])

    assert complaint(answer) == (422, "file", "no_files")


@pytest.mark.parametrize(
    ("by", "field"),
    [
        ({"join_from": "nope", "join_to": "code"}, "join_from"),
        ({"join_from": "code", "join_to": "nope"}, "join_to"),
        ({}, "join_from"),
    ],
)
def test_a_file_that_cannot_be_joined_is_not_kept(
    program: Caller, table: SourceTable, by: dict[str, str], field: str
):
    answer = program.upload(
        table.source_id, ("more.csv", CUSTOMERS), table=table.pk, position=1, **by
    )

    assert complaint(answer) == (422, field, "unknown_column")
    assert table.files.count() == 1


def test_another_file_is_taken_while_the_source_is_synced(program: Caller, table: SourceTable):
    made = draft(program, table)
    program.post(f"/mapping/{made['id']}/validate", {"activate": True})
    program.post(f"/sources/{table.source_id}/sync")

    status, answer = program.upload(table.source_id, ("salon.csv", CUSTOMERS))

    assert (status, answer["refusals"]) == (201, [])


def test_nothing_uploaded(program: Caller, table: SourceTable):
    assert complaint(program.upload(table.source_id)) == (422, "files", "missing")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=\xe9", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n\r\n' * 101
            + b"--x--",
        ),
        ("application/x-www-form-urlencoded", b"a=b&" * 1001),
    ],
    ids=["no boundary", "odd boundary", "half a part", "too many files", "too many fields"],
)
def test_a_form_that_cannot_be_read_is_refused(
    program: Caller, table: SourceTable, kind: str, body: bytes
):
    answer = program.client.generic(
        "POST", f"/api/crm/sources/{table.source_id}/files", body, content_type=kind
    )

    assert answer.status_code in (400, 422)
    assert answer.json()["detail"][0]["message"]


def test_the_first_rows_as_read(program: Caller, table: SourceTable):
    status, answer = program.get("/sources/api/preview", source=table.source_id, limit=1)

    assert (status, answer["columns"]) == (200, ["code", "nom", "email", "cp", "ville"])
    assert answer["rows"] == [
        {"row": 2, "values": ["C1", "Luc Martin", "luc@client.example", "21200", "Beaune"]}
    ]


@pytest.mark.parametrize("path", ["/sources/api/preview", "/sources/api/validation"])
@pytest.mark.parametrize("query", [{"source": 10**9}, {"source": 1, "table": 10**9}])
def test_what_is_not_there_is_named(program: Caller, path: str, query: dict[str, int]):
    assert complaint(program.get(path, **query))[0] == 422


def test_an_address_that_is_not_there(program: Caller):
    for path in ("/sources/999999", "/mapping/999999", "/mapping/999999/quality"):
        assert program.get(path)[0] == 404
    for path in ("/sources/999999/sync", "/sources/999999/test", "/mapping/999999/validate"):
        assert program.post(path)[0] == 404


def test_a_sync_is_asked_for_once(program: Caller, table: SourceTable):
    made = draft(program, table)
    program.post(f"/mapping/{made['id']}/validate", {"activate": True})

    status, run = program.post(f"/sources/{table.source_id}/sync", {"full": True})
    again = program.post(f"/sources/{table.source_id}/sync")

    assert (status, run["status"], run["kind"], run["read"]) == (202, "waiting", "full", 0)
    assert complaint(again)[0] == 409
    assert SyncRun.objects.count() == 1
    history = program.get("/sources/api/sync-history", source=table.source_id)[1]
    assert (history["count"], history["items"]) == (1, [run])
    metrics = program.get("/sources/api/metrics", source=table.source_id)[1]["sources"]
    assert [(one["syncs"], one["last_sync"]) for one in metrics] == [(1, run)]


def test_a_connection_is_tested(program: Caller, settings: Settings):
    with odoo_server(settings) as server:
        server.load_fixtures()
        settings.SOURCES_PLAIN_HTTP = True
        where = {"url": server.url, "database": DATABASE, "login": LOGIN}
        _status, made = program.post(
            "/sources", {"name": "Odoo", "kind": "odoo", "secret": KEY, **where}
        )
        status, answer = program.post(f"/sources/{made['id']}/test")
        assert (status, answer["message"][:10]) == (200, "Odoo 19.0 ")
        assert program.get(f"/sources/{made['id']}")[1]["version"] == "19.0"

        server.key = "another"
        assert complaint(program.post(f"/sources/{made['id']}/test"))[2] == "odoo_key"


READS = (
    ("/sources", "view_datasource"),
    ("/sources/{source}", "view_datasource"),
    ("/sources/api/preview?source={source}", "view_datasource"),
    ("/sources/api/validation?source={source}", "view_datasource"),
    ("/sources/api/metrics", "view_syncrun"),
    ("/sources/api/sync-history", "view_syncrun"),
    ("/mapping", "view_fieldmapping"),
    ("/mapping/{mapping}", "view_fieldmapping"),
    ("/mapping/{mapping}/quality", "view_fieldmapping"),
    ("/mapping/api/preview?mapping={mapping}", "view_datasource"),
    ("/mapping/api/quality-score?mapping={mapping}", "view_fieldmapping"),
    ("/mapping/api/detect-anomalies?mapping={mapping}", "view_anomaly"),
    ("/mapping/api/transformations", "view_fieldmapping"),
    ("/mapping/api/canonical-fields", "view_fieldmapping"),
)
WRITES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("/sources", "add_datasource", {"name": "B", "kind": "files"}),
    ("/sources/{source}/sync", "sync_datasource", {}),
    ("/sources/{source}/test", "change_datasource", {}),
    ("/mapping", "change_fieldmapping", {"table": 1}),
    ("/mapping/{mapping}/validate", "view_anomaly", {}),
    ("/mapping/{mapping}/validate", "change_fieldmapping", {"activate": True}),
    ("/mapping/api/preview", "view_datasource", {"table": 1, "rules": []}),
)


def test_every_address_takes_its_permission(program: Caller, table: SourceTable):
    made = draft(program, table)
    ids = {"source": table.source_id, "mapping": made["id"]}
    for path, right in READS:
        lacking = Caller(person(*(one for one in RIGHTS if one != right)))
        assert (path, lacking.get(path.format(**ids))[0]) == (path, 403)
    for path, right, body in WRITES:
        lacking = Caller(person(*(one for one in RIGHTS if one != right)))
        assert (path, lacking.post(path.format(**ids), body)[0]) == (path, 403)
    lacking = Caller(person("view_datasource"))
    assert lacking.upload(table.source_id, ("a.csv", CUSTOMERS))[0] == 403


def test_scopes_part_reading_from_writing(table: SourceTable):
    reader = Caller(person(*RIGHTS), "crm:read")

    assert reader.get("/sources")[0] == 200
    assert reader.post("/sources", {"name": "B", "kind": "files"})[0] == 403
    assert Caller(person(*RIGHTS), "orders:read").get("/sources")[0] == 403
    assert Client().get("/api/crm/sources").status_code == 401


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_a_constant_number_of_questions(
    program: Caller,
    table: SourceTable,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
):
    for number in range(1, rows):
        made = program.post("/sources", {"name": f"B{number}", "kind": "files"})[1]
        program.upload(made["id"], ("clients.csv", CUSTOMERS))

    with django_assert_num_queries(8):
        assert program.get("/sources")[1]["count"] == rows
    with django_assert_num_queries(6):
        assert program.get("/mapping")[1]["count"] == rows
