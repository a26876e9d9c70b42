"""Notion as a server on loopback: databases, data sources and pages that remember.

    with notion_server(settings) as server:
        contacts = server.add_database("Contacts clients", fixture="data_source_contacts")
        page = server.add_page(contacts, nom_prenom="Claire", statut="Nouveau")
        server.edit(page, statut="Traité")         # a person in Notion
        server.answers("POST", "/v1/pages", server.lose)     # made, but the answer is lost

``answers`` also takes the names of the files in ``support/tests/data/notion``, which are
then sent byte for byte; ``server.really`` is what the server would do by itself.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
import uuid
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.integrations.notion_pace import PACE
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.notion_rules import Refusal, checked_values, matches, shown, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from backoffice.testing.http import Reply, Request

DATA = Path(__file__).resolve().parents[2] / "support" / "tests" / "data" / "notion"
TOKEN = "ntn_test_0001"  # noqa: S105 - of the stand-in
BOT = "57cf1111-e214-50d4-a23c-501182e3afc0"
PERSON = "2086ca9c-89b9-50e0-947d-eba2d9d76015"
QUERY = "/v1/data_sources/*/query"


class NotionServer(FixtureServer):
    """``page_size`` limits the parts of a list, ``query_limit`` the list as a whole."""

    def __init__(self) -> None:
        super().__init__(DATA)
        self.databases: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self.pages: dict[str, dict[str, Any]] = {}
        self.unshared: set[str] = set()
        self.page_size = 100
        self.query_limit = 0
        self.now: Callable[[], dt.datetime] = timezone.now
        self.waits: list[float] = []

    # --- What people do in Notion -------------------------------------------------

    def add_database(self, title: str, *, fixture: str = "", **kinds: str) -> str:
        """A database with one data source, whose id is returned; ``kinds`` are its properties."""
        properties = {name: _schema(name, kind) for name, kind in kinds.items()}
        if fixture:
            properties = json.loads((DATA / f"{fixture}.json").read_text())["properties"]
        return self._add_database(title, properties)

    def database_of(self, source_id: str) -> str:
        return str(self.sources[source_id]["database_id"])

    def add_source(self, database_id: str, title: str) -> str:
        """One more data source in the database, as people may make by mistake."""
        source_id = str(uuid.uuid4())
        first = self.databases[database_id]["sources"][0]
        properties = self.sources[first]["properties"]
        self.sources[source_id] = {
            "title": title,
            "database_id": database_id,
            "properties": dict(properties),
        }
        self.databases[database_id]["sources"].append(source_id)
        return source_id

    def add_page(self, source_id: str, **values: Any) -> str:
        return self._add_page(source_id, self._typed(source_id, values), PERSON)

    def edit(self, page_id: str, **values: Any) -> None:
        page = self.pages[page_id]
        self._write(page, self._typed(page["source_id"], values), PERSON)

    def trash(self, page_id: str) -> None:
        self.pages[page_id]["in_trash"] = True

    def rename(self, source_id: str, name: str, new: str) -> None:
        properties = self.sources[source_id]["properties"]
        properties[new] = {**properties.pop(name), "name": new}

    def value(self, page_id: str, name: str) -> Any:  # noqa: ANN401 - text, number or nothing
        """What a person sees in that cell."""
        page = self.pages[page_id]
        schema = self.sources[page["source_id"]]["properties"][name]
        return shown(schema, page["values"].get(schema["id"]))

    # --- How it may fail ----------------------------------------------------------

    def really(self, request: Request) -> Answer:
        """Do what Notion would do."""
        try:
            return Answer.json(self._serve(request))
        except Refusal as refusal:
            return refusal.answer()

    def lose(self, request: Request) -> Answer:
        """Do it, and hang up without an answer."""
        self.really(request)
        return Answer(closed=True)

    # --- The API ------------------------------------------------------------------

    def _next_reply(self, request: Request) -> Reply:
        for (method, pattern), replies in self._told.items():
            if method == request.method and fnmatchcase(request.path, pattern):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return self.really

    def _serve(self, request: Request) -> dict[str, Any]:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refusal(401, "unauthorized", "API token is invalid.")
        if request.headers.get("notion-version") != "2025-09-03":
            raise Refusal(400, "missing_version", "Notion-Version header should be defined.")
        parts = request.path.removeprefix("/v1/").split("/")
        body = request.json() if request.body else {}
        with self._lock:
            return self._dispatch(request.method, parts, body)

    def _dispatch(  # noqa: PLR0911 - one per address
        self, method: str, parts: list[str], body: dict[str, Any]
    ) -> dict[str, Any]:
        match method, parts:
            case "GET", ["users", "me"]:
                answer: dict[str, Any] = json.loads((DATA / "users_me.json").read_text())
                return answer
            case "GET", ["databases", key]:
                return self._database_json(self._find(self.databases, key, "database"))
            case "POST", ["databases"]:
                return self._create_database(body)
            case "GET", ["data_sources", key]:
                return self._source_json(self._find(self.sources, key, "data source"))
            case "PATCH", ["data_sources", key]:
                return self._change_source(self._find(self.sources, key, "data source"), body)
            case "POST", ["data_sources", key, "query"]:
                return self._query(self._find(self.sources, key, "data source"), body)
            case "POST", ["pages"]:
                source_id = self._find(
                    self.sources, body["parent"]["data_source_id"], "data source"
                )
                values = checked_values(self.sources[source_id]["properties"], body["properties"])
                return self._page_json(self._add_page(source_id, values, BOT))
            case "GET", ["pages", key]:
                return self._page_json(self._find(self.pages, key, "page"))
            case "PATCH", ["pages", key]:
                return self._change_page(self._find(self.pages, key, "page"), body)
        raise Refusal(400, "invalid_request_url", "Invalid request URL.")

    def _find(self, among: dict[str, dict[str, Any]], key: str, what: str) -> str:
        wanted = str(uuid.UUID(key))
        source = self.pages.get(wanted, {}).get("source_id", wanted)
        if wanted not in among or self.unshared & {wanted, source}:
            raise Refusal(404, "object_not_found", f"Could not find {what} with ID: {wanted}.")
        return wanted

    def _add_database(self, title: str, properties: dict[str, Any]) -> str:
        database_id, source_id = str(uuid.uuid4()), str(uuid.uuid4())
        self.databases[database_id] = {"title": title, "sources": [source_id]}
        self.sources[source_id] = {
            "title": title,
            "database_id": database_id,
            "properties": properties,
        }
        return source_id

    def _create_database(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = body["initial_data_source"]["properties"]
        properties = {name: _schema(name, **schema) for name, schema in asked.items()}
        source_id = self._add_database(body["title"][0]["text"]["content"], properties)
        return self._database_json(self.database_of(source_id))

    def _change_source(self, source_id: str, body: dict[str, Any]) -> dict[str, Any]:
        properties = self.sources[source_id]["properties"]
        for key, asked in body.get("properties", {}).items():
            name = next((n for n, one in properties.items() if key in (n, one["id"])), key)
            properties[name] = {**_schema(name, **asked), **_kept(properties.get(name))}
        return self._source_json(source_id)

    def _change_page(self, page_id: str, body: dict[str, Any]) -> dict[str, Any]:
        page = self.pages[page_id]
        if page["in_trash"]:
            raise Refusal(400, "validation_error", "Can't edit block that is archived.")
        schema = self.sources[page["source_id"]]["properties"]
        self._write(page, checked_values(schema, body.get("properties", {})), BOT)
        return self._page_json(page_id)

    def _query(self, source_id: str, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("page_size", 100) > 100:  # noqa: PLR2004 - Notion's own limit
            raise Refusal(400, "validation_error", "page_size should be ≤ 100")
        schema = self.sources[source_id]["properties"]
        rows = [one for one in self.pages.values() if one["source_id"] == source_id]
        rows = [row for row in rows if not row["in_trash"]]
        rows = [row for row in rows if matches(schema, body.get("filter"), row)]
        for sort in reversed(body.get("sorts", [])):
            rows.sort(key=sort_key(schema, sort), reverse=sort["direction"] == "descending")
        cut = bool(self.query_limit) and len(rows) > self.query_limit
        rows = rows[: self.query_limit] if cut else rows
        return self._part(rows, body, is_cut=cut)

    def _part(
        self, rows: list[dict[str, Any]], body: dict[str, Any], *, is_cut: bool
    ) -> dict[str, Any]:
        ids = [row["id"] for row in rows]
        start = ids.index(body["start_cursor"]) if "start_cursor" in body else 0
        end = start + min(self.page_size, body.get("page_size", 100))
        more = end < len(ids)
        answer: dict[str, Any] = {
            "object": "list",
            "results": [self._page_json(one) for one in ids[start:end]],
            "has_more": more,
            "next_cursor": ids[end] if more else None,
        }
        if is_cut and not more:
            reason = "query_result_limit_reached"
            answer["request_status"] = {"type": "incomplete", "incomplete_reason": reason}
        return answer

    # --- Rows ---------------------------------------------------------------------

    def _add_page(self, source_id: str, values: dict[str, Any], author: str) -> str:
        page_id = str(uuid.uuid4())
        page = {"id": page_id, "source_id": source_id, "in_trash": False, "values": {}}
        page["created_time"] = self._minute()
        self._write(page, values, author)
        self.pages[page_id] = page
        return page_id

    def _write(self, page: dict[str, Any], values: dict[str, Any], author: str) -> None:
        page["values"].update(values)
        page["last_edited_time"] = self._minute()
        page["author"] = author
        properties = self.sources[page["source_id"]]["properties"]
        for schema in properties.values():
            chosen = values.get(schema["id"])
            if schema["type"] in ("select", "status") and chosen:
                options = schema[schema["type"]]["options"]
                if chosen not in [option["name"] for option in options]:
                    options.append({"id": uuid.uuid4().hex[:4], "name": chosen, "color": "gray"})

    def _typed(self, source_id: str, values: dict[str, Any]) -> dict[str, Any]:
        properties = self.sources[source_id]["properties"]
        return {properties[name]["id"]: value for name, value in values.items()}

    def _minute(self) -> str:
        """Notion tells times to the minute only."""
        moment = self.now().astimezone(dt.UTC).replace(second=0, microsecond=0)
        return moment.strftime("%Y-%m-%dT%H:%M:00.000Z")

    def _database_json(self, database_id: str) -> dict[str, Any]:
        row = self.databases[database_id]
        sources = [{"id": one, "name": self.sources[one]["title"]} for one in row["sources"]]
        return {
            "object": "database",
            "id": database_id,
            "data_sources": sources,
            "url": f"https://www.notion.so/{uuid.UUID(database_id).hex}",
        }

    def _source_json(self, source_id: str) -> dict[str, Any]:
        row = self.sources[source_id]
        return {
            "object": "data_source",
            "id": source_id,
            "title": [{"type": "text", "plain_text": row["title"]}],
            "properties": row["properties"],
            "parent": {"type": "database_id", "database_id": row["database_id"]},
            "url": f"https://www.notion.so/{uuid.UUID(row['database_id']).hex}",
            "in_trash": False,
        }

    def _page_json(self, page_id: str) -> dict[str, Any]:
        page = self.pages[page_id]
        schema = self.sources[page["source_id"]]["properties"]
        return {
            "object": "page",
            "id": page_id,
            "created_time": page["created_time"],
            "last_edited_time": page["last_edited_time"],
            "created_by": {"object": "user", "id": BOT},
            "last_edited_by": {"object": "user", "id": page["author"]},
            "parent": {"type": "data_source_id", "data_source_id": page["source_id"]},
            "archived": page["in_trash"],
            "in_trash": page["in_trash"],
            "properties": {name: _cell(one, page["values"]) for name, one in schema.items()},
            "url": f"https://www.notion.so/{uuid.UUID(page_id).hex}",
        }


class _Clock:
    """Moves only when somebody sleeps."""

    def __init__(self, waits: list[float]) -> None:
        self._waits = waits
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self._waits.append(round(seconds, 3))
        self.now += seconds


@contextmanager
def notion_server(settings: Settings) -> Iterator[NotionServer]:
    """Make the back office use a server of our own, and nobody wait.

    ``server.waits`` are the seconds that would have been slept, but for the three requests a
    second: those are off.
    """
    before = vars(PACE).copy()
    with NotionServer() as server, tempfile.TemporaryDirectory() as folder:
        settings.LOCAL_ONLY = False
        settings.NOTION_TOKEN = TOKEN
        settings.NOTION_API_URL = server.url
        settings.NOTION_TIMEOUT = 5
        clock = _Clock(server.waits)
        PACE.clock, PACE.sleep, PACE.per_second = clock.time, clock.sleep, math.inf
        PACE.file = Path(folder) / "notion.pace"
        try:
            yield server
        finally:
            vars(PACE).update(before)


def _schema(name: str, kind: str = "", **asked: Any) -> dict[str, Any]:
    """A property as Notion tells of it, from a type or from what a request asks for."""
    kind = kind or next(one for one in asked if one not in ("id", "name", "type"))
    key = "title" if kind == "title" else f"%3A{uuid.uuid5(uuid.NAMESPACE_OID, name).hex[:4]}"
    content = dict(asked.get(kind) or {})
    if kind in ("select", "status"):
        content.setdefault("options", [])
    return {"id": key, "name": name, "type": kind, kind: content}


def _kept(schema: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": schema["id"]} if schema else {}


def _cell(schema: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    kind, value = schema["type"], values.get(schema["id"])
    content: Any = value
    if kind in ("title", "rich_text"):
        parts = value if isinstance(value, list) else [value] if value else []
        content = [{"type": "text", "text": {"content": p}, "plain_text": p} for p in parts]
    elif kind in ("select", "status"):
        content = {"id": "x", "name": value, "color": "gray"} if value else None
    return {"id": schema["id"], "type": kind, kind: content}
