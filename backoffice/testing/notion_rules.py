"""What Notion accepts, finds and sorts by, for the stand-in server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backoffice.testing.http import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_PIECE = 2000
MAX_PIECES = 100
NUMBER = int | float


@dataclass
class Refusal(Exception):
    status: int
    code: str
    message: str

    def answer(self) -> Answer:
        body = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        return Answer.json(body, status=self.status)


def checked_values(schema: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a request by property id; raises what Notion would answer."""
    values = {}
    for key, value in asked.items():
        found = next((p for name, p in schema.items() if key in (name, p["id"])), None)
        if found is None:
            raise _invalid(f"{key} is not a property that exists.")
        kind = found["type"]
        if kind not in value:
            raise _invalid(f"{key} is expected to be {kind}.")
        values[found["id"]] = _checked(found, key, value[kind])
    return values


def _checked(schema: Mapping[str, Any], key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    kind = schema["type"]
    where = f"body.properties.{key}.{kind}"
    if kind in ("title", "rich_text"):
        return _checked_text(where, value)
    if kind == "number" and value is not None and type(value) not in (int, float):
        raise _invalid(f"{where} should be a number.")
    if kind in ("select", "status") and value is not None:
        name = value["name"]
        known = [option["name"] for option in schema[kind]["options"]]
        if "," in name or (kind == "status" and name not in known):
            raise _invalid(f"Invalid {kind} option: {name}")
        return name
    return value


def _checked_text(where: str, items: list[dict[str, Any]]) -> list[str]:
    if len(items) > MAX_PIECES:
        raise _invalid(f"{where}.length should be ≤ `{MAX_PIECES}`, instead was `{len(items)}`.")
    pieces = [item["text"]["content"] for item in items]
    for number, piece in enumerate(pieces):
        length = len(piece.encode("utf-16-le")) // 2
        if length > MAX_PIECE:
            raise _invalid(
                f"body failed validation: {where}[{number}].text.content.length should be ≤"
                f" `{MAX_PIECE}`, instead was `{length}`."
            )
    return pieces


def shown(schema: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401 - JSON
    if schema["type"] in ("title", "rich_text"):
        return "".join(value) if isinstance(value, list) else value or ""
    return value


def matches(schema: Mapping[str, Any], wanted: Mapping[str, Any] | None, row: Any) -> bool:  # noqa: ANN401 - JSON
    if not wanted:
        return True
    if "and" in wanted:
        return all(matches(schema, part, row) for part in wanted["and"])
    if "timestamp" in wanted:
        bound = wanted[wanted["timestamp"]]["on_or_after"]
        return bool(row[wanted["timestamp"]] >= bound)
    name = wanted["property"]
    found = next((p for key, p in schema.items() if name in (key, p["id"])), None)
    if found is None:
        raise _invalid(f"Could not find property with name or id: {name}")
    condition = wanted[found["type"]]
    return bool(shown(found, row["values"].get(found["id"])) == condition["equals"])


def sort_key(schema: Mapping[str, Any], sort: Mapping[str, str]) -> Callable[[Any], Any]:
    if "timestamp" in sort:
        return lambda row: row[sort["timestamp"]]
    found = schema[sort["property"]]
    return lambda row: str(shown(found, row["values"].get(found["id"])) or "")


def _invalid(message: str) -> Refusal:
    return Refusal(400, "validation_error", message)
