from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from xmlrpc.client import Fault, dumps

import pytest

from backoffice.integrations import odoo, odoo_errors
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.odoo_account import Account
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.odoo import DATABASE, KEY, LOGIN, odoo_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_django import Settings

    from backoffice.testing.odoo import OdooServer


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest, settings: Settings):
    with odoo_server(settings, version=request.param) as server:
        yield server


@pytest.fixture
def json2(settings: Settings):
    with odoo_server(settings, version=19) as server:
        yield server


@pytest.fixture
def xmlrpc(settings: Settings):
    with odoo_server(settings, version=18) as server:
        yield server


def account(server: FixtureServer, **changes: Any) -> Account:
    values = {"url": server.url, "database": DATABASE, "login": LOGIN, "key": KEY}
    return Account(**{**values, **changes}, plain_http=True)


def ask(
    server: FixtureServer,
    question: Callable[[odoo.Odoo], Any] = lambda client: client.check(),
    waits: list[float] | None = None,
    **changes: Any,
) -> Any:  # noqa: ANN401 - what the question gives
    waits = [] if waits is None else waits
    with odoo.connect(account(server, **changes), sleep=waits.append) as client:
        return question(client)


def refusal(
    server: FixtureServer,
    question: Callable[[odoo.Odoo], Any] = lambda client: client.check(),
    **changes: Any,
) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask(server, question, **changes)
    assert KEY not in str(caught.value)
    return caught.value


def read(client: odoo.Odoo, fields: Sequence[str] = ("name",), limit: int = 0) -> Any:  # noqa: ANN401 - records
    return client.search_read("res.partner", [], fields, order="id asc", limit=limit)


def test_the_version_decides_the_protocol(server: OdooServer):
    told = ask(server, lambda client: (client.version, client.protocol))

    expected = {18: ("18.0", "XML-RPC"), 19: ("19.0", "JSON-2")}
    assert told == expected[server.version]


def test_both_protocols_give_the_same_records(server: OdooServer):
    server.load_fixtures()

    rows = ask(server, lambda client: read(client, ("name", "country_id", "email"), limit=2))

    assert rows == [
        {
            "id": 41,
            "name": "Cave Les Trois Fontaines",
            "country_id": [75, "France"],
            "email": "achats@troisfontaines.example",
        },
        {
            "id": 42,
            "name": "Margaux Delpierre",
            "country_id": [75, "France"],
            "email": "margaux.delpierre@client.example",
        },
    ]


def test_archived_records_are_read(server: OdooServer):
    server.add("res.partner", name="Ancien client", active=False)

    assert ask(server, read) == [{"id": 1, "name": "Ancien client"}]
    assert ask(server, lambda client: client.count("res.partner", [["id", ">", 0]])) == 1


def test_fields_are_those_of_the_version(server: OdooServer):
    names = ask(server, lambda client: client.fields("sale.order.line").keys())
    partner = ask(server, lambda client: client.fields("res.partner"))

    assert ("product_uom_id" in names, "product_uom" in names) == (
        (True, False) if server.version == 19 else (False, True)
    )
    assert ("mobile" in partner) is (server.version == 18)
    assert partner["country_id"] == odoo.Field(
        "country_id", "many2one", "country_id", "res.country", is_stored=True
    )


def test_recorded_answers_are_read(xmlrpc: OdooServer, json2: OdooServer):
    xmlrpc.answers("POST", "/xmlrpc/2/object", "xmlrpc_search_read_partner")
    json2.answers("POST", "/json/2/*", "json2_search_read_partner")

    by_xml, by_json = ask(xmlrpc, read), ask(json2, read)

    assert [row["id"] for row in by_xml] == [row["id"] for row in by_json] == [41, 42, 57, 63]
    assert {key: value for key, value in by_xml[1].items() if key not in ("phone", "mobile")} == {
        key: value for key, value in by_json[1].items() if key != "phone"
    }


def test_the_key_and_the_database_travel_in_headers(json2: OdooServer):
    ask(json2)

    headers = json2.requests_to("/json/2/*")[0].headers
    assert headers["authorization"] == f"bearer {KEY}"
    assert headers["x-odoo-database"] == DATABASE


def test_one_database_needs_no_name_for_json2(json2: OdooServer):
    ask(json2, database="")

    assert "x-odoo-database" not in json2.requests_to("/json/2/*")[0].headers


def test_a_database_must_be_named_for_xmlrpc(xmlrpc: OdooServer):
    assert refusal(xmlrpc, database="").code == odoo_errors.DATABASE


def test_a_wrong_key_is_told(server: OdooServer):
    failure = refusal(server, key="wrong")

    assert (failure.code, failure.permanent) == (odoo_errors.KEY, True)
    assert len(server.requests) == 2 + (server.version == 18)


def test_a_wrong_database_is_told_by_its_name(server: OdooServer):
    failure = refusal(server, database="domaine-prd")

    assert failure.code == odoo_errors.DATABASE
    assert "domaine-prd" in str(failure)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("json2_error_access_403", odoo_errors.ACCESS, "sale.order.line"),
        ("json2_error_unknown_model_404", odoo_errors.MODEL, "res.partnr"),
        ("json2_error_unknown_field_500", odoo_errors.FIELD, "mobile"),
        ("json2_error_bad_argument_422", "refused", "filter"),
        ("json2_error_user_422", "refused", "requiring confirmation"),
        ("json2_error_invalid_key_401", odoo_errors.KEY, "19"),
        ("xmlrpc_removed_404", odoo_errors.DATABASE, DATABASE),
    ],
)
def test_each_refusal_of_json2_is_a_sentence(json2: OdooServer, answer: str, code: str, words: str):
    json2.answers("POST", "/json/2/*", answer)

    failure = refusal(json2, read)

    assert (failure.code, failure.permanent) == (code, True)
    assert words in str(failure)
    assert "Traceback" not in str(failure)
    assert len(json2.requests_to("/json/2/*")) == 1


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("xmlrpc_fault_access_denied", odoo_errors.KEY, "Odoo"),
        ("xmlrpc_fault_access_error", odoo_errors.ACCESS, "Sales Order Line"),
        ("xmlrpc_fault_user_error", "refused", "another model"),
        ("xmlrpc_fault_unknown_field", odoo_errors.FIELD, "mobile"),
        ("xmlrpc_fault_unknown_database", odoo_errors.DATABASE, "domaine-prd"),
        ("xmlrpc_removed_404", odoo_errors.NO_XMLRPC, "XML-RPC"),
    ],
)
def test_each_fault_of_xmlrpc_is_a_sentence(xmlrpc: OdooServer, answer: str, code: str, words: str):
    xmlrpc.answers("POST", "/xmlrpc/2/object", answer)

    failure = refusal(xmlrpc, read)

    assert (failure.code, failure.permanent) == (code, True)
    assert words in str(failure)
    assert "Traceback" not in str(failure)


def test_what_passes_is_tried_again(json2: OdooServer):
    json2.answers(
        "POST",
        "/json/2/*",
        Answer(429, b"", {"Retry-After": "3"}),
        Answer(502, b"<html>Bad Gateway</html>"),
        json2.really,
    )
    waits: list[float] = []

    ask(json2, waits=waits)

    assert waits == [3.0, 2.0]


def test_a_broken_connection_is_tried_again(server: OdooServer):
    path = "/json/2/*" if server.version == 19 else "/xmlrpc/2/common"
    server.answers("POST", path, Answer(closed=True), server.really)

    ask(server)


def test_a_long_pause_is_left_to_the_job(json2: OdooServer):
    json2.answers("POST", "/json/2/*", Answer(429, b"", {"Retry-After": "600"}))

    failure = refusal(json2)

    assert (failure.code, failure.permanent) == (odoo_errors.BUSY, False)
    assert failure.retry_after == dt.timedelta(minutes=10)
    assert len(json2.requests_to("/json/2/*")) == 1


def test_two_transactions_that_met_are_tried_again(json2: OdooServer):
    error = {
        "name": "psycopg2.errors.SerializationFailure",
        "message": "could not serialize access",
    }
    json2.answers("POST", "/json/2/*", Answer.json(error, status=500), json2.really)

    ask(json2)


def test_a_server_that_does_not_answer_in_time(json2: OdooServer, settings: Settings):
    settings.ODOO_TIMEOUT = 0.05
    json2.answers("POST", "/json/2/*", Answer(delay=0.5))

    failure = refusal(json2)

    assert (failure.code, failure.permanent) == (odoo_errors.CONNECTION, False)


def test_nobody_listens(settings: Settings):
    with odoo_server(settings) as server:
        pass

    assert refusal(server).code == odoo_errors.CONNECTION


def test_a_web_page_instead_of_data(json2: OdooServer):
    page = b"<!DOCTYPE html><html><body>Sign in</body></html>"
    json2.answers("POST", "/json/2/*", Answer(200, page, {"Content-Type": "text/html"}))

    assert refusal(json2).code == odoo_errors.NOT_ODOO


def test_a_site_that_is_no_odoo_at_all(settings: Settings):
    settings.LOCAL_ONLY = False
    with FixtureServer() as server:
        server.answers(
            "GET", "*", Answer(200, b"<html>A shop</html>", {"Content-Type": "text/html"})
        )
        server.answers("POST", "*", Answer(200, b"<html>A shop</html>"))

        assert refusal(server).code == odoo_errors.NOT_ODOO


@pytest.mark.parametrize("status", [200, 500])
def test_a_huge_page_is_not_quoted(json2: OdooServer, status: int):
    page = b"<html>" + b"secret " * 300_000
    json2.answers("POST", "/json/2/*", Answer(status, page, {"Content-Type": "text/html"}))

    failure = refusal(json2)

    assert len(str(failure)) < 300
    assert "secret" not in str(failure)


def test_an_endless_answer_is_cut_off(json2: OdooServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backoffice.integrations.odoo_http.MAX_BYTES", 100_000)
    json2.answers("POST", "/json/2/*", Answer(200, b"[" + b" " * 200_000 + b"]"))

    assert refusal(json2).code == "too_large"


def test_an_entity_bomb_is_refused(xmlrpc: OdooServer):
    bomb = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
    <methodResponse><params><param><value><string>&b;</string></value></param></params>
    </methodResponse>"""
    xmlrpc.answers("POST", "/xmlrpc/2/object", Answer(200, bomb, {"Content-Type": "text/xml"}))

    assert refusal(xmlrpc, read).code == "unreadable"


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b'{"a": 1}', b"[1]", b'[{"id": "x"}]', b"null"])
def test_answers_of_another_shape_are_refused(json2: OdooServer, body: bytes):
    json2.answers("POST", "/json/2/*", Answer(200, body, {"Content-Type": "application/json"}))

    assert refusal(json2, read).code == "unreadable"


@pytest.mark.parametrize("depth", [5_000])
def test_deeply_nested_answers_are_refused(server: OdooServer, depth: int):
    if server.version == 19:
        server.answers("POST", "/json/2/*", Answer(200, b"[" * depth + b"]" * depth))
    else:
        nested = b"<value><array><data>" * depth + b"</data></array></value>" * depth
        body = b"<methodResponse><params><param>" + nested + b"</param></params></methodResponse>"
        server.answers("POST", "/xmlrpc/2/object", Answer(200, body))

    assert refusal(server, read).code == "unreadable"


def test_a_redirect_to_another_host_gets_no_key(json2: OdooServer):
    with FixtureServer() as other:
        json2.answers("POST", "/json/2/*", Answer(307, b"", {"Location": other.url + "/json/2"}))

        failure = refusal(json2)

        assert failure.code == "redirect"
        assert other.url in str(failure)
        assert other.requests == []


def test_local_only_asks_nobody(json2: OdooServer, settings: Settings):
    settings.LOCAL_ONLY = True

    with pytest.raises(NotConfigured, match="LOCAL_ONLY"), odoo.connect(account(json2)):
        pass
    assert json2.requests == []


def test_the_key_shows_nowhere(json2: OdooServer):
    assert KEY not in repr(account(json2))


def test_a_server_that_quotes_the_key_is_not_repeated(server: OdooServer):
    words = f"no such thing: {KEY}, {DATABASE}"
    fault = dumps(Fault(2, words)).encode()
    server.answers("POST", "/json/2/*", Answer.json({"name": "ValueError", "message": words}, 422))
    server.answers("POST", "/xmlrpc/2/object", Answer(200, fault, {"Content-Type": "text/xml"}))

    told = refusal(server, read)

    assert str(told).endswith(f": no such thing: …, {DATABASE}")
