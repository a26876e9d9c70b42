"""A new source in three steps: of which kind, its name and how it is reached, its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.admin.pages import render
from backoffice.core.errors import DomainError
from crm.admin.sources.forms import SourceForm
from crm.models import DataSource
from crm.sources import country, describing, uploading

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrOrPromise

Kind = DataSource.Kind


@dataclass(frozen=True, slots=True)
class Choice:
    kind: str
    icon: str
    title: _StrOrPromise
    text: _StrOrPromise


CHOICES = (
    Choice(
        Kind.ISAVIGNE,
        "wine_bar",
        "iSaVigne",
        gettext_lazy("Its exports of customers, products, sales and stock, as files or a folder."),
    ),
    Choice(
        Kind.ODOO,
        "hub",
        "Odoo",
        gettext_lazy("Read directly, any version: only what has changed since the last time."),
    ),
    Choice(
        Kind.FILES,
        "table_view",
        gettext_lazy("CSV or Excel files"),
        gettext_lazy("Any spreadsheet, one or several that belong together by a key."),
    ),
)


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:  # noqa: ANN401 - a ModelAdmin
    """The choice of a kind; with ``?kind=`` its form; a post makes the source."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    chosen = request.GET.get("kind", "")
    if chosen not in Kind.values:
        return _page(request, choices=CHOICES)
    if request.method != "POST":
        return _page(request, kind=chosen, form=SourceForm(chosen))
    form = SourceForm(chosen, request.POST)
    if form.is_valid():
        try:
            source = describing.create(chosen, form.values(), by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            take_files(request, source)
            messages.success(request, _("“%(name)s” is set up.") % {"name": source})
            page = reverse("admin:crm_datasource_change", args=[source.pk])
            return HttpResponseRedirect(page)
    return _page(request, kind=chosen, form=form)


def take_files(request: HttpRequest, source: DataSource) -> uploading.Taken:
    """The posted files, each told of where it was not taken."""
    posted = request.FILES.getlist("files")
    files = [(one.name or "", one.file) for one in posted if one.file is not None]
    taken = uploading.take_in(source, files, by=request.user)  # type: ignore[arg-type]
    for refusal in taken.refusals:
        messages.warning(request, refusal)
    if taken.country:
        messages.info(request, _country_told(taken))
    return taken


def _country_told(taken: uploading.Taken) -> str:
    """Where phone numbers and addresses are taken to be from, and why."""
    told = (
        _("Country: %(country)s, as the files tell. It can be changed under Settings.")
        if taken.is_country_found
        else _(
            "Country: %(country)s, the company's: the files do not tell. It can be changed under"
            " Settings."
        )
    )
    return told % {"country": country.name_of(taken.country)}


def _page(request: HttpRequest, **context: object) -> HttpResponse:
    kind = str(context.get("kind", ""))
    title = _("Add a source")
    if kind:
        title = _("Add a source: %(kind)s") % {"kind": Kind(kind).label}
    return render(
        request,  # type: ignore[arg-type]
        "admin/crm/source/add.html",
        title=title,
        takes_files=kind in {Kind.FILES, Kind.ISAVIGNE},
        **context,
    )
