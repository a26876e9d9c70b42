"""Odoo's XML-RPC: up to version 18 the only way, from 22 on gone."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from backoffice.integrations import odoo_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.odoo_account import Account
    from backoffice.integrations.odoo_http import Http

_OK = 200
_NOT_THERE = (404, 405, 410)
# Odoo gave these arguments other names from version to version; in their places they are the same.
_IN_PLACE = {
    "search": ("domain",),
    "search_count": ("domain",),
    "search_read": ("domain", "fields"),
    "read": ("ids", "fields"),
    "fields_get": (),
}


class XmlRpc:
    """``execute_kw`` with the key in the place of the password; signs in with the first call."""

    name = "XML-RPC"

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account
        self._uid: int | None = None

    def version(self) -> str:
        """As the server tells it to anybody; raises ``ServiceError`` where it is no Odoo."""
        told = self._send("common", "version")
        if not isinstance(told, dict) or "server_version" not in told:
            raise odoo_errors.unreadable(self._account.url)
        return str(told["server_version"])

    def check(self) -> None:
        """Raise ``ServiceError`` where login and key do not open the database."""
        account = self._account
        if not account.database:
            raise odoo_errors.database_needed()
        uid = self._send("common", "authenticate", account.database, account.login, account.key, {})
        if isinstance(uid, bool) or not isinstance(uid, int) or uid < 1:
            raise odoo_errors.wrong_login(account.login, account.database)
        self._uid = uid

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        if self._uid is None:
            self.check()
        named = dict(arguments)
        placed = [named.pop(name) for name in _IN_PLACE.get(method, ()) if name in named]
        account = self._account
        who = (account.database, self._uid, account.key)
        return self._send("object", "execute_kw", *who, model, method, placed, named)

    def _send(self, service: str, method: str, *arguments: Any) -> Any:  # noqa: ANN401 - any value
        body = xmlrpc.client.dumps(arguments, method).encode()
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        reply = self._http.send("POST", f"/xmlrpc/2/{service}", body=body, headers=headers)
        if reply.status in _NOT_THERE:
            raise odoo_errors.xmlrpc_removed()
        if reply.status != _OK or reply.is_html:
            raise odoo_errors.from_status(reply.status, reply.headers, self._account.url)
        try:
            return _parse(reply.body)
        except xmlrpc.client.Fault as fault:
            # From nothing: the fault quotes Odoo's code at length.
            raise odoo_errors.from_fault(fault.faultCode, str(fault.faultString)) from None
        except (xmlrpc.client.Error, expat.ExpatError, ValueError, TypeError, LookupError) as error:
            raise odoo_errors.unreadable(self._account.url) from error


def _parse(body: bytes) -> Any:  # noqa: ANN401 - any value
    """The value of an answer; raises ``Fault``, or what expat and the values themselves raise.

    No DOCTYPE: where none is declared no entity can grow.
    """
    unmarshaller = xmlrpc.client.Unmarshaller(use_builtin_types=True)
    # Expat gives text, whatever the encoding was.
    unmarshaller.xml("", None)
    parser = expat.ParserCreate()
    parser.StartElementHandler = unmarshaller.start
    parser.EndElementHandler = unmarshaller.end
    parser.CharacterDataHandler = unmarshaller.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(body, True)  # noqa: FBT003 - expat's "this is the end"
    values = unmarshaller.close()
    return values[0] if values else None


def _refuse(*_declaration: object) -> None:
    raise ValueError("A document type has no place in an answer of XML-RPC.")
