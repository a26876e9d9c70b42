"""Odoo as a server on loopback that remembers: JSON-2 from version 19 on, XML-RPC up to 21.

    with odoo_server(settings, version=19) as server:
        server.load_fixtures()
        wine = server.add("product.product", name="Chablis 2022", lst_price=24.0)
        server.write("product.product", wine, lst_price=25.0)      # a person in Odoo
        server.answers("POST", "/json/2/*", "json2_error_access_403", server.really)

``answers`` takes the names of the files in ``crm/tests/data/odoo``, sent byte for byte. Times of
change have microseconds within and whole seconds without, as Odoo's.
"""

from __future__ import annotations

import datetime as dt
import json
import xmlrpc.client
from contextlib import contextmanager
from email.utils import format_datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.odoo_tables import MODELS, MOMENT, Wrong, fields_of, matches, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_django import Settings

    from backoffice.testing.http import Reply, Request
    from backoffice.testing.odoo_tables import Record

DATA = Path(__file__).resolve().parents[2] / "crm" / "tests" / "data" / "odoo"
KEY = "test-odoo-api-key-0001"
DATABASE = "domaine-prod"
LOGIN = "bot@domaine.example"
UID = 7
_FAULT_OF = {"AccessError": 4, "AccessDenied": 3}


class OdooServer(FixtureServer):
    """``version`` decides what is spoken; ``models`` may be taken away (an app not installed)."""

    def __init__(self, version: int) -> None:
        super().__init__(DATA)
        self.version = version
        self.key = KEY
        self.language = "fr_FR"
        self.rows: dict[str, dict[int, Record]] = {model: {} for model in MODELS}
        self.own_fields: dict[str, dict[str, str]] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.now: Callable[[], dt.datetime] = timezone.now
        # Called before each reading of records: what people do in Odoo meanwhile.
        self.meanwhile: list[Callable[[], object]] = []

    # --- What people do in Odoo ---------------------------------------------------------------

    def add(self, model: str, at: dt.datetime | None = None, **values: Any) -> int:
        """A record, written ``at`` (now); many2one values are ids or [id, name]."""
        number = values.pop("id", None) or max(self.rows[model], default=0) + 1
        moment = at or self.now()
        record = {"id": number, "active": True, "create_date": moment, "write_date": moment}
        self.rows[model][number] = record | self._known(values)
        return int(number)

    def write(self, model: str, number: int, at: dt.datetime | None = None, **values: Any) -> None:
        self.rows[model][number] |= self._known(values) | {"write_date": at or self.now()}

    def delete(self, model: str, number: int) -> None:
        del self.rows[model][number]

    def load_fixtures(self) -> None:
        """The records of the recorded answers, and the orders and countries they name."""
        for model in ("res.partner", "product.product", "sale.order.line"):
            file = f"json2_search_read_{_SHORT[model]}.json"
            for record in json.loads((DATA / file).read_text()):
                values = {name: value for name, value in record.items() if name != "display_name"}
                for name in ("write_date", "create_date"):
                    if name in values:
                        values[name] = _moment(values[name])
                self.rows[model][record["id"]] = {"active": True} | self._known(values)
        for number, code in ((75, "FR"), (57, "DE")):
            name = self.names["res.country", number]
            self.add("res.country", id=number, name=name, code=code)
        for number, name in ((3, "Caviste"), (9, "Salon 2025")):
            self.add("res.partner.category", id=number, name=name)
        for line in self.rows["sale.order.line"].values():
            moment = line["create_date"]
            values = {"state": line["state"], "date_order": moment, "currency_id": [125, "EUR"]}
            values |= {"partner_id": line["order_partner_id"], "id": line["order_id"]}
            values |= {"name": self.names["sale.order", line["order_id"]]}
            self.add("sale.order", line["write_date"], **values)

    # --- The API ------------------------------------------------------------------------------

    def really(self, request: Request) -> Answer:
        """Do what Odoo would do."""
        with self._lock:
            answer = self._serve(request)
        # The server's clock; the recorded answers have none.
        return Answer(answer.status, answer.body, {"Date": self._date(), **answer.headers})

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of this method, whichever protocol it came by."""
        found = []
        for request in self.requests:
            if request.path.startswith("/json/2/") and request.path.endswith(f"/{method}"):
                found.append({"model": request.path.split("/")[3], **request.json()})
            elif request.path == "/xmlrpc/2/object":
                sent = xmlrpc.client.loads(request.body)[0]
                if sent[4] == method:
                    found.append({"model": sent[3], "arguments": sent[5], **_named(sent)})
        return found

    def _next_reply(self, request: Request) -> Reply:
        for (method, pattern), replies in self._told.items():
            if method == request.method and fnmatchcase(request.path, pattern):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return self.really

    def _serve(self, request: Request) -> Answer:
        if request.path == "/web/version" and self.version >= 19:  # noqa: PLR2004 - as Odoo
            version = {"version_info": [self.version, 0, 0, "final", 0, ""]}
            return Answer.json(version | {"version": f"{self.version}.0"})
        if request.path.startswith("/json/2/") and self.version >= 19:  # noqa: PLR2004 - as Odoo
            return self._json2(request)
        if request.path.startswith("/xmlrpc/2/") and self.version < 22:  # noqa: PLR2004 - as Odoo
            return self._xmlrpc(request)
        return self.fixture("xmlrpc_removed_404")

    def _json2(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"bearer {self.key}":
            return self.fixture("json2_error_invalid_key_401")
        if request.headers.get("x-odoo-database", DATABASE) != DATABASE:
            return self.fixture("xmlrpc_removed_404")
        model, _slash, method = request.path.removeprefix("/json/2/").partition("/")
        if model not in self.rows and model != "res.users":
            message = f"the model '{model}' does not exist"
            return _error("werkzeug.exceptions.NotFound", message, 404)
        try:
            return Answer.json(self._shown(self._call(model, method, request.json())))
        except Wrong as wrong:
            return _error("builtins.ValueError", str(wrong), 500)

    def _xmlrpc(self, request: Request) -> Answer:
        sent, method = xmlrpc.client.loads(request.body)
        try:
            value = self._common(method or "", sent) if "common" in request.path else None
            if "object" in request.path:
                value = self._execute(sent)
        except xmlrpc.client.Fault as fault:
            return _xml(fault)
        return _xml((value,))

    def _common(self, method: str, sent: Sequence[Any]) -> Any:  # noqa: ANN401 - any value
        if method == "version":
            return {"server_version": f"{self.version}.0", "protocol_version": 1}
        self._require_database(sent[0])
        return UID if tuple(sent[1:3]) == (LOGIN, self.key) else False

    def _execute(self, sent: Sequence[Any]) -> Any:  # noqa: ANN401 - any value
        self._require_database(sent[0])
        if tuple(sent[1:3]) != (UID, self.key):
            raise xmlrpc.client.Fault(3, "Access Denied")
        model, method, placed = sent[3:6]
        if model not in self.rows and model != "res.users":
            raise xmlrpc.client.Fault(1, f"{_TRACEBACK}KeyError: Object {model} doesn't exist\n")
        names = {"search_read": ("domain", "fields"), "search_count": ("domain",)}
        named = dict(zip(names.get(method, ()), placed, strict=False)) | _named(sent)
        try:
            return self._shown(self._call(model, method, named))
        except Wrong as wrong:
            raise xmlrpc.client.Fault(1, f"{_TRACEBACK}ValueError: {wrong}\n") from wrong

    def _require_database(self, name: str) -> None:
        if name != DATABASE:
            words = (
                f'{_TRACEBACK}psycopg2.OperationalError: FATAL:  database "{name}" does not exist'
            )
            raise xmlrpc.client.Fault(1, words)

    def _call(self, model: str, method: str, named: dict[str, Any]) -> Any:  # noqa: ANN401 - any value
        match method:
            case "context_get":
                return {"lang": self.language, "tz": "Europe/Paris", "uid": UID}
            case "fields_get":
                return self._fields(model)
            case "search_count":
                return len(self._search(model, named))
            case "search_read":
                if self.meanwhile:
                    self.meanwhile.pop(0)()
                return [
                    self._read(model, row, named["fields"]) for row in self._search(model, named)
                ]
        raise Wrong(f"no method {method}")

    # --- Records ------------------------------------------------------------------------------

    def _fields(self, model: str) -> dict[str, dict[str, Any]]:
        return fields_of(model, self.version, self.own_fields.get(model, {}))

    def _search(self, model: str, named: dict[str, Any]) -> list[Record]:
        known = self._fields(model)
        for term in named.get("domain", []):
            if not isinstance(term, str) and term[0].split(".")[0] not in known:
                raise Wrong(f"Invalid field {model}.{term[0]} in leaf {term!r}")
        rows = [
            row for row in self.rows[model].values() if matches(row, named["domain"], self._look)
        ]
        if named.get("context", {}).get("active_test", True):
            rows = [row for row in rows if row["active"]]
        for part in reversed((named.get("order") or "id asc").split(", ")):
            name, _space, direction = part.partition(" ")
            rows.sort(key=sort_key(name), reverse=direction == "desc")
        return rows[: named["limit"]] if named.get("limit") else rows

    def _look(self, record: Record, name: str) -> Any:  # noqa: ANN401 - any value
        first, _dot, rest = name.partition(".")
        value = record.get(self._inner(first), False)
        if not rest:
            return value
        targets = {"location_id": "stock.location"}
        return self._look(self.rows[targets[first]].get(value, {}), rest)

    def _read(self, model: str, record: Record, names: Sequence[str]) -> Record:
        known = self._fields(model)
        told: Record = {"id": record["id"]}
        for name in names:
            if name not in known:
                raise Wrong(f"Invalid field '{name}' on model '{model}'")
            kind = known[name]["type"]
            empty: Any = {"boolean": False, "integer": 0, "float": 0.0, "monetary": 0.0}
            value = record.get(
                self._inner(name), empty.get(kind, [] if kind == "many2many" else False)
            )
            if name == "display_name":
                value = record.get("name", False)
            elif kind == "many2one" and value is not False:
                value = [value, self._name(known[name]["relation"], value)]
            told[name] = value
        return told

    def _inner(self, name: str) -> str:
        return "product_uom_id" if name == "product_uom" else name

    def _name(self, model: str, number: int) -> str:
        record = self.rows.get(model, {}).get(number, {})
        return str(record.get("name") or self.names.get((model, number)) or number)

    def _known(self, values: dict[str, Any]) -> Record:
        """Values as kept: of [id, name] the id, with the name noted."""
        kept: Record = {}
        for name, value in values.items():
            is_pair = isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)  # noqa: PLR2004 - [id, name]
            if is_pair:
                self._note(name, value[0], value[1])
            kept[name] = value[0] if is_pair else value
        return kept

    def _note(self, field: str, number: int, name: str) -> None:
        for fields in MODELS.values():
            if fields.get(field, "").startswith("many2one "):
                self.names[fields[field].removeprefix("many2one "), number] = name

    def _shown(self, value: Any) -> Any:  # noqa: ANN401 - any value
        if isinstance(value, dt.datetime):
            return value.strftime(MOMENT)
        if isinstance(value, list):
            return [self._shown(one) for one in value]
        if isinstance(value, dict):
            return {name: self._shown(one) for name, one in value.items()}
        return value

    def _date(self) -> str:
        return format_datetime(self.now().astimezone(dt.UTC), usegmt=True)


_SHORT = {
    "res.partner": "partner",
    "product.product": "product",
    "sale.order.line": "sale_order_line",
}
_TRACEBACK = 'Traceback (most recent call last):\n  File "odoo/service/model.py", line 0\n'


@contextmanager
def odoo_server(settings: Settings, version: int = 19) -> Iterator[OdooServer]:
    """A server of this version; plain http to it is allowed while it stands."""
    settings.SOURCES_PLAIN_HTTP = True
    settings.LOCAL_ONLY = False
    with OdooServer(version) as server:
        yield server


def _named(sent: Sequence[Any]) -> dict[str, Any]:
    return dict(sent[6]) if len(sent) > 6 else {}  # noqa: PLR2004 - after the six that are always there


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, MOMENT).replace(tzinfo=dt.UTC)


def _error(name: str, message: str, status: int) -> Answer:
    debug = f"Traceback (most recent call last):\n{name}: {message}\n"
    body = {"name": name, "message": message, "arguments": [message], "context": {}, "debug": debug}
    return Answer.json(body, status=status)


def _xml(value: Any) -> Answer:  # noqa: ANN401 - a fault, or a tuple of one value
    body = xmlrpc.client.dumps(value, methodresponse=True, allow_none=False).encode()
    return Answer(200, body, {"Content-Type": "text/xml; charset=utf-8"})
