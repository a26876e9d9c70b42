"""Notion through its API of data sources: schemas, pages, and what each failure means.

    with notion.connect() as client:
        source = client.source(settings.NOTION_CONTACTS_BASE)
        for page in client.pages(source, edited_since=yesterday):
            page.text(source.find("statut"))

Every call raises ``NotConfigured`` or ``ServiceError`` and nothing else.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.network import OutgoingForbidden, ensure_outgoing_allowed
from backoffice.integrations import notion_errors
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.notion_pace import PACE
from backoffice.integrations.notion_values import (
    Page,
    Source,
    Value,
    id_of,
    payload,
    read_page,
    read_source,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

VERSION = "2025-09-03"
PAGE_SIZE = 100
# Attempts of one call, for what passes by itself; a longer wait is the job's.
_TRIES = 3
_LONGEST_WAIT = 10.0
# Seconds by which a write may come before its turn; Notion counts an average.
_AT_ONCE = 1.0
_PASSING = ("409", "429", "500", "502", "503", "504", "529")
AnswerT = TypeVar("AnswerT")


def configured() -> bool:
    """Whether there is a token and we may talk to the outside."""
    return bool(settings.NOTION_TOKEN) and not settings.LOCAL_ONLY


@contextmanager
def connect(patience: float = 60.0) -> Iterator[Notion]:
    """Notion with the token of the settings; raises ``NotConfigured`` without one.

    After ``patience`` seconds nothing more is asked: what is begun then ends with the time-out
    of one request, whatever Notion does.
    """
    import httpx  # noqa: PLC0415 - slow import
    from notion_client import Client  # noqa: PLC0415 - slow import

    try:
        ensure_outgoing_allowed(settings.NOTION_API_URL)
    except OutgoingForbidden as error:
        raise NotConfigured(str(error)) from error
    if not settings.NOTION_TOKEN:
        raise NotConfigured(_("Notion waits for NOTION_TOKEN, the secret of its integration."))
    with httpx.Client() as http:
        yield Notion(
            Client(
                client=http,
                auth=settings.NOTION_TOKEN,
                base_url=settings.NOTION_API_URL.rstrip("/"),
                timeout_ms=settings.NOTION_TIMEOUT * 1000,
                notion_version=VERSION,
                # Ours: the SDK's leaves out most failures and knows nothing of doubt.
                retry=False,
                # What it would log quotes customers.
                logger=logging.getLogger("notion_client"),
                log_level=logging.CRITICAL,
            ),
            patience,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    pages: tuple[Page, ...]
    next_cursor: str
    is_incomplete: bool


class Notion:
    """A connection; made by :func:`connect`."""

    def __init__(self, sdk: Any, patience: float) -> None:  # noqa: ANN401 - the SDK's methods are untyped
        self._sdk = sdk
        self._end = time.monotonic() + patience

    def name(self) -> str:
        """What our integration is called there."""
        return self._call(lambda sdk: str(sdk.users.me().get("name") or ""))

    def source(self, setting: str) -> Source:
        """The data source of a setting: a database's id or address, or a data source's id.

        A database with several of them is ``NotConfigured``, with their names and ids.
        """
        wanted = id_of(setting)
        try:
            sources = self._call(lambda sdk: _sources(sdk.databases.retrieve(wanted)))
        except ServiceError as error:
            if error.code != notion_errors.NOT_FOUND:
                raise
            return self._source_at(wanted)
        if len(sources) != 1:
            raise NotConfigured(_which(sources))
        return self._source_at(sources[0][0])

    def _source_at(self, source_id: str) -> Source:
        try:
            return self._call(lambda sdk: read_source(sdk.data_sources.retrieve(source_id)))
        except ServiceError as error:
            if error.code != notion_errors.NOT_FOUND:
                raise
            raise NotConfigured(notion_errors.not_shared(_("this database"))) from error

    def pages(
        self,
        source: Source,
        *,
        edited_since: dt.datetime | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> Iterator[Page]:
        """All rows, those edited longest ago first; a row edited meanwhile may come twice.

        ``where`` is a filter of Notion's on a property. Where Notion ends a long list before
        its end, the rest is asked for by the last time seen.
        """
        since = edited_since
        while True:
            last, incomplete = None, False
            for batch in self._batches(source, _filter(since, where)):
                yield from batch.pages
                last = batch.pages[-1].edited_at if batch.pages else last
                incomplete = batch.is_incomplete
            if not incomplete:
                return
            if last is None or (since is not None and last <= since):
                raise ServiceError(_("Notion ends a long list at the same place again."))
            since = last

    def _batches(self, source: Source, wanted: Mapping[str, Any]) -> Iterator[Batch]:
        sort = {"timestamp": "last_edited_time", "direction": "ascending"}
        cursors = {""}
        cursor = ""
        while True:
            asked = {**wanted, "sorts": [sort], "page_size": PAGE_SIZE}
            if cursor:
                asked["start_cursor"] = cursor
            batch = self._batch(source, asked)
            yield batch
            cursor = batch.next_cursor
            if not cursor:
                return
            if cursor in cursors:
                raise ServiceError(_("Notion gives the same part of a list again and again."))
            cursors.add(cursor)

    def _batch(self, source: Source, asked: Mapping[str, Any]) -> Batch:
        return self._call(lambda sdk: _read_batch(sdk.data_sources.query(source.id, **asked)))

    def page(self, page_id: str) -> Page:
        return self._call(lambda sdk: read_page(sdk.pages.retrieve(page_id)))

    def create(self, source: Source, values: Mapping[str, Value]) -> Page:
        """Make a page; keys are names of the source's properties.

        Notion knows no key of ours: a ``doubtful`` failure must be looked up before another try.
        """
        parent = {"type": "data_source_id", "data_source_id": source.id}
        asked = _payloads(source, values)
        return self._call(
            lambda sdk: read_page(sdk.pages.create(parent=parent, properties=asked)), creates=True
        )

    def update(self, source: Source, page_id: str, values: Mapping[str, Value]) -> Page:
        """Write a page that was read just now, at once: what is edited in between is lost."""
        asked = _payloads(source, values)
        return self._call(
            lambda sdk: read_page(sdk.pages.update(page_id, properties=asked)), early=_AT_ONCE
        )

    def change_schema(self, source: Source, properties: Mapping[str, Any]) -> Source:
        """Add or change properties, as Notion writes them; all others stay."""
        return self._call(
            lambda sdk: read_source(sdk.data_sources.update(source.id, properties=properties))
        )

    def create_database(self, parent: str, title: str, properties: Mapping[str, Any]) -> str:
        """Make a database below the page ``parent`` and return its id."""
        body = {
            "parent": {"type": "page_id", "page_id": id_of(parent)},
            "title": [{"type": "text", "text": {"content": title}}],
            "initial_data_source": {"properties": properties},
        }
        return self._call(lambda sdk: str(sdk.databases.create(**body)["id"]), creates=True)

    def _call(
        self, ask: Callable[[Any], AnswerT], *, creates: bool = False, early: float = 0
    ) -> AnswerT:
        tries = 0
        while True:
            PACE.wait(early=0 if tries else early)
            if time.monotonic() >= self._end:
                raise notion_errors.unreachable(doubtful=False)
            try:
                return self._once(ask, creates=creates)
            except ServiceError as failure:
                tries += 1
                wait = _wait(failure, tries)
                if wait is None:
                    raise
            PACE.hold(wait)

    def _once(self, ask: Callable[[Any], AnswerT], *, creates: bool) -> AnswerT:
        import httpx  # noqa: PLC0415 - slow import
        from notion_client import errors  # noqa: PLC0415 - slow import

        try:
            return ask(self._sdk)
        except errors.HTTPResponseError as error:
            raise notion_errors.from_answer(
                error.status, _code(error), str(error), error.headers, creates=creates
            ) from error
        except (errors.NotionClientErrorBase, httpx.HTTPError) as error:
            never_left = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise notion_errors.unreachable(doubtful=creates and not never_left) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise notion_errors.cannot_be_read(doubtful=creates) from error


def _code(error: Any) -> str:  # noqa: ANN401 - an enumeration or a text
    code = str(getattr(error.code, "value", error.code))
    # The SDK's own word for "not one of those I know".
    return str(error.status) if code == "notionhq_client_response_error" else code


def _wait(failure: ServiceError, tries: int) -> float | None:
    """Seconds before another try here and now; None where it would be too long or in vain."""
    passing = failure.code in _PASSING_CODES or failure.code in _PASSING
    if not passing or failure.permanent or failure.doubtful or tries >= _TRIES:
        return None
    asked = failure.retry_after.total_seconds() if failure.retry_after else 0.5 * 2**tries
    return asked if asked <= _LONGEST_WAIT else None


_PASSING_CODES = (
    "rate_limited",
    "conflict_error",
    "internal_server_error",
    "service_unavailable",
    "gateway_timeout",
    "service_overload",
)


def _sources(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["id"], one.get("name") or "") for one in data["data_sources"]]


def _which(sources: list[tuple[str, str]]) -> str:
    if not sources:
        return _("This Notion database has no data source.")
    told = ", ".join(f"“{name}” {source_id}" for source_id, name in sources)
    return _(
        "This Notion database has several data sources: %(sources)s. Put the id of the right one"
        " into the setting."
    ) % {"sources": told}


def _filter(since: dt.datetime | None, where: Mapping[str, Any] | None) -> dict[str, Any]:
    parts: list[Mapping[str, Any]] = [where] if where else []
    if since is not None:
        moment = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        edited = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": moment}}
        parts.append(edited)
    if not parts:
        return {}
    return {"filter": parts[0] if len(parts) == 1 else {"and": parts}}


def _read_batch(data: Mapping[str, Any]) -> Batch:
    status = data.get("request_status") or {}
    return Batch(
        pages=tuple(read_page(one) for one in data["results"] if one["object"] == "page"),
        next_cursor=(data.get("next_cursor") or "") if data.get("has_more") else "",
        is_incomplete=status.get("type") == "incomplete",
    )


def _payloads(source: Source, values: Mapping[str, Value]) -> dict[str, Any]:
    known = {one.name: one for one in source.properties}
    return {name: payload(known[name], value) for name, value in values.items()}
