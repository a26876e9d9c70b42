"""The page that loads earlier orders: upload, look at what would happen, confirm, follow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page, render
from backoffice.core.admin.upload_form import UploadForm
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx
from orders import history, history_import, history_rows
from orders.models import HistoryUpload

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest

PERMISSION = "orders.import_order"
# What a person looks through; the report has all errors.
ORDERS_SHOWN = 50
ERRORS_SHOWN = 100
UPLOADS_SHOWN = 10
RELOAD_SECONDS = 3
Status = HistoryUpload.Status


class HistoryForm(UploadForm):
    endings = (".csv", ".txt", ".xlsx", ".xlsm")


@page("orders/history/", name="orders_history", permission=PERMISSION)
def earlier_orders(request: StaffRequest) -> HttpResponse:
    """The upload form; with ``?upload=`` what that file would do, did, or is doing."""
    if request.method == "POST":
        return _confirm(request) if "confirm" in request.POST else _receive(request)
    number = request.GET.get("upload", "")
    if not number:
        return _form_page(request, HistoryForm())
    mine = HistoryUpload.objects.filter(uploaded_by=request.user)
    upload = get_object_or_404(mine, pk=id_in(number))
    wants_errors = request.GET.get("errors") == "csv"
    if upload.status != Status.PREVIEW and not wants_errors:
        return _progress_page(request, upload)
    try:
        plan = history_import.preview(upload)
    except DomainError as error:
        messages.error(request, str(error.sentence))
        return redirect("admin:orders_history")
    return _error_report(upload, plan) if wants_errors else _preview_page(request, upload, plan)


@page("orders/history/template/", name="orders_history_template", permission=PERMISSION)
def template(request: StaffRequest) -> HttpResponse:  # noqa: ARG001 - a page takes it
    """An empty workbook with the columns, to fill in."""
    out = io.BytesIO()
    Xlsx().write(out, history_rows.COLUMNS, [])
    return HttpResponse(
        out.getvalue(),
        content_type=Xlsx().get_content_type(),
        headers={"Content-Disposition": 'attachment; filename="commandes-historiques.xlsx"'},
    )


def _receive(request: StaffRequest) -> HttpResponse:
    form = HistoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form)
    file = form.cleaned_data["file"]
    try:
        upload = history_import.receive(file.read(), filename=file.name, by=request.user)
    except DomainError as error:
        form.add_error("file", str(error.sentence))
        return _form_page(request, form)
    return redirect(_address(upload.pk))


def _confirm(request: StaffRequest) -> HttpResponse:
    number = request.POST["confirm"]
    try:
        history_import.confirm(id_in(number), by=request.user)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error.sentence))
        if error.code == "gone":
            return redirect("admin:orders_history")
    return redirect(_address(id_in(number)))


def _address(upload_id: int) -> str:
    return f"{reverse('admin:orders_history')}?upload={upload_id}"


def _form_page(request: StaffRequest, form: HistoryForm) -> HttpResponse:
    mine = HistoryUpload.objects.filter(uploaded_by=request.user)
    return render(
        request,
        "admin/orders/history_upload.html",
        title=_("Import earlier orders"),
        form=form,
        columns=history_rows.COLUMNS,
        required=history_rows.REQUIRED,
        uploads=mine[:UPLOADS_SHOWN],
    )


def _preview_page(request: StaffRequest, upload: HistoryUpload, plan: history.Plan) -> HttpResponse:
    left = len(plan.new)
    return render(
        request,
        "admin/orders/history_preview.html",
        title=_("Import earlier orders"),
        upload=upload,
        plan=plan,
        left=left,
        orders=[_shown(number, rows) for number, rows in list(plan.new.items())[:ORDERS_SHOWN]],
        more_orders=max(left - ORDERS_SHOWN, 0),
        errors=plan.errors[:ERRORS_SHOWN],
        more_errors=max(len(plan.errors) - ERRORS_SHOWN, 0),
    )


def _progress_page(request: StaffRequest, upload: HistoryUpload) -> HttpResponse:
    """How far the worker is; the file is not read for it, which takes seconds."""
    is_under_way = upload.status in {Status.WAITING, Status.LOADING}
    answer = render(
        request,
        "admin/orders/history_progress.html",
        title=_("Import earlier orders"),
        upload=upload,
        is_under_way=is_under_way,
    )
    if is_under_way:
        answer.headers["Refresh"] = str(RELOAD_SECONDS)
    return answer


def _shown(number: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    return {
        "number": number,
        "day": first["order_date"],
        "customer": first["company"] or first["customer_name"],
        "lines": len(rows),
        "goods": ", ".join(row["description"] or row["product_code"] for row in rows)[:120],
    }


def _error_report(upload: HistoryUpload, plan: history.Plan) -> HttpResponse:
    header = [_("row"), _("column"), _("value"), _("what to do")]
    return HttpResponse(
        b"".join(Csv().chunks(header, history_import.error_rows(plan))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="erreurs-{upload.pk}.csv"'},
    )
