"""Many rows of the quarantine at once: mended by group, taken out as a sheet and in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page, render
from backoffice.core.admin.upload_form import SheetForm
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx
from crm.models import SourceTable, StagedRow
from crm.quality import groups, quarantine, summary, transfer

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest

MEND = "crm.mend_stagedrow"
IMPORT = "crm.import_stagedrow"
EXPORT = ("crm.export_stagedrow", "crm.view_stagedrow")
ENDINGS = {".csv", ".txt", ".xlsx", ".xlsm"}
ERRORS_SHOWN = 200


class MendedForm(SheetForm):
    endings = tuple(sorted(ENDINGS))


@page("crm/quarantine/groups/", name="crm_quarantine_groups", permission=MEND)
def mend_groups(request: StaffRequest) -> HttpResponse:
    """The same faults of ``?table=`` together; a post mends or dismisses all rows of one."""
    table = _table(request)
    if table is None:
        return _choose(request, _("Mend many rows"))
    if request.method == "POST":
        messages.success(request, _act(request, table))
        return HttpResponseRedirect(request.get_full_path())
    return render(
        request,
        "admin/crm/quality/groups.html",
        title=_("Mend many rows of %(table)s") % {"table": table},
        table=table,
        groups=groups.groups(table),
        runnable=quarantine.runnable(table).count(),
    )


@permission_required(EXPORT, raise_exception=True)
def export(request: StaffRequest) -> HttpResponseBase:
    """The rows of ``?table=`` to mend; who may not see them shall not have them as a file."""
    table, ending = _table(request), request.GET.get("as", "xlsx")
    if table is None:
        return _choose(request, _("Export rows to mend"), address="crm_stagedrow_export")
    chosen = table.staged_rows.filter(state=StagedRow.State.WAITING)
    name = f'attachment; filename="quarantaine-{table.source.slug}-{table.pk}.{ending}"'
    if ending == "xlsx":
        content_type = Xlsx().get_content_type()
        answer = HttpResponse(transfer.as_xlsx(table, chosen), content_type=content_type)
        answer.headers["Content-Disposition"] = name
        return answer
    if ending != "csv":
        raise Http404
    return StreamingHttpResponse(
        Csv().chunks(transfer.header(table), transfer.rows(table, chosen)),
        content_type=Csv().get_content_type(),
        headers={"Content-Disposition": name},
    )


@permission_required(IMPORT, raise_exception=True)
def import_mended(request: StaffRequest) -> HttpResponse:
    """Take the mended file back: what it changes is mended, with a report of each row refused."""
    table = _table(request)
    if table is None:
        return _choose(request, _("Import mended rows"), address="crm_stagedrow_import")
    if not request.user.has_perm(MEND):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = MendedForm(request.POST, request.FILES) if is_sent else MendedForm()
    report = None
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = transfer.take_back(table, file.read(), filename=file.name, by=request.user)
        except DomainError as error:
            form.add_error("file", str(error.sentence))
    return render(
        request,
        "admin/crm/quality/import.html",
        title=_("Import mended rows of %(table)s") % {"table": table},
        table=table,
        form=form,
        report=report,
        errors=report.errors[:ERRORS_SHOWN] if report else [],
        more_errors=max(len(report.errors) - ERRORS_SHOWN, 0) if report else 0,
        runnable=quarantine.runnable(table).count(),
        back=reverse("admin:crm_stagedrow_changelist"),
    )


def _table(request: StaffRequest) -> SourceTable | None:
    """The table that the address names; None where it names none."""
    number = request.GET.get("table", "")
    if not number:
        return None
    return get_object_or_404(SourceTable.objects.select_related("source"), pk=id_in(number))


def _choose(
    request: StaffRequest, title: str, *, address: str = "crm_quarantine_groups"
) -> HttpResponse:
    """The tables with rows in quarantine, each with the way to what was asked for."""
    page_of = reverse(f"admin:{address}")
    return render(
        request,
        "admin/crm/quality/choose.html",
        title=title,
        entries=[(held, f"{page_of}?table={held.table.pk}") for held in summary.tables()],
    )


def _act(request: StaffRequest, table: SourceTable) -> str:
    which = {name: request.POST.get(name, "") for name in ("code", "field", "value")}
    try:
        if "dismiss" in request.POST:
            count = groups.dismiss_group(table, **which, by=request.user)
            told = ngettext("%(count)d row dismissed.", "%(count)d rows dismissed.", count)
        else:
            new = request.POST.get("new", "")
            count = groups.mend_group(table, **which, new=new, by=request.user)
            told = ngettext("%(count)d row mended.", "%(count)d rows mended.", count)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error.sentence))
        return _("Nothing was changed.")
    return told % {"count": count}
