"""The page that takes in messages of a spreadsheet: upload, look at what would happen, confirm."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.upload_form import SheetForm
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import MAX_IMPORT_ROWS, Csv
from backoffice.core.spreadsheets.leftovers import FOLDER
from support.sheets import message_import, message_rows

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest
    from support.sheets.message_import import Report

PERMISSION = "support.import_ticket"
ENDINGS = {".csv", ".txt", ".xlsx", ".xlsm"}
SALT = "support.sheets.message_import"
# Files that nobody confirmed are deleted after a day.
KEPT_SECONDS = 86_400


class MessagesForm(SheetForm):
    endings = tuple(sorted(ENDINGS))


@page("support/import/", name="support_import", permission=PERMISSION)
def import_messages(request: StaffRequest) -> HttpResponse:
    """The upload form; the file's preview; the import once it is confirmed."""
    if request.method != "POST":
        return _form_page(request, MessagesForm())
    return _confirm(request) if "confirm" in request.POST else _preview(request)


@page("support/import/template/", name="support_import_template", permission=PERMISSION)
def template(request: StaffRequest) -> HttpResponse:  # noqa: ARG001 - a page takes it
    """An empty file with the columns, to fill in."""
    return HttpResponse(
        b"".join(Csv().chunks(message_rows.FRENCH_COLUMNS, [])),
        content_type=Csv().get_content_type(),
        headers={"Content-Disposition": 'attachment; filename="messages.csv"'},
    )


def _preview(request: StaffRequest) -> HttpResponse:
    form = MessagesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form)
    file = form.cleaned_data["file"]
    data = file.read()
    try:
        report = message_import.preview(data, filename=file.name, most=MAX_IMPORT_ROWS)
    except DomainError as error:
        form.add_error("file", str(error.sentence))
        return _form_page(request, form)
    return render(
        request,
        "admin/support/message_import.html",
        title=_("Import messages"),
        filename=file.name,
        report=report,
        more_messages=max(report.new - len(report.messages), 0),
        more_errors=report.wrong - len(report.errors),
        confirm=_keep(data, file.name) if report.new else "",
    )


def _keep(data: bytes, filename: str) -> str:
    """Keep the file for the confirmation; what is returned names it and cannot be forged."""
    digest = hashlib.sha256(data).hexdigest()
    ending = PurePath(filename).suffix.lower()
    path = default_storage.save(f"{FOLDER}/{digest[:16]}{ending}", ContentFile(data))
    return signing.dumps({"path": path, "sha256": digest, "filename": filename}, salt=SALT)


def _confirm(request: StaffRequest) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["confirm"], salt=SALT, max_age=KEPT_SECONDS)
        with default_storage.open(kept["path"]) as file:
            data = file.read()
    except (signing.BadSignature, FileNotFoundError):
        messages.error(request, _("This file is not there any more: upload it again."))
        return redirect("admin:support_import")
    if hashlib.sha256(data).hexdigest() != kept["sha256"]:
        messages.error(
            request, _("The uploaded file is not the one that was shown: upload it again.")
        )
        return redirect("admin:support_import")
    report = message_import.load(data, filename=kept["filename"], most=MAX_IMPORT_ROWS)
    default_storage.delete(kept["path"])
    _tell(request, report)
    return redirect("admin:support_import")


def _tell(request: StaffRequest, report: Report) -> None:
    taken = ngettext(
        "%(count)d message taken in; its ticket appears in a moment.",
        "%(count)d messages taken in; their tickets appear in a moment.",
        report.new,
    )
    messages.success(request, taken % {"count": report.new})
    if report.wrong:
        left = ngettext(
            "%(count)d row was left out: %(first)s",
            "%(count)d rows were left out, the first: %(first)s",
            report.wrong,
        )
        messages.warning(request, left % {"count": report.wrong, "first": report.errors[0]})


def _form_page(request: StaffRequest, form: MessagesForm) -> HttpResponse:
    return render(
        request,
        "admin/support/message_import.html",
        title=_("Import messages"),
        form=form,
        columns=message_rows.FRENCH_COLUMNS,
        most=MAX_IMPORT_ROWS,
    )
