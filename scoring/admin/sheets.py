"""The page that scores a spreadsheet: upload, look at what comes out, download."""

from __future__ import annotations

import io
import tempfile
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.upload_form import UploadForm
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx
from scoring.engine import clients
from scoring.engine.tables import IDENTIFIER
from scoring.models.lead import Segment
from scoring.sheets import answers, previewing, uploads, writing
from scoring.sheets.answers import Tally
from scoring.sheets.heading_words import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest
    from scoring.sheets.previewing import Preview
    from scoring.sheets.uploads import Upload

PERMISSION = "scoring.upload_leadscore"
# A workbook of more rows takes its time.
LARGE = 50_000
# Of scoring.engine.clients.FIELDS, for people.
UNITS = {
    "days": gettext_lazy("days"),
    "contacts": gettext_lazy("number of contacts"),
    "currency of the company": gettext_lazy("amount in your currency"),
    "e-mails": gettext_lazy("number of e-mails"),
    "visits": gettext_lazy("number of visits"),
}


class ClientsForm(UploadForm):
    endings = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")


@page("scoring/upload/", name="scoring_upload", permission=PERMISSION)
def score_a_sheet(request: StaffRequest) -> HttpResponseBase:
    """The upload form; with ``?file=`` what that sheet comes to, or one of its files."""
    if request.method == "POST":
        return _receive(request)
    token = request.GET.get("file", "")
    if not token:
        return _form_page(request, ClientsForm())
    try:
        upload = uploads.find(token, by=request.user)
        give = _FILES.get(request.GET.get("download", ""))
        if give:
            return give(upload)
        with upload.opened() as sheet:
            preview = previewing.of(sheet)
    except DomainError as error:
        messages.error(request, str(error.sentence))
        return redirect("admin:scoring_upload")
    return _preview_page(request, upload, preview, token)


@page("scoring/upload/template/", name="scoring_upload_template", permission=PERMISSION)
def template(request: StaffRequest) -> HttpResponse:  # noqa: ARG001 - a page takes it
    """A workbook with the columns and one client as an example."""
    out = io.BytesIO()
    writing.template(out)
    return HttpResponse(
        out.getvalue(),
        content_type=Xlsx().get_content_type(),
        headers={"Content-Disposition": 'attachment; filename="clients.xlsx"'},
    )


def _receive(request: StaffRequest) -> HttpResponseBase:
    form = ClientsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form)
    file = form.cleaned_data["file"]
    try:
        token = uploads.receive(file, filename=file.name, by=request.user)
    except DomainError as error:
        form.add_error("file", str(error.sentence))
        return _form_page(request, form)
    return HttpResponseRedirect(f"{reverse('admin:scoring_upload')}?{urlencode({'file': token})}")


def _form_page(request: StaffRequest, form: ClientsForm) -> HttpResponse:
    return render(
        request,
        "admin/scoring/sheets/upload.html",
        title=_("Score a spreadsheet"),
        form=form,
        columns=_columns(),
    )


def _columns() -> list[tuple[str, str, str]]:
    """The columns of a sheet: name, what it counts, and what else it may be called."""
    units = {field.name: UNITS[field.unit] for field in clients.FIELDS}
    return [
        (name, str(units.get(name, _("optional; each one once"))), SHOWN[name])
        for name in (IDENTIFIER, *clients.NAMES)
    ]


def _preview_page(
    request: StaffRequest, upload: Upload, preview: Preview, token: str
) -> HttpResponse:
    tally = preview.tally
    labels = dict(Segment.choices)
    return render(
        request,
        "admin/scoring/sheets/preview.html",
        title=_("Score a spreadsheet"),
        upload=upload,
        preview=preview,
        tally=tally,
        segments=[
            (name, labels[name], tally.segments[name], _percent(tally.segments[name], tally.scored))
            for name in Segment.values
        ],
        first=[
            (identifier, answer, labels[answer.segment]) for identifier, answer in preview.first
        ],
        is_large=tally.scored > LARGE,
        address=f"?{urlencode({'file': token})}",
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _scored_csv(upload: Upload) -> HttpResponseBase:
    return _streamed(upload, pgettext("file name", "scores"), _scored_pieces(upload))


def _scored_pieces(upload: Upload) -> Iterator[bytes]:
    with upload.opened() as sheet:
        rows = writing.scored(sheet, Tally(), faults=[])
        yield from writing.csv_chunks(sheet, answers.header(sheet), rows, marked=True)


def _to_mend(upload: Upload) -> HttpResponseBase:
    return _streamed(upload, pgettext("file name", "to mend"), _pieces_to_mend(upload))


def _pieces_to_mend(upload: Upload) -> Iterator[bytes]:
    with upload.opened() as sheet:
        rows = writing.to_mend(sheet)
        yield from writing.csv_chunks(sheet, writing.mend_header(sheet), rows, marked=True)


def _streamed(upload: Upload, word: str, pieces: Iterator[bytes]) -> HttpResponseBase:
    # Before the first piece an error is still told on the page.
    first = next(pieces)
    return StreamingHttpResponse(
        chain([first], pieces),
        content_type=Csv().get_content_type(),
        headers={"Content-Disposition": _attachment(upload, word, "csv")},
    )


def _scored_xlsx(upload: Upload) -> HttpResponseBase:
    """A workbook is complete only at its end: it waits in a file that goes with the answer."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with upload.opened() as sheet:
            rows = writing.scored(sheet, Tally(), faults=[], numbers=True)
            writing.write_xlsx(file, answers.header(sheet), rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        content_type=Xlsx().get_content_type(),
        headers={
            "Content-Disposition": _attachment(upload, pgettext("file name", "scores"), "xlsx")
        },
    )


def _attachment(upload: Upload, word: str, suffix: str) -> str:
    name = f"{PurePath(upload.filename).stem} - {word}.{suffix}"
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


_FILES: dict[str, Callable[[Upload], HttpResponseBase]] = {
    "xlsx": _scored_xlsx,
    "csv": _scored_csv,
    "mend": _to_mend,
}
