"""From a source to a connection, and from Odoo's failures to sentences about the source."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import odoo, odoo_errors
from backoffice.integrations.errors import ServiceError
from backoffice.integrations.odoo_account import Account
from crm.sources import secrets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from crm.models import DataSource


class OdooFailed(DomainError):
    """Odoo did not do what was asked. ``passing``: asked again later it may."""

    code = "odoo"
    passing = False
    retry_after: dt.timedelta | None = None


@contextmanager
def connection(source: DataSource, *, patience: float = 30.0) -> Iterator[odoo.Odoo]:
    """The source's server; whatever fails within is OdooFailed. ``patience`` as odoo.connect."""
    account = account_of(source)
    with told(source), odoo.connect(account, patience=patience) as client:
        yield client


@contextmanager
def told(source: DataSource) -> Iterator[None]:
    """Odoo's failures as DomainErrors that name the source."""
    try:
        yield
    except ServiceError as error:
        sentence = str(error)
        if error.code == odoo_errors.KEY:
            sentence = _expired(source) or sentence
        failure = OdooFailed(f"{source.name}: {sentence}", code=f"odoo_{error.code or 'failed'}")
        failure.passing = not error.permanent and error.code != "not_configured"
        failure.retry_after = error.retry_after
        raise failure from error


def account_of(source: DataSource) -> Account:
    """Raises DomainError where the address or the key is missing."""
    options = source.options
    if not str(options.get("url") or "").strip():
        sentence = _("Give the address of Odoo, such as https://odoo.example.com.")
        raise DomainError(sentence, code="required", field="url")
    return Account(
        url=str(options["url"]),
        database=str(options.get("database") or "").strip(),
        login=str(options.get("login") or "").strip(),
        key=secrets.reveal(source),
        plain_http=settings.SOURCES_PLAIN_HTTP,
    )


def check_options(options: Mapping[str, Any]) -> dict[str, str]:
    """What staff typed in, cleaned: the address cut to the server. Raises DomainError."""
    cleaned = {name: str(options.get(name) or "").strip() for name in ("url", "database", "login")}
    try:
        cleaned["url"] = odoo.server_of(cleaned["url"])
    except ServiceError as error:
        raise DomainError(str(error), code="address", field="url", value=cleaned["url"]) from error
    if cleaned["url"].startswith("http://") and not settings.SOURCES_PLAIN_HTTP:
        sentence = _("Write https:// before the address: the key must not travel readable.")
        raise DomainError(sentence, code="plain_http", field="url", value=cleaned["url"])
    return cleaned


def _expired(source: DataSource) -> str:
    day = source.secret_expires_on
    if day is None or day > timezone.localdate():
        return ""
    sentence = _(
        "Odoo refuses the key, which was to expire on %(day)s: make a new one in Odoo (My"
        " Preferences, Security, API Keys) and type it in."
    )
    return sentence % {"day": date_format(day, "SHORT_DATE_FORMAT")}
