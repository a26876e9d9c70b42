"""Keys of data sources: encrypted in the database, or named by a variable of the environment.

A key that was typed in is never shown again. It is encrypted with keys derived from SECRET_KEY
(and read with those of SECRET_KEY_FALLBACKS too): a copy of the database alone opens nothing.
It goes to the server that it was typed in for: who gives the source another address has to know
the key.
Whoever changes SECRET_KEY puts the old one into SECRET_KEY_FALLBACKS, runs
``manage.py rotate_source_keys`` and takes it out again; else the keys have to be typed in anew.
"""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import os
import re
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import odoo
from backoffice.integrations.errors import ServiceError
from crm.models import DataSource

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet
    from django.contrib.auth.models import User

# Only these: else a source could be told to send SECRET_KEY to its server.
PREFIX = "SOURCE_"
_VARIABLE = re.compile(rf"{PREFIX}[A-Z0-9_]{{1,70}}\Z")
_LONGEST = 4000
# Odoo's keys for JSON-2 live no longer.
ODOO_MONTHS = 3


class SecretUnreadable(DomainError):
    """The key was encrypted with a SECRET_KEY that is not known any more."""

    code = "secret_unreadable"


def has_key(source: DataSource) -> bool:
    """Whether there is something to try; whether it opens anything only a test tells."""
    if source.secret_variable:
        return bool(os.environ.get(source.secret_variable))
    return bool(source.secret)


def reveal(source: DataSource) -> str:
    """The key, for the request that carries it and nothing else; raises DomainError."""
    if source.secret_variable:
        return _from_environment(source)
    if not source.secret:
        sentence = _("“%(source)s” has no key yet: type it in on the source's page.")
        raise _refusal(sentence, source, "secret_missing")
    key, server = _decrypt(source)
    if server != _server(source):
        sentence = _(
            "The address of “%(source)s” was changed since its key was typed in, and the key goes"
            " to no other: type it in anew."
        )
        raise _refusal(sentence, source, "secret_other_server")
    return key


def set_key(
    source_id: int, key: str, *, by: User | None = None, expires_on: dt.date | None = None
) -> DataSource:
    """Keep a key that was typed in; the one before is gone. Raises DomainError.

    Without ``expires_on`` an Odoo key is taken to last three months from today, unless the
    server is known to be older than version 19.
    """
    clean = key.strip()
    if not clean or len(clean) > _LONGEST or not clean.isprintable():
        sentence = _("Type the key in one line, as it was shown when it was made.")
        raise DomainError(sentence, code="invalid_secret", field="secret")
    with transaction.atomic():
        source = _locked(source_id)
        source.secret = _encrypt(clean, _server(source))
        source.secret_variable = ""
        source.secret_expires_on = expires_on or default_expiry(source)
        source.save(update_fields=["secret", "secret_variable", "secret_expires_on", "updated_at"])
        _note(source, by, _("The key was typed in."))
    return source


def use_variable(
    source_id: int, name: str, *, by: User | None = None, expires_on: dt.date | None = None
) -> DataSource:
    """Read the key from this variable of the environment from now on; forget the one typed in."""
    check_variable(name)
    with transaction.atomic():
        source = _locked(source_id)
        source.secret = ""
        source.secret_variable = name
        source.secret_expires_on = expires_on
        source.save(update_fields=["secret", "secret_variable", "secret_expires_on", "updated_at"])
        _note(source, by, _("The key is read from %(name)s.") % {"name": name})
    return source


def clear(source_id: int, *, by: User | None = None) -> DataSource:
    """Forget the key, wherever it comes from."""
    with transaction.atomic():
        source = _locked(source_id)
        source.secret = source.secret_variable = ""
        source.secret_expires_on = None
        source.save(update_fields=["secret", "secret_variable", "secret_expires_on", "updated_at"])
        _note(source, by, _("The key was taken away."))
    return source


def check_variable(name: str) -> str:
    """The name where it may be used; raises DomainError."""
    if not _VARIABLE.match(name):
        sentence = _(
            "“%(name)s” cannot be used: the variable's name begins with %(prefix)s, in capital"
            " letters, such as %(prefix)sODOO_KEY."
        )
        words = {"name": name[:80], "prefix": PREFIX}
        raise DomainError(
            sentence % words, code="variable_name", field="secret_variable", value=name[:80]
        )
    return name


def default_expiry(source: DataSource) -> dt.date | None:
    """Three months from today for an Odoo that asks for it; None for what does not expire."""
    version = str(source.options.get("version") or "")
    is_older = bool(version) and odoo.major(version) < odoo.JSON2_SINCE
    if source.kind != DataSource.Kind.ODOO or is_older:
        return None
    return _months_later(timezone.localdate(), ODOO_MONTHS)


def rotate() -> tuple[int, list[DataSource]]:
    """Encrypt every key with today's SECRET_KEY: how many, and those that cannot be read."""
    done, unreadable = 0, []
    with transaction.atomic():
        rows = DataSource.objects.select_for_update(no_key=True).exclude(secret="").order_by("pk")
        for source in rows:
            try:
                key, server = _decrypt(source)
            except SecretUnreadable:
                unreadable.append(source)
                continue
            source.secret = _encrypt(key, server)
            source.save(update_fields=["secret"])
            done += 1
    return done, unreadable


def _locked(source_id: int) -> DataSource:
    source = DataSource.objects.select_for_update(no_key=True).filter(pk=source_id).first()
    if source is None:
        sentence = _("There is no such source any more.")
        raise DomainError(sentence, code="not_found", field="source", value=source_id)
    return source


def _from_environment(source: DataSource) -> str:
    name = check_variable(source.secret_variable)
    # Whoever sets sources up is not always who may know the keys of the machine.
    only = os.environ.get(f"{name}_SERVER", "").strip()
    if only and _origin(only) != _server(source):
        sentence = _(
            "The key of %(name)s goes to %(server)s only: %(name)s_SERVER says so. Correct the"
            " address of “%(source)s”, or have the variable changed."
        )
        words = {"name": name, "server": only, "source": source.name}
        raise DomainError(sentence % words, code="secret_other_server", field="url")
    key = os.environ.get(name, "").strip()
    if not key:
        sentence = _("The variable %(name)s is not set: put the key into it and start anew.")
        raise DomainError(
            sentence % {"name": name}, code="secret_missing", field="secret_variable", value=name
        )
    return key


def _encrypt(key: str, server: str) -> str:
    return _fernet().encrypt(orjson.dumps({"key": key, "server": server})).decode()


def _decrypt(source: DataSource) -> tuple[str, str]:
    """The key, and the server it was typed in for."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - slow import

    try:
        kept = orjson.loads(_fernet().decrypt(source.secret.encode()))
        return str(kept["key"]), str(kept["server"])
    except (InvalidToken, ValueError, LookupError, TypeError) as error:
        sentence = _(
            "The key of “%(source)s” cannot be read any more: SECRET_KEY was changed since it was"
            " typed in. Type the key in anew, or put the old SECRET_KEY into SECRET_KEY_FALLBACKS."
        )
        raise SecretUnreadable(sentence % {"source": source.name}, field="secret") from error


def _server(source: DataSource) -> str:
    """Where the key is sent; empty where the source has no address (yet)."""
    return _origin(str(source.options.get("url") or ""))


def _origin(address: str) -> str:
    try:
        return odoo.server_of(address) if address else ""
    except ServiceError:
        return address


def _fernet() -> MultiFernet:
    """The first key encrypts, all of them read."""
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - slow import

    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - slow import
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - slow import

    # SECRET_KEY is random and long, so no slow derivation is called for.
    kdf = HKDF(SHA256(), length=32, salt=None, info=b"crm.sources.secrets")
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _refusal(sentence: str, source: DataSource, code: str) -> DomainError:
    return DomainError(sentence % {"source": source.name}, code=code, field="secret")


def _note(source: DataSource, by: User | None, words: str) -> None:
    """Into the admin's history of the source: who, when, never what."""
    from django.contrib.admin.models import CHANGE, LogEntry  # noqa: PLC0415 - after the apps

    if by is not None:
        LogEntry.objects.log_actions(by.pk, [source], CHANGE, words, single_object=True)
