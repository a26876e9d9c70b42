"""A mapping's page: rules beside real rows, coverage, anomalies, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import render
from backoffice.core.errors import DomainError
from crm import canonical, problems
from crm.admin.mappings.parts import CHANGE, field_words, posted_rules
from crm.admin.mappings.words import catalogue_words, page_words
from crm.admin.sources.cards import list_of
from crm.mapping import tables, versions
from crm.mapping.comparing import differences
from crm.models import Anomaly, FieldMapping, MappingRule
from crm.resources import mapping as sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from crm.mapping.versions import Coverage

Status = FieldMapping.Status
TABS = ("rules", "coverage", "anomalies", "versions")
ANOMALIES_SHOWN = 50


def view(request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
    """GET shows a tab; a POST does what its button says."""
    if request.method == "POST":
        return _act(request, mapping)
    return _page(request, mapping)


def _act(request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    action = next((run for verb, run in _VERBS.items() if verb in request.POST), None)
    shown = mapping
    try:
        if action is not None:
            shown, told = action(request, mapping)
            messages.success(request, told)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error.sentence))
    return HttpResponseRedirect(address(shown))


def address(mapping: FieldMapping) -> str:
    return reverse("admin:crm_fieldmapping_change", args=[mapping.pk])


def _by(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _save(request: HttpRequest, mapping: FieldMapping) -> tuple[FieldMapping, str]:
    versions.change(mapping.pk, posted_rules(request), by=_by(request))
    return mapping, _("The draft is saved.")


def _draft(request: HttpRequest, mapping: FieldMapping) -> tuple[FieldMapping, str]:
    draft = versions.draft_from(mapping, by=_by(request))
    return draft, _("This is a draft, version %(version)d.") % {"version": draft.version}


def _propose(request: HttpRequest, mapping: FieldMapping) -> tuple[FieldMapping, str]:
    draft = versions.propose(mapping.table, by=_by(request))
    return draft, _("A mapping is suggested: version %(version)d.") % {"version": draft.version}


def _activate(request: HttpRequest, mapping: FieldMapping) -> tuple[FieldMapping, str]:
    versions.activate(mapping.pk, by=_by(request))
    return mapping, _("The mapping is at work from the next sync on.")


def _load(request: HttpRequest, mapping: FieldMapping) -> tuple[FieldMapping, str]:
    given = request.FILES.get("file")
    if given is None:
        raise DomainError(_("Choose a file first."), code="required", field="file")
    draft = sheets.load(mapping, given.read(sheets.MAX_BYTES + 1), by=_by(request))
    return draft, _("The rules of the file are a draft: version %(version)d.") % {
        "version": draft.version
    }


_VERBS: dict[str, Callable[[HttpRequest, FieldMapping], tuple[FieldMapping, str]]] = {
    "save": _save,
    "draft": _draft,
    "propose": _propose,
    "activate": _activate,
    "load": _load,
}


def _page(request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    may_change = request.user.has_perm(CHANGE)
    columns, unreadable = _columns(mapping)
    coverage = versions.coverage(mapping, columns)
    active = mapping.table.mappings.filter(status=Status.ACTIVE).prefetch_related("rules").first()
    context: dict[str, Any] = {
        "mapping": mapping,
        "table": mapping.table,
        "source": mapping.table.source,
        "tab": tab,
        "tabs": list(
            zip(TABS, (_("Rules"), _("Coverage"), _("Anomalies"), _("Versions")), strict=True)
        ),
        "may_change": may_change,
        "is_draft": mapping.status == Status.DRAFT,
        "coverage": coverage,
        "unreadable": unreadable,
        "active": active,
        "confirms": "activate" in request.GET and mapping.status == Status.DRAFT and may_change,
        "changes": differences(active, mapping) if "activate" in request.GET else [],
    }
    context |= _TAB[tab](request, mapping, columns, coverage)
    title = f"{mapping.table.source} – {mapping.table.name}"
    # Where the page stands, in the head of the admin.
    context |= {"opts": FieldMapping._meta, "original": mapping}  # noqa: SLF001 - Django's public name
    return render(request, "admin/crm/mapping/page.html", title=title, **context)  # type: ignore[arg-type]


def _columns(mapping: FieldMapping) -> tuple[list[str], str]:
    """The table's headings; where it cannot be read those that the rules name, and why."""
    try:
        return list(tables.columns(mapping.table)), ""
    except DomainError as error:
        named = [column for rule in mapping.rules.all() for column in rule.columns]
        return list(dict.fromkeys(named)), str(error.sentence)


def _rules_tab(
    request: HttpRequest, mapping: FieldMapping, columns: list[str], _coverage: Coverage
) -> dict[str, Any]:
    is_editable = mapping.status == Status.DRAFT and request.user.has_perm(CHANGE)
    rules = [
        {
            "field": rule.field,
            "columns": list(rule.columns),
            "steps": list(rule.steps),
            "policy": rule.policy,
        }
        for rule in versions.rules_of(mapping)
    ]
    editor = {
        "fields": field_words(mapping.table.entity),
        "columns": columns,
        "catalogue": catalogue_words(),
        "policies": [[value, str(label)] for value, label in MappingRule.Policy.choices],
        "rules": rules,
        "editable": is_editable,
        "preview": reverse("admin:crm_fieldmapping_preview", args=[mapping.pk]),
        "words": page_words(),
    }
    return {"editor": editor, "rules": rules, "is_editable": is_editable}


def _coverage_tab(*_page: object) -> dict[str, Any]:
    return {}


def _anomalies_tab(
    request: HttpRequest, mapping: FieldMapping, _columns: list[str], _coverage: Coverage
) -> dict[str, Any]:
    if not request.user.has_perm("crm.view_anomaly"):
        return {"anomalies": [], "may_see": False}
    found = mapping.table.anomalies.filter(state=Anomaly.State.OPEN)
    order = {severity: place for place, severity in enumerate(Anomaly.Severity.values)}
    shown = sorted(found.order_by("-pk")[:ANOMALIES_SHOWN], key=lambda one: order[one.severity])
    return {
        "anomalies": [
            (
                one,
                problems.CODES.get(one.code, one.code),
                canonical.label_of(mapping.table.entity, one.field),
            )
            for one in shown
        ],
        "anomalies_url": list_of("anomaly", mapping.table, "state__exact=open"),
        "quarantine_url": list_of("stagedrow", mapping.table, "state__exact=waiting"),
        "may_see": True,
    }


def _versions_tab(
    _request: HttpRequest, mapping: FieldMapping, _columns: list[str], _coverage: Coverage
) -> dict[str, Any]:
    rows = mapping.table.mappings.select_related("created_by").prefetch_related("rules")
    return {"versions": [(one, one.rules.count) for one in rows.order_by("-version")]}


_TAB: dict[str, Callable[..., dict[str, Any]]] = {
    "rules": _rules_tab,
    "coverage": _coverage_tab,
    "anomalies": _anomalies_tab,
    "versions": _versions_tab,
}
