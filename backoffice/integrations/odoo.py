"""Odoo through JSON-2 (version 19 and later) or XML-RPC (earlier ones): the same to its caller.

    with odoo.connect(Account("https://estate.odoo.com", key=key)) as client:
        client.check()
        fields = client.fields("res.partner")
        rows = client.search_read("res.partner", [["id", ">", 40]], ["name"], order="id asc")

Which of the two it is the server is asked. Every call raises ``ServiceError`` and nothing else.
Everything here reads, so whatever fails may be asked again.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.core.network import check_service_address, ensure_outgoing_allowed
from backoffice.integrations import odoo_errors
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.odoo_http import Http
from backoffice.integrations.odoo_json2 import Json2
from backoffice.integrations.odoo_xmlrpc import XmlRpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from backoffice.integrations.odoo_account import Account

JSON2_SINCE = 19
# Attempts of one call, for what passes by itself; a longer wait is the job's.
_TRIES = 3
_LONGEST_WAIT = 10.0
# Odoo's own cloud asks for about a call a second.
_CLOUD = re.compile(r"(^|\.)odoo\.com$")
_OK = 200
AnswerT = TypeVar("AnswerT")


class _Protocol(Protocol):
    name: str

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any: ...  # noqa: ANN401 - any value

    def check(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model; ``relation`` is the model that a link points to."""

    name: str
    kind: str
    label: str
    relation: str
    is_stored: bool


@contextmanager
def connect(
    account: Account,
    *,
    patience: float = 30.0,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Odoo]:
    """The server of this account; raises ``NotConfigured`` where its address or key is missing.

    A call that fails is tried again for ``patience`` seconds at most.
    """
    import httpx  # noqa: PLC0415 - slow import

    url = server_of(account.url)
    try:
        check_service_address(url, plain_http=account.plain_http)
        ensure_outgoing_allowed(url)
    except DomainError as error:
        raise NotConfigured(str(error.sentence)) from error
    timeout = httpx.Timeout(settings.ODOO_TIMEOUT, connect=min(settings.ODOO_TIMEOUT, 10))
    with httpx.Client(timeout=timeout, follow_redirects=False) as client:
        yield Odoo(Http(client, url), replace(account, url=url), patience=patience, sleep=sleep)


def server_of(address: str) -> str:
    """``https://host[:port]`` of an address as copied from the browser; without scheme: https."""
    text = address.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise odoo_errors.bad_address(address) from None
    if not host or parts.username is not None or parts.scheme not in ("http", "https"):
        raise odoo_errors.bad_address(_without_sign_in(address))
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


class Odoo:
    """A connection; made by :func:`connect`."""

    def __init__(
        self,
        http: Http,
        account: Account,
        *,
        patience: float,
        sleep: Callable[[float], object],
    ) -> None:
        self._http = http
        self._account = account
        self._patience = patience
        self._sleep = sleep
        self._pause = 1.0 if _CLOUD.search(urlsplit(account.url).hostname or "") else 0.0
        self._next_call = 0.0
        self._version = ""
        self._began: dt.datetime | None = None
        self._protocol: _Protocol | None = None

    @property
    def version(self) -> str:
        """Such as "19.0" or "saas~18.3"."""
        self._chosen()
        return self._version

    @property
    def protocol(self) -> str:
        """What we speak with it: "JSON-2" or "XML-RPC"."""
        return self._chosen().name

    @property
    def began_at(self) -> dt.datetime:
        """The server's own time when it was first asked; ours where it does not tell."""
        self._chosen()
        return self._began or timezone.now()

    def check(self) -> None:
        """Raise ``ServiceError`` where the key does not open the database."""
        protocol = self._chosen()
        self._try(protocol.check)

    def fields(self, model: str) -> dict[str, Field]:
        """The fields of a model that this key may read, by name."""
        attributes = ["type", "string", "relation", "store"]
        told = self.call(model, "fields_get", attributes=attributes)
        if not isinstance(told, dict):
            raise odoo_errors.unreadable(self._account.url)
        return {
            str(name): Field(
                name=str(name),
                kind=str(one.get("type") or ""),
                label=str(one.get("string") or ""),
                relation=str(one.get("relation") or ""),
                is_stored=bool(one.get("store", True)),
            )
            for name, one in told.items()
            if isinstance(one, dict)
        }

    def search_read(  # noqa: PLR0913 - Odoo's own
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        order: str,
        limit: int = 0,
        language: str = "",
    ) -> list[dict[str, Any]]:
        """Records, archived ones too, with their ``id``; raises where they are none."""
        named: dict[str, Any] = {"order": order} | ({"limit": limit} if limit else {})
        rows = self.call(
            model,
            "search_read",
            domain=list(domain),
            fields=list(fields),
            context=_context(language),
            **named,
        )
        return self._records(rows)

    def count(self, model: str, domain: Sequence[Any]) -> int:
        """How many records there are, archived ones too."""
        number = self.call(model, "search_count", domain=list(domain), context=_context(""))
        if isinstance(number, bool) or not isinstance(number, int):
            raise odoo_errors.unreadable(self._account.url)
        return number

    def call(self, model: str, method: str, **arguments: Any) -> Any:  # noqa: ANN401 - any value
        """Whatever the method gives. Only for methods that read: a failed call is repeated."""
        protocol = self._chosen()
        return self._try(lambda: protocol.call(model, method, arguments))

    def _records(self, rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what the server sent
        is_list = isinstance(rows, list) and all(
            isinstance(row, dict) and type(row.get("id")) is int for row in rows
        )
        if not is_list:
            raise odoo_errors.unreadable(self._account.url)
        return rows  # type: ignore[no-any-return]

    def _chosen(self) -> _Protocol:
        if self._protocol is None:
            self._protocol = self._try(self._choose)
        return self._protocol

    def _choose(self) -> _Protocol:
        """JSON-2 where ``/web/version`` tells of 19 or later, else XML-RPC."""
        reply = self._http.send("GET", "/web/version", headers={})
        self._began = _moment(reply.headers.get("date", ""))
        if reply.status >= 500 or reply.status == 429:  # noqa: PLR2004 - not there just now
            raise odoo_errors.from_status(reply.status, reply.headers, self._account.url)
        told = _version(reply.body) if reply.status == _OK else ""
        if told and major(told) >= JSON2_SINCE:
            self._version = told
            return Json2(self._http, self._account)
        older = XmlRpc(self._http, self._account)
        self._version = older.version()
        return older

    def _try(self, ask: Callable[[], AnswerT]) -> AnswerT:
        tries, end = 0, time.monotonic() + self._patience
        while True:
            self._keep_pace()
            try:
                return ask()
            except ServiceError as failure:
                tries += 1
                wait = _wait(failure, tries)
                if wait is None or time.monotonic() + wait > end:
                    self._hide_key(failure)
                    raise
            self._sleep(wait)

    def _hide_key(self, failure: ServiceError) -> None:
        """Of what the server said: it may quote what it was sent."""
        key = self._account.key
        if key:
            failure.args = tuple(str(words).replace(key, "…") for words in failure.args)

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if self._next_call > now:
            self._sleep(self._next_call - now)
        self._next_call = time.monotonic() + self._pause


def _wait(failure: ServiceError, tries: int) -> float | None:
    """Seconds before another try here and now; None where it would be too long or in vain."""
    if failure.permanent or tries >= _TRIES:
        return None
    asked = failure.retry_after.total_seconds() if failure.retry_after else 0.5 * 2**tries
    return asked if asked <= _LONGEST_WAIT else None


def major(version: str) -> int:
    """19 of "19.0", "saas~19.1" and "19.0+e"; 0 where it tells none."""
    found = re.search(r"\d+", version)
    return int(found[0][:4]) if found else 0


def _context(language: str) -> dict[str, Any]:
    # Archived records are followed, too: that they are archived is what we want to know.
    return {"active_test": False} | ({"lang": language} if language else {})


def _version(body: bytes) -> str:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(told.get("version") or "")[:40] if isinstance(told, dict) else ""


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _without_sign_in(address: str) -> str:
    """The address without a user and password that somebody may have put into it."""
    return re.sub(r"//[^/@]*@", "//", address)
