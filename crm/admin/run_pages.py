"""What the page of a sync asks for: its state while it is under way, its reports."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.core.spreadsheets.formats import Csv, Xlsx
from crm.models import Anomaly, SyncRun
from crm.sync import history, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest
    from crm.models import TableRun

VIEW = "crm.view_syncrun"
# Anomalies and the rows they quote are the customers' own data.
REPORT = "crm.view_anomaly"


def state_context(run: SyncRun) -> dict[str, Any]:
    """What ``admin/crm/run/state.html`` shows."""
    found = history.shown(run)
    # Quotations: most sources have none.
    shown = [name for name in history.COUNTS if name != "left_out" or found.counts[name]]
    return {
        "shown": found,
        "run": run,
        "state_url": reverse("admin:crm_run_state", args=[run.pk]),
        "rows": [(table, _numbers(table, shown)) for table in found.tables],
        "totals": [_number(found.counts[name]) for name in shown],
        "any_left_out": "left_out" in shown,
        # Not "errors": the admin's own template would say that the form has some.
        "faults": 0 if found.is_open else Anomaly.objects.filter(run=run).count(),
    }


@permission_required(VIEW, raise_exception=True)
@require_safe
@never_cache
def state(request: StaffRequest, run_id: int) -> HttpResponse:
    """The part that changes; at the end the whole page is asked for again, for its buttons."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    if "HX-Request" not in request.headers:
        return redirect("admin:crm_syncrun_change", run_id)
    if run.status not in SyncRun.OPEN:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return TemplateResponse(request, "admin/crm/run/state.html", state_context(run))


@permission_required(REPORT, raise_exception=True)
@require_safe
def errors_csv(request: StaffRequest, run_id: int) -> HttpResponseBase:  # noqa: ARG001 - a view takes it
    """Everything that was wrong, as text for Excel."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    return _csv(report.error_report(run), _name(run, "errors", "csv"))


@permission_required(REPORT, raise_exception=True)
@require_safe
def errors_xlsx(request: StaffRequest, run_id: int) -> HttpResponseBase:  # noqa: ARG001 - as above
    """The same as a workbook."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    heading, lines = report.error_report(run)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    Xlsx().write(file, heading, lines)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=_name(run, "errors", "xlsx"),
        content_type=Xlsx().get_content_type(),
    )


@permission_required(VIEW, raise_exception=True)
@require_safe
def refusals_csv(request: StaffRequest, run_id: int) -> HttpResponseBase:  # noqa: ARG001 - as above
    """What an undo left alone, and why."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    return _csv(report.refusal_report(run), _name(run, "left-alone", "csv"))


def _numbers(table: TableRun, names: Sequence[str]) -> list[str]:
    return [_number(getattr(table, name)) for name in names]


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)


def _csv(content: tuple[list[str], Iterator[list[object]]], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        Csv().chunks(*content),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _name(run: SyncRun, what: str, ending: str) -> str:
    return f"{run.source.slug}-{run.pk}-{what}.{ending}"


# What stands behind the address of a sync, by name.
ADDRESSES = {
    "crm_run_state": ("state/", state),
    "crm_run_errors_csv": ("errors.csv", errors_csv),
    "crm_run_errors_xlsx": ("errors.xlsx", errors_xlsx),
    "crm_run_refusals": ("refusals.csv", refusals_csv),
}
