"""A source as staff describe it in a form: what it is called, how it is reached, its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource
from crm.sources import country, secrets, setup
from crm.sources.odoo import opening

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.contrib.auth.models import User

COLUMNS = ("match_by", "country", "currency")
# What of ``DataSource.options`` people type in; the rest is the connector's own.
OPTIONS = ("url", "database", "login", "folder")


def create(kind: str, values: Mapping[str, Any], *, by: User | None = None) -> DataSource:
    """A source of these values, with its key; nothing is left of it where one is wrong."""
    values = _checked(kind, values)
    with transaction.atomic():
        columns = {name: values[name] for name in COLUMNS if name in values}
        columns["currency"] = columns.get("currency") or country.currency_of(
            str(columns.get("country") or "")
        )
        options = {name: values[name] for name in OPTIONS if values.get(name)}
        source = setup.create_source(values["name"], kind, by=by, options=options, **columns)
        return _keep_key(source, values, by)


def change(source_id: int, values: Mapping[str, Any], *, by: User | None = None) -> DataSource:
    """Describe the source anew; an empty key leaves the one that is kept. Raises DomainError."""
    with transaction.atomic():
        source = DataSource.objects.select_for_update(no_key=True).get(pk=source_id)
        values = _checked(source.kind, values)
        source.name = str(values["name"]).strip()
        for name in COLUMNS:
            setattr(source, name, values.get(name, getattr(source, name)))
        source.currency = source.currency or country.currency_of(source.country)
        given = {name: values[name] for name in OPTIONS if name in values}
        source.options = {**source.options, **given}
        fields = ["name", "options", "updated_at", *COLUMNS]
        try:
            with transaction.atomic():
                source.save(update_fields=fields)
        except IntegrityError as error:
            sentence = _("There is a source “%(name)s” already: choose another name.")
            words = {"name": source.name}
            raise DomainError(sentence % words, code="duplicate", field="name") from error
        return _keep_key(source, values, by)


def _checked(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with Odoo's address cut to its server, where the key may go."""
    if kind != DataSource.Kind.ODOO or "url" not in values:
        return dict(values)
    cleaned = opening.check_options(values)
    return {**values, **{name: cleaned[name] for name in cleaned if name in values}}


def _keep_key(source: DataSource, values: Mapping[str, Any], by: User | None) -> DataSource:
    """The key that was typed in, or the variable that holds it, or another end of the kept one."""
    ends: dt.date | None = values.get("secret_expires_on")
    if values.get("secret"):
        # The day that stood in the form was the key's before.
        ends = None if ends == source.secret_expires_on else ends
        return secrets.set_key(source.pk, values["secret"], by=by, expires_on=ends)
    variable = str(values.get("secret_variable") or "")
    if variable:
        return secrets.use_variable(source.pk, variable, by=by, expires_on=ends)
    if source.secret_variable and "secret_variable" in values:
        return secrets.clear(source.pk, by=by)
    if source.secret and ends != source.secret_expires_on:
        source.secret_expires_on = ends
        source.save(update_fields=["secret_expires_on", "updated_at"])
    return source
