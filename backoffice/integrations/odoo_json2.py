"""Odoo's JSON-2: from version 19 on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from backoffice.integrations import odoo_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.errors import ServiceError
    from backoffice.integrations.odoo_account import Account
    from backoffice.integrations.odoo_http import Http, Reply

_OK = 200


class Json2:
    """Named arguments in, a bare JSON value out; the key goes along with each call."""

    name = "JSON-2"

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        headers = {
            "Authorization": f"bearer {self._account.key}",
            "Content-Type": "application/json; charset=utf-8",
        }
        if self._account.database:
            headers["X-Odoo-Database"] = self._account.database
        path = f"/json/2/{quote(model, safe='')}/{quote(method, safe='')}"
        reply = self._http.send("POST", path, body=orjson.dumps(dict(arguments)), headers=headers)
        if reply.status == _OK and not reply.is_html:
            return self._value(reply)
        raise self._failure(reply)

    def check(self) -> None:
        """Raise ``ServiceError`` where the key does not open the database."""
        self.call("res.users", "context_get", {})

    def _value(self, reply: Reply) -> Any:  # noqa: ANN401 - any JSON
        try:
            return orjson.loads(reply.body)
        except orjson.JSONDecodeError as error:
            raise odoo_errors.unreadable(self._account.url) from error

    def _failure(self, reply: Reply) -> ServiceError:
        try:
            told = None if reply.is_cut or reply.is_html else orjson.loads(reply.body)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            return odoo_errors.from_json(reply.status, told, reply.headers)
        if reply.status == 401:  # noqa: PLR2004 - Unauthorized
            return odoo_errors.wrong_key()
        # Without a database chosen Odoo has no such address at all.
        if reply.status == 404 and reply.is_html:  # noqa: PLR2004 - Not Found
            name = self._account.database
            return odoo_errors.unknown_database(name) if name else odoo_errors.database_needed()
        return odoo_errors.from_status(reply.status, reply.headers, self._account.url)
