"""What the buttons of a source's page do: one domain call each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from crm.admin.sources.adding import take_files
from crm.mapping import activating, versions
from crm.models import FieldMapping, SourceFile, SourceTable
from crm.sources import arranging, describing, readers, setup, uploading
from crm.sync import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from crm.admin.sources.forms import SourceForm
    from crm.models import DataSource

    Run = Callable[[HttpRequest, DataSource, str], str]

CHANGE = "crm.change_datasource"
SYNC = "crm.sync_datasource"
MAP = "crm.change_fieldmapping"
MAY = {
    "change": CHANGE,
    "sync": SYNC,
    "map": MAP,
    "see_runs": "crm.view_syncrun",
    "see_rows": "crm.view_stagedrow",
    "see_anomalies": "crm.view_anomaly",
    "see_mappings": "crm.view_fieldmapping",
}


@dataclass(frozen=True, slots=True)
class Action:
    run: Run
    permission: str


def describe(request: HttpRequest, source: DataSource, form: SourceForm) -> bool:
    """Whether the source is described anew; the form says what is wrong where it is not."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    if not form.is_valid():
        return False
    try:
        describing.change(source.pk, form.values(), by=_by(request))
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("The settings are saved."))
    return True


def _by(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _sync(request: HttpRequest, source: DataSource, _value: str) -> str:
    requests.request(source, by=_by(request))
    return _("The sync has begun: this page follows it.")


def _full(request: HttpRequest, source: DataSource, _value: str) -> str:
    requests.request(source, by=_by(request), full=True)
    return _("Everything is being read anew: this page follows it.")


def _test(_request: HttpRequest, source: DataSource, _value: str) -> str:
    return readers.test_connection(source)


def _switch(_request: HttpRequest, source: DataSource, value: str) -> str:
    arranging.switch(source.pk, on=value == "on")
    return _("The source is switched on.") if value == "on" else _("The source is switched off.")


def _switch_table(request: HttpRequest, source: DataSource, value: str) -> str:
    table = _table(source, value)
    on = request.POST.get("to") == "on"
    arranging.switch_table(table.pk, on=on)
    told = _("“%(table)s” is synced.") if on else _("“%(table)s” is left out of syncs.")
    return told % {"table": table.name}


def _files(request: HttpRequest, source: DataSource, _value: str) -> str:
    taken = take_files(request, source)
    count = len(taken.tables)
    told = ngettext("%(count)d file is taken in.", "%(count)d files are taken in.", count)
    return told % {"count": count} if count else ""


def _replace(request: HttpRequest, source: DataSource, value: str) -> str:
    file, given = _file(source, value), request.FILES.get("file")
    if given is None or given.file is None:
        raise DomainError(_("Choose a file first."), code="required", field="file")
    newer = setup.attach_file(
        file.table,
        given.file,
        filename=given.name or file.filename,
        by=_by(request),
        position=file.position,
        join_from=file.join_from,
        join_to=file.join_to,
    )
    return _("“%(file)s” is read from now on.") % {"file": newer.filename}


def _hold(request: HttpRequest, source: DataSource, value: str) -> str:
    table = arranging.hold(_table(source, value).pk, request.POST.get("entity", ""))
    if not table.mappings.exists():
        versions.propose(table, by=_by(request))
    told = _("“%(table)s” holds %(entity)s; a mapping is suggested.")
    return told % {"table": table.name, "entity": table.get_entity_display()}


def _join(request: HttpRequest, source: DataSource, value: str) -> str:
    table = _table(source, value)
    # Numbered by their place in the list, in which each may build on those before it.
    joins = [
        (
            _file(source, number).pk,
            request.POST.get(f"from-{number}", ""),
            request.POST.get(f"to-{number}", ""),
        )
        for number in request.POST.getlist("file")
    ]
    if not joins:
        raise DomainError(_("Choose a file first."), code="required", field="file")
    table = arranging.join_all(table.pk, joins)
    if not table.mappings.filter(status=FieldMapping.Status.ACTIVE).exists():
        # With the columns of the others it may hold more than it seemed to.
        table = arranging.hold(table.pk, uploading.guess(table, table.name))
    versions.propose(table, by=_by(request))
    count = len(joins)
    told = ngettext(
        "%(count)d file is joined to “%(table)s”, which holds %(entity)s; a mapping of all columns"
        " is suggested.",
        "%(count)d files are joined to “%(table)s”, which holds %(entity)s; a mapping of all"
        " columns is suggested.",
        count,
    )
    words = {"count": count, "table": table.name, "entity": table.get_entity_display()}
    return told % words


def _rejoin(request: HttpRequest, source: DataSource, value: str) -> str:
    file = arranging.rejoin(
        _file(source, value).pk,
        join_from=request.POST.get("join_from", ""),
        join_to=request.POST.get("join_to", ""),
    )
    return _("“%(file)s” is joined by other columns.") % {"file": file.filename}


def _part(request: HttpRequest, source: DataSource, value: str) -> str:
    file = _file(source, value)
    table = arranging.part(file.pk, file.table.entity)
    versions.propose(table, by=_by(request))
    return _("“%(file)s” is a table of its own.") % {"file": file.filename}


def _remove(_request: HttpRequest, source: DataSource, value: str) -> str:
    table = _table(source, value)
    arranging.remove_table(table.pk)
    return _("“%(table)s” is removed.") % {"table": table.name}


def _propose(request: HttpRequest, source: DataSource, value: str) -> str:
    mapping = versions.propose(_table(source, value), by=_by(request))
    return _("A mapping is suggested: version %(version)d.") % {"version": mapping.version}


def _activate(request: HttpRequest, source: DataSource, value: str) -> str:
    drafts = FieldMapping.objects.filter(table__source=source)
    mapping = versions.activate(_found(drafts, value).pk, by=_by(request))
    return _("The mapping of “%(table)s” is at work.") % {"table": mapping.table.name}


def _activate_all(request: HttpRequest, source: DataSource, _value: str) -> str:
    done = activating.activate_drafts(source, by=_by(request))
    told = ngettext("%(count)d mapping is at work.", "%(count)d mappings are at work.", done)
    return told % {"count": done}


def _table(source: DataSource, value: str) -> SourceTable:
    found: SourceTable = _found(source.tables.select_related("source"), value)
    return found


def _file(source: DataSource, value: str) -> SourceFile:
    files = SourceFile.objects.filter(table__source=source).select_related("table__source")
    found: SourceFile = _found(files, value)
    return found


def _found(rows, value: str):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - of any model
    row = rows.filter(pk=id_in(value)).first()
    if row is None:
        error = DomainError(_("This entry no longer exists."), code="gone")
        error.conflict = True
        raise error
    return row


VERBS = {
    "sync": Action(_sync, SYNC),
    "full": Action(_full, SYNC),
    "test": Action(_test, SYNC),
    "switch": Action(_switch, CHANGE),
    "switch_table": Action(_switch_table, CHANGE),
    "take_files": Action(_files, CHANGE),
    "replace": Action(_replace, CHANGE),
    "hold": Action(_hold, CHANGE),
    "join": Action(_join, CHANGE),
    "rejoin": Action(_rejoin, CHANGE),
    "part": Action(_part, CHANGE),
    "remove": Action(_remove, CHANGE),
    "propose": Action(_propose, MAP),
    "activate_all": Action(_activate_all, MAP),
    "activate": Action(_activate, MAP),
}
