"""What Odoo's refusals mean: a sentence for staff, and whether asking again helps.

Of what Odoo says only one line is shown, cleaned: a traceback is nobody's business, and the key
(which XML-RPC carries in each call) must not come back in it.
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Codes that callers tell apart.
KEY = "key"
ACCESS = "access"
DATABASE = "database"
MODEL = "model"
FIELD = "field"
NOT_ODOO = "not_odoo"
NO_XMLRPC = "no_xmlrpc"
CONNECTION = "connection"
BUSY = "busy"

_LONGEST_WORDS = 300
_FIELD = re.compile(r"[Ii]nvalid field ['\"]?([\w.]+)['\"]? (?:on|in) (?:model )?['\"]?([\w.]+)")
_NO_MODEL = re.compile(
    r"model ['\"]?([\w.]+)['\"]? (?:does not exist|has been removed)|Object (\S+) doesn't exist"
)
_NO_DATABASE = re.compile(
    r"database \"?([^\"\s]*)\"? does not exist|[Dd]atabase not found", re.IGNORECASE
)
# Two transactions met, or the workers were all busy: it passes.
_PASSING = re.compile(
    r"could not serialize|deadlock detected|could not obtain lock|too many connections",
    re.IGNORECASE,
)


def from_json(status: int, error: Mapping[str, Any], headers: Mapping[str, str]) -> ServiceError:
    """A JSON-2 answer that is not 200, from its ``{name, message, ...}``."""
    name, words = str(error.get("name") or ""), str(error.get("message") or "")
    kind = name.rpartition(".")[2]
    if status == HTTPStatus.UNAUTHORIZED or kind == "AccessDenied":
        return wrong_key()
    if status == HTTPStatus.FORBIDDEN or kind == "AccessError":
        return no_right(words)
    known = _known(words)
    if known is not None:
        return known
    if status in _LATER:
        return busy(status, headers)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not name:
        return failed(status, headers)
    return refused(words or str(status))


def from_fault(code: int, text: str) -> ServiceError:
    """A fault of XML-RPC: 2 is the user's, 3 a wrong key, 4 a missing right, 1 anything."""
    if code == _ACCESS_DENIED or "AccessDenied" in text or "Access Denied" in text:
        return wrong_key()
    if code == _ACCESS_ERROR or "exceptions.AccessError" in text:
        return no_right(text)
    return _known(text) or refused(text)


def from_status(status: int, headers: Mapping[str, str], origin: str) -> ServiceError:
    """An answer that is neither JSON nor XML: of a proxy, or of no Odoo at all."""
    if status in _LATER:
        return busy(status, headers)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return failed(status, headers)
    return not_odoo(origin, status)


def wrong_key() -> ServiceError:
    return ServiceError(
        _(
            "Odoo refuses the key: it is wrong, was withdrawn, or has expired (from Odoo 19 on a"
            " key lasts three months at most). Make a new one in Odoo (My Preferences, Security,"
            " API Keys) and type it in."
        ),
        permanent=True,
        code=KEY,
    )


def wrong_login(login: str, database: str) -> ServiceError:
    return ServiceError(
        _(
            "Odoo does not let “%(login)s” into the database “%(database)s” with this key: check"
            " the user name, and make a new key in Odoo (Preferences, Account Security, API Keys)."
        )
        % {"login": login, "database": database},
        permanent=True,
        code=KEY,
    )


def no_right(words: str) -> ServiceError:
    return ServiceError(
        _(
            "Odoo does not let the key's user read this: %(words)s Give that user the right in"
            " Odoo (Settings, Users), for sales at least “User: All Documents”."
        )
        % {"words": _line(words, last=False)},
        permanent=True,
        code=ACCESS,
    )


def unknown_database(name: str) -> ServiceError:
    return ServiceError(
        _(
            "Odoo has no database “%(name)s”: correct its name in the source's settings (capital"
            " letters count; it stands in the address bar of Odoo's database manager)."
        )
        % {"name": name},
        permanent=True,
        code=DATABASE,
    )


def database_needed() -> ServiceError:
    return ServiceError(
        _("Give the name of the Odoo database in the source's settings: this server asks for it."),
        permanent=True,
        code=DATABASE,
    )


def unknown_model(name: str) -> ServiceError:
    return ServiceError(
        _(
            "This Odoo knows no “%(name)s”: install the app it belongs to (Sales for orders,"
            " Inventory for stock), or switch this table off."
        )
        % {"name": name},
        permanent=True,
        code=MODEL,
    )


def unknown_field(name: str, model: str) -> ServiceError:
    return ServiceError(
        _("This Odoo has no field “%(name)s” in “%(model)s”: take it out of the table's settings.")
        % {"name": name, "model": model},
        permanent=True,
        code=FIELD,
    )


def xmlrpc_removed() -> ServiceError:
    return ServiceError(
        _(
            "This Odoo answers neither by JSON-2 nor by XML-RPC: its administrator has switched"
            " the external interfaces off, or the address is not Odoo's own."
        ),
        permanent=True,
        code=NO_XMLRPC,
    )


def not_odoo(origin: str, status: int) -> ServiceError:
    return ServiceError(
        _(
            "%(host)s answers with a web page (%(status)s) instead of data: check the address of"
            " Odoo, and that no sign-in page or proxy stands before it."
        )
        % {"host": _host(origin), "status": status},
        permanent=True,
        code=NOT_ODOO,
    )


def unreadable(origin: str) -> ServiceError:
    return ServiceError(
        _("The answer of %(host)s cannot be read: is it Odoo's own address?")
        % {"host": _host(origin)},
        permanent=True,
        code="unreadable",
    )


def too_large(limit: int) -> ServiceError:
    return ServiceError(
        _("Odoo's answer is larger than %(limit)s, the most we accept.")
        % {"limit": filesizeformat(limit)},
        permanent=True,
        code="too_large",
    )


def bad_address(origin: str) -> ServiceError:
    return ServiceError(
        _("“%(address)s” is no address of a server: write it as https://odoo.example.com.")
        % {"address": origin[:120]},
        permanent=True,
        code="address",
    )


def sends_elsewhere(origin: str, scheme: str, host: str) -> ServiceError:
    return ServiceError(
        _(
            "%(host)s sends us on to %(other)s, and the key goes to no other address than the one"
            " that was set. If that is right, put %(other)s into the source's settings."
        )
        % {"host": _host(origin), "other": f"{scheme}://{host}"[:120]},
        permanent=True,
        code="redirect",
    )


def unreachable(origin: str, words: str) -> ServiceError:
    """No connection: the name is unknown, nobody listens, or the certificate is not valid."""
    if "CERTIFICATE" in words.upper():
        sentence = _("The certificate of %(host)s is not valid: its administrator has to renew it.")
        return ServiceError(sentence % {"host": _host(origin)}, permanent=True, code="certificate")
    return ServiceError(
        _("%(host)s cannot be reached: check the address, and that the server is running.")
        % {"host": _host(origin)},
        code=CONNECTION,
    )


def slow(origin: str) -> ServiceError:
    return ServiceError(
        _("%(host)s did not answer in time.") % {"host": _host(origin)}, code=CONNECTION
    )


def broken_off(origin: str) -> ServiceError:
    return ServiceError(
        _("%(host)s broke the connection off.") % {"host": _host(origin)}, code=CONNECTION
    )


def busy(status: int, headers: Mapping[str, str]) -> ServiceError:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        sentence = _("Odoo asks for a pause: too many requests.")
    else:
        sentence = _("Odoo is not available just now (%(status)s).") % {"status": status}
    return ServiceError(sentence, code=BUSY, retry_after=_retry_after(headers))


def failed(status: int, headers: Mapping[str, str]) -> ServiceError:
    return ServiceError(
        _("Odoo has a failure of its own (%(status)s).") % {"status": status},
        code=BUSY,
        retry_after=_retry_after(headers),
    )


def refused(words: str) -> ServiceError:
    if _PASSING.search(words):
        return ServiceError(_("Odoo was busy with another change."), code=BUSY)
    return ServiceError(
        _("Odoo refuses: %(words)s") % {"words": _line(words)}, permanent=True, code="refused"
    )


_LATER = {408, 425, 429, 502, 503, 504}
_ACCESS_DENIED = 3
_ACCESS_ERROR = 4


def _known(words: str) -> ServiceError | None:
    if found := _FIELD.search(words):
        return unknown_field(found[1], found[2])
    if found := _NO_MODEL.search(words):
        return unknown_model(found[1] or found[2])
    if found := _NO_DATABASE.search(words):
        return unknown_database(found[1] or "")
    return None


def _line(words: str, *, last: bool = True) -> str:
    """One line for people: of a traceback the last one, without its exception's name."""
    lines = [line.strip() for line in words.splitlines() if line.strip()] or ["?"]
    line = lines[-1] if last and lines[0].startswith("Traceback") else lines[0]
    line = re.sub(r"^[\w.]+(?:Error|Exception|Warning|Denied): ", "", line)
    return re.sub(r"[0-9a-f]{32,}", "…", line)[:_LONGEST_WORDS]


def _host(origin: str) -> str:
    return urlsplit(origin).netloc or origin


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Seconds or a date, as HTTP allows."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return dt.timedelta(seconds=min(int(value), 24 * 3600))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(moment - timezone.now(), dt.timedelta(0))
