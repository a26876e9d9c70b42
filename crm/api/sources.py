"""Sources for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate

from backoffice.core.api import Page, require
from backoffice.core.errors import DomainError
from crm.api import finding, metrics, reports
from crm.api.inputs import (
    FileIn,
    HistoryQuery,
    MetricsQuery,
    PreviewQuery,
    SourceFilters,
    SourceIn,
    SyncIn,
    TableQuery,
)
from crm.api.source_schemas import (
    MetricsOut,
    ReportOut,
    RunOut,
    SampleOut,
    SourceOut,
    TestedOut,
    UploadedOut,
)
from crm.models import DataSource, SyncRun
from crm.sources import arranging, describing, readers, setup, uploading
from crm.sync import history, requests
from crm.sync.dry_run import dry_run

router = Router()
VIEW = "crm.view_datasource"
CHANGE = "crm.change_datasource"
SYNC = "crm.sync_datasource"
SEE_RUNS = "crm.view_syncrun"


@router.get("", response=list[SourceOut], operation_id="list_sources")
@paginate(Page)
def list_sources(request: HttpRequest, filters: Query[SourceFilters]) -> QuerySet[DataSource]:
    """Sources with their tables and files, by name."""
    require(request, VIEW)
    wanted = filters.model_dump(exclude_none=True)
    return finding.sources().filter(**wanted).order_by("name")


@router.post("", response={201: SourceOut}, operation_id="create_source")
def create_source(request: HttpRequest, body: SourceIn) -> Status[DataSource]:
    """Set a source up; iSaVigne and Odoo ones come with the tables they have."""
    require(request, "crm.add_datasource")
    values = body.model_dump(exclude={"kind"})
    source = describing.create(body.kind, values, by=_caller(request))
    return Status(201, finding.source(source.pk))


@router.get("/api/preview", response=SampleOut, operation_id="preview_source")
def preview(request: HttpRequest, asked: Query[PreviewQuery]) -> dict[str, Any]:
    """The first rows of a table as read, files joined; nothing is saved."""
    require(request, VIEW)
    table = finding.table_of(asked.source, asked.table)
    sample = setup.sample(table, limit=asked.limit)
    return {
        "table": table.pk,
        "columns": list(sample.columns),
        "rows": [{"row": number, "values": list(values)} for number, values in sample.rows],
        "broken": [{"row": number, "message": words} for number, words in sample.broken],
        "notes": [str(note) for note in sample.notes],
    }


@router.get("/api/validation", response=ReportOut, operation_id="validate_source")
def validation(request: HttpRequest, asked: Query[TableQuery]) -> dict[str, Any]:
    """What a sync of a table would find wrong, by the mapping at work; nothing is written.

    Up to 50,000 rows or 15 seconds, whichever comes first.
    """
    require(request, VIEW)
    table = finding.table_of(asked.source, asked.table)
    return reports.told(table, dry_run(table))


@router.get("/api/metrics", response=MetricsOut, operation_id="source_metrics")
def source_metrics(request: HttpRequest, asked: Query[MetricsQuery]) -> dict[str, Any]:
    """Syncs, records, data score, anomalies and quarantine of each source, or of one."""
    require(request, VIEW)
    require(request, SEE_RUNS)
    rows = DataSource.objects.order_by("name")
    if asked.source is not None:
        rows = rows.filter(pk=asked.source)
    return {"sources": [metrics.of(source) for source in rows]}


@router.get("/api/sync-history", response=list[RunOut], operation_id="sync_history")
@paginate(Page)
def sync_history(request: HttpRequest, asked: Query[HistoryQuery]) -> QuerySet[SyncRun]:
    """Syncs with their counts, the latest first."""
    require(request, SEE_RUNS)
    return _runs().filter(**asked.model_dump(exclude_none=True)).order_by("-pk")


@router.get("/{row:source_id}", response=SourceOut, operation_id="get_source")
def get_source(request: HttpRequest, source_id: int) -> DataSource:
    """One source; its key is never told."""
    require(request, VIEW)
    return finding.source(source_id)


@router.post("/{row:source_id}/sync", response={202: RunOut}, operation_id="sync_source")
def sync(request: HttpRequest, source_id: int, body: SyncIn | None = None) -> Status[SyncRun]:
    """Have the worker sync the source; follow it by sync-history. 409 while one is under way."""
    require(request, SYNC)
    is_full = body.full if body else False
    run = requests.request(finding.source(source_id), by=_caller(request), full=is_full)
    return Status(202, _runs().get(pk=run.pk))


@router.post("/{row:source_id}/test", response=TestedOut, operation_id="test_source")
def test(request: HttpRequest, source_id: int) -> dict[str, str]:
    """Reach the source without reading rows: a sentence of what was found, or 422."""
    require(request, CHANGE)
    return {"message": readers.test_connection(finding.source(source_id))}


@router.post("/{row:source_id}/files", response={201: UploadedOut}, operation_id="upload_files")
def upload(
    request: HttpRequest, source_id: int, details: Form[FileIn], files: File[list[UploadedFile]]
) -> Status[dict[str, Any]]:
    """Give the source files (multipart, field ``files``): CSV or Excel.

    With ``table`` one file becomes that table's (at ``position``; from 1 on it is joined by
    ``join_from`` and ``join_to``). Without, each finds its table by its name and headings.
    """
    require(request, CHANGE)
    source = finding.source(source_id)
    if details.table is None:
        return Status(201, _taken_in(source, files, _caller(request)))
    if len(files) != 1:
        sentence = _("Give one file at a time where you say of which table it is.")
        raise DomainError(sentence, code="several_files", field="files")
    table = finding.table_of(source.pk, details.table)
    with transaction.atomic():
        file = setup.attach_file(
            table,
            _opened(files[0]),
            filename=_name(files[0]),
            by=_caller(request),
            **details.model_dump(exclude={"table"}),
        )
        if file.position:
            # By columns that are there; else nothing of the file is kept.
            arranging.rejoin(file.pk, join_from=file.join_from, join_to=file.join_to)
    return Status(201, {"tables": _tables(source, {table.pk}), "refusals": []})


def _taken_in(source: DataSource, files: list[UploadedFile], by: User) -> dict[str, Any]:
    given = [(_name(file), _opened(file)) for file in files]
    taken = uploading.take_in(source, given, by=by)
    if not taken.tables:
        raise DomainError(" ".join(taken.refusals), code="no_file_taken", field="files")
    tables = _tables(source, {table.pk for table in taken.tables})
    return {"tables": tables, "refusals": taken.refusals}


def _tables(source: DataSource, ids: set[int]) -> list[Any]:
    return [table for table in finding.source(source.pk).tables.all() if table.pk in ids]


def _opened(file: UploadedFile) -> Any:  # noqa: ANN401 - Django's wrapper reads like a file
    if file.file is None:
        raise DomainError(_("The file is empty."), code="empty", field="files")
    return file.file


def _name(file: UploadedFile) -> str:
    return file.name or "file"


def _runs() -> QuerySet[SyncRun]:
    return history.with_sums(SyncRun.objects.select_related("source", "requested_by"))


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)
