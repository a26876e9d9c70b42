"""A source's page: what it is, its tables and files, how to sync it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import render
from backoffice.core.errors import DomainError
from crm.admin.sources import actions as source_actions
from crm.admin.sources import cards as source_cards
from crm.admin.sources.forms import SourceForm
from crm.models import DataSource, Entity
from crm.sources import country

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

Kind = DataSource.Kind


def view(model_admin: Any, request: HttpRequest, source: DataSource) -> HttpResponse:  # noqa: ANN401 - a ModelAdmin
    """GET shows the page; a POST does what its button says and comes back to it."""
    if not model_admin.has_view_permission(request, source):
        raise PermissionDenied
    form = None
    if request.method == "POST":
        if "describe" not in request.POST:
            return _act(request, source)
        form = SourceForm(source.kind, request.POST)
        if source_actions.describe(request, source, form):
            return _back(source)
    return _page(request, source, form)


def _act(request: HttpRequest, source: DataSource) -> HttpResponse:
    verb = next((verb for verb in source_actions.VERBS if verb in request.POST), "")
    action = source_actions.VERBS.get(verb)
    if action is None:
        return _back(source)
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    try:
        told = action.run(request, source, request.POST[verb])
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error.sentence))
        return _back(source)
    if told:
        messages.success(request, told)
    anchor = request.POST.get("anchor", "")
    return _back(source, anchor if anchor.replace("-", "").isalnum() else "")


def _back(source: DataSource, anchor: str = "") -> HttpResponse:
    page = reverse("admin:crm_datasource_change", args=[source.pk])
    return HttpResponseRedirect(f"{page}#{anchor}" if anchor else page)


def _page(request: HttpRequest, source: DataSource, form: SourceForm | None) -> HttpResponse:
    cards = source_cards.cards(source)
    may = {name: request.user.has_perm(code) for name, code in source_actions.MAY.items()}
    runs = source_cards.runs(source)
    shown = form or SourceForm(source.kind, initial=SourceForm.of(source))
    return render(
        request,  # type: ignore[arg-type]
        "admin/crm/source/page.html",
        title=source.name,
        opts=DataSource._meta,  # noqa: SLF001 - Django's public name
        original=source,
        source=source,
        country=country.name_of(source.country) if source.country else "",
        cards=cards,
        next_step=source_cards.next_step(source, cards),
        runs=runs,
        any_left_out=any(run.sum_left_out for run in runs),  # type: ignore[attr-defined]
        progress=source_cards.progress(source),
        key=source_cards.key(source),
        form=shown,
        form_is_open=form is not None or (source.kind == Kind.ODOO and not source.options),
        entities=Entity.choices,
        takes_files=source.kind in {Kind.FILES, Kind.ISAVIGNE},
        may=may,
    )
