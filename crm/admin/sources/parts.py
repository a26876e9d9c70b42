"""Parts of a source's page that are fetched one by one: progress, first rows, a dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from crm import canonical
from crm.admin.sources import cards as source_cards
from crm.admin.sources import styles as source_styles
from crm.admin.sources.actions import CHANGE, MAP
from crm.mapping import versions
from crm.models import FieldMapping, SourceFile
from crm.sources import arranging, setup
from crm.sources.files.suggested_joins import suggest_joins
from crm.sources.files.table_rows import unique
from crm.sync.dry_run import dry_run

if TYPE_CHECKING:
    from django.http import HttpRequest

    from crm.models import DataSource, SourceTable
    from crm.sources.files.suggested_joins import Join

ROWS_SHOWN = 20


@require_safe
@never_cache
def progress(request: HttpRequest, source: DataSource) -> HttpResponse:
    """How far the sync is; at its end the whole page is asked for again."""
    shown = source_cards.progress(source)
    if shown is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"source": source, "progress": shown}
    return TemplateResponse(request, "admin/crm/source/progress.html", context)


@never_cache
def sample(request: HttpRequest, source: DataSource) -> HttpResponse:
    """The first rows of ``table``; a POST takes a folder's newest file in, for them to be of it.

    A POST with a ``file`` reads that one otherwise from now on.
    """
    error = told = ""
    is_post = request.method == "POST"
    if is_post and not request.user.has_perm(CHANGE):
        raise PermissionDenied
    if "file" in request.POST:
        error, told = _choose(request, source)
    table = _table(source, request.POST.get("table") or request.GET.get("table", ""))
    shown = None
    try:
        shown = setup.sample(table, limit=ROWS_SHOWN, takes_in=is_post)
    except DomainError as refused:
        error = error or str(refused.sentence)
    context = {"source": source, "sample": shown, "error": error, "told": told, "table": table}
    return TemplateResponse(request, "admin/crm/source/sample.html", context)


@require_POST
@never_cache
def check(request: HttpRequest, source: DataSource) -> HttpResponse:
    """What a sync of ``table`` would find wrong; nothing is written."""
    table = _table(source, request.POST.get("table", ""))
    try:
        report = dry_run(table)
        findings = [(one, canonical.label_of(table.entity, one.field)) for one in report.findings]
        context: dict[str, object] = {"report": report, "findings": findings}
    except DomainError as error:
        context = {"error": str(error.sentence)}
    return TemplateResponse(request, "admin/crm/source/check.html", context)


@require_safe
@never_cache
def joins(request: HttpRequest, source: DataSource) -> HttpResponse:
    """The source's other files, and by which columns they would be joined to ``table``."""
    table = _table(source, request.GET.get("table", ""))
    others = SourceFile.objects.filter(table__source=source, position=0).exclude(table=table)
    files = list(others.select_related("table").order_by("table__position", "pk"))
    ours, error, found = arranging.columns_of(table), "", []
    try:
        found = suggest_joins([*table.files.order_by("position")[:1], *files])
    except DomainError as refused:
        error = str(refused.sentence)
    rows = [_join_row(join.file, join, table) for join in found]
    _choose_links(source, rows)
    known = {join.file.pk for join in found}
    rows += [_join_row(file, None, table) for file in files if file.pk not in known]
    for row in rows:
        row["ours"] = list(ours)
        ours += unique(row["file"].columns, ours)
    context = {"source": source, "table": table, "rows": rows, "error": error}
    return TemplateResponse(request, "admin/crm/source/joins.html", context)


def _join_row(file: SourceFile, join: Join | None, table: SourceTable) -> dict[str, Any]:
    """A file that holds the same kind of rows most likely belongs to them."""
    return {
        "file": file,
        "join_from": join.join_from if join else "",
        "join_to": join.join_to if join else "",
        "percent": round(join.share * 100) if join else None,
        "is_chosen": join is not None and file.table.entity == table.entity,
    }


def _choose_links(source: DataSource, rows: list[dict[str, Any]]) -> None:
    """Files that say too little by themselves link others: these, and what they lead to."""
    cards = source_cards.cards(source)
    lacking = {card.table.pk for card in cards if card.missing and card.active is None}
    columns: set[str] = set()
    for row in rows:
        if row["file"].table_id in lacking or row["join_from"] in columns:
            row["is_chosen"] = True
            columns.update(row["file"].columns)


def _choose(request: HttpRequest, source: DataSource) -> tuple[str, str]:
    """What is wrong with the choice, if anything; what follows from it beside other rows."""
    files = SourceFile.objects.filter(table__source=source).select_related("table__source")
    file = files.filter(pk=id_in(request.POST.get("file", ""))).first()
    if file is None:
        raise Http404
    try:
        newer = setup.choose_style(file.pk, source_styles.posted(file, request.POST))
    except DomainError as error:
        return str(error.sentence), ""
    is_same = newer.columns == file.columns
    return "", "" if is_same else _columns_told(request, file.table)


def _columns_told(request: HttpRequest, table: SourceTable) -> str:
    """That the columns are others now; a table whose mapping is not at work gets a new one."""
    words = {"table": table.name}
    if table.mappings.filter(status=FieldMapping.Status.ACTIVE).exists():
        return _("“%(table)s” has other columns now: look at its mapping.") % words
    if request.user.has_perm(MAP):
        try:
            versions.propose(table, by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            return str(error.sentence)
    return _("“%(table)s” has other columns now: a mapping of them is suggested.") % words


def _table(source: DataSource, number: str) -> SourceTable:
    table = source.tables.select_related("source").filter(pk=id_in(number)).first()
    if table is None:
        raise Http404
    return table
